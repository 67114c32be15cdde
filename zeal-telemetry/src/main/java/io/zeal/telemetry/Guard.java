package io.zeal.telemetry;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands between calls and the SDK. Its API promises to throw nothing; samplers, processors and
 * exporters of others promise nothing. What is thrown here changes no call: a write that was made
 * would be reported as failed, and made once more.
 */
final class Guard {

  private static final System.Logger LOG = System.getLogger("io.zeal.telemetry");
  private static final AtomicBoolean TOLD = new AtomicBoolean();

  private Guard() {}

  static void run(Runnable action) {
    try {
      action.run();
    } catch (Throwable e) {
      tell(e);
    }
  }

  /** Null if it throws. */
  static <T> @Nullable T get(Supplier<T> action) {
    try {
      return action.get();
    } catch (Throwable e) {
      tell(e);
      return null;
    }
  }

  /** Once: it would come with every call. */
  static void tell(Throwable e) {
    if (TOLD.compareAndSet(false, true)) {
      try {
        LOG.log(
            System.Logger.Level.WARNING,
            "The OpenTelemetry SDK has thrown an error. Calls go on, and may be missing in what is"
                + " exported; what it throws from now on is not logged.",
            e);
      } catch (Throwable again) {
        // Nobody can do anything about it.
      }
    }
  }
}
