package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zeal.BackendInfo;
import io.zeal.Subscription;
import io.zeal.ZealConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/** What the kit's classes about messages share. */
abstract class MessageKit extends BackendTck {

  /** How long a publisher within a process waits for room; such waits are to pass. */
  private static final String PUBLISHER_WAITS = "400ms";

  /** The longest payload that a test makes. */
  private static final long LARGEST = 64L << 20;

  private final List<Gate> gates = new CopyOnWriteArrayList<>();

  /** Only the kit's own classes extend it directly. */
  MessageKit() {}

  /**
   * How long a message may take until its handler runs, and whatever else comes by itself; 20
   * seconds. A test that waits in vain for one fails after that time. Override it where messages
   * take longer.
   */
  protected Duration patience() {
    return Duration.ofSeconds(20);
  }

  @Override
  final ZealConfig.Builder settings(ZealConfig.Builder config) {
    return config.setDefault("zeal.pubsub.timeout", PUBLISHER_WAITS);
  }

  /** Lets go whatever a test has left waiting, so that nobody waits for it to be closed. */
  @AfterEach
  final void openGates() {
    gates.forEach(Gate::open);
  }

  /** A gate that is shut, and open at the end of the test at the latest. */
  final Gate gate() {
    Gate gate = new Gate(patience());
    gates.add(gate);
    return gate;
  }

  /** Skips the test where publisher and subscriber need not be in one process. */
  final void requiresOneProcess() {
    assumeTrue(
        zeal().info().scope() == BackendInfo.Scope.PROCESS, "not claimed: the scope PROCESS");
  }

  /** The most bytes that a payload may have; skips the test if there is no such limit to test. */
  final int payloadLimit() {
    long limit = zeal().info().limits().getOrDefault("payloadBytes", Long.MAX_VALUE);
    assumeTrue(limit <= LARGEST, "not claimed: a limit payloadBytes of up to " + LARGEST);
    return (int) limit;
  }

  /** Waits until {@code condition} holds, which it is expected to. */
  final void await(String what, BooleanSupplier condition) {
    assertThat(Waiting.until(condition, patience()))
        .as("%s: expected within %s", what, patience())
        .isTrue();
  }

  /** One of the numbers of a subscription. */
  static long number(String rule, Subscription subscription, String name) {
    assertThat(subscription.numbers()).as("%s numbers of a subscription", rule).containsKey(name);
    return subscription.numbers().getOrDefault(name, -1L);
  }

  /** Waits until one of the numbers of a subscription is as expected; then asserts that it is. */
  final void awaitNumber(String rule, Subscription subscription, String name, long expected) {
    Waiting.until(() -> number(rule, subscription, name) >= expected, patience());
    assertThat(number(rule, subscription, name))
        .as("%s the number '%s' of a subscription", rule, name)
        .isEqualTo(expected);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
