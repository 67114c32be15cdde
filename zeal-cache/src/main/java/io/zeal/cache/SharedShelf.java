package io.zeal.cache;

import io.zeal.BulkResult;
import io.zeal.CapacityException;
import io.zeal.Column;
import io.zeal.ErrorCode;
import io.zeal.Reading;
import io.zeal.Row;
import io.zeal.Stats;
import io.zeal.ZealException;
import io.zeal.cache.Entry.Kind;
import io.zeal.cache.SharedNumbers.Changed;
import io.zeal.cache.SharedNumbers.Control;
import io.zeal.cache.SharedNumbers.Numbered;
import io.zeal.cache.Stamps.Kept;
import io.zeal.spi.Condition;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A cache that others share: entries, the control row and the stamps of tags are rows of one store.
 *
 * <p>A look reads the entry, the control row and the count of this instance's own changes ({@link
 * Marks}) in one trip; a tagged entry takes a second, for the stamps. Each row of an entry has a
 * random version. A loaded value is stored only in place of the version that the look before its
 * load saw, or of nothing if that has expired meanwhile, and {@code remove} leaves a tombstone: so
 * a load that began before a change, in whatever process, does not undo it. A tombstone lives for
 * {@link #TOMBSTONE}; a load that took nearly as long is not stored at all.
 */
final class SharedShelf implements Shelf {

  /** How long a removal is remembered. */
  static final Duration TOMBSTONE = Duration.ofMinutes(5);

  /** A part of it, since clocks do not run at one speed. */
  private static final long LONGEST_LOAD_NANOS = TOMBSTONE.toNanos() / 10 * 9;

  /** How often a change is made anew because another one came first. */
  private static final int ATTEMPTS = SharedNumbers.ATTEMPTS;

  private final EntryRows rows;
  private final SharedNumbers numbers;
  private final Stamps stamps;
  private final EntryReader reader;
  private final InstantSource clock;
  private volatile boolean endless;

  SharedShelf(EntryRows rows, EntryReader reader, InstantSource clock) {
    this.rows = rows;
    this.numbers = new SharedNumbers(rows, clock);
    this.stamps = new Stamps(rows, numbers);
    this.reader = reader;
    this.clock = clock;
  }

  @Override
  public Found find(RowKey key) {
    BulkResult<Found> found = findAll(List.of(key));
    for (ZealException failure : found.failures().values()) {
      throw failure;
    }
    return found.values().values().iterator().next();
  }

  /**
   * Asks for the rows (entry, control row, and the count of own changes where there is one) without
   * their lives: a command less for each, still one trip. Where an entry may be stale, its life is
   * asked for after all.
   */
  @Override
  public Found findFresh(RowKey key) {
    Numbered<Row> now = numbers.get(List.of(key.text()));
    for (ZealException failure : now.read().failures().values()) {
      throw failure;
    }
    Row row = now.read().values().get(key.text());
    Lying lying = row == null ? Lying.NOTHING : lying(row, Found.FRESH, key);
    if (lying.entry != null && lying.entry.maxStaleMillis() > 0) {
      return find(key);
    }
    return found(lying, now.control(), stamps(List.of(lying), now.control()));
  }

  @Override
  public BulkResult<Found> findAll(Collection<RowKey> keys) {
    Numbered<Reading<Row>> now = numbers.read(keys.stream().map(RowKey::text).toList());
    BulkResult<Reading<Row>> read = now.read();
    Map<RowKey, Lying> lying = new LinkedHashMap<>();
    Map<String, ZealException> failures = new LinkedHashMap<>();
    for (RowKey key : keys) {
      ZealException failure = read.failures().get(key.text());
      if (failure == null) {
        lying.put(key, lying(read.values().get(key.text()), key));
      } else {
        failures.put(key.key(), failure);
      }
    }
    Map<String, Reading<Row>> stamps = stamps(lying.values(), now.control());
    Map<String, Found> found = new LinkedHashMap<>();
    lying.forEach((key, it) -> found.put(key.key(), found(it, now.control(), stamps)));
    return new BulkResult<>(found, failures);
  }

  /** A row as it lies there, whatever it is worth. */
  private record Lying(@Nullable Entry entry, long remainingMillis, long version) {

    static final Lying NOTHING = new Lying(null, 0, Ticket.NOTHING);

    boolean hasTags() {
      return entry != null && !entry.tags().isEmpty();
    }
  }

  private Lying lying(@Nullable Reading<Row> row, RowKey key) {
    if (row == null) {
      return Lying.NOTHING;
    }
    long remaining = row.remaining().map(Duration::toMillis).orElse(Found.FOREVER);
    return lying(row.value(), remaining, key);
  }

  private Lying lying(Row row, long remaining, RowKey key) {
    return new Lying(reader.read(EntryRows.bytes(row), key), remaining, EntryRows.number(row));
  }

  private Map<String, Reading<Row>> stamps(Collection<Lying> lying, Control control) {
    Set<String> wanted = new LinkedHashSet<>();
    for (Lying one : lying) {
      if (one.entry != null && one.hasTags() && one.entry.epoch() == control.epoch()) {
        one.entry.tags().forEach(tag -> wanted.add(Keys.of(tag)));
      }
    }
    if (wanted.isEmpty()) {
      return Map.of();
    }
    Numbered<Reading<Row>> now = numbers.readWhole(wanted);
    return now.control().epoch() == control.epoch() ? now.read().values() : Map.of();
  }

  private static Found found(Lying lying, Control control, Map<String, Reading<Row>> stamps) {
    Ticket ticket = new Ticket(control.epoch(), control.number(), lying.version);
    Entry entry = lying.entry;
    if (entry == null
        || entry.kind() == Kind.TOMBSTONE
        || entry.epoch() != control.epoch()
        || !Stamps.areValid(entry, stamps)) {
      return new Found.Nothing(ticket);
    }
    return new Found.Live(entry, Tier.SHARED, Found.fresh(lying.remainingMillis, entry), ticket);
  }

  @Override
  public void put(RowKey key, Draft draft, Consumer<RowKey> changed) {
    for (ZealException failure : putAll(Map.of(key, draft), changed).failures().values()) {
      throw failure;
    }
  }

  @Override
  public BulkResult<Boolean> putAll(Map<RowKey, Draft> drafts, Consumer<RowKey> changed) {
    try {
      return putUntilHeld(drafts);
    } finally {
      drafts.keySet().forEach(changed);
    }
  }

  /** Again where the epoch has ended meanwhile, or where others changed one of the tags. */
  private BulkResult<Boolean> putUntilHeld(Map<RowKey, Draft> drafts) {
    Batch batch = new Batch(List.of());
    for (int i = 0; i < ATTEMPTS; i++) {
      Kept kept;
      try {
        kept = i == 0 && tags(drafts.values()).isEmpty() ? known() : keep(drafts.values());
      } catch (ZealException e) {
        throw i == 0 ? Failed.before(e) : again(e);
      }
      Control control = kept.control();
      Ticket ticket = new Ticket(control.epoch(), control.number(), Ticket.NOTHING);
      batch = new Batch(kept.writes());
      for (Map.Entry<RowKey, Draft> entry : drafts.entrySet()) {
        batch.add(entry.getKey(), entry.getValue(), ticket, new Condition.Always<>());
      }
      if (batch.change(control)) {
        BulkResult<Boolean> result = withoutOlder(batch, ticket);
        return i == 0 ? result : again(result);
      }
    }
    return batch.result();
  }

  /** Makes gone what was under the keys of values that the backend did not take (K1.13). */
  private BulkResult<Boolean> withoutOlder(Batch batch, Ticket ticket) {
    BulkResult<Boolean> result = batch.result();
    if (batch.refused.isEmpty()) {
      return result;
    }
    Map<String, ZealException> failures = new LinkedHashMap<>(result.failures());
    boolean answers = true; // else each key would wait for the backend anew
    for (Map.Entry<RowKey, CapacityException> refused : batch.refused.entrySet()) {
      RowKey key = refused.getKey();
      boolean isGone = false;
      try {
        isGone = answers && forget(key, ticket);
      } catch (ZealException e) {
        answers = false;
      }
      failures.put(key.key(), refused(key, refused.getValue(), isGone));
    }
    return new BulkResult<>(result.values(), failures);
  }

  private CapacityException refused(RowKey key, CapacityException error, boolean isGone) {
    return Failed.notTaken(
        error,
        Text.where(rows.cache(), key.key())
            + ": the backend does not take the value. "
            + (isGone
                ? "Nothing is cached under the key now."
                : "What was cached under the key may still be there, since the removal failed too:"
                    + " remove it once the backend takes changes."));
  }

  /** Without a tombstone where the backend has no room for that either. */
  private boolean forget(RowKey key, Ticket ticket) {
    List<Write<Row>> ways =
        List.of(
            tombstone(key, ticket, new Condition.Always<>()),
            new Write.Remove<>(key.text(), new Condition.Always<>()));
    for (Write<Row> way : ways) {
      try {
        applies(ticket, way);
        return true;
      } catch (CapacityException e) {
        // The other way takes no room.
      }
    }
    return false;
  }

  /** What failed now was done before, and may be there. */
  private static BulkResult<Boolean> again(BulkResult<Boolean> result) {
    Map<String, ZealException> failures = new LinkedHashMap<>();
    result.failures().forEach((key, error) -> failures.put(key, again(error)));
    return new BulkResult<>(result.values(), failures);
  }

  private static ZealException again(ZealException error) {
    return Failed.behind(
        error, "It was stored, had to be stored again since others changed the same, and was not:");
  }

  /** Enough for entries without tags, whose number nobody asks for. */
  private Kept known() {
    return new Kept(numbers.known(), List.of());
  }

  @Override
  public BulkResult<Boolean> fillAll(Collection<Fill> fills) {
    List<Fill> wanted = new ArrayList<>();
    Map<String, Boolean> skipped = new LinkedHashMap<>();
    long now = System.nanoTime();
    for (Fill fill : fills) {
      if (fill.wanted().getAsBoolean() && now - fill.startedNanos() < LONGEST_LOAD_NANOS) {
        wanted.add(fill);
      } else {
        skipped.put(fill.key().key(), false);
      }
    }
    List<Draft> tagged =
        wanted.stream().map(Fill::draft).filter(draft -> !draft.tags().isEmpty()).toList();
    Batch batch = new Batch(tagged.isEmpty() ? List.of() : keep(tagged).writes());
    for (Fill fill : wanted) {
      batch.add(fill, EntryRows.unchangedSince(fill.ticket().version()));
    }
    boolean kept = batch.store();
    for (int i = 0; !kept && i < SharedNumbers.ATTEMPTS; i++) {
      kept = new Batch(keep(tagged).writes()).store(); // others changed the tags: again, alone
    }
    BulkResult<Boolean> stored = batch.result();
    BulkResult<Boolean> second = fillExpired(wanted, stored);
    skipped.putAll(stored.values());
    skipped.putAll(second.values());
    Map<String, ZealException> failures = new LinkedHashMap<>(stored.failures());
    failures.putAll(second.failures());
    skipped.keySet().removeAll(failures.keySet());
    return new BulkResult<>(skipped, failures);
  }

  /**
   * Stores what did not replace the entry that its look saw, if there is nothing by now: that entry
   * has expired, for a removal would have left a tombstone.
   */
  private BulkResult<Boolean> fillExpired(List<Fill> wanted, BulkResult<Boolean> first) {
    Batch batch = new Batch(List.of());
    for (Fill fill : wanted) {
      boolean isSkipped = Boolean.FALSE.equals(first.values().get(fill.key().key()));
      if (isSkipped && fill.ticket().version() != Ticket.NOTHING && fill.wanted().getAsBoolean()) {
        batch.add(fill, new Condition.Absent<>());
      }
    }
    var _ = batch.store();
    return batch.result();
  }

  private static Set<TagHash> tags(Collection<Draft> drafts) {
    Set<TagHash> tags = new LinkedHashSet<>();
    drafts.forEach(draft -> tags.addAll(draft.tags()));
    return tags;
  }

  @Override
  public Standing standing(Ticket ticket, Collection<TagHash> tags) {
    return stamps.standing(ticket, tags);
  }

  /** The numbers now; sees to the stamps of the drafts' tags. */
  private Kept keep(Collection<Draft> drafts) {
    long life = 1;
    for (Draft draft : drafts) {
      if (!draft.tags().isEmpty()) {
        life = draft.lifeMillis() == 0 || life == 0 ? 0 : Math.max(life, draft.physicalMillis());
      }
    }
    return stamps.keep(tags(drafts), life);
  }

  /** Entries that are stored with one call, and what becomes of each. */
  private final class Batch {

    private final List<Write<Row>> stampWrites;
    private final List<RowKey> keys = new ArrayList<>();
    private final List<Write<Row>> writes = new ArrayList<>();
    private final Map<String, Boolean> values = new LinkedHashMap<>();
    private final Map<String, ZealException> failures = new LinkedHashMap<>();
    private final Map<RowKey, CapacityException> refused = new LinkedHashMap<>();

    /** Along with these of stamps. */
    Batch(List<Write<Row>> stampWrites) {
      this.stampWrites = stampWrites;
    }

    void add(Fill fill, Condition<Row> condition) {
      add(fill.key(), fill.draft(), fill.ticket(), condition);
    }

    void add(RowKey key, Draft draft, Ticket ticket, Condition<Row> condition) {
      byte[] bytes = EntryForm.encode(draft.toEntry(key, ticket, clock.millis()));
      keys.add(key);
      if (bytes.length <= rows.mostBytes()) {
        if (draft.physicalMillis() == 0) {
          endless = true;
        }
        writes.add(rows.put(key.text(), bytes, newVersion(), draft.physicalMillis(), condition));
      } else {
        failures.put(key.key(), tooLong(key, bytes.length));
        writes.add(tombstone(key, ticket, condition)); // what was there is older
      }
    }

    /** Stores what was loaded, which counts as no change; whether the stamps are kept. */
    boolean store() {
      List<Write<Row>> all = all();
      return all.isEmpty() || collect(rows.rows().writeAll(all));
    }

    /** Stores what was put; whether that holds. */
    boolean change(Control under) {
      Changed changed = numbers.change(under, all());
      return collect(changed.results()) && changed.held();
    }

    private List<Write<Row>> all() {
      List<Write<Row>> all = new ArrayList<>(writes);
      all.addAll(stampWrites);
      return all;
    }

    /** Whether the stamps are as they have to be. */
    private boolean collect(List<WriteResult> results) {
      for (int i = 0; i < keys.size(); i++) {
        String key = keys.get(i).key();
        switch (results.get(i)) {
          case WriteResult.Failed(ZealException error) -> {
            failures.putIfAbsent(key, error);
            if (error instanceof CapacityException capacity) {
              refused.put(keys.get(i), capacity);
            }
          }
          case WriteResult.Skipped skipped -> values.put(key, false);
          case WriteResult.Applied applied -> values.put(key, true);
          case WriteResult.Added added -> throw new IllegalStateException("a put that added");
        }
      }
      List<WriteResult> ofStamps = results.subList(keys.size(), results.size());
      for (WriteResult result : ofStamps) {
        if (result instanceof WriteResult.Failed(ZealException error)) {
          ZealException told =
              Failed.behind(error, "Stored, and the stamp of a tag could not be, so it is a miss:");
          keys.forEach(key -> failures.putIfAbsent(key.key(), told));
        }
      }
      return ofStamps.stream().noneMatch(WriteResult.Skipped.class::isInstance);
    }

    BulkResult<Boolean> result() {
      values.keySet().removeAll(failures.keySet());
      return new BulkResult<>(values, failures);
    }
  }

  private CapacityException tooLong(RowKey key, int length) {
    return new CapacityException(
        ErrorCode.VALUE_TOO_LONG,
        Text.where(rows.cache(), key.key())
            + ": a value of "
            + length
            + " bytes is longer than an entry may be, "
            + rows.mostBytes()
            + " bytes (zeal.cache.entry-bytes). Nothing is cached under the key now. "
            + (length <= Column.LARGEST
                ? "Raise zeal.cache.entry-bytes, which may be " + Column.LARGEST + "."
                : "More than "
                    + Column.LARGEST
                    + " bytes are not possible here: cache it in parts, or something shorter."));
  }

  private static long newVersion() {
    long version = ThreadLocalRandom.current().nextLong();
    return version == Ticket.NOTHING ? 1 : version;
  }

  private Write<Row> tombstone(RowKey key, Ticket ticket, Condition<Row> condition) {
    Entry entry =
        new Entry(
            Kind.TOMBSTONE,
            true,
            0,
            clock.millis(),
            0,
            ticket.epoch(),
            ticket.number(),
            List.of(),
            key.original(),
            Entry.NOTHING);
    return rows.put(
        key.text(), EntryForm.encode(entry), newVersion(), TOMBSTONE.toMillis(), condition);
  }

  @Override
  public boolean remove(RowKey key, Consumer<RowKey> changed) {
    try {
      return remove(key);
    } catch (ZealException e) {
      throw Failed.before(e);
    } finally {
      changed.accept(key);
    }
  }

  private boolean remove(RowKey key) {
    for (int i = 0; i < ATTEMPTS; i++) {
      Found found = find(key);
      Ticket ticket = ticket(found);
      if (applies(ticket, tombstone(key, ticket, EntryRows.unchangedSince(ticket.version())))) {
        return found instanceof Found.Live live && live.isFresh();
      }
    }
    // Others change it all the time; whether there was an entry at that instant is anybody's guess.
    Ticket ticket = ticket(find(key));
    applies(ticket, tombstone(key, ticket, new Condition.Always<>()));
    return true;
  }

  /** Makes a change that holds in whatever epoch, and counts it. */
  private boolean applies(Ticket ticket, Write<Row> write) {
    Control under = new Control(ticket.epoch(), 0);
    return switch (numbers.change(under, List.of(write)).results().getFirst()) {
      case WriteResult.Failed(ZealException error) -> throw error;
      case WriteResult.Applied applied -> true;
      case WriteResult.Skipped skipped -> false;
      case WriteResult.Added added -> throw new IllegalStateException("a put that added");
    };
  }

  private static Ticket ticket(Found found) {
    return switch (found) {
      case Found.Live live -> live.ticket();
      case Found.Nothing nothing -> nothing.ticket();
      case Found.Unknown unknown -> throw unknown.cause();
    };
  }

  @Override
  public boolean expire(RowKey key, Consumer<RowKey> changed) {
    try {
      return expire(key);
    } catch (ZealException e) {
      throw Failed.before(e);
    } finally {
      changed.accept(key);
    }
  }

  private boolean expire(RowKey key) {
    for (int i = 0; i < ATTEMPTS; i++) {
      if (!(find(key) instanceof Found.Live live) || !live.isFresh()) {
        return false;
      }
      long left = live.entry().maxStaleMillis() - 1;
      if (left < 1) {
        return remove(key);
      }
      Write<Row> stale =
          rows.put(
              key.text(),
              EntryForm.encode(live.entry()),
              newVersion(),
              left,
              EntryRows.unchangedSince(live.ticket().version()));
      if (applies(live.ticket(), stale)) {
        return true;
      }
    }
    return remove(key); // others change it all the time
  }

  @Override
  public void removeTag(TagHash tag) {
    try {
      stamps.invalidate(tag);
    } catch (ZealException e) {
      throw Failed.before(e);
    }
  }

  @Override
  public void clear() {
    numbers.renew();
    if (rows.canClear()) {
      try {
        rows.rows().clear(); // for the space: it is all invalid already
      } catch (ZealException e) {
        throw Failed.behind(e, "The cache is cleared, and its entries may still take space:");
      }
    }
  }

  @Override
  public long count() {
    return Math.max(0, rows.rows().count() - numbers.rowCount());
  }

  /** Servers expire rows by themselves, and {@code clear} freed what it could. */
  @Override
  public void sweep() {}

  @Override
  public boolean hasEndless() {
    return endless;
  }

  @Override
  public Map<String, Long> numbers(Supplier<Stats> backend) {
    return Map.of();
  }

  @Override
  public void close() {}
}
