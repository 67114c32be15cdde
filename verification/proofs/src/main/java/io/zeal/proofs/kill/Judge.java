package io.zeal.proofs.kill;

import io.zeal.CapacityException;
import io.zeal.Entry;
import io.zeal.Patch;
import io.zeal.Store;
import io.zeal.proofs.BrokenPromiseException;
import io.zeal.table.TableInspection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** Compares what is there, once nobody writes any more, with what the journals allow. */
final class Judge {

  /** Any process begins a line with it that counts what it compared. */
  static final String CHECKED = "CHECKED";

  private static final long LONGEST_BRIEF_MILLIS = 80;

  private final Tables tables;
  private final Path directory;
  private final List<Journal> journals;
  private long checks;

  private Judge(Tables tables, Path directory, List<Journal> journals) {
    this.tables = tables;
    this.directory = directory;
    this.journals = journals;
  }

  static Judge of(Tables tables, Plan plan) throws IOException {
    List<Journal> journals = new ArrayList<>();
    for (int slot = 0; slot < Tables.SLOTS; slot++) {
      journals.add(Journal.open(plan.journal(slot)));
    }
    return new Judge(tables, plan.directory(), journals);
  }

  /**
   * Reads only, and so waits for nobody, whoever died holding what.
   *
   * @throws BrokenPromiseException if anything is there that must not, or missing
   */
  private long judge() {
    checks = 0;
    count(tables.rows, Tables.ROWS);
    count(tables.crowd, Tables.CROWD_ROWS);
    count(tables.swept, Tables.SWEPT_ROWS);
    own();
    totals();
    races();
    awaitExpiry();
    if (count(tables.brief, Tables.BRIEF_ROWS) != 0) {
      throw new BrokenPromiseException("All rows of brief have expired, and some are there");
    }
    count(tables.crowd, Tables.CROWD_ROWS);
    return checks;
  }

  /**
   * Everything: as whoever died left it, then with writes to all of it, which end what was left,
   * and so must not change what a reader sees.
   */
  long judgeAll() {
    long all = judge();
    Seen before = seen();
    all += writeEverywhere();
    Seen after = seen();
    if (!after.equals(before)) {
      throw new BrokenPromiseException(
          "Ending what was left has changed what readers see: before "
              + before
              + ", then "
              + after);
    }
    return all + judge();
  }

  /** What nobody changes who ends what others left. */
  private record Seen(Map<String, Card> rows, long plain, long windowed) {}

  private Seen seen() {
    Map<String, Card> rows = new TreeMap<>();
    tables.rows.forEach(rows::put);
    return new Seen(rows, tables.plain.get(), tables.windowed.get());
  }

  private void equal(String what, long found, long least, long most) {
    checks++;
    if (found < least || found > most) {
      throw new BrokenPromiseException(
          "%s is %d; right would have been %s"
              .formatted(what, found, least == most ? "" + least : least + " to " + most));
    }
  }

  /** The count is what paging finds, and what is found by its key. */
  private long count(Store<Card> store, int most) {
    long count = store.count();
    List<Entry<Card>> page = store.page("", most + 1);
    long now = store.count();
    if (now != count) {
      // Something expired meanwhile.
      return count(store, most);
    }
    equal("Rows that paging finds in " + store.name(), page.size(), 0, most);
    equal("The count of " + store.name(), count, page.size(), page.size());
    for (Entry<Card> entry : page) {
      Traffic.requireWhole(store, entry.key(), entry.value());
      checks++;
    }
    return count;
  }

  private void own() {
    for (int slot = 0; slot < Tables.SLOTS; slot++) {
      for (int hand = 0; hand < Journal.HANDS; hand++) {
        Journal.Hand journal = journals.get(slot).hand(hand);
        for (int i = 0; i < Journal.OWN; i++) {
          long _ = Traffic.settled(tables, Tables.own(slot, hand, i), journal.own(i));
          checks++;
        }
      }
    }
  }

  /** One number of every hand. */
  private interface Choice {
    Journal.Tally of(Journal.Hand hand);
  }

  /** What came to its end for certain, and what may have. */
  private record Bounds(long least, long most) {}

