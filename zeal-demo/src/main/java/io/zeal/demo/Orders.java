package io.zeal.demo;

import io.zeal.Ack;
import io.zeal.CodecException;
import io.zeal.ConsumeOptions;
import io.zeal.DeadLetter;
import io.zeal.Delivery;
import io.zeal.ErrorCode;
import io.zeal.MaxBytes;
import io.zeal.Overflow;
import io.zeal.PublishOptions;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The queue of orders: one stream, of which every demo on the backend is a consumer in the same
 * group, so that each order is handled by one of them.
 */
final class Orders {

  /** The stream. */
  static final String STREAM = "demo/orders";

  /** The group. */
  static final String GROUP = "demo";

  /** The most orders that are not handled, dead letters included. */
  static final long MOST = 2000;

  /** Of how many orders it is known who had them last. */
  private static final long HANDS = 500;

  /** How many dead letters are looked through at a time for one. */
  private static final int PAGE = 100;

  /** Few at a time and a short silence, so that a look at the page shows what happens. */
  private static final ConsumeOptions OPTIONS =
      ConsumeOptions.defaults()
          .withConcurrency(2, 4)
          .withMaxDeliveries(3)
          .withRetryDelay(Duration.ofSeconds(1))
          .withClaimAfter(Duration.ofSeconds(5))
          .withCloseTimeout(Duration.ofSeconds(2));

  private static final PublishOptions TRIMMED =
      PublishOptions.defaults().withMaxMessages(1000, PublishOptions.Trim.ACKNOWLEDGED);

  /** What a handler did with a delivery. */
  enum Did {
    /** It was done with the order. */
    DONE,
    /** It threw. */
    FAILED,
    /** It asked for another delivery. */
    RETRIED,
    /** It gave the order up. */
    REJECTED,
    /** It was interrupted, since this process ends. */
    CUT_OFF,
    /** It could not read the message. */
    UNREADABLE
  }

  /**
   * A delivery that was handled here.
   *
   * @param id the message's
   * @param item what was ordered; absent if the message is not the demo's
   * @param takenBy the demo that took the order; absent with it
   * @param deliveryCount as the backend counts
   * @param before the demo that had the delivery before this one; absent for the first
   * @param claimed whether the claim stood at the end; without it what the handler did counts for
   *     nothing
   */
  record Handled(
      String id,
      @Nullable String item,
      @Nullable String takenBy,
      String deliveryCount,
      @Nullable String before,
      Did did,
      boolean claimed) {}

  /** Which demo had an order in hand last. */
  record Hand(@MaxBytes(63) String server) {}

  private final Zeal zeal;
  private final String server;
  private final MessageLog log;
  private final Store<Hand> hands;
  private final AtomicInteger atWork = new AtomicInteger();
  private final Joined joined;

  /** Joins the group; orders are handled from now on. */
  Orders(Zeal zeal, Stores stores, String server, MessageLog log) {
    this.zeal = zeal;
    this.server = server;
    this.log = log;
    this.hands =
        zeal.store(
            "demo/hands",
            Schema.of(Hand.class),
            stores.portable(
                StoreOptions.defaults()
                    .withTtl(Duration.ofHours(1))
                    .withCapacity(HANDS)
                    .withOverflow(Overflow.EVICT)));
    this.joined =
        Joined.by(() -> {
          Need.QUEUE.require(zeal.info());
          return zeal.reliablePubSub().consume(STREAM, GROUP, OPTIONS, this::handle);
        });
  }

  // --- The handler ---

  private Ack handle(Delivery delivery) {
    Order order = read(delivery);
    String before = hand(delivery);
    atWork.incrementAndGet();
    try {
      return handle(delivery, order, before);
    } finally {
      atWork.decrementAndGet();
    }
  }

  private Order read(Delivery delivery) {
    try {
      return Order.of(delivery.message());
    } catch (Problem e) {
      note(delivery, null, null, Did.UNREADABLE);
      throw new CodecException(ErrorCode.CODEC, "A message of " + STREAM + " is no order.", e);
    }
  }

