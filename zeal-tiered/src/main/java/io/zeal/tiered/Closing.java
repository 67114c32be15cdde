package io.zeal.tiered;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Steps that all have to be taken; the first failure is thrown when they were, with the others. */
final class Closing {

  private @Nullable Throwable failure;

  /** Takes a step; what it throws is kept. */
  void run(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
      if (failure == null) {
        failure = cause;
      } else if (!failure.equals(cause)) {
        failure.addSuppressed(cause);
      }
    }
  }

  /** Throws what a step threw. */
  void end() {
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }
}
