package io.zeal.cache;

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
    return bytes.length == EPOCH_BYTES ? ByteBuffer.wrap(bytes).getLong() : 0;
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
      raise(tag, control.epoch(), added.bits(), 0);
    }
    // Else the epoch has just changed, and nothing of before is valid anyway.
  }

  /**
   * Makes the stamp at least {@code number}, under {@code epoch} or a later one. A stamp that this
   * makes lives for {@code ttlMillis}, 0 for as long as the server keeps it.
   */
  private void raise(TagHash tag, long epoch, long number, long ttlMillis) {
    String rowKey = Keys.of(tag);
    for (int i = 0; i < ATTEMPTS; i++) {
      Row stamp = rows.rows().get(rowKey).orElse(null);
      if (stamp != null && epoch(stamp) == epoch && EntryRows.number(stamp) >= number) {
        return;
      }
      if (stamp != null && epoch(stamp) != epoch && control().epoch() != epoch) {
        return; // the stamp may be of a later epoch than ours, in which nothing of ours is valid
      }
      Write<Row> write =
          stamp == null
              ? put(rowKey, epoch, number, ttlMillis, new Condition.Absent<>())
              : put(rowKey, epoch, number, Write.KEEP, new Condition.RowEquals<>(stamp));
      if (rows.applies(write)) {
        return;
      }
    }
    // So many others raise it all the time that it cannot be won: give up all of the cache instead.
    renew();
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
    long ttl = lifeMillis > Draft.LONGEST_MILLIS / 2 ? 0 : 2 * lifeMillis;
    List<Write<Row>> touches = new ArrayList<>();
    boolean made = false;
    for (TagHash tag : tags) {
      Reading<Row> stamp = stamps.get(Keys.of(tag));
      if (stamp == null || epoch(stamp.value()) != control.epoch()) {
        raise(tag, control.epoch(), control.number(), ttl);
        made = true;
      } else if (endsBefore(stamp, lifeMillis)) {
        touches.add(new Write.Touch<>(Keys.of(tag), ttl, new Condition.Present<>()));
      }
    }
    if (!touches.isEmpty()) {
      rows.rows().writeAll(touches);
    }
    if (made) {
      raiseIfMoved(tags, control, ttl);
    }
  }

  private static boolean endsBefore(Reading<Row> stamp, long lifeMillis) {
    Optional<Duration> left = stamp.remaining();
    return left.isPresent() && (lifeMillis == 0 || left.get().toMillis() < lifeMillis);
  }

  /**
   * A stamp that was made with the number of a moment ago would be too low if the tag was
   * invalidated since and the server lost that stamp at once.
   */
  private void raiseIfMoved(Collection<TagHash> tags, Control before, long ttlMillis) {
    Control now = control();
    if (now.epoch() == before.epoch() && now.number() > before.number()) {
      tags.forEach(tag -> raise(tag, now.epoch(), now.number(), ttlMillis));
    }
  }
}
