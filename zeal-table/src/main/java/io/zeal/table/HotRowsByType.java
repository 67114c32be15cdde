package io.zeal.table;

import io.zeal.spi.RowMapper;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@link HotRows} of one store, for each way in which its rows are read: views that read the
 * same share them. Each view holds its own; here they are only found again, and the {@value
 * #LATELY} asked for last are held for who opens the store for every call. Safe for concurrent use.
 *
 * <p>So those of a view that nobody has any more go with it: a mapper may be equal to itself alone,
 * and be another one with every call.
 */
final class HotRowsByType {

  /** How many are held though no view may have them any more. */
  private static final int LATELY = 16;

  private final TableLayout layout;
  private final HotMemory memory;
  private final Map<RowMapper<?>, WeakReference<HotRows<?>>> types = new HashMap<>(); // under this
  private final Deque<HotRows<?>> lately = new ArrayDeque<>(); // under this; the last is first

  HotRowsByType(TableLayout layout, HotMemory memory) {
    this.layout = layout;
    this.memory = memory;
  }

  /** Those that were read so; mappers are equal if they read the same. */
  @SuppressWarnings("unchecked") // put there for a mapper of R
  synchronized <R> HotRows<R> of(RowMapper<R> mapper) {
    HotRows<R> found = (HotRows<R>) find(mapper);
    if (found == null) {
      found = new HotRows<>(layout, memory);
      types.values().removeIf(each -> each.refersTo(null));
      types.put(mapper, new WeakReference<>(found));
    }
    lately.remove(found);
    lately.addFirst(found);
    if (lately.size() > LATELY) {
      var _ = lately.removeLast();
    }
    return found;
  }

  private @Nullable HotRows<?> find(RowMapper<?> mapper) {
    WeakReference<HotRows<?>> found = types.get(mapper);
    return found == null ? null : found.get();
  }

  private synchronized List<HotRows<?>> all() {
    List<HotRows<?>> all = new ArrayList<>();
    for (WeakReference<HotRows<?>> type : types.values()) {
      HotRows<?> rows = type.get();
      if (rows != null) {
        all.add(rows);
      }
    }
    return all;
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
