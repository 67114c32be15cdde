package io.zeal.proofs.kill;

import io.zeal.CapacityException;
import io.zeal.Entry;
import io.zeal.OperationTimeoutException;
import io.zeal.OperationTimeoutException.Stage;
import io.zeal.Outcome;
import io.zeal.Store;
import io.zeal.proofs.BrokenPromiseException;
import java.util.List;
import java.util.Optional;

/**
 * Reads and writes everything while another process stands still in the middle of something: reads
 * wait for nobody, a write ends at its deadline if the row or bucket it wants is held, and has not
 * happened.
 */
final class Prober {

  /** How many rows a process can hold that stands still: each hand one. */
  private static final int MOST_HELD = Journal.HANDS;

  private static final int NEW_KEYS = 8;

  private final Tables tables;
  private final Journal.Hand journal;
  private final int slot;
  private long round;
  private long checks;
  private long heldRows;
  private long blocked;

  Prober(Tables tables, Journal.Hand journal, int slot) {
    this.tables = tables;
    this.journal = journal;
    this.slot = slot;
  }

  /** Answers read or written, rows that were held, and new rows that could not come. */
  record Seen(long checks, long heldRows, long blocked) {}

  /** Everything once. */
  Seen probe() {
    round++;
    checks = 0;
    heldRows = 0;
    blocked = 0;
    readAll();
    changeRows();
    bringRows();
    bringIntoFull();
    readAll();
    return new Seen(checks, heldRows, blocked);
  }

  private void readAll() {
    for (Store<Card> store : List.of(tables.rows, tables.brief, tables.crowd, tables.swept)) {
      long _ = store.count();
      for (Entry<Card> entry : store.page("", Tables.ROWS)) {
        Traffic.requireWhole(store, entry.key(), entry.value());
        store.get(entry.key()).ifPresent(card -> Traffic.requireWhole(store, entry.key(), card));
        checks++;
      }
    }
    long _ = tables.plain.get();
    long _ = tables.windowed.get();
  }

  /** Something that may meet what is held. */
  private interface Writing {
    void write();
  }

  /** Whether it happened; if it did not, it says so as it has to. */
  private boolean happens(Writing writing) {
    checks++;
    try {
      writing.write();
      return true;
    } catch (OperationTimeoutException e) {
      if (e.stage() != Stage.ROW || !e.outcome().equals(Optional.of(Outcome.NOT_SENT))) {
        throw new BrokenPromiseException("A write ended in " + e, e);
      }
      return false;
    }
  }

  private void changeRows() {
    int held = 0;
    for (int i = 0; i < Journal.TOTALS; i++) {
      Journal.Tally tally = journal.total(i);
      String key = Tables.total(i);
      if (tables.rows.contains(key)) {
        tally.begin();
        boolean happened = happens(() -> requirePositive(tables.rows.increment(key, "total", 1L)));
        tally.returned(happened);
        held += happened ? 0 : 1;
      }
    }
    for (int i = 0; i < Journal.OWN; i++) {
      held += changeOwn(i) ? 0 : 1;
    }
    if (held > MOST_HELD) {
      throw new BrokenPromiseException(
          held + " rows are held by a process of " + MOST_HELD + " threads");
    }
    heldRows += held;
  }

  private static void requirePositive(long sum) {
    if (sum < 1) {
      throw new BrokenPromiseException("One was added, and the sum is " + sum);
    }
  }

  /**
   * Rows of its own, which the other one never touches: false if one is there and cannot change.
   */
  private boolean changeOwn(int number) {
    String key = Tables.own(slot, 0, number);
    Journal.Tally tally = journal.own(number);
    if (Traffic.state(key, tally.returned()).isEmpty()) {
      return true;
    }
    Optional<Card> next = Traffic.state(key, tally.returned() + 1);
    tally.setBegun(tally.returned() + 1);
    boolean happened =
        happens(() -> {
          if (next.isPresent()) {
            tables.rows.put(key, next.get());
          } else {
            boolean _ = tables.rows.remove(key);
          }
        });
    if (happened) {
      tally.setReturned(tally.begun());
    } else {
      tally.setBegun(tally.returned());
    }
    return happened;
  }

  /** Some bucket may be held, but not all. */
  private void bringRows() {
    int absent = 0;
    int came = 0;
    for (int i = 0; i < Journal.OWN; i++) {
      String key = Tables.own(slot, 0, i);
      Journal.Tally tally = journal.own(i);
      if (Traffic.state(key, tally.returned()).isEmpty()) {
        long state = tally.returned() + 1;
        while (Traffic.state(key, state).isEmpty()) {
          state++;
        }
        Card card = Traffic.state(key, state).orElseThrow();
        absent++;
        tally.setBegun(state);
        if (happens(() -> tables.rows.put(key, card))) {
          came++;
          tally.setReturned(state);
        } else {
          tally.setBegun(tally.returned());
        }
      }
    }
    blocked += absent - came;
    if (absent > MOST_HELD + 1 && came == 0) {
      throw new BrokenPromiseException("No row of " + absent + " can come");
    }
  }

  private void bringIntoFull() {
    for (Store<Card> store : List.of(tables.brief, tables.crowd, tables.swept)) {
      for (int i = 0; i < NEW_KEYS; i++) {
        String key = store.name().equals("swept") ? "swept-" + i : "probe-" + round + "-" + i;
        try {
          if (!happens(() -> store.put(key, Card.of(round)))) {
            blocked++;
            break; // each costs a deadline
          }
        } catch (CapacityException e) {
          checks++;
        }
      }
    }
  }
}
