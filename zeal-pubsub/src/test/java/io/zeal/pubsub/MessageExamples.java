package io.zeal.pubsub;

import io.zeal.Ack;
import io.zeal.ConsumeOptions;
import io.zeal.DeadLetter;
import io.zeal.Outcome;
import io.zeal.PubSub;
import io.zeal.PublishOptions;
import io.zeal.PublishOptions.Trim;
import io.zeal.ReliablePubSub;
import io.zeal.Stats;
import io.zeal.SubscribeOptions;
import io.zeal.SubscribeOptions.WhenFull;
import io.zeal.Subscription;
import io.zeal.ZealException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The examples of docs/messages.md: a test compares them, and another runs them. */
@SuppressWarnings("UnusedVariable") // names of variables tell readers what a call answers
final class MessageExamples {

  private MessageExamples() {}

  static Subscription chat(PubSub chat, Consumer<String> show, Runnable reload) {
    Subscription room =
        chat.subscribe(
            "room:42",
            SubscribeOptions.defaults()
                .withQueue(1_000, WhenFull.DROP_OLDEST) // waiting for the handler
                .withOnGap(reload), // something may have been missed: read the store again
            message -> show.accept(message.text()));
    Subscription rooms = chat.subscribePattern("room:*", message -> show.accept(message.channel()));
    long receivers = chat.publish("room:42", "hello");
    rooms.close();
    return room;
  }

  static String order(ReliablePubSub orders, byte[] order) {
    PublishOptions once =
        PublishOptions.defaults()
            .withKey("customer:7") // what BY_KEY orders by
            .withPublisherId("order:991") // twice within the window is one message
            .withDuplicateWindow(Duration.ofMinutes(5))
            .withMaxMessages(100_000, Trim.ACKNOWLEDGED);
    try {
      return orders.publish("orders", order, once);
    } catch (ZealException e) {
      if (e.outcome().equals(Optional.of(Outcome.UNKNOWN))) {
        return orders.publish("orders", order, once); // the id makes it safe
      }
      throw e;
    }
  }

  static Subscription bill(ReliablePubSub orders, Billing billing) {
    ConsumeOptions options =
        ConsumeOptions.defaults()
            .withConcurrency(8, 64) // handlers at once, and messages claimed ahead
            .withOrder(ConsumeOptions.Order.BY_KEY)
            .withMaxDeliveries(5);
    return orders.consume(
        "orders",
        "billing",
        options,
        delivery -> {
          if (!billing.isOpen()) {
            return Ack.retry(Duration.ofMinutes(1));
          }
          String order = delivery.message().text();
          if (order.isBlank()) {
            return Ack.reject("An order without a text"); // a dead letter at once
          }
          billing.bill(delivery.id(), order); // what it throws is a retry after retryDelay
          return Ack.done();
        });
  }

  static void again(ReliablePubSub orders) {
    List<DeadLetter> page = orders.deadLetters("orders", "billing", "", 100);
    while (!page.isEmpty()) {
      for (DeadLetter letter : page) {
        String id = "anew:billing:" + letter.messageId(); // each group has letters of its own
        PublishOptions once = PublishOptions.defaults().withPublisherId(id);
        PublishOptions anew = letter.key().map(once::withKey).orElse(once);
        orders.publish("orders", letter.message().payload(), anew);
        orders.removeDeadLetter("orders", "billing", letter.id());
      }
      page = orders.deadLetters("orders", "billing", page.getLast().id(), 100);
    }
  }

  static long lag(ReliablePubSub orders) {
    Stats numbers = orders.stats("orders", "billing");
    return numbers.numbers().getOrDefault("lag", -1L); // nothing before a first consumer came
  }

  /** What is told of an order. */
  interface Billing {
    boolean isOpen();

    void bill(String id, String order);
  }
}
