package io.zeal.cache;

import io.zeal.BulkResult;
import io.zeal.CapacityException;
import io.zeal.ErrorCode;
import io.zeal.Reading;
import io.zeal.Row;
import io.zeal.Stats;
import io.zeal.ZealException;
import io.zeal.cache.CacheMeters.Meter;
import io.zeal.spi.Condition;
import io.zeal.spi.Write;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A cache that this instance alone has: memory, and below it the files, which hold everything.
 *
 * <p>A change goes to the log of the files first and then to memory, both under the lock of the
 * key's stripe: for each key memory holds the log's latest or nothing. Reads take no lock. What is
 * found in the files alone is put into memory under the lock, if the files still say the same.
 *
 * <p>A loaded value is stored under the lock too, if its flight was not superseded: who changes the
 * key supersedes the flight after the change and before giving the lock back, so the value is
 * either replaced or refused.
 *
 * <p>One invalidation runs at a time, under a lock of its own: the numbers in the heap and the
 * marks in the files change together, or a restart would believe other ones.
 */
final class LocalShelf implements Shelf {

  private static final int STRIPES = 64;

  private final EntryRows memory;
  private final @Nullable CacheFiles files;
  private final LocalNumbers numbers;
  private final EntryReader reader;
  private final CacheMeters meters;
  private final InstantSource clock;
  private final Function<Stats, Map<String, Long>> memoryNumbers;

  /** Whether a tag was invalidated since the last sweep. */
  private volatile boolean tagged;

  private final ReentrantLock invalidating = new ReentrantLock();
  private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

