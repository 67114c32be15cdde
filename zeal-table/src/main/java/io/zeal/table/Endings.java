package io.zeal.table;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** What is ended as a whole, whatever becomes of its parts. */
final class Endings {

  private Endings() {}

  /**
   * Runs all of them, also behind one that failed; then throws what the first one threw, with what
   * others threw suppressed in it.
   */
  static void run(Collection<? extends Runnable> endings) {
    @Nullable Throwable first = null;
    for (Runnable ending : endings) {
      try {
        ending.run();
      } catch (RuntimeException | Error e) {
        if (first == null) {
          first = e;
        } else if (!first.equals(e)) {
          first.addSuppressed(e);
        }
      }
    }
    switch (first) {
      case null -> {}
      case Error e -> throw e;
      case RuntimeException e -> throw e;
      default -> throw new AssertionError(first);
    }
  }
}
