package io.zeal.telemetry;

import io.zeal.BulkResult;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.spi.ForwardingRows;
import io.zeal.spi.Operation;
import io.zeal.spi.Rows;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/** Rows whose calls are recorded; of several keys, how many they were. */
final class MeasuredRows<R> extends ForwardingRows<R> {

  private final Calls calls;

  MeasuredRows(Rows<R> delegate, Calls calls) {
    super(delegate);
    this.calls = calls;
  }

  @Override
  protected <T> T around(Operation operation, Supplier<T> call) {
    return calls.around(operation, call);
  }

  @Override
  public BulkResult<Reading<R>> readAll(Collection<String> keys, ReadOptions options) {
    return calls.around(Operation.READ_ALL, keys.size(), () -> delegate().readAll(keys, options));
  }

  @Override
  public BulkResult<R> getAll(Collection<String> keys) {
    return calls.around(Operation.GET_ALL, keys.size(), () -> delegate().getAll(keys));
  }

  @Override
  public List<WriteResult> writeAll(List<Write<R>> writes) {
    return calls.around(Operation.WRITE_ALL, writes.size(), () -> delegate().writeAll(writes));
  }
}