  private Bounds sum(Choice choice) {
    long won = 0;
    long lost = 0;
    for (Journal journal : journals) {
      for (int hand = 0; hand < Journal.HANDS; hand++) {
        Journal.Tally tally = choice.of(journal.hand(hand));
        won += tally.won();
        lost += tally.lost();
      }
    }
    return new Bounds(won, won + lost);
  }

  private void totals() {
    for (int i = 0; i < Journal.TOTALS; i++) {
      int number = i;
      Bounds bounds = sum(hand -> hand.total(number));
      String key = Tables.total(i);
      long found = tables.rows.getLong(key, "total").orElse(0);
      equal("The sum of " + key, found, bounds.least, bounds.most);
    }
    Bounds plain = sum(hand -> hand.counter(false));
    equal("The counter", tables.plain.get(), plain.least, plain.most);
    Bounds windowed = sum(hand -> hand.counter(true));
    equal("The counter with a window", tables.windowed.get(), windowed.least, windowed.most);
  }

  private void races() {
    for (int i = 0; i < Journal.RACES; i++) {
      int number = i;
      Bounds puts = sum(hand -> hand.racePuts(number));
      Bounds removes = sum(hand -> hand.raceRemoves(number));
      long found = tables.rows.contains(Tables.race(i)) ? 1 : 0;
      equal(
          "Rows of " + Tables.race(i) + " that came minus those that went",
          found,
          puts.least - removes.most,
          puts.most - removes.least);
    }
  }

  private static void awaitExpiry() {
    long until = System.nanoTime() + Duration.ofMillis(LONGEST_BRIEF_MILLIS).toNanos();
    for (long left = 1; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Writes to every row and fills every store, so that nothing is left that a dead one holds. */
  private long writeEverywhere() {
    checks = 0;
    for (int i = 0; i < 2 * Tables.CROWD_ROWS; i++) {
      tables.crowd.put("another-" + i, Card.of(i));
      equal("The last row that came", tables.crowd.contains("another-" + i) ? 1 : 0, 1, 1);
    }
    equal("The full crowd", tables.crowd.count(), Tables.CROWD_ROWS, Tables.CROWD_ROWS);
    for (Store<Card> store : List.of(tables.rows, tables.crowd, tables.swept)) {
      for (Entry<Card> entry : store.page("", Tables.ROWS)) {
        boolean there = store.patch(entry.key(), Patch.set("total", entry.value().total()));
        equal("A row of " + store.name() + " that is there", there ? 1 : 0, 1, 1);
      }
    }
    putAndRemoveAbsent();
    fillUp(tables.brief, Tables.BRIEF_ROWS);
    tables.swept.clear();
    equal("The count of what was cleared", tables.swept.count(), 0, 0);
    fillUp(tables.swept, Tables.SWEPT_ROWS);
    return checks;
  }

  private void putAndRemoveAbsent() {
    for (int slot = 0; slot < Tables.SLOTS; slot++) {
      for (int hand = 0; hand < Journal.HANDS; hand++) {
        for (int i = 0; i < Journal.OWN; i++) {
          String key = Tables.own(slot, hand, i);
          if (tables.rows.putIfAbsent(key, Card.of(i))) {
            equal("A row that came", tables.rows.remove(key) ? 1 : 0, 1, 1);
          }
        }
      }
    }
  }

  private void fillUp(Store<Card> store, int rows) {
    for (int i = 0; i < rows; i++) {
      store.put("fill-" + i, Card.of(i), Duration.ofHours(1));
    }
    equal("The count of what is full", store.count(), rows, rows);
    try {
      store.put("one too many", Card.ZERO, Duration.ofHours(1));
      equal("Rows beyond those that there is room for in " + store.name(), 1, 0, 0);
    } catch (CapacityException e) {
      checks++;
    }
    for (int i = 0; i < rows; i++) {
      equal("A row that was put", store.remove("fill-" + i) ? 1 : 0, 1, 1);
    }
  }

  /** Looks at the structure; nobody else has anything open. */
  void inspect() {
    try {
      TableInspection.inspect(directory, Tables.COUNTERS, Card.SCHEMA, Tables.options());
    } catch (IllegalStateException e) {
      throw new BrokenPromiseException("The structure is broken: " + e.getMessage());
    }
  }
}
