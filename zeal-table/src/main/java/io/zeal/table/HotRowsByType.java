package io.zeal.table;

import io.zeal.spi.RowMapper;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * The {@link HotRows} of one store, for each way in which its rows are read: views that read the
 * same share them. Those of a view that nobody has any more go with it: a mapper may be equal to
 * itself alone, and the store be opened for every call. Safe for concurrent use.
 */
final class HotRowsByType {

  private final TableLayout layout;
  private final HotMemory memory;
  private final Map<RowMapper<?>, HotRows<?>> types = new WeakHashMap<>(); // guarded by this

  HotRowsByType(TableLayout layout, HotMemory memory) {
    this.layout = layout;
    this.memory = memory;
  }

  /** Those that were read so; mappers are equal if they read the same. */
  @SuppressWarnings("unchecked") // put there for a mapper of R
  synchronized <R> HotRows<R> of(RowMapper<R> mapper) {
    return (HotRows<R>) types.computeIfAbsent(mapper, _ -> new HotRows<>(layout, memory));
  }

  private synchronized List<HotRows<?>> all() {
    return List.copyOf(types.values());
  }

  /** Lets all go. */
  void clear() {
    all().forEach(HotRows::clear);
  }

  /** How many rows are kept now. */
  long count() {
    return all().stream().mapToLong(HotRows::count).sum();
  }

  /** How many rows may be kept, as long as nobody reads in yet another way. */
  long most() {
    return all().stream().mapToLong(HotRows::most).sum();
  }
}
