package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Ack;
import io.zeal.ConsumeOptions;
import io.zeal.Delivery;
import io.zeal.PublishOptions;
import io.zeal.ReliablePubSub;
import io.zeal.Subscription;
import io.zeal.Zeal;
import io.zeal.ZealException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/**
 * What became of the messages of one stream and group: what was confirmed to publishers, what
 * handlers got, and what may not come any more because the group had settled it.
 */
final class Deliveries implements Function<Delivery, Ack> {

  static final String STREAM = "orders";
  static final String GROUP = "billing";

  /** Silent soon, so that a test need not wait for long. */
  static final ConsumeOptions OPTIONS =
      ConsumeOptions.defaults()
          .withClaimAfter(Duration.ofSeconds(2))
          .withRetryDelay(Duration.ofMillis(20))
          .withMaxDeliveries(1_000);

  private final Set<String> confirmed = ConcurrentHashMap.newKeySet();
  private final Map<String, Long> counts = new ConcurrentHashMap<>(); // the highest of each
  private final ConcurrentLinkedQueue<String> all = new ConcurrentLinkedQueue<>();
  private final Set<String> settled = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Ack apply(Delivery delivery) {
    String text = delivery.message().text();
    if (settled.contains(text)) {
      wrong.add(text + " was settled");
    }
    counts.compute(
        text,
        (any, before) -> {
          if (before != null && before >= delivery.deliveryCount()) {
            wrong.add(text + " came with " + delivery.deliveryCount() + " after " + before);
          }
          return delivery.deliveryCount();
        });
    all.add(text);
    return Ack.done();
  }

  Subscription consume(Zeal zeal, ConsumeOptions options) {
    return zeal.reliablePubSub().consume(STREAM, GROUP, options, this);
  }

  void publish(Zeal zeal, String text) {
    zeal.reliablePubSub().publish(STREAM, bytes(text));
    confirmed.add(text);
  }

  /** Tries until it is confirmed, under one publisher id. */
  void publishSurely(Zeal zeal, String text) {
    PublishOptions once = PublishOptions.defaults().withPublisherId(text);
    Await.until(
        "to publish " + text,
        () -> {
          try {
            zeal.reliablePubSub().publish(STREAM, bytes(text), once);
            return true;
          } catch (ZealException e) {
            return false;
          }
        });
    confirmed.add(text);
  }

  /** Publishes surely until told to end. */
  Thread publishing(Zeal zeal, String stem, java.util.function.BooleanSupplier over) {
    return Thread.startVirtualThread(() -> {
      for (int i = 0; !over.getAsBoolean(); i++) {
        publishSurely(zeal, stem + i);
      }
    });
  }

  List<String> texts() {
    return List.copyOf(all);
  }

  int different() {
    return counts.size();
  }

  int confirmed() {
    return confirmed.size();
  }

  long count(String text) {
    return counts.getOrDefault(text, 0L);
  }

  void awaitText(String text) {
    Await.until("the delivery of " + text, () -> counts.containsKey(text));
  }

  static long stat(Zeal zeal, String name) {
    ReliablePubSub messages = zeal.reliablePubSub();
    return messages.stats(STREAM, GROUP).numbers().getOrDefault(name, -1L);
  }

  /** Waits until the group has nothing left to do: from then on nothing of before may come. */
  void awaitSettled(Zeal zeal) {
    Await.until(
        "everything to be settled",
        () -> {
          try {
            List<String> before = new ArrayList<>(confirmed);
            boolean calm = stat(zeal, "lag") == 0 && stat(zeal, "pending") == 0;
            if (calm) {
              settled.addAll(before);
            }
            return calm && counts.keySet().containsAll(before);
          } catch (ZealException e) {
            return false;
          }
        });
  }

  /** Everything that was confirmed was handled, and nothing that had been settled. */
  void assertWhole() {
    Set<String> missing = new TreeSet<>(confirmed);
    missing.removeAll(counts.keySet());
    assertThat(missing).as("confirmed and not handled").isEmpty();
    assertThat(wrong).as("deliveries that should not have been").isEmpty();
  }
}
