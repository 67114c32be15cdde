package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Ack;
import io.zeal.Capability;
import io.zeal.ConsumeOptions;
import io.zeal.DeadLetter;
import io.zeal.Delivery;
import io.zeal.PublishOptions;
import io.zeal.ReliablePubSub;
import io.zeal.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;

/** What the kit's classes about reliable messages share. */
abstract class ReliableKit extends MessageKit {

  static final PublishOptions PLAIN = PublishOptions.defaults();

  static final Duration LONG = Duration.ofHours(1);

  /**
   * Nobody falls silent, and what failed is delivered again at once. A clock that is moved by hand
   * moves silence too, but not the signs of life against it; therefore the long silence.
   */
  static final ConsumeOptions OPTIONS =
      ConsumeOptions.defaults().withClaimAfter(LONG).withRetryDelay(Duration.ZERO);

  static final String GROUP = "group";

  /** Only the kit's own classes extend it directly. */
  ReliableKit() {}

  @BeforeEach
  final void skipWithoutReliablePubSub() {
    requires(Capability.RELIABLE_PUB_SUB);
  }

  final ReliablePubSub messages() {
    return zeal().reliablePubSub();
  }

  final void publish(String stream, String... texts) {
    for (String text : texts) {
      messages().publish(stream, bytes(text));
    }
  }

  /** A handler that is done at once. */
  final Clerk clerk() {
    return clerk(delivery -> Ack.done());
  }

  final Clerk clerk(Function<Delivery, Ack> answer) {
    return new Clerk(patience(), answer);
  }

  /** A handler that stands at {@code gate} with each message, and is done then. */
  final Clerk clerk(Gate gate) {
    return clerk(delivery -> {
      gate.pass();
      return Ack.done();
    });
  }

  final Subscription consume(String stream, ConsumeOptions options, Clerk clerk) {
    return messages().consume(stream, GROUP, options, clerk);
  }

  final Subscription consume(String stream, Clerk clerk) {
    return consume(stream, OPTIONS, clerk);
  }

  /** One of the numbers of a group. */
  final long stat(String rule, String stream, String name) {
    Map<String, Long> numbers = messages().stats(stream, GROUP).numbers();
    assertThat(numbers).as("%s numbers of a group", rule).containsKey(name);
    return numbers.getOrDefault(name, -1L);
  }

  /** Waits until one of the numbers of the group is as expected; then asserts that it is. */
  final void awaitStat(String rule, String stream, String name, long expected) {
    Waiting.until(() -> stat(rule, stream, name) == expected, patience());
    assertThat(stat(rule, stream, name))
        .as("%s the number '%s' of a group", rule, name)
        .isEqualTo(expected);
  }

  /** Waits until the group has nothing left to do. */
  final void awaitSettled(String rule, String stream) {
    awaitStat(rule, stream, "lag", 0);
    awaitStat(rule, stream, "pending", 0);
  }

  /** The dead letters of the group, all of them. */
  final List<DeadLetter> deadLetters(String stream) {
    return messages().deadLetters(stream, GROUP, "", 1_000);
  }

  /** Waits until the group has so many dead letters, and answers them. */
  final List<DeadLetter> awaitDeadLetters(String rule, String stream, int expected) {
    Waiting.until(() -> deadLetters(stream).size() >= expected, patience());
    List<DeadLetter> letters = deadLetters(stream);
    assertThat(letters).as("%s dead letters", rule).hasSize(expected);
    return letters;
  }

  /** How long a consumer is silent in tests of silence. */
  final Duration silence() {
    return time().ttl();
  }

  /** Options of a consumer that falls silent soon. */
  final ConsumeOptions mortal() {
    return OPTIONS.withClaimAfter(silence()).withCloseTimeout(Duration.ZERO);
  }

  /** Options of one that takes over soon from those that fell silent, and stays itself. */
  final ConsumeOptions survivor() {
    return OPTIONS.withClaimAfter(time().isExact() ? LONG : silence());
  }

  /**
   * Consumes and is cut off while so many handlers run: their messages stay claimed by somebody who
   * says nothing more.
   */
  final Clerk cutOff(String rule, String stream, ConsumeOptions options, int handlers) {
    Gate gate = gate();
    Clerk clerk = clerk(gate);
    Subscription subscription = consume(stream, options.withConcurrency(handlers, 1), clerk);
    gate.awaitArrived(rule, handlers);
    subscription.close();
    await(rule + " the handlers are cut off", () -> gate.interrupted() == handlers);
    return clerk;
  }

  static List<String> numbered(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(Integer::toString).toList();
  }

  static List<byte[]> payloads(List<String> texts) {
    return texts.stream().map(MessageKit::bytes).toList();
  }
}
