package io.zeal.tiered;

import io.zeal.ColumnType;
import io.zeal.Schema;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The copies that were served last, as objects: one for each hash, of which there are about as many
 * as there may be copies, and at most {@value #MOST_PLACES}. A copy is good or not by its own
 * stamp, wherever it lies, so nothing here ever has to be removed; what it saves is decoding the
 * near level's row again for each read. Two keys of one place take it from each other, and are read
 * from the near level then. All views of a store with rows of one type share one, which takes
 * memory from its first copy on.
 */
final class HotCopies<R> {

  /** At most that many rows of a store are on the heap, each within {@code near-value-bytes}. */
  static final int MOST_PLACES = 1 << 16;

  private static final int FEWEST_PLACES = 1 << 4;

  private record Place<R>(String key, NearRow<R> copy) {}

  private final boolean shared; // rows are, between readers
  private volatile @Nullable AtomicReferenceArray<@Nullable Place<R>> places; // from the first on
  private final int shift;

  /**
   * Keeps none of a schema with bytes, whose arrays are each reader's own.
   *
   * @param entries how many copies there may be
   */
  HotCopies(Schema<R> schema, long entries) {
    int most = Math.clamp(entries, FEWEST_PLACES, MOST_PLACES);
    this.shift = Integer.numberOfLeadingZeros(most - 1);
    this.shared = schema.columns().stream().noneMatch(column -> column.type() == ColumnType.BYTES);
  }

  @Nullable NearRow<R> find(String key) {
    AtomicReferenceArray<@Nullable Place<R>> all = places;
    Place<R> place = all == null ? null : all.get(place(key));
    return place != null && place.key.equals(key) ? place.copy : null;
  }

  /** Keeps a copy that was served. */
  void keep(String key, NearRow<R> copy) {
    if (shared) {
      begun().set(place(key), new Place<>(key, copy));
    }
  }

  private AtomicReferenceArray<@Nullable Place<R>> begun() {
    AtomicReferenceArray<@Nullable Place<R>> all = places;
    return all == null ? begin() : all;
  }

  private synchronized AtomicReferenceArray<@Nullable Place<R>> begin() {
    AtomicReferenceArray<@Nullable Place<R>> all = places;
    if (all == null) {
      all = new AtomicReferenceArray<>(1 << (Integer.SIZE - shift));
      places = all;
    }
    return all;
  }

  /** How many it has place for now; none before the first is kept. */
  int places() {
    AtomicReferenceArray<?> all = places;
    return all == null ? 0 : all.length();
  }

  private int place(String key) {
    return (key.hashCode() * 0x9e37_79b9) >>> shift;
  }
}
