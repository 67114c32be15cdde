package io.zeal.selftest;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.Finding;
import io.zeal.Message;
import io.zeal.PubSub;
import io.zeal.ReliablePubSub;
import io.zeal.Scripts;
import io.zeal.Stats;
import io.zeal.SubscribeOptions;
import io.zeal.Subscription;
import io.zeal.spi.Announcer;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.ForwardingBackend;
import io.zeal.spi.Messaging;
import io.zeal.spi.Role;
import io.zeal.spi.Rows;
import io.zeal.spi.Setting;
import io.zeal.spi.StoreSpec;
import io.zeal.tck.FarLine;
import io.zeal.tiered.TieredBackendProvider;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The backend {@code tiered} over a real server by way of the kit's line, broken around the far
 * level, where it hears and is answered, or around itself. One for each instance.
 */
final class BrokenTiered implements BackendProvider {

  /** What can be broken in an instance's settings, by key. */
  interface OnSetting {
    @Nullable String value(String key, @Nullable String value);
  }

  /** What can be broken around the far level that an instance sees. */
  interface OnFar {
    Backend around(Backend far, Instance instance);
  }

  /** What can be broken in a far level's stores, which are announced. */
  interface OnFarRows {
    Rows<Object> around(Rows<Object> rows, Backend far, Instance instance);
  }

  /** What can be broken in what an instance asks to be announced. */
  interface OnAnnouncer {
    Announcer around(Announcer announcer, Instance instance);
  }

  /** What can be broken in what an instance hears. */
  interface OnSubscribe {
    Ear around(Ear ear, Instance instance);
  }

  /** What can be broken in an instance's stores. */
  interface OnRows {
    Rows<Object> around(Rows<Object> rows, Instance instance);
  }

  /** What can be broken around an instance's backend. */
  interface OnBackend {
    Backend around(Backend tiered, Instance instance);
  }

  /** How a subscription is told. */
  record Ear(Runnable gap, Consumer<byte[]> handler) {

    Ear hearing(Consumer<byte[]> other) {
      return new Ear(gap, other);
    }
  }

  /** What hooks of one instance share. */
  static final class Instance {
    final Set<String> opened = ConcurrentHashMap.newKeySet();
    final Set<String> ownFrames = ConcurrentHashMap.newKeySet();
    final AtomicInteger foreignFrames = new AtomicInteger();
    final Map<String, Long> sent = new ConcurrentHashMap<>();
    final AtomicInteger lateHeartbeats = new AtomicInteger();
    volatile @Nullable Backend far;
    volatile @Nullable Ear ear;

    Backend far() {
      return Objects.requireNonNull(far);
    }
  }

  private final Breakage breakage;
  private final FarLine line;
  private final Instance instance = new Instance();

  BrokenTiered(Breakage breakage, FarLine line) {
    this.breakage = breakage;
    this.line = line;
  }

