package io.zeal.tck;

import io.zeal.BulkResult;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.spi.Announcement;
import io.zeal.spi.ForwardingRows;
import io.zeal.spi.Operation;
import io.zeal.spi.Rows;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Rows of a far level whose answers go through a {@link FarLine}. */
final class FarRows<R> extends ForwardingRows<R> {

  private final FarLine line;

  FarRows(Rows<R> rows, FarLine line) {
    super(rows);
    this.line = line;
  }

  @Override
  protected <T> T around(Operation operation, Supplier<T> call) {
    T answer = call.get();
    line.answered(operation);
    return answer;
  }

  @Override
  public Optional<Reading<R>> read(String key, ReadOptions options) {
    return super.read(key, options).map(this::marked);
  }

  @Override
  public BulkResult<Reading<R>> readAll(Collection<String> keys, ReadOptions options) {
    BulkResult<Reading<R>> result = super.readAll(keys, options);
    Map<String, Reading<R>> readings = new LinkedHashMap<>();
    result.values().forEach((key, reading) -> readings.put(key, marked(reading)));
    return new BulkResult<>(readings, result.failures());
  }

  private Reading<R> marked(Reading<R> reading) {
    return line.answersOld() ? reading.asStale() : reading;
  }

  @Override
  public void announce(Announcement announcement) {
    if (!line.isSilent()) {
      super.announce(announcement);
      line.beat();
    }
  }
}
