package io.zeal.tiered;

import io.zeal.Schema;
import io.zeal.spi.RowMapper;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The hot copies of one store, by the type of its rows, so that views of one type share theirs
 * however often the store is opened. Each view holds its own; here they are only found again, and
 * the {@value #LATELY} asked for last are held for who opens the store for every call. Safe for
 * concurrent use.
 *
 * <p>Invariant: of a type there is one as long as somebody holds it. A mapper that is equal only to
 * itself makes a type of its own each time that a schema is made.
 */
final class HotCopiesOfTypes {

  /** How many are held though no view may have them any more. */
  static final int LATELY = 16;

  /** What makes rows of one store the same objects. */
  private record RowType(Schema<?> schema, RowMapper<?> mapper) {}

  private final long entries;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<RowType, WeakReference<HotCopies<?>>> known = new HashMap<>(); // under lock
  private final Deque<HotCopies<?>> lately = new ArrayDeque<>(); // under lock; the last is first

  /**
   * Nothing yet.
   *
   * @param entries how many copies of the store there may be
   */
  HotCopiesOfTypes(long entries) {
    this.entries = entries;
  }

  /** Those of this type of row. */
  @SuppressWarnings("unchecked") // equal mappers build rows of one type
  <R> HotCopies<R> of(Schema<R> schema) {
    RowType type = new RowType(schema, schema.mapper());
    lock.lock();
    try {
      HotCopies<R> found = (HotCopies<R>) find(type);
      if (found == null) {
        found = new HotCopies<>(schema, entries);
        known.values().removeIf(copies -> copies.refersTo(null));
        known.put(type, new WeakReference<>(found));
      }
      hold(found);
      return found;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable HotCopies<?> find(RowType type) {
    WeakReference<HotCopies<?>> found = known.get(type);
    return found == null ? null : found.get();
  }

  private void hold(HotCopies<?> copies) {
    lately.remove(copies);
    lately.addFirst(copies);
    if (lately.size() > LATELY) {
      var _ = lately.removeLast();
    }
  }
}
