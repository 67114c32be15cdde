package io.zeal.cache;

import io.zeal.BackendUnavailableException;
import io.zeal.Outcome;
import io.zeal.ZealClosedException;
import io.zeal.ZealException;
import io.zeal.cache.FileTierException.Reason;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The files of one cache, as its shelf uses them: entries by key, and the cache's numbers as marks
 * of the log, so that what was invalidated stays so over a restart.
 *
 * <p>A put that the disk refuses is no error here: the shelf has memory. A removal or an
 * invalidation that cannot be made to hold is one.
 */
final class CacheFiles implements AutoCloseable {

  private static final String EPOCH = "epoch";
  private static final String FLOOR = "floor";
  private static final String STAMP = "t";

  private final FileTier tier;

  /** Whether something was put that the files refused, so that memory alone may have it. */
  private volatile boolean refused;

  CacheFiles(FileTier tier) {
    this.tier = tier;
  }

  /**
   * Takes up the numbers of the cache's last life. Without an epoch there was none, or nobody knows
   * any more: the new one makes invalid whatever entries there are. With one, no mark is missing: a
   * log of which a mark may be lost is lost as a whole.
   */
  void restore(LocalNumbers numbers) {
    Map<String, FileTier.Mark> marks = tier.marks();
    FileTier.Mark epoch = marks.get(EPOCH);
    if (epoch == null) {
      epoch(numbers.epoch(), numbers.number());
      return;
    }
    long highest = epoch.second();
    for (FileTier.Mark mark : marks.values()) {
      highest = Math.max(highest, mark.second());
    }
    numbers.restore(epoch.first(), highest);
    marks.forEach((name, mark) -> {
      if (name.startsWith(STAMP)) {
        numbers.stamp(TagHash.parse(name.substring(STAMP.length())), mark.second());
      }
    });
    FileTier.Mark floor = marks.get(FLOOR);
    if (floor != null) {
      numbers.raiseFloor(floor.second());
    }
  }

  /** What is there; nothing once the files are closed. */
  Optional<FileTier.Stored> get(String key) {
    try {
      return tier.get(key);
    } catch (FileTierException e) {
      return Optional.empty();
    }
  }

  boolean isCurrent(String key, long sequence) {
    return tier.isCurrent(key, sequence);
  }

  /** Whether the files have it now; if not, they have nothing under the key. */
  boolean put(String key, byte[] bytes, long expireAtMillis) {
    try {
      var _ = tier.put(key, bytes, expireAtMillis);
      return true;
    } catch (FileTierException e) {
      refused = true;
      remove(key);
      return false;
    }
  }

  /** Why the files did not take an entry of so many bytes, and what to do. */
  String whyNot(String key, int bytes) {
    LogSettings settings = tier.settings();
    int most = settings.largestRecord() - LogRecord.HEADER_BYTES - Text.utf8(key).length;
    return bytes > most
        ? "the files take "
            + most
            + ", a quarter of zeal.cache.file-bytes ("
            + settings.maxBytes()
            + " bytes) less what they keep free. Nothing is cached under the key now. Raise"
            + " zeal.cache.file-bytes."
        : "its files could not be written. Nothing is cached under the key now. Free the disk, or"
            + " raise zeal.cache.entry-bytes.";
  }

  void remove(String key) {
    holding(
        "The removal",
        () -> {
          var _ = tier.remove(key);
        });
  }

  /**
   * Remembers a stamp; drops all of them for one floor if there are too many. One invalidation at a
   * time: a floor must not drop what another thread has stamped since.
   */
  void stamp(TagHash tag, long stamp, LocalNumbers numbers) {
    try {
      tier.mark(STAMP + tag.text(), 0, stamp);
    } catch (FileTierException e) {
      if (e.reason() != Reason.TOO_LARGE) {
        throw unheld("The invalidation", e);
      }
      floor(numbers);
    }
  }

  /** Makes invalid whatever has a tag, and forgets all stamps. */
  private void floor(LocalNumbers numbers) {
    long floor = numbers.next();
    numbers.raiseFloor(floor);
    holding(
        "The invalidation",
        () -> {
          tier.mark(FLOOR, 0, floor);
          tier.marks()
              .forEach((name, mark) -> {
                if (name.startsWith(STAMP) && mark.second() <= floor) {
                  tier.unmark(name);
                }
              });
        });
  }

  /** Ends everything; what comes is of {@code epoch}. One invalidation at a time. */
  void clear(long epoch, long number) {
    holding("The clear", tier::clear);
    epoch(epoch, number);
  }

  private void epoch(long epoch, long number) {
    holding(
        "The clear",
        () -> {
          tier.mark(EPOCH, epoch, number);
          tier.mark(FLOOR, 0, 0); // so that there is always room for it
        });
  }

  private static void holding(String what, Runnable call) {
    try {
      call.run();
    } catch (FileTierException e) {
      throw unheld(what, e);
    }
  }

  private static ZealException unheld(String what, FileTierException cause) {
    if (cause.reason() == Reason.CLOSED) {
      return new ZealClosedException("The cache was closed while it was changed.");
    }
    return new BackendUnavailableException(
        what
            + " holds in memory, and the files of the cache could not be told: "
            + cause.getMessage()
            + ". Until they can, an old value may come back after a restart: free the disk, or"
            + " delete the directory.",
        Outcome.UNKNOWN,
        cause);
  }

  long count() {
    return tier.count();
  }

  /** Whether they have all that was put and neither removed nor invalidated. */
  boolean isComplete() {
    FileTierStats stats = tier.stats();
    return !refused && stats.evicted() == 0 && stats.damaged() == 0;
  }

  /** Reclaims what expired. */
  void sweep() {
    var _ = tier.sweep();
  }

  /** Reclaims what expired and what {@code dead} says nobody can be served. */
  void sweep(Predicate<byte[]> dead) {
    var _ = tier.sweep(stored -> dead.test(stored.bytes()));
  }

  /** Numbers for the statistics. */
  Map<String, Long> numbers() {
    FileTierStats stats = tier.stats();
    Map<String, Long> numbers = new HashMap<>();
    numbers.put("entriesInFiles", stats.count());
    numbers.put("fileBytes", stats.bytes());
    numbers.put("fileLiveBytes", stats.liveBytes());
    numbers.put("fileEvictions", stats.evicted());
    numbers.put("fileDamaged", stats.damaged());
    numbers.put("fileFailedWrites", stats.failedWrites());
    return numbers;
  }

  @Override
  public void close() {
    tier.close();
  }
}
