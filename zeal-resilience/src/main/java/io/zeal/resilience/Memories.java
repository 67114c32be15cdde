package io.zeal.resilience;

import io.zeal.spi.RowMapper;
import io.zeal.spi.StoreSpec;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/** What was last read, by store: whoever writes a store finds what others remember of it. */
final class Memories {

  /** More types of record than one store is opened with; each has a memory of its own. */
  private static final int TYPES = 16;

  private final ResilienceSettings settings;
  private final LongSupplier nanoTime;
  private final Map<String, OfStore> byStore = new ConcurrentHashMap<>();
  private final AtomicLong answers = new AtomicLong();

  Memories(ResilienceSettings settings, LongSupplier nanoTime) {
    this.settings = settings;
    this.nanoTime = nanoTime;
  }

  OfStore of(String store) {
    return byStore.computeIfAbsent(store, _ -> new OfStore());
  }

  /** Scripts say by name what they may have changed. */
  void forget(Collection<String> stores) {
    stores.forEach(store -> of(store).forgetAll());
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /** A read was answered by what was remembered. */
  void countAnswer() {
    answers.incrementAndGet();
  }

  long answers() {
    return answers.get();
  }

  long rows() {
    return byStore.values().stream().flatMap(OfStore::lastReads).mapToLong(LastReads::rows).sum();
  }

  long bytes() {
    return byStore.values().stream().flatMap(OfStore::lastReads).mapToLong(LastReads::bytes).sum();
  }

  /**
   * One store's. A read takes a ticket before it is sent; what it brings is remembered only if no
   * own write of that key ended since, so that no write can be followed by the memory of the row
   * before it.
   */
  final class OfStore {

    private static final int STRIPES = 64;

    private final AtomicLongArray writes = new AtomicLongArray(STRIPES);
    private final AtomicLong clears = new AtomicLong();
    private final Map<RowMapper<?>, LastReads<?>> byType = new ConcurrentHashMap<>();

    /** Empty for one type of record too many. */
    @SuppressWarnings("unchecked") // equal mappers build the same rows, so R is the same
    <R> Optional<LastReads<R>> lastReads(StoreSpec<R> spec) {
      if (byType.size() >= TYPES && !byType.containsKey(spec.mapper())) {
        return Optional.empty();
      }
      return Optional.of(
          (LastReads<R>)
              byType.computeIfAbsent(
                  spec.mapper(), _ -> new LastReads<>(spec, settings, nanoTime, this)));
    }

    /** Both only go up, and so does their sum. */
    long ticket(String key) {
      return writes.get(stripe(key)) + clears.get();
    }

    void forget(String key) {
      writes.incrementAndGet(stripe(key));
      byType.values().forEach(reads -> reads.forget(key));
    }

    void forgetAll() {
      clears.incrementAndGet();
      byType.values().forEach(LastReads::forgetAll);
    }

    private java.util.stream.Stream<LastReads<?>> lastReads() {
      return byType.values().stream();
    }

    private static int stripe(String key) {
      return Math.floorMod(key.hashCode() * 0x9E3779B9, STRIPES);
    }
  }
}
