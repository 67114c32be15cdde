package io.zeal.testkit;

import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which of several things happens, at most one at a time: their rates add up. Immutable. */
record Chances<F>(List<Chance<F>> all) {

  /** One thing, and how often it happens: from 0 to 1. */
  record Chance<F>(F what, double rate) {}

  static <F> Chances<F> none() {
    return new Chances<>(List.of());
  }

  /** With {@code rate} shared evenly by {@code kinds} in place of what is {@code replaced}. */
  Chances<F> with(Predicate<F> replaced, double rate, List<F> kinds) {
    if (!(rate >= 0 && rate <= 1)) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT, "The rate is " + rate + ". Use 0 for never to 1 for always.");
    }
    List<Chance<F>> next = new ArrayList<>(all);
    next.removeIf(chance -> replaced.test(chance.what));
    if (rate > 0) {
      kinds.forEach(kind -> next.add(new Chance<>(kind, rate / kinds.size())));
    }
    requireOneAtMost(next);
    return new Chances<>(List.copyOf(next));
  }

  private static <F> void requireOneAtMost(List<Chance<F>> chances) {
    double sum = chances.stream().mapToDouble(Chance::rate).sum();
    if (sum > 1 + 1e-9) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          "Together the rates are "
              + sum
              + ", and only one thing happens at a time: "
              + chances
              + ". Use rates whose sum is 1 at most.");
    }
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** What happens where a number from 0 to 1 was drawn; null for nothing. */
  @Nullable F at(double draw) {
    double below = 0;
    for (Chance<F> chance : all) {
      below += chance.rate;
      if (draw < below) {
        return chance.what;
      }
    }
    return null;
  }
}
