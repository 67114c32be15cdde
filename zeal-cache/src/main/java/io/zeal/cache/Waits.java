package io.zeal.cache;

import io.zeal.Cached;
import io.zeal.ErrorCode;
import io.zeal.LoaderFailedException;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.OperationTimeoutException.Stage;
import io.zeal.ZealClosedException;
import io.zeal.ZealException;
import io.zeal.cache.CacheMeters.Meter;
import io.zeal.cache.Loads.Order;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lets callers wait for flights, each as long as it likes, and tells them how those ended. */
final class Waits {

  private final String cache;
  private final CacheMeters meters;
  private final Supplier<ZealClosedException> closedError;

  Waits(String cache, CacheMeters meters, Supplier<ZealClosedException> closedError) {
    this.cache = cache;
    this.meters = meters;
    this.closedError = closedError;
  }

  /** The end of a flight whose Zeal was closed; what a loader throws is never one. */
  static final class Closed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Closed() {
      super("closed", null, false, false);
    }
  }

  /**
   * Waits for the value.
   *
   * @param stale what may be served instead; null for nothing
   */
  <T> Cached.Hit<T> await(
      Flight<T> flight, Order<T> order, Cached.@Nullable Hit<T> stale, Patience patience) {
    startAwaiting(flight, order.key());
    try {
      return awaitNoted(flight, order, stale, patience);
    } finally {
      stopAwaiting(flight);
    }
  }

  /**
   * Notes that the current thread's loader, if it runs one, is about to wait; refuses a wait that
   * would never end.
   */
  void startAwaiting(Flight<?> flight, RowKey key) {
    Flight<?> current = Loads.current();
    if (current != null && !current.startAwaiting(flight)) {
      throw recursion(key);
    }
  }

  void stopAwaiting(Flight<?> flight) {
    Flight<?> current = Loads.current();
    if (current != null) {
      current.stopAwaiting(flight);
    }
  }

  /** As {@link #await}, after {@link #startAwaiting}. */
  <T> Cached.Hit<T> awaitNoted(
      Flight<T> flight, Order<T> order, Cached.@Nullable Hit<T> stale, Patience patience) {
    try {
      T value = flight.result().get(patience.leftNanos(stale != null), TimeUnit.NANOSECONDS);
      return new Cached.Hit<>(value, false);
    } catch (TimeoutException e) {
      if (stale != null) {
        return served(stale);
      }
      throw late(order, e);
    } catch (ExecutionException e) {
      if (stale != null && !(e.getCause() instanceof Closed)) {
        return served(stale);
      }
      throw loadError(order.key(), e.getCause());
    } catch (InterruptedException e) {
      throw interrupted(order.key(), e);
    }
  }

  /**
   * Waits until a flight of another type is over, however it ends.
   *
   * @return what is served stale because that takes too long; null if it is over: look again
   */
  <T> Cached.@Nullable Hit<T> awaitEnd(
      Flight<?> flight, Order<T> order, Cached.@Nullable Hit<T> stale, Patience patience) {
    startAwaiting(flight, order.key());
    try {
      flight.result().get(patience.leftNanos(stale != null), TimeUnit.NANOSECONDS);
      return null;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Closed) {
        throw closedError.get();
      }
      return null;
    } catch (TimeoutException e) {
      if (stale != null) {
        return served(stale);
      }
      throw late(order, e);
    } catch (InterruptedException e) {
      throw interrupted(order.key(), e);
    } finally {
      stopAwaiting(flight);
    }
  }

  private <T> Cached.Hit<T> served(Cached.Hit<T> stale) {
    meters.count(Meter.STALE_SERVED);
    return new Cached.Hit<>(stale.value(), true);
  }

  /** Serves what is stale, since a load has just failed. */
  <T> Cached.Hit<T> throttled(Cached.Hit<T> stale) {
    meters.count(Meter.LOADS_THROTTLED);
    return served(stale);
  }

  LoaderFailedException recursion(RowKey key) {
    return new LoaderFailedException(
        ErrorCode.LOADER_RECURSION,
        where(key)
            + ": its loader asks for the key itself, directly or through other loaders. Load other"
            + " keys from it, or compute the value in the loader.");
  }

  private OperationInterruptedException interrupted(RowKey key, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new OperationInterruptedException(
        where(key) + ": interrupted while its load was awaited; the load goes on.", null, cause);
  }

  private OperationTimeoutException late(Order<?> order, TimeoutException cause) {
    return new OperationTimeoutException(
        Stage.LOADER,
        where(order.key())
            + ": its loader did not return within the hard timeout of "
            + order.options().hardTimeout()
            + "; the load goes on, and its value will be cached. Raise"
            + " CacheOptions.withHardTimeout, or serve stale values with withMaxStale. If it never"
            + " ends: remove(key) lets the next call load; let the loader give up at"
            + " LoadContext.deadline.",
        null,
        cause);
  }

  /** What a caller is told of a load that failed; an error of its own for each. */
  private ZealException loadError(RowKey key, @Nullable Throwable cause) {
    if (cause instanceof Closed) {
      return closedError.get();
    }
    if (cause instanceof LoaderFailedException failed
        && failed.code().equals(ErrorCode.LOADER_RECURSION.id())) {
      return new LoaderFailedException(
          ErrorCode.LOADER_RECURSION,
          where(key)
              + ": its loader failed by recursion: a loader asks for a key whose load waits for it;"
              + " the causes name the keys of the circle. Nothing was cached.",
          cause);
    }
    return new LoaderFailedException(
        ErrorCode.LOADER_FAILED,
        where(key)
            + ": its loader threw "
            + (cause == null ? "nothing" : cause.getClass().getName())
            + "; its message is in the cause. Nothing was cached; the next call loads anew.",
        cause);
  }

  private String where(RowKey key) {
    return Text.where(cache, key.key());
  }
}
