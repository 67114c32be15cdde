package io.zeal.proofs.kill;

import io.zeal.CapacityException;
import io.zeal.Entry;
import io.zeal.Store;
import io.zeal.proofs.BrokenPromiseException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** One thread's calls: what it begins and what returns goes into the journal. */
final class Traffic {

  private static final int CROWD_KEYS = 160;
  private static final int BRIEF_KEYS = 90;
  private static final int LONGEST_BRIEF_MILLIS = 50;

  private final Tables tables;
  private final Journal.Hand journal;
  private final int slot;
  private final int hand;
  private final Random random;

  Traffic(Tables tables, Journal.Hand journal, int slot, int hand, Random random) {
    this.tables = tables;
    this.journal = journal;
    this.slot = slot;
    this.hand = hand;
    this.random = random;
  }

  /**
   * Looks what has become of what the life before was doing when it ended; begins from there.
   *
   * @throws BrokenPromiseException if an acknowledged state is not there
   */
  void takeUp() {
    for (int i = 0; i < Journal.OWN; i++) {
      Journal.Tally tally = journal.own(i);
      long found = settled(tables, Tables.own(slot, hand, i), tally);
      tally.setBegun(found);
      tally.setReturned(found);
    }
  }

  /** The number of the state of a key of one hand: the last one that was acknowledged or begun. */
  static long settled(Tables tables, String key, Journal.Tally tally) {
    Optional<Card> found = tables.rows.get(key);
    for (long state : new long[] {tally.begun(), tally.returned()}) {
      if (found.equals(state(key, state))) {
        return state;
      }
    }
    throw new BrokenPromiseException(
        "Key %s is %s; acknowledged was %s, begun %s"
            .formatted(key, found, state(key, tally.returned()), state(key, tally.begun())));
  }

  /** What a key is in a state: absent in the first one and in every third. */
  static Optional<Card> state(String key, long number) {
    long mixed = Card.mix(number * 31 + key.hashCode());
    return number == 0 || Math.floorMod(mixed, 3) == 0
        ? Optional.empty()
        : Optional.of(Card.of(mixed));
  }

  void act(Act act) {
    journal.setUnderWay(act.code());
    switch (act) {
      case OWN -> own(random.nextInt(Journal.OWN));
      case ADD -> add(random.nextInt(Journal.TOTALS));
      case PATCH -> {
        boolean _ = tables.rows.patch(total(), Card.of(random.nextLong()).toPatch());
      }
      case TOUCH -> {
        boolean _ = tables.rows.touch(total());
      }
      case RACE_PUT -> racePut(random.nextInt(Journal.RACES));
      case RACE_REMOVE -> raceRemove(random.nextInt(Journal.RACES));
      case COUNTER -> count(journal.counter(false), tables.plain::increment);
      case WINDOW -> count(journal.counter(true), tables.windowed::increment);
      case READ -> read();
      case COUNT -> counts();
      case BRIEF -> brief();
      case CROWD -> crowd();
      case SWEPT -> swept();
      case CLEAR -> tables.swept.clear();
      case OPEN, CLOSE -> throw new IllegalStateException(act + " is no call of an open store");
    }
    journal.setUnderWay(0);
    journal.called();
  }

  private String total() {
    return Tables.total(random.nextInt(Journal.TOTALS));
  }

  private Card card() {
    return Card.of(random.nextLong());
  }

  private void own(int number) {
    String key = Tables.own(slot, hand, number);
    Journal.Tally tally = journal.own(number);
    long state = tally.returned() + 1;
    Optional<Card> from = state(key, tally.returned());
    Optional<Card> to = state(key, state);
    tally.setBegun(state);
    boolean wasAsExpected = from.isPresent() ? change(key, from.get(), to) : begin(key, to);
    if (!wasAsExpected) {
      throw new BrokenPromiseException(
          "Key %s was not %s any more: now %s".formatted(key, from, tables.rows.get(key)));
    }
    tally.setReturned(state);
  }

  private boolean change(String key, Card from, Optional<Card> to) {
    if (to.isEmpty()) {
      return random.nextBoolean() ? tables.rows.remove(key) : tables.rows.remove(key, from);
    }
    return switch (random.nextInt(3)) {
      case 0 -> tables.rows.patch(key, to.get().toPatch());
      case 1 -> tables.rows.replace(key, from, to.get());
      default -> {
        tables.rows.put(key, to.get());
        yield true;
      }
    };
  }

  private boolean begin(String key, Optional<Card> to) {
    if (to.isEmpty()) {
      return !tables.rows.remove(key);
    }
    if (random.nextBoolean()) {
      return tables.rows.putIfAbsent(key, to.get());
    }
    tables.rows.put(key, to.get());
    return true;
  }

