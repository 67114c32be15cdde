package io.zeal.cache;

import io.zeal.Reading;
import io.zeal.Row;
import io.zeal.ZealException;
import io.zeal.cache.SharedNumbers.Control;
import io.zeal.cache.SharedNumbers.Numbered;
import io.zeal.spi.Condition;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The stamps of a shared cache's tags, as rows beside its entries: the epoch that a stamp is of,
 * and the number of the tag's last invalidation. An entry is valid only if each of its tags has a
 * stamp that is not above its own number; so a stamp may be lost, and expires with its entries.
 *
 * <p>A stamp that is not there is made in two steps, because the tag may be invalidated just then:
 * first one that is above everything, and then, with the number that the cache has by now, the one
 * that counts. An invalidation that finds no stamp leaves none; it came before the first step, and
 * its number is in the second. One that finds a stamp writes other random bytes, and the second
 * step fails and is made anew.
 */
final class Stamps {

  /** A stamp's epoch and random bytes, which tell one writing of it from the next. */
  private static final int BYTES = 16;

  /** The number of a stamp that does not count yet: nothing is valid under it. */
  private static final long UNCONFIRMED = Long.MAX_VALUE;

  private final EntryRows rows;
  private final SharedNumbers numbers;

  Stamps(EntryRows rows, SharedNumbers numbers) {
    this.rows = rows;
    this.numbers = numbers;
  }

  /**
   * What entries can be stored with.
   *
   * @param control the numbers of now
   * @param writes what to write along with the entries so that their stamps are as they have to be;
   *     where one is skipped, somebody else changed the tag
   */
  record Kept(Control control, List<Write<Row>> writes) {}

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

  /** As {@link #areValid}, of what is not stored yet. */
  Shelf.Standing standing(Ticket ticket, Collection<TagHash> tags) {
    Numbered<Reading<Row>> now = numbers.readWhole(tags.stream().map(Keys::of).toList());
    if (now.control().epoch() != ticket.epoch()) {
      return Shelf.Standing.INVALID;
    }
    Shelf.Standing standing = Shelf.Standing.VALID;
    for (TagHash tag : tags) {
      Reading<Row> stamp = now.read().values().get(Keys.of(tag));
      if (stamp == null
          || epoch(stamp.value()) != ticket.epoch()
          || EntryRows.number(stamp.value()) == UNCONFIRMED) {
        standing = Shelf.Standing.UNKNOWN;
      } else if (EntryRows.number(stamp.value()) > ticket.number()) {
        return Shelf.Standing.INVALID;
      }
    }
    return standing;
  }

  private static long epoch(Row row) {
    byte[] bytes = EntryRows.bytes(row);
    return bytes.length == BYTES ? ByteBuffer.wrap(bytes).getLong() : 0;
  }

  /**
   * Makes sure that each tag has a stamp that outlives an entry; two trips fewer where they have.
   *
   * @param lifeMillis how long the entry is kept, 0 for no expiry
   */
  Kept keep(Collection<TagHash> tags, long lifeMillis) {
    List<String> keys = tags.stream().map(Keys::of).toList();
    Map<String, Row> before = Map.of();
    for (int i = 0; i < SharedNumbers.ATTEMPTS; i++) {
      Numbered<Reading<Row>> now = numbers.readWhole(keys);
      Round round = new Round(now.control(), before, lifeMillis);
      keys.forEach(key -> round.look(key, now.read().values().get(key)));
      if (!round.goesOn) {
        return new Kept(now.control(), round.last);
      }
      round.make();
      before = round.seen;
    }
    numbers.renew(); // others change them all the time: give up all of the cache instead
    return new Kept(numbers.control(), List.of());
  }

  /** One look at all of them. What an earlier round saw was there before this one's numbers. */
  private final class Round {

    private final Control control;
    private final Map<String, Row> before;
    private final long lifeMillis;

    /** What the next round may take for older than its numbers. */
    private final Map<String, Row> seen = new HashMap<>();

    private final List<Write<Row>> first = new ArrayList<>();
    private final List<Write<Row>> last = new ArrayList<>();
    private boolean goesOn;

    Round(Control control, Map<String, Row> before, long lifeMillis) {
      this.control = control;
      this.before = before;
      this.lifeMillis = lifeMillis;
    }

