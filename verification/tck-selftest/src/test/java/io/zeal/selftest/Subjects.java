package io.zeal.selftest;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.CounterTck;
import io.zeal.tck.StoreConcurrencyTck;
import io.zeal.tck.StoreExpiryTck;
import io.zeal.tck.StoreLimitsTck;
import io.zeal.tck.StorePagesTck;
import io.zeal.tck.StoreTck;
import java.util.List;

/** The kit's classes, filled in as any backend does; run by {@link Kit}, not by the build. */
final class Subjects {

  static final List<Class<?>> ALL =
      List.of(
          Rows.class, Limits.class, Expiry.class, Pages.class, Concurrency.class, Counters.class);

  private Subjects() {}

  private static Zeal open(ZealConfig.Builder config, Twin twin) {
    Breakage breakage = Kit.broken();
    Zeal zeal = Zeal.open(config.backend(twin).build());
    return breakage.calls.isEmpty() ? zeal : Call.through(zeal, breakage);
  }

  static final class Rows extends StoreTck {
    private final Twin twin = new Twin(Kit.broken());

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  static final class Limits extends StoreLimitsTck {
    private final Twin twin = new Twin(Kit.broken());

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  static final class Expiry extends StoreExpiryTck {
    private final Twin twin = new Twin(Kit.broken());

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  static final class Pages extends StorePagesTck {
    private final Twin twin = new Twin(Kit.broken());

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  static final class Concurrency extends StoreConcurrencyTck {
    private final Twin twin = new Twin(Kit.broken());

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  static final class Counters extends CounterTck {
    private final Twin twin = new Twin(Kit.broken());

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }
}
