package io.zeal.selftest;

import io.zeal.BackendUnavailableException;
import io.zeal.CircuitOpenException;
import io.zeal.OperationTimeoutException;
import io.zeal.Stats;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendDecorator;
import io.zeal.spi.ForwardingBackend;
import io.zeal.spi.ForwardingRows;
import io.zeal.spi.Operation;
import io.zeal.spi.Role;
import io.zeal.spi.Rows;
import io.zeal.spi.Setting;
import io.zeal.spi.StoreSpec;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The decorator of {@code zeal-resilience}, broken around itself, below itself, or in settings. */
final class BrokenCircuit implements BackendDecorator {

  /** What can be broken in its settings, by key. */
  interface OnSetting {
    @Nullable String value(String key, @Nullable String value);
  }

  /** What can be broken in what the backend is opened for. */
  interface OnRole {
    Role of(Role role);
  }

  /** What can be broken around the decorated backend. */
  interface OnCircuit {
    Backend around(Backend circuit, Backend below, Role role);
  }

  /** What can be broken around its stores. */
  interface OnCircuitRows {
    Rows<Object> around(Rows<Object> rows, Rows<Object> below, Circuit circuit);
  }

  /** What can be broken in what comes from the backend. */
  interface OnBackendRows {
    Rows<Object> around(Rows<Object> below);
  }

  /** What hooks ask of a circuit, and make it believe. */
  static final class Circuit {

    final AtomicInteger number = new AtomicInteger();
    private final Backend backend;
    private final StoreSpec<?> spec;

    Circuit(Backend backend, StoreSpec<?> spec) {
      this.backend = backend;
      this.spec = spec;
    }

    boolean asks() {
      return !spec.options().requested().isEmpty();
    }

    long state() {
      return number("state");
    }

    long number(String name) {
      Stats part = backend.stats().parts().get("resilience");
      return part == null ? -1 : part.numbers().getOrDefault(name, -1L);
    }

    /** Makes a call that it takes for a failed one, and that comes to no backend. */
    void fail(Rows<Object> rows) {
      FAILING.set(true);
      try {
        rows.get("k");
      } catch (CircuitOpenException | BackendUnavailableException e) {
        // as is wanted
      } finally {
        FAILING.set(false);
      }
    }
  }

  /** Whose stores are being opened in this thread. */
  private static final ThreadLocal<@Nullable Circuit> ASKED = new ThreadLocal<>();

  /** Whether this thread's calls are to be taken for failed ones. */
  private static final ThreadLocal<Boolean> FAILING = ThreadLocal.withInitial(() -> false);

  private final Breakage breakage;
  private final BackendDecorator real;

  BrokenCircuit(Breakage breakage, LongSupplier nanoTime) {
    this.breakage = breakage;
    this.real = real(nanoTime);
  }

  /** Its clock is nobody's to give but a test's of its own package. */
  private static BackendDecorator real(LongSupplier nanoTime) {
    try {
      Constructor<?> constructor =
          Class.forName("io.zeal.resilience.ResilienceDecorator")
              .getDeclaredConstructor(LongSupplier.class);
      constructor.setAccessible(true);
      return (BackendDecorator) constructor.newInstance(nanoTime);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("The decorator has no constructor for a clock.", e);
    }
  }

  /** Whether a call failed, as against one that was refused or answered. */
  static boolean isFailure(@Nullable Throwable thrown) {
    return thrown instanceof BackendUnavailableException
        || (thrown instanceof OperationTimeoutException late
            && late.stage() != OperationTimeoutException.Stage.ROW);
  }

  @Override
  public String name() {
    return real.name();
  }

  @Override
  public List<Setting<?>> settings() {
    return real.settings();
  }

  @Override
  public int order() {
    return real.order();
  }

  @Override
  public Backend decorate(Backend backend, Role role, BackendContext context) {
    Backend below = breakage.hooks.isEmpty() ? backend : new Below(backend);
    Role as = breakage.hook(OnRole.class).map(hook -> hook.of(role)).orElse(role);
    Backend circuit = real.decorate(below, as, broken(context));
    Backend broken = breakage.hooks.isEmpty() ? circuit : new Above(circuit, backend);
    return breakage
        .hook(OnCircuit.class)
        .map(hook -> hook.around(circuit, backend, role))
        .orElse(broken);
  }

  private BackendContext broken(BackendContext context) {
    return (BackendContext)
        Proxy.newProxyInstance(
            BrokenCircuit.class.getClassLoader(),
            new Class<?>[] {BackendContext.class},
            (_, method, args) -> {
              if (method.getName().equals("setting")) {
                return setting(context, (Setting<?>) args[0]).orElseThrow();
              }
              if (method.getName().equals("optionalSetting")) {
                return setting(context, (Setting<?>) args[0]);
              }
              try {
                return method.invoke(context, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private <T> Optional<T> setting(BackendContext context, Setting<T> setting) {
    Optional<T> found = context.optionalSetting(setting);
    OnSetting hook = breakage.hook(OnSetting.class).orElse(null);
    if (hook == null) {
      return found;
    }
    String text = found.map(Object::toString).orElse(null);
    String instead = hook.value(setting.key().replace("zeal.resilience.", ""), text);
    return Objects.equals(text, instead) ? found : Optional.ofNullable(instead).map(setting::parse);
  }

  private final class Above extends ForwardingBackend {

    private final Backend backend;

    Above(Backend circuit, Backend backend) {
      super(circuit);
      this.backend = backend;
    }

    @Override
    @SuppressWarnings("unchecked") // a row is only handed on
    public <R> Rows<R> rows(StoreSpec<R> spec) {
      OnCircuitRows hook = breakage.hook(OnCircuitRows.class).orElse(null);
      if (hook == null) {
        return delegate().rows(spec);
      }
      Circuit circuit = new Circuit(delegate(), spec);
      ASKED.set(circuit);
      Rows<Object> rows = (Rows<Object>) delegate().rows(spec);
      ASKED.remove();
      return (Rows<R>) hook.around(rows, (Rows<Object>) backend.rows(spec), circuit);
    }
  }

  private final class Below extends ForwardingBackend {

    Below(Backend backend) {
      super(backend);
    }

    @Override
    @SuppressWarnings("unchecked") // a row is only handed on
    public <R> Rows<R> rows(StoreSpec<R> spec) {
      Rows<Object> rows = (Rows<Object>) delegate().rows(spec);
      Rows<Object> broken =
          breakage.hook(OnBackendRows.class).map(hook -> hook.around(rows)).orElse(rows);
      return (Rows<R>) (ASKED.get() == null ? broken : new Believed(broken));
    }
  }

  private static final class Believed extends ForwardingRows<Object> {

    Believed(Rows<Object> rows) {
      super(rows);
    }

    @Override
    protected <T> T around(Operation operation, Supplier<T> call) {
      if (FAILING.get()) {
        throw new BackendUnavailableException("as a breakage wants it", null, null);
      }
      return call.get();
    }
  }
}
