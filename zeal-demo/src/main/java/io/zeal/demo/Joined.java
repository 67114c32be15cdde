package io.zeal.demo;

import io.zeal.ServerRefusedException;
import io.zeal.Subscription;
import io.zeal.UnsupportedCapabilityException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A subscription, or why there can be none: the page then says so, instead of not opening at all.
 */
final class Joined {

  private final @Nullable Subscription subscription;
  private final @Nullable Problem refusal;

  private Joined(@Nullable Subscription subscription, @Nullable Problem refusal) {
    this.subscription = subscription;
    this.refusal = refusal;
  }

  /**
   * Subscribes. A backend without such messages, and a server that forbids them, is a state to
   * show; one that cannot be reached ends the start, as it does everywhere else.
   */
  static Joined by(Supplier<Subscription> join) {
    try {
      return new Joined(join.get(), null);
    } catch (UnsupportedCapabilityException | ServerRefusedException e) {
      return new Joined(null, Problem.of(e));
    }
  }

  /**
   * Lets a request go on that needs the subscription.
   *
   * @throws Problem why there is none
   */
  void require() {
    if (refusal != null) {
      throw new Problem(
          refusal.status(), refusal.detail().code(), String.valueOf(refusal.getMessage()));
    }
  }

  /**
   * How a subscription is.
   *
   * @param active whether messages arrive
   * @param numbers received, failed, dropped, gaps and more, since this process began
   * @param error why there is none; absent where there is one
   */
  record State(boolean active, Map<String, String> numbers, Problem.@Nullable Detail error) {}

  State state() {
    if (subscription == null) {
      return new State(false, Map.of(), refusal == null ? null : refusal.detail());
    }
    Map<String, String> numbers = new TreeMap<>();
    subscription.numbers().forEach((name, number) -> numbers.put(name, String.valueOf(number)));
    return new State(subscription.isActive(), numbers, null);
  }
}
