package io.zeal.table;

import io.zeal.table.Sweeper.Left;
import io.zeal.table.Sweeper.Swept;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a new row comes from while nothing has to give way for it: the free ones, else an expired
 * one (S9.7).
 *
 * <p>Who finds none though the store is not full waits for somebody else who is about to fill the
 * missing row or to free it. If that one stands still for {@value #STOPPED_NANOS} ns while he is
 * looked at, he is taken for stopped: his row counts as taken, and nobody waits for him again. As
 * long as it does, it is asked now and then whether his process is still there.
 */
final class Supply {

  /** Instead of a row: every place is taken by a row that has not expired. */
  static final int FULL = -1;

  /** No thread that may run takes so long from one step of a change to the next. */
  static final long STOPPED_NANOS = 200_000_000;

  /** Who did not look for so long was kept from running, and the other one perhaps as well. */
  private static final long BETWEEN_LOOKS_NANOS = 20_000_000;

  private static final int EXPIRED_AT_ONCE = 16;

  private final TableLayout layout;
  private final Intents intents;
  private final Processes processes;
  private final RowMemory rows;
  private final FreeRows free;
  private final Sweeper sweeper;
  private final boolean evicts;
  private volatile List<Missing> stopped = List.of(); // one that is lost is found again
  private volatile long askedNanos;

  Supply(TableMemory memory, Sweeper sweeper, boolean evicts) {
    this.layout = memory.layout;
    this.intents = memory.intents;
    this.processes = memory.processes;
    this.rows = memory.rows;
    this.free = memory.free;
    this.sweeper = sweeper;
    this.evicts = evicts;
  }

  /**
   * A row that nobody can have because of what somebody does to it.
   *
   * @param process whose process that is
   * @param intent where the intent begins that names it, {@link Intents#NONE} if none does
   * @param row its number
   * @param word its word
   */
  record Missing(int process, long intent, int row, long word) {

    private static Missing of(Left left) {
      return new Missing(Owner.process(left.owner()), Intents.NONE, left.row(), left.word());
    }
  }

  /**
   * A row that the caller fills; 0 if somebody is about to free one or to fill the one that was
   * missing; else {@link #FULL}.
   *
   * @throws io.zeal.CapacityException if a fresh row needs memory and there is none
   */
  int take(PreparedWrite write, Intent intent) {
    int row = intents.count() < layout.rows() ? free.claim(intent) : 0;
    if (row != 0) {
      return row;
    }
    Swept swept = sweeper.sweepSome(write.now, EXPIRED_AT_ONCE, intent);
    row = free.claim(intent);
    if (row != 0 || swept.removed() > 0) {
      return row; // without one others were faster, and there may be more
    }
    List<Missing> standing = standing();
    Optional<Missing> held =
        swept.left().stream().map(Missing::of).filter(each -> !standing.contains(each)).findAny();
    if (held.isEmpty() && (swept.left().isEmpty() || evicts) && isFull(standing)) {
      return FULL;
    }
    watch(write, held.orElse(null), standing);
    return 0;
  }

  /**
   * Whether there was a moment at which as many rows were there as may be, those counted in of
   * which the holder stands still.
   */
  boolean isFull() {
    return isFull(standing());
  }

  private boolean isFull(List<Missing> standing) {
    return intents.wereThere(layout.rows() - intents.uncounted(standing), rows, standing)
        && standing.stream().allMatch(each -> intents.isStill(each, rows));
  }

  /** Those that are known to stand still. */
  private List<Missing> standing() {
    List<Missing> known = stopped;
    if (known.isEmpty()) {
      return known;
    }
    List<Missing> still = known.stream().filter(each -> intents.isStill(each, rows)).toList();
    if (still.size() < known.size()) {
      stopped = still;
    }
    return still;
  }

  /**
   * Asks now and then whether the processes of those are still there. The caller holds nothing: it
   * takes as long as the system takes.
   */
  void askForStopped() {
    List<Missing> known = stopped;
    if (!known.isEmpty() && System.nanoTime() - askedNanos > STOPPED_NANOS) {
      askedNanos = System.nanoTime();
      known.forEach(each -> processes.probe(each.process()));
    }
  }

  /** Looks whether somebody who has a missing row stands still. */
  private void watch(PreparedWrite write, @Nullable Missing held, List<Missing> standing) {
    long now = System.nanoTime();
    Missing watched = write.missing;
    boolean isStill =
        watched != null
            && now - write.missingLookedNanos < BETWEEN_LOOKS_NANOS
            && intents.isStill(watched, rows);
    write.missingLookedNanos = now;
    if (!isStill) {
      write.missing = held != null ? held : intents.missing(rows, standing);
      write.missingSinceNanos = now;
    } else if (now - write.missingSinceNanos >= STOPPED_NANOS) {
      List<Missing> more = new ArrayList<>(standing);
      more.add(watched);
      stopped = List.copyOf(more);
      askedNanos = now;
      write.missing = null;
    }
  }
}