  private Ack handle(Delivery delivery, Order order, @Nullable String before) {
    try {
      Thread.sleep(order.workMillis());
    } catch (InterruptedException e) {
      note(delivery, order, before, Did.CUT_OFF);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The demo ends.", e);
    }
    return switch (order.answerTo(delivery.deliveryCount())) {
      case DONE -> {
        note(delivery, order, before, Did.DONE);
        yield Ack.done();
      }
      case RETRY -> {
        note(delivery, order, before, Did.RETRIED);
        yield Ack.retry(Duration.ofMillis(order.delayMillis()));
      }
      case REJECT -> {
        note(delivery, order, before, Did.REJECTED);
        yield Ack.reject("The order was to be rejected.");
      }
      case FAIL -> {
        note(delivery, order, before, Did.FAILED);
        throw new IllegalStateException("The order was to fail.");
      }
    };
  }

  /** Notes who has the order now, and returns who had it before. */
  private @Nullable String hand(Delivery delivery) {
    String before = null;
    if (delivery.deliveryCount() > 1) {
      before = hands.get(delivery.id()).map(Hand::server).orElse(null);
    }
    hands.put(delivery.id(), new Hand(server));
    return before;
  }

  private void note(Delivery delivery, @Nullable Order order, @Nullable String before, Did did) {
    log.handled(
        new Handled(
            delivery.id(),
            order == null ? null : order.item(),
            order == null ? null : order.server(),
            String.valueOf(delivery.deliveryCount()),
            before,
            did,
            delivery.isClaimed()));
  }

  // --- What requests ask for ---

  /** Publishes the order that often, and returns the ids. */
  List<String> take(Order order, int copies) {
    joined.require();
    Map<String, Long> numbers = numbers();
    long there =
        numbers.getOrDefault("lag", 0L)
            + numbers.getOrDefault("pending", 0L)
            + numbers.getOrDefault("deadLetters", 0L);
    if (there + copies > MOST) {
      throw new Problem(
          507,
          "DEMO-507",
          "There are "
              + there
              + " orders and dead letters already, and the demo takes "
              + MOST
              + ". Wait until they are handled, or remove dead letters.");
    }
    return zeal.reliablePubSub()
        .publishAll(STREAM, Collections.nCopies(copies, order.payload()), TRIMMED);
  }

  /** Lag, pending, the age of the oldest, retries and dead letters of the group. */
  Map<String, Long> numbers() {
    joined.require();
    return zeal.reliablePubSub().stats(STREAM, GROUP).numbers();
  }

  /** Dead letters behind an id, oldest first. */
  List<DeadLetter> deadLetters(String after, int most) {
    joined.require();
    return zeal.reliablePubSub().deadLetters(STREAM, GROUP, after, most);
  }

  boolean removeDeadLetter(String id) {
    joined.require();
    return zeal.reliablePubSub().removeDeadLetter(STREAM, GROUP, id);
  }

  /**
   * Publishes what a dead letter holds anew, as an order that will be done, and then removes it: if
   * that is interrupted the order is there twice rather than not at all. The message's id makes a
   * second attempt harmless.
   *
   * @return the id of the new message
   */
  String publishAnew(String id) {
    DeadLetter letter = find(id).orElseThrow(Orders::absent);
    Order order = read(letter).orElseThrow(Orders::unreadable);
    String published =
        zeal.reliablePubSub()
            .publish(
                STREAM,
                order.mended().payload(),
                TRIMMED.withPublisherId("dead/" + letter.messageId()));
    var _ = removeDeadLetter(id);
    return published;
  }

  private Optional<DeadLetter> find(String id) {
    String after = "";
    for (int page = 0; page <= MOST / PAGE; page++) {
      List<DeadLetter> letters = deadLetters(after, PAGE);
      for (DeadLetter letter : letters) {
        if (letter.id().equals(id)) {
          return Optional.of(letter);
        }
      }
      if (letters.size() < PAGE) {
        return Optional.empty();
      }
      after = letters.getLast().id();
    }
    return Optional.empty();
  }

  /** The order in a dead letter, if it is one. */
  static Optional<Order> read(DeadLetter letter) {
    try {
      return Optional.of(Order.of(letter.message()));
    } catch (Problem e) {
      return Optional.empty();
    }
  }

  static Problem absent() {
    return new Problem(404, "DEMO-404", "There is no dead letter of this id. It was removed.");
  }

  private static Problem unreadable() {
    return new Problem(
        409, "DEMO-409", "The dead letter holds no order of this demo. Remove it instead.");
  }

  /** How many orders are in the hands of handlers of this process. */
  int atWork() {
    return atWork.get();
  }

  Joined.State state() {
    return joined.state();
  }
}