  /**
   * A shelf over both tiers.
   *
   * @param memoryNumbers what the backend says of the memory tier, in its statistics
   */
  LocalShelf(
      EntryRows memory,
      @Nullable CacheFiles files,
      LocalNumbers numbers,
      EntryReader reader,
      CacheMeters meters,
      InstantSource clock,
      Function<Stats, Map<String, Long>> memoryNumbers) {
    this.memory = memory;
    this.files = files;
    this.numbers = numbers;
    this.reader = reader;
    this.meters = meters;
    this.clock = clock;
    this.memoryNumbers = memoryNumbers;
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new ReentrantLock();
    }
  }

  @Override
  public Found find(RowKey key) {
    Ticket ticket = numbers.ticket();
    return orInFiles(inMemory(key, ticket), key, ticket);
  }

  @Override
  public Found findFresh(RowKey key) {
    Ticket ticket = numbers.ticket();
    return orInFiles(freshInMemory(key, ticket), key, ticket);
  }

  private Found orInFiles(Found.@Nullable Live inMemory, RowKey key, Ticket ticket) {
    Found.Live live = inMemory == null ? inFiles(key, ticket) : inMemory;
    return live == null ? new Found.Nothing(ticket) : live;
  }

  /**
   * Asks the backend for the bytes alone, which are copied once then and not three times. Where an
   * entry may be stale, its life is asked for after all.
   */
  private Found.@Nullable Live freshInMemory(RowKey key, Ticket ticket) {
    Optional<byte[]> bytes = memory.rows().bytes(key.text(), EntryRows.BYTES);
    if (bytes.isEmpty()) {
      return null;
    }
    Entry entry = valid(reader.readOwn(bytes.get(), key));
    if (entry == null) {
      return null;
    }
    return entry.maxStaleMillis() > 0
        ? inMemory(key, ticket)
        : new Found.Live(entry, Tier.MEMORY, Found.FRESH, ticket);
  }

  private Found.@Nullable Live inMemory(RowKey key, Ticket ticket) {
    Optional<Reading<Row>> row = memory.read(key.text());
    if (row.isEmpty()) {
      return null;
    }
    Entry entry = valid(reader.readOwn(EntryRows.bytes(row.get().value()), key));
    if (entry == null) {
      return null;
    }
    long remaining = row.get().remaining().map(Duration::toMillis).orElse(Found.FOREVER);
    return new Found.Live(entry, Tier.MEMORY, Found.fresh(remaining, entry), ticket);
  }

  private @Nullable Entry valid(@Nullable Entry entry) {
    return entry != null && numbers.isValid(entry) ? entry : null;
  }

  private Found.@Nullable Live inFiles(RowKey key, Ticket ticket) {
    if (files == null) {
      return null;
    }
    Optional<FileTier.Stored> stored = files.get(key.text());
    if (stored.isEmpty()) {
      return null;
    }
    Entry entry = valid(reader.read(stored.get().bytes(), key));
    if (entry == null) {
      return null;
    }
    long remaining = remaining(stored.get());
    if (remaining < 0) {
      return null;
    }
    promote(key, stored.get(), remaining);
    return new Found.Live(entry, Tier.FILE, Found.fresh(remaining, entry), ticket);
  }

  private long remaining(FileTier.Stored stored) {
    return stored.expireAtMillis() == 0 ? Found.FOREVER : stored.expireAtMillis() - clock.millis();
  }

  /** Puts into memory what the files alone had, unless it was changed meanwhile. */
  private void promote(RowKey key, FileTier.Stored stored, long remaining) {
    if (files == null || stored.bytes().length > memory.mostBytes()) {
      return;
    }
    ReentrantLock stripe = stripe(key);
    if (!stripe.tryLock()) {
      return; // somebody changes the key, or one like it; there will be another read
    }
    try {
      if (files.isCurrent(key.text(), stored.sequence())) {
        toMemory(key, stored.bytes(), remaining == Found.FOREVER ? 0 : Math.max(1, remaining));
      }
    } catch (ZealException e) {
      // Memory has no room; the value was found all the same.
    } finally {
      stripe.unlock();
    }
  }

  private void toMemory(RowKey key, byte[] bytes, long ttlMillis) {
    memory.rows().write(memory.put(key.text(), bytes, 0, ttlMillis, new Condition.Always<>()));
  }

  private ReentrantLock stripe(RowKey key) {
    int hash = key.text().hashCode() * 0x9E3779B9;
    return stripes[hash >>> 26];
  }

  @Override
  public BulkResult<Found> findAll(Collection<RowKey> keys) {
    return each(keys, key -> key, this::find);
  }

  /** One call for each, its error beside the others' results. */
  private static <I, V> BulkResult<V> each(
      Collection<I> items, Function<I, RowKey> key, Function<I, V> call) {
    Map<String, V> values = new LinkedHashMap<>();
    Map<String, ZealException> failures = new LinkedHashMap<>();
    for (I item : items) {
      try {
        values.put(key.apply(item).key(), call.apply(item));
      } catch (ZealException e) {
        failures.put(key.apply(item).key(), e);
      }
    }
    return new BulkResult<>(values, failures);
  }

  @Override
  public void put(RowKey key, Draft draft, Consumer<RowKey> changed) {
    boolean _ =
        change(
            key,
            changed,
            () -> {
              store(key, draft, numbers.ticket());
              return true;
            });
  }

  /** Makes a change under the lock of the key's stripe. */
  private boolean change(RowKey key, Consumer<RowKey> changed, BooleanSupplier change) {
    ReentrantLock stripe = stripe(key);
    stripe.lock();
    try {
      return change.getAsBoolean();
    } finally {
      changed.accept(key);
      stripe.unlock();
    }
  }

  @Override
  public BulkResult<Boolean> putAll(Map<RowKey, Draft> drafts, Consumer<RowKey> changed) {
    return each(
        drafts.entrySet(),
        Map.Entry::getKey,
        entry -> {
          put(entry.getKey(), entry.getValue(), changed);
          return true;
        });
  }

  @Override
  public BulkResult<Boolean> fillAll(Collection<Fill> fills) {
    return each(fills, Fill::key, this::fill);
  }

  @Override
  public Standing standing(Ticket ticket, Collection<TagHash> tags) {
    return numbers.isValid(ticket.epoch(), ticket.number(), tags)
        ? Standing.VALID
        : Standing.INVALID;
  }

  private boolean fill(Fill fill) {
    ReentrantLock stripe = stripe(fill.key());
    stripe.lock();
    try {
      if (!fill.wanted().getAsBoolean()) {
        return false;
      }
      store(fill.key(), fill.draft(), fill.ticket());
      return true;
    } finally {
      stripe.unlock();
    }
  }

  /** Under the stripe's lock. */
  private void store(RowKey key, Draft draft, Ticket ticket) {
    byte[] bytes = EntryForm.encode(draft.toEntry(key, ticket, clock.millis()));
    long physical = draft.physicalMillis();
    if (toTiers(key, bytes, physical) == Tier.FILE) {
      meters.count(Meter.SPILLS);
    }
  }

  /**
   * Puts it into the files and into memory, and answers the fastest tier that has it. Whatever
   * fails, memory has nothing older afterwards: the files may have the new value by then, or have
   * been told that the old one is gone.
   */
  private Tier toTiers(RowKey key, byte[] bytes, long physicalMillis) {
    boolean inMemory = false;
    try {
      boolean inFiles = toFiles(key, bytes, physicalMillis);
      inMemory = fits(key, bytes, physicalMillis, inFiles);
    } finally {
      if (!inMemory) {
        removeFromMemory(key);
      }
    }
    return inMemory ? Tier.MEMORY : Tier.FILE;
  }

  /** Whether memory took it; if not, the files have it. */
  private boolean fits(RowKey key, byte[] bytes, long physicalMillis, boolean inFiles) {
    if (bytes.length > memory.mostBytes()) {
      if (!inFiles) {
        throw tooLong(key, bytes.length);
      }
      return false;
    }
    try {
      toMemory(key, bytes, physicalMillis);
      return true;
    } catch (CapacityException e) {
      if (!inFiles) {
        throw e;
      }
      return false;
    }
  }

  /**
   * Whether the files have it. If they cannot take it, they are told that what they have is gone.
   */
  private boolean toFiles(RowKey key, byte[] bytes, long physicalMillis) {
    if (files == null) {
      return false;
    }
    long expireAt = physicalMillis == 0 ? 0 : expireAt(physicalMillis);
    return files.put(key.text(), bytes, expireAt);
  }

  private long expireAt(long physicalMillis) {
    long now = clock.millis();
    return physicalMillis > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + physicalMillis;
  }

  private void removeFromMemory(RowKey key) {
    memory.rows().write(new Write.Remove<>(key.text(), new Condition.Always<>()));
  }

  private CapacityException tooLong(RowKey key, int length) {
    return new CapacityException(
        ErrorCode.VALUE_TOO_LONG,
        Text.where(memory.cache(), key.key())
            + ": a value of "
            + length
            + " bytes fits into no tier: memory takes "
            + memory.mostBytes()
            + " bytes (zeal.cache.entry-bytes), and "
            + (files == null
                ? "there is no file tier. Nothing is cached under the key now. Raise"
                    + " zeal.cache.entry-bytes, or set zeal.cache.directory."
                : files.whyNot(key.text(), length)));
  }

  @Override
  public boolean remove(RowKey key, Consumer<RowKey> changed) {
    return change(key, changed, () -> remove(key));
  }

  /** Under the stripe's lock. */
  private boolean remove(RowKey key) {
    boolean fresh = find(key) instanceof Found.Live live && live.isFresh();
    try {
      if (files != null) {
        files.remove(key.text());
      }
    } finally {
      removeFromMemory(key); // also where the files cannot be made to hold it: it holds here
    }
    return fresh;
  }

  @Override
  public boolean expire(RowKey key, Consumer<RowKey> changed) {
    return change(key, changed, () -> expire(key));
  }

  /** Under the stripe's lock. */
  private boolean expire(RowKey key) {
    if (!(find(key) instanceof Found.Live live) || !live.isFresh()) {
      return false;
    }
    long left = live.entry().maxStaleMillis() - 1;
    if (left < 1) {
      return remove(key);
    }
    try {
      var _ = toTiers(key, EntryForm.encode(live.entry()), left);
    } catch (CapacityException e) {
      // Neither tier has room for what is stale; then nothing is there, which is not fresh either.
    }
    return true;
  }

  @Override
  public void removeTag(TagHash tag) {
    invalidating.lock();
    try {
      invalidate(tag);
    } finally {
      invalidating.unlock();
    }
  }

  /** Under the lock of invalidations. */
  private void invalidate(TagHash tag) {
    long stamp = numbers.next();
    try {
      if (files != null) {
        files.stamp(tag, stamp, numbers);
      }
    } finally {
      numbers.stamp(tag, stamp);
      tagged = true;
    }
  }

  @Override
  public void clear() {
    invalidating.lock();
    try {
      beginEpoch();
    } finally {
      invalidating.unlock();
    }
    if (memory.canClear()) {
      memory.rows().clear(); // for the space: it is all invalid already
    }
  }

  /** Under the lock of invalidations. */
  private void beginEpoch() {
    long epoch = LocalNumbers.randomEpoch();
    try {
      if (files != null) {
        files.clear(epoch, numbers.number());
      }
    } finally {
      numbers.epoch(epoch);
    }
  }

  @Override
  public long count() {
    if (files == null) {
      return memory.rows().count();
    }
    // As long as the files lost nothing, all that memory has is in them too.
    return files.isComplete() ? files.count() : files.count() + memory.rows().count();
  }

  @Override
  public void sweep() {
    if (files == null) {
      return;
    }
    if (tagged) {
      tagged = false;
      files.sweep(this::isDead); // reads every value: only where it may find something
    } else {
      files.sweep();
    }
  }

  private boolean isDead(byte[] bytes) {
    return !(EntryForm.decode(bytes) instanceof Entry entry) || !numbers.isValid(entry);
  }

  @Override
  public Map<String, Long> numbers(Supplier<Stats> backend) {
    Map<String, Long> numbers = new HashMap<>(memoryNumbers.apply(backend.get()));
    if (memory.canCount()) {
      numbers.put("entriesInMemory", memory.rows().count());
    }
    if (files != null) {
      numbers.putAll(files.numbers());
    }
    return numbers;
  }

  @Override
  public void close() {
    if (files != null) {
      files.close();
    }
  }
}