  @Override
  public String name() {
    return "tiered-under-test";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public Backend open(BackendContext context) {
    Backend tiered =
        new ForwardingBackend(new TieredBackendProvider().open(broken(context))) {
          @Override
          public BackendInfo info() {
            BackendInfo info = super.info();
            Set<Capability> claimed = EnumSet.copyOf(info.capabilities());
            claimed.removeAll(breakage.missing);
            return new BackendInfo(info.name(), info.scope(), claimed, info.limits());
          }

          @Override
          @SuppressWarnings("unchecked") // a row is only handed on
          public <R> Rows<R> rows(StoreSpec<R> spec) {
            Rows<Object> rows = (Rows<Object>) delegate().rows(spec);
            instance.opened.add(spec.name());
            return (Rows<R>)
                breakage.hook(OnRows.class).map(hook -> hook.around(rows, instance)).orElse(rows);
          }
        };
    return breakage.hook(OnBackend.class).map(hook -> hook.around(tiered, instance)).orElse(tiered);
  }

  private BackendContext broken(BackendContext context) {
    return (BackendContext)
        Proxy.newProxyInstance(
            BrokenTiered.class.getClassLoader(),
            new Class<?>[] {BackendContext.class},
            (proxy, method, args) -> {
              switch (method.getName()) {
                case "open" -> {
                  Backend level = context.open((String) args[0], (Role) args[1]);
                  return args[1] == Role.FAR ? far(level) : level;
                }
                case "optionalSetting" -> {
                  return setting(context, (Setting<?>) args[0]);
                }
                case "setting" -> {
                  return setting(context, (Setting<?>) args[0]).orElseThrow();
                }
                default -> {
                  try {
                    return method.invoke(context, args);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                }
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
    String instead = hook.value(setting.key(), text);
    return Objects.equals(text, instead) ? found : Optional.ofNullable(instead).map(setting::parse);
  }

  private Backend far(Backend level) {
    Backend real = line.around(level);
    instance.far = real;
    Backend heard =
        new ForwardingBackend(real) {
          @Override
          public Messaging messaging() {
            return new Hearing(delegate().messaging());
          }

          @Override
          @SuppressWarnings("unchecked") // a row is only handed on
          public <R> Rows<R> rows(StoreSpec<R> spec) {
            Announcer announcer = spec.announcer();
            if (announcer == null) {
              return delegate().rows(spec);
            }
            Announcer asked =
                breakage
                    .hook(OnAnnouncer.class)
                    .map(hook -> hook.around(announcer, instance))
                    .orElse(announcer);
            Rows<Object> rows = (Rows<Object>) delegate().rows(spec.withAnnouncer(noting(asked)));
            return (Rows<R>)
                breakage
                    .hook(OnFarRows.class)
                    .map(hook -> hook.around(rows, delegate(), instance))
                    .orElse(rows);
          }
        };
    return breakage.hook(OnFar.class).map(hook -> hook.around(heard, instance)).orElse(heard);
  }

  private Announcer noting(Announcer announcer) {
    return (bucket, kind, keys) -> {
      var announcement = announcer.announce(bucket, kind, keys);
      instance.ownFrames.add(Frames.text(announcement.frame()));
      return announcement;
    };
  }

  /** Messages whose subscriptions pass the hook. */
  private final class Hearing implements Messaging, PubSub {

    private final Messaging real;

    Hearing(Messaging real) {
      this.real = real;
    }

    @Override
    public PubSub pubSub() {
      return this;
    }

    @Override
    public Subscription subscribe(
        String channel, SubscribeOptions options, Consumer<? super Message> handler) {
      Ear ear = new Ear(options.onGap(), payload -> handler.accept(new Message(channel, payload)));
      Ear hooked =
          breakage.hook(OnSubscribe.class).map(hook -> hook.around(ear, instance)).orElse(ear);
      instance.ear = hooked;
      return real.pubSub()
          .subscribe(
              channel,
              options.withOnGap(hooked.gap),
              message -> {
                byte[] payload = message.payload();
                if (Frames.isChange(payload)
                    && !instance.ownFrames.contains(Frames.text(Frames.frame(payload)))) {
                  instance.foreignFrames.incrementAndGet();
                }
                hooked.handler.accept(payload);
              });
    }

    @Override
    public long publish(String channel, byte[] payload) {
      return real.pubSub().publish(channel, payload);
    }

    @Override
    public Subscription subscribePattern(
        String pattern, SubscribeOptions options, Consumer<? super Message> handler) {
      return real.pubSub().subscribePattern(pattern, options, handler);
    }

    @Override
    public PubSub raw() {
      return real.pubSub().raw();
    }

    @Override
    public ReliablePubSub reliablePubSub() {
      return real.reliablePubSub();
    }

    @Override
    public Stats stats() {
      return real.stats();
    }

    @Override
    public List<Finding> inspect() {
      return real.inspect();
    }

    @Override
    public void close() {
      real.close();
    }
  }

  /** Scripts of an instance's backend that pass by it. */
  static Backend running(Backend tiered, UnaryOperator<Scripts> scripts) {
    return new ForwardingBackend(tiered) {
      @Override
      public Scripts scripts() {
        return scripts.apply(delegate().scripts());
      }
    };
  }
}
