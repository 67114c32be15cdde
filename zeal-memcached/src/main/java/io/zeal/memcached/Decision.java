package io.zeal.memcached;

import io.zeal.memcached.MemcachedWrites.Step;
import io.zeal.spi.Condition;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import org.jspecify.annotations.Nullable;

/** What a write comes to, given the row there is: nothing but a calculation. */
final class Decision<R> {

  private final StoreOnServers<R> store;
  private final RowForm<R> form;

  Decision(StoreOnServers<R> store) {
    this.store = store;
    this.form = store.form();
  }

  Step of(Write<R> write, @Nullable StoredRow<R> row) {
    if (!holds(write.condition(), row)) {
      return new Step.Skip();
    }
    if (row == null) {
      return switch (write) {
        case Write.Put<R> put ->
            new Step.Store(
                form.row(put.row()),
                store.expiryMillis(
                    put.ttlMillis() == Write.KEEP ? store.spec().ttlMillis() : put.ttlMillis()));
        case Write.Add<R> add -> create(add);
        case Write.Patch<R> _, Write.Remove<R> _, Write.Touch<R> _ -> new Step.Skip();
      };
    }
    return switch (write) {
      case Write.Put<R> put ->
          new Step.Store(
              form.row(put.row()),
              put.ttlMillis() == Write.KEEP
                  ? row.expiryMillis()
                  : store.expiryMillis(put.ttlMillis()));
      case Write.Patch<R> patch ->
          new Step.Store(form.patched(row.cells(), patch.changes()), row.expiryMillis());
      case Write.Add<R> add -> add(add, row);
      case Write.Remove<R> _ -> new Step.Remove();
      case Write.Touch<R> touch ->
          new Step.Store(row.cells().all(), store.expiryMillis(touch.ttlMillis()));
    };
  }

  private boolean holds(Condition<R> condition, @Nullable StoredRow<R> row) {
    return switch (condition) {
      case Condition.Always<R> _ -> true;
      case Condition.Absent<R> _ -> row == null;
      case Condition.Present<R> _ -> row != null;
      case Condition.RowEquals<R>(R expected) ->
          row != null && row.cells().equalAll(form.row(expected));
      case Condition.ColumnEquals<R>(int column, Object expected) ->
          row != null && row.cells().equal(column, form.value(column, expected));
    };
  }

  private Step create(Write.Add<R> add) {
    byte[] zeros = form.zeros();
    RowForm<R>.Cells cells = form.cells(zeros, 0, zeros.length);
    return sum(add, cells, store.expiryMillis(store.spec().ttlMillis()));
  }

  private Step add(Write.Add<R> add, StoredRow<R> row) {
    return sum(add, row.cells(), row.expiryMillis());
  }

  private Step sum(Write.Add<R> add, RowForm<R>.Cells cells, long expiryMillis) {
    long sum = store.spec().sum(add.column(), cells.number(add.column()), add.bits());
    return new Step.Store(
        form.withNumber(cells, add.column(), sum), expiryMillis, new WriteResult.Added(sum));
  }
}
