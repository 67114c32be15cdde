package io.zeal.cache;

import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Row;
import io.zeal.spi.Condition;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Epoch, number and stamps of a cache that others share, as rows beside its entries.
 *
 * <p>The control row holds a random epoch and the number. Wherever it is missing (a new cache, a
 * server that lost or evicted it) a new epoch is made, under which no entry of before is valid. A
 * stamp holds the epoch it is of and the number of the last invalidation of its tag; a missing one
 * makes its entries invalid, so it may be lost as well, and expires with them.
 */
final class SharedNumbers {

  /** What the control row says. */
  record Control(long epoch, long number) {}

  private static final int EPOCH_BYTES = 8;

  /** A stamp's epoch and random bytes, which tell one writing of it from the next. */
  private static final int STAMP_BYTES = 16;

  /** Instead of a life: the stamp lives as long as it does. */
  private static final long ANY_LIFE = -1;

  private static final int ATTEMPTS = 100;

  private final EntryRows rows;

  SharedNumbers(EntryRows rows) {
    this.rows = rows;
  }

  /** What is there, or what is put there now. */
  Control control(@Nullable Row row) {
    Optional<Control> there = parsed(row);
    for (int i = 0; there.isEmpty() && i < ATTEMPTS; i++) {
      Condition<Row> same = row == null ? new Condition.Absent<>() : new Condition.RowEquals<>(row);
      Control mine = new Control(LocalNumbers.randomEpoch(), 0);
      if (rows.applies(put(Keys.CONTROL, mine.epoch(), 0, 0, same))) {
        return mine;
      }
      row = rows.rows().get(Keys.CONTROL).orElse(null);
      there = parsed(row);
    }
    return there.orElseThrow(() -> new IllegalStateException("the control row does not stay"));
  }

  Control control() {
    return control(rows.rows().get(Keys.CONTROL).orElse(null));
  }

  private static Optional<Control> parsed(@Nullable Row row) {
    if (row == null || EntryRows.bytes(row).length != EPOCH_BYTES) {
      return Optional.empty();
    }
    return Optional.of(new Control(epoch(row), EntryRows.number(row)));
  }

  private static long epoch(Row row) {
    byte[] bytes = EntryRows.bytes(row);
    return bytes.length == EPOCH_BYTES || bytes.length == STAMP_BYTES
        ? ByteBuffer.wrap(bytes).getLong()
        : 0;
  }

  private Write<Row> put(
      String rowKey, long epoch, long number, long ttlMillis, Condition<Row> condition) {
    return rows.put(rowKey, bytes(epoch), number, ttlMillis, condition);
  }

  private static byte[] bytes(long epoch) {
    return ByteBuffer.allocate(EPOCH_BYTES).putLong(epoch).array();
  }

  /** Makes everything invalid that was stored, or whose load began, before. */
  void renew() {
    rows.rows()
        .write(put(Keys.CONTROL, LocalNumbers.randomEpoch(), 0, 0, new Condition.Always<>()));
  }

  /** Whether none of the entry's tags was invalidated since its load began. */
  static boolean areValid(Entry entry, Map<String, Reading<Row>> stamps) {
    for (TagHash tag : entry.tags()) {
      Reading<Row> stamp = stamps.get(Keys.of(tag));
      if (stamp == null
          || epoch(stamp.value()) != entry.epoch()
          || EntryRows.number(stamp.value()) > entry.number()) {
        return false;
      }
    }
    return true;
  }

  /** As {@link #areValid}, of what is not stored yet; the rows are those of control and stamps. */
  static Shelf.Standing standing(
      Ticket ticket, Collection<TagHash> tags, Map<String, Reading<Row>> rows) {
    Reading<Row> control = rows.get(Keys.CONTROL);
    if (control == null || epoch(control.value()) != ticket.epoch()) {
      return Shelf.Standing.INVALID;
    }
    Shelf.Standing standing = Shelf.Standing.VALID;
    for (TagHash tag : tags) {
      Reading<Row> stamp = rows.get(Keys.of(tag));
      if (stamp == null || epoch(stamp.value()) != ticket.epoch()) {
        standing = Shelf.Standing.UNKNOWN;
      } else if (EntryRows.number(stamp.value()) > ticket.number()) {
        return Shelf.Standing.INVALID;
      }
    }
    return standing;
  }