    void look(String key, @Nullable Reading<Row> stamp) {
      if (stamp == null) {
        begin(key, null);
        return;
      }
      Row row = stamp.value();
      Row known = before.get(key);
      boolean isOlder = known != null && known.equals(row);
      long number = EntryRows.number(row);
      if (epoch(row) != control.epoch()) {
        if (isOlder) {
          begin(key, stamp);
        } else {
          later(key, row); // it may be of a later epoch than the one read with it
        }
      } else if (number == UNCONFIRMED) {
        if (isOlder) {
          last.add(put(key, control.number(), stamp));
        }
        later(key, row, !isOlder);
      } else if (number > control.number()) {
        later(key, row);
      } else if (endsBefore(stamp, lifeMillis)) {
        last.add(put(key, number, stamp));
      }
    }

    private void later(String key, Row row) {
      later(key, row, true);
    }

    private void later(String key, Row row, boolean needed) {
      seen.put(key, row);
      goesOn |= needed;
    }

    /** The first step. */
    private void begin(String key, @Nullable Reading<Row> stamp) {
      Write.Put<Row> write = put(key, UNCONFIRMED, stamp);
      first.add(write);
      later(key, write.row());
    }

    private Write.Put<Row> put(String key, long number, @Nullable Reading<Row> stamp) {
      return Stamps.this.put(key, control.epoch(), number, ttl(stamp, lifeMillis), stamp);
    }

    void make() {
      List<WriteResult> results = first.isEmpty() ? List.of() : rows.rows().writeAll(first);
      for (WriteResult result : results) {
        if (result instanceof WriteResult.Failed(ZealException error)) {
          throw error;
        }
      }
    }
  }

  private Write.Put<Row> put(
      String key, long epoch, long number, long ttlMillis, @Nullable Reading<Row> there) {
    byte[] bytes =
        ByteBuffer.allocate(BYTES).putLong(epoch).putLong(LocalNumbers.randomEpoch()).array();
    Condition<Row> unchanged =
        there == null ? new Condition.Absent<>() : new Condition.RowEquals<>(there.value());
    return rows.put(key, bytes, number, ttlMillis, unchanged);
  }

  /**
   * Twice the life of the entry, so that the next ones need not change it; never less than it had.
   */
  private static long ttl(@Nullable Reading<Row> stamp, long lifeMillis) {
    if (stamp != null && !endsBefore(stamp, lifeMillis)) {
      return Write.KEEP;
    }
    return lifeMillis <= 0 || lifeMillis > Draft.LONGEST_MILLIS / 2 ? 0 : 2 * lifeMillis;
  }

  private static boolean endsBefore(Reading<Row> stamp, long lifeMillis) {
    Optional<Duration> left = stamp.remaining();
    return left.isPresent() && (lifeMillis == 0 || left.get().toMillis() < lifeMillis);
  }

  /** Invalidates what has the tag and was loaded before this call. */
  void invalidate(TagHash tag) {
    Control under = numbers.known();
    for (int i = 0; i < SharedNumbers.ATTEMPTS; i++) {
      Optional<Control> now = numbers.next(under);
      if (now.isPresent()) {
        raise(Keys.of(tag), now.get());
        return;
      }
      under = numbers.control();
    }
    numbers.renew();
  }

  /** Makes the stamp at least the number, if there is one: what has none is invalid. */
  private void raise(String key, Control to) {
    for (int i = 0; i < SharedNumbers.ATTEMPTS; i++) {
      Reading<Row> stamp = rows.read(key).orElse(null);
      if (stamp == null || epoch(stamp.value()) != to.epoch()) {
        return; // of a former epoch, or a later one: nothing of this one is valid under it
      }
      long there = EntryRows.number(stamp.value());
      if (there != UNCONFIRMED && there >= to.number()) {
        return;
      }
      // Counted behind the stamp: a snapshot between the two numbers would not be noticed.
      Write<Row> raised = put(key, to.epoch(), Math.max(there, to.number()), Write.KEEP, stamp);
      switch (numbers.change(to, List.of(raised)).results().getFirst()) {
        case WriteResult.Failed(ZealException error) -> throw error;
        case WriteResult.Skipped skipped -> {}
        case WriteResult.Applied applied -> {
          return;
        }
        case WriteResult.Added added -> throw new IllegalStateException("a put that added");
      }
    }
    // So many others raise it all the time that it cannot be won: give up all of the cache instead.
    numbers.renew();
  }
}
