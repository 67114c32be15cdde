package io.zeal.benchmarks;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One line of the table: Zeal against one peer.
 *
 * @param ratio Zeal's time divided by the peer's, over the rounds
 * @param rounds every round with every candidate, in the order they ran
 */
record Result(
    String area,
    String benchmark,
    String work,
    Setting setting,
    Side ours,
    Side peer,
    Spread ratio,
    @Nullable Goal goal,
    List<Round> rounds) {

  /** What one candidate needed. */
  record Side(String name, Spread nanosPerOperation, double bytesPerOperation) {}

  /** Whether the goal was met; empty if there is none. */
  Optional<Boolean> met() {
    return Optional.ofNullable(goal).map(found -> found.isMetBy(ratio.median()));
  }

  /** Whether {@code --check} has to complain. */
  boolean isDemandedAndMissed() {
    return goal != null && goal.demanded() && !goal.isMetBy(ratio.median());
  }
}