  /** Invalidates what has the tag and was loaded before this call. */
  void invalidate(TagHash tag) {
    Control control = control();
    WriteResult next =
        rows.rows()
            .write(
                new Write.Add<>(
                    Keys.CONTROL,
                    EntryRows.NUMBER,
                    1,
                    new Condition.ColumnEquals<>(EntryRows.BYTES, bytes(control.epoch()))));
    if (next instanceof WriteResult.Added added) {
      raise(tag, control.epoch(), added.bits(), ANY_LIFE);
    }
    // Else the epoch has just changed, and nothing of before is valid anyway.
  }

  /**
   * Makes the stamp at least {@code number}, under {@code epoch} or a later one, and lets it
   * outlive an entry that is kept for {@code lifeMillis}, 0 for no expiry. Its life is never
   * shortened: whoever changes it writes other random bytes, so of two at once the second looks
   * again.
   */
  private void raise(TagHash tag, long epoch, long number, long lifeMillis) {
    String rowKey = Keys.of(tag);
    for (int i = 0; i < ATTEMPTS; i++) {
      Reading<Row> stamp = rows.rows().read(rowKey, ReadOptions.defaults()).orElse(null);
      long there = Long.MIN_VALUE;
      Condition<Row> unchanged = new Condition.Absent<>();
      if (stamp != null) {
        unchanged = new Condition.RowEquals<>(stamp.value());
        boolean same = epoch(stamp.value()) == epoch;
        there = same ? EntryRows.number(stamp.value()) : there;
        if (there >= number && !endsBefore(stamp, lifeMillis)) {
          return;
        }
        if (!same && control().epoch() != epoch) {
          return; // the stamp may be of a later epoch than ours, in which nothing of ours is valid
        }
      }
      byte[] bytes =
          ByteBuffer.allocate(STAMP_BYTES)
              .putLong(epoch)
              .putLong(LocalNumbers.randomEpoch())
              .array();
      long ttl = ttl(stamp, lifeMillis);
      if (rows.applies(rows.put(rowKey, bytes, Math.max(there, number), ttl, unchanged))) {
        return;
      }
    }
    // So many others raise it all the time that it cannot be won: give up all of the cache instead.
    renew();
  }

  /**
   * Twice the life of the entry, so that the next ones need not change it; never less than it had.
   */
  private static long ttl(@Nullable Reading<Row> stamp, long lifeMillis) {
    if (stamp != null && (lifeMillis == ANY_LIFE || !endsBefore(stamp, lifeMillis))) {
      return Write.KEEP;
    }
    return lifeMillis <= 0 || lifeMillis > Draft.LONGEST_MILLIS / 2 ? 0 : 2 * lifeMillis;
  }

  /**
   * Makes sure that each tag has a stamp that outlives an entry.
   *
   * @param lifeMillis how long the entry is kept, 0 for no expiry
   */
  void keepStamps(
      Collection<TagHash> tags,
      Control control,
      Map<String, Reading<Row>> stamps,
      long lifeMillis) {
    List<TagHash> made = new ArrayList<>();
    for (TagHash tag : tags) {
      Reading<Row> stamp = stamps.get(Keys.of(tag));
      if (stamp == null || epoch(stamp.value()) != control.epoch()) {
        raise(tag, control.epoch(), control.number(), lifeMillis);
        made.add(tag);
      } else if (endsBefore(stamp, lifeMillis)) {
        raise(tag, control.epoch(), EntryRows.number(stamp.value()), lifeMillis);
      }
    }
    if (!made.isEmpty()) {
      raiseIfMoved(made, control, lifeMillis);
    }
  }

  private static boolean endsBefore(Reading<Row> stamp, long lifeMillis) {
    Optional<Duration> left = stamp.remaining();
    return lifeMillis != ANY_LIFE
        && left.isPresent()
        && (lifeMillis == 0 || left.get().toMillis() < lifeMillis);
  }

  /**
   * A stamp that was made with the number of a moment ago would be too low if the tag was
   * invalidated since and the server lost that stamp at once. Not so one that was there: raising it
   * would end entries that nobody invalidated.
   */
  private void raiseIfMoved(Collection<TagHash> tags, Control before, long lifeMillis) {
    Control now = control();
    if (now.epoch() == before.epoch() && now.number() > before.number()) {
      tags.forEach(tag -> raise(tag, now.epoch(), now.number(), lifeMillis));
    }
  }
}
