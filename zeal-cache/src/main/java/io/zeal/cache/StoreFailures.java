package io.zeal.cache;

import io.zeal.BackendUnavailableException;
import io.zeal.CircuitOpenException;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.ZealClosedException;
import io.zeal.ZealException;
import io.zeal.cache.CacheMeters.Meter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Loaded values that could not be stored. Each is counted. The first whose cause does not pass by
 * itself is logged, since its key would otherwise be loaded with every call and nobody told.
 */
final class StoreFailures {

  private static final Logger LOG = System.getLogger(StoreFailures.class.getPackageName());

  private final String cache;
  private final CacheMeters meters;
  private final AtomicBoolean logged = new AtomicBoolean();

  StoreFailures(String cache, CacheMeters meters) {
    this.cache = cache;
    this.meters = meters;
  }

  /** Counts it, and says why if it is the first that has a reason to be said. */
  void add(String key, Throwable error) {
    meters.count(Meter.STORE_FAILURES);
    if (!isPassing(error) && logged.compareAndSet(false, true)) {
      LOG.log(
          Level.WARNING,
          () ->
              Text.where(cache, key)
                  + ": a loaded value was returned and not cached: "
                  + reason(error)
                  + " Further ones are counted as storeFailures, not logged.");
    }
  }

  /** Messages of ours hold no value; those of others may. */
  private static String reason(Throwable error) {
    return error instanceof ZealException
        ? String.valueOf(error.getMessage())
        : error.getClass().getName() + ".";
  }

  /** Whether it is over once the backend is back, and told by other calls until then. */
  private static boolean isPassing(Throwable error) {
    return error instanceof BackendUnavailableException
        || error instanceof OperationTimeoutException
        || error instanceof CircuitOpenException
        || error instanceof OperationInterruptedException
        || error instanceof ZealClosedException;
  }
}
