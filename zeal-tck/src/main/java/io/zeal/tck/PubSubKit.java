package io.zeal.tck;

import io.zeal.Capability;
import io.zeal.PubSub;
import io.zeal.SubscribeOptions;
import io.zeal.SubscribeOptions.WhenFull;
import io.zeal.Subscription;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;

/** What the kit's classes about publish and subscribe share. */
abstract class PubSubKit extends MessageKit {

  static final SubscribeOptions PLAIN = SubscribeOptions.defaults();

  /** Only the kit's own classes extend it directly. */
  PubSubKit() {}

  @BeforeEach
  final void skipWithoutPubSub() {
    requires(Capability.PUB_SUB);
  }

  /** The messages of the first instance. */
  final PubSub pubSub() {
    return zeal().pubSub();
  }

  /** A handler that returns at once. */
  final Ear ear() {
    return new Ear(patience(), null);
  }

  /** A handler that stands at {@code gate} with each message. */
  final Ear ear(Gate gate) {
    return new Ear(patience(), gate);
  }

  /** Subscribes; the ear hears gaps too. */
  final Subscription listen(String channel, SubscribeOptions options, Ear ear) {
    return pubSub().subscribe(channel, options.withOnGap(ear::gap), ear);
  }

  static SubscribeOptions queue(int capacity, WhenFull whenFull) {
    return PLAIN.withQueue(capacity, whenFull);
  }

  final void publish(String channel, String... texts) {
    for (String text : texts) {
      pubSub().publish(channel, text);
    }
  }

  /** The texts of the numbers from {@code first} up to {@code last}. */
  static List<String> numbered(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(Integer::toString).toList();
  }
}
