package io.zeal.concurrency.naive;

import io.zeal.StoreOptions;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.Counters;
import io.zeal.spi.ForwardingBackend;
import io.zeal.spi.Role;
import io.zeal.spi.Rows;
import io.zeal.spi.Setting;
import io.zeal.spi.StoreSpec;
import java.util.List;

/** The table, used as by somebody who has never heard of threads. One thread alone sees no harm. */
public final class NaiveBackendProvider implements BackendProvider {

  @Override
  public String name() {
    return "naive";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public Backend open(BackendContext context) {
    return new Naive(context.open("table", Role.AUXILIARY));
  }

  private static final class Naive extends ForwardingBackend {

    /** What is kept beside the limit, which {@link NaiveRows} looks after. */
    private static final int SPARE_ROWS = 16;

    Naive(Backend table) {
      super(table);
    }

    @Override
    public <R> Rows<R> rows(StoreSpec<R> spec) {
      StoreOptions roomy = spec.options().withCapacity(spec.options().capacity() + SPARE_ROWS);
      return new NaiveRows<>(
          spec, super.rows(new StoreSpec<>(spec.name(), spec.schema(), roomy, null)));
    }

    @Override
    public Counters counters() {
      return new NaiveCounters(super.counters());
    }
  }
}
