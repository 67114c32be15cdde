package io.zeal.found;

import io.zeal.BackendInfo;
import io.zeal.OpeningLog;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendDecorator;
import io.zeal.spi.ForwardingBackend;
import io.zeal.spi.Role;
import io.zeal.spi.Setting;
import java.util.List;

/** Puts its name around that of each backend. */
public abstract class Decorating implements BackendDecorator {

  private final String name;
  private final int order;

  Decorating(String name, int order) {
    this.name = name;
    this.order = order;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final int order() {
    return order;
  }

  @Override
  public final List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public Backend decorate(Backend backend, Role role, BackendContext context) {
    OpeningLog log = context.instance(OpeningLog.class).orElseGet(OpeningLog::new);
    log.add(name + " around " + backend.info().name() + " as " + role);
    return new ForwardingBackend(backend) {
      @Override
      public BackendInfo info() {
        BackendInfo inner = super.info();
        return new BackendInfo(
            name + "(" + inner.name() + ")", inner.scope(), inner.capabilities(), inner.limits());
      }

      @Override
      public void close() {
        log.add("close " + name);
        super.close();
      }
    };
  }

  /** The closest to the backend, although it is found last. */
  public static final class Inner extends Decorating {
    /** Found by its name. */
    public Inner() {
      super("inner", -10);
    }
  }

  /** Around {@link Inner}. */
  public static final class Outer extends Decorating {
    /** Found by its name. */
    public Outer() {
      super("outer", 5);
    }
  }

  /** Of the same order as {@link Outer}: the name decides. */
  public static final class Outermost extends Decorating {
    /** Found by its name. */
    public Outermost() {
      super("outermost", 5);
    }
  }

  /** Throws instead of decorating, after {@link Inner} has. */
  public static final class Failing extends Decorating {
    /** Found by its name. */
    public Failing() {
      super("failing", 0);
    }

    @Override
    public Backend decorate(Backend backend, Role role, BackendContext context) {
      throw new IllegalStateException("cannot decorate");
    }
  }
}
