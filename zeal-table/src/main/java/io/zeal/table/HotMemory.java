package io.zeal.table;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/**
 * What all {@link HotRows} of a backend may take off the heap together. Who asks gets no more than
 * half of what is left, so that others find something as well; what nobody uses any more is given
 * to others. Safe for concurrent use.
 */
final class HotMemory {

  /** The share of the largest heap. */
  private static final int SHARE = 8;

  /**
   * What a row has on the heap beside its texts: slots, what is known of it, key, record, a number.
   */
  private static final long ROW_BYTES = 160;

  /** So many have slots in one array. */
  private static final int MOST_ROWS = 1 << 28;

  private final long mostRows;
  private final long mostBytes;
  private final List<Taken> taken = new ArrayList<>(); // guarded by this

  private record Taken(WeakReference<HotRows<?>> by, int rows, long bytes) {}

  /**
   * Nothing taken yet.
   *
   * @param mostRows how many rows one store may have there
   */
  HotMemory(long mostRows) {
    this(mostRows, Runtime.getRuntime().maxMemory() / SHARE);
  }

  HotMemory(long mostRows, long mostBytes) {
    this.mostRows = mostRows;
    this.mostBytes = mostBytes;
  }

  /**
   * How many rows may be kept.
   *
   * @param by who keeps them; once it is garbage its memory is there again
   * @param wanted how many it could use
   * @param rowBytes how long each may be
   * @param fewest with fewer it keeps none
   */
  synchronized int rows(HotRows<?> by, long wanted, long rowBytes, int fewest) {
    taken.removeIf(known -> known.by().refersTo(null));
    for (Taken known : taken) {
      if (known.by().refersTo(by)) {
        return known.rows(); // another thread asked for it at the same time
      }
    }
    long left = mostBytes - taken.stream().mapToLong(Taken::bytes).sum();
    long each = ROW_BYTES + rowBytes;
    long rows = Math.min(Math.min(wanted, mostRows), Math.min(left / 2 / each, MOST_ROWS));
    int granted = rows < fewest ? 0 : (int) rows;
    taken.add(new Taken(new WeakReference<>(by), granted, granted * each));
    return granted;
  }
}