  private void add(int number) {
    count(journal.total(number), () -> tables.rows.increment(Tables.total(number), "total", 1L));
  }

  /** Something that adds one. */
  private interface Adding {
    long add();
  }

  private static void count(Journal.Tally tally, Adding adding) {
    tally.begin();
    long sum = adding.add();
    if (sum < 1) {
      throw new BrokenPromiseException("One was added, and the sum is " + sum);
    }
    tally.returned(true);
  }

  private void racePut(int number) {
    Journal.Tally tally = journal.racePuts(number);
    tally.begin();
    tally.returned(tables.rows.putIfAbsent(Tables.race(number), card()));
  }

  private void raceRemove(int number) {
    Journal.Tally tally = journal.raceRemoves(number);
    tally.begin();
    tally.returned(tables.rows.remove(Tables.race(number)));
  }

  private void read() {
    switch (random.nextInt(8)) {
      case 0 -> readPages(tables.rows, Tables.ROWS);
      case 1 -> readPages(tables.brief, Tables.BRIEF_ROWS);
      case 2 -> readPages(tables.crowd, Tables.CROWD_ROWS);
      case 3 -> readPages(tables.swept, Tables.SWEPT_ROWS);
      case 4 -> requireWhole(tables.rows, Tables.race(random.nextInt(Journal.RACES)));
      default -> requireWhole(tables.rows, total());
    }
  }

  private static void readPages(Store<Card> store, int limit) {
    List<Entry<Card>> page = store.page("", limit);
    for (Entry<Card> entry : page) {
      requireWhole(store, entry.key(), entry.value());
    }
  }

  private static void requireWhole(Store<Card> store, String key) {
    store.get(key).ifPresent(card -> requireWhole(store, key, card));
  }

  /** Refuses a card whose columns are of more than one. */
  static void requireWhole(Store<Card> store, String key, Card card) {
    if (!card.isWhole()) {
      throw new BrokenPromiseException(
          "Store %s, key %s: a row that nobody wrote: %s".formatted(store.name(), key, card));
    }
  }

  private void counts() {
    requireAtMost(tables.rows, Tables.ROWS);
    requireAtMost(tables.brief, Tables.BRIEF_ROWS);
    requireAtMost(tables.crowd, Tables.CROWD_ROWS);
    requireAtMost(tables.swept, Tables.SWEPT_ROWS);
  }

  private static void requireAtMost(Store<Card> store, long most) {
    long count = store.count();
    // Writers are under way, each of which may have counted its row already or not yet.
    long under = (long) Tables.SLOTS * Journal.HANDS;
    if (count < -under || count > most + under) {
      throw new BrokenPromiseException(
          "Store %s of %d rows counts %d".formatted(store.name(), most, count));
    }
  }

  private void brief() {
    String key = "brief-" + random.nextInt(BRIEF_KEYS);
    try {
      switch (random.nextInt(8)) {
        case 0 -> {
          long _ = tables.brief.increment(key, "total", 1L);
        }
        case 1 -> {
          boolean _ = tables.brief.patch(key, card().toPatch());
        }
        case 2 -> {
          boolean _ = tables.brief.touch(key);
        }
        case 3 -> {
          boolean _ = tables.brief.remove(key);
        }
        case 4 -> requireWhole(tables.brief, key);
        case 5 ->
            tables.brief.put(
                key, card(), Duration.ofMillis(1 + random.nextInt(LONGEST_BRIEF_MILLIS)));
        default -> tables.brief.put(key, card());
      }
    } catch (CapacityException e) {
      // Full of rows that have not expired.
    }
  }

  private void crowd() {
    String key = "crowd-" + random.nextInt(CROWD_KEYS);
    switch (random.nextInt(8)) {
      case 0 -> {
        long _ = tables.crowd.increment(key, "total", 1L);
      }
      case 1 -> {
        boolean _ = tables.crowd.patch(key, card().toPatch());
      }
      case 2 -> {
        boolean _ =
            tables.crowd.touch(key, Duration.ofMillis(1 + random.nextInt(LONGEST_BRIEF_MILLIS)));
      }
      case 3 -> {
        boolean _ = tables.crowd.remove(key);
      }
      case 4 -> requireWhole(tables.crowd, key);
      case 5 ->
          tables.crowd.put(
              key, card(), Duration.ofMillis(1 + random.nextInt(LONGEST_BRIEF_MILLIS)));
      default -> tables.crowd.put(key, card());
    }
  }

  private void swept() {
    String key = "swept-" + random.nextInt(Tables.SWEPT_ROWS);
    if (random.nextInt(4) == 0) {
      boolean _ = tables.swept.remove(key);
    } else {
      tables.swept.put(key, card());
    }
  }
}
