package io.zeal.tiered;

import io.zeal.Entry;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The copies of one node. They never expire and are rarely evicted: nothing is left to luck. */
final class SimNear implements Rows<NearRow<SimRow>> {

  private final Fibers fibers;
  private final int capacity;
  private final Map<String, NearRow<SimRow>> rows = new HashMap<>();
  private final List<String> keys = new ArrayList<>();

  SimNear(Fibers fibers, int capacity) {
    this.fibers = fibers;
    this.capacity = capacity;
  }

  @Override
  public Optional<NearRow<SimRow>> get(String key) {
    fibers.step();
    return Optional.ofNullable(rows.get(key));
  }

  @Override
  public WriteResult write(Write<NearRow<SimRow>> write) {
    fibers.step();
    if (write instanceof Write.Put<NearRow<SimRow>> put && rows.put(put.key(), put.row()) == null) {
      keys.add(put.key());
      if (keys.size() > capacity) {
        rows.remove(keys.remove(fibers.random().nextInt(keys.size())));
      }
    }
    return WriteResult.APPLIED;
  }

  @Override
  public Optional<Reading<NearRow<SimRow>>> read(String key, ReadOptions options) {
    return get(key).map(row -> Reading.fresh(row, null));
  }

  @Override
  public StoreSpec<NearRow<SimRow>> spec() {
    throw new UnsupportedOperationException("nobody asks");
  }

  @Override
  public long count() {
    return rows.size();
  }

  @Override
  public List<Entry<NearRow<SimRow>>> page(String after, int limit) {
    return List.of();
  }

  @Override
  public void clear() {
    rows.clear();
    keys.clear();
  }
}
