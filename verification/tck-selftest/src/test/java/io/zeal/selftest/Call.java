package io.zeal.selftest;

import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Counter;
import io.zeal.Loader;
import io.zeal.PubSub;
import io.zeal.ReliablePubSub;
import io.zeal.Schema;
import io.zeal.Scripts;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Subscription;
import io.zeal.ValueType;
import io.zeal.Zeal;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A call of a method of {@link Zeal}, {@link Store}, {@link Counter}, {@link Cache}, {@link
 * Scripts}, {@link PubSub}, {@link ReliablePubSub} or {@link Subscription} on its way.
 */
final class Call {

  /** One instance and what was opened through it. */
  static final class World {
    final Zeal zeal;
    final Breakage breakage;
    final Map<String, Store<Object>> stores = new ConcurrentHashMap<>();
    final Map<String, Counter> counters = new ConcurrentHashMap<>();
    final Map<Object, Counter> unwrapped = new ConcurrentHashMap<>();
    final Map<Cache, Cache> caches = new ConcurrentHashMap<>();

    /** Each with the call that made it. */
    final Map<Subscription, Call> subscriptions = new ConcurrentHashMap<>();

    /** Free for hooks. */
    final Map<String, Object> notes = new ConcurrentHashMap<>();

    World(Zeal zeal, Breakage breakage) {
      this.zeal = zeal;
      this.breakage = breakage;
    }

    int countUp(String note) {
      return (Integer) notes.merge(note, 1, (a, b) -> (Integer) a + (Integer) b);
    }
  }

  final World world;
  final Object target;
  final Method method;
  final Object[] args;

  private Call(World world, Object target, Method method, Object[] args) {
    this.world = world;
    this.target = target;
    this.method = method;
    this.args = args;
  }

  /** {@code zeal} with every call passing the hooks of {@code breakage}. */
  static Zeal through(Zeal zeal, Breakage breakage) {
    return wrap(new World(zeal, breakage), Zeal.class, zeal);
  }

  @SuppressWarnings("ReferenceEquality") // two proxies are equal if they are one
  private static <T> T wrap(World world, Class<T> type, T target) {
    return type.cast(
        Proxy.newProxyInstance(
            Call.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, args) -> {
              if (method.getDeclaringClass() == Object.class) {
                return switch (method.getName()) {
                  case "equals" -> proxy == args[0];
                  case "hashCode" -> System.identityHashCode(proxy);
                  default -> target.toString();
                };
              }
              return new Call(world, target, method, args == null ? new Object[0] : args).run();
            }));
  }

  private Object run() throws Throwable {
    String name = method.getDeclaringClass().getSimpleName() + "." + method.getName();
    Breakage.OnCall hook =
        world.breakage.calls.getOrDefault(name.replace("AutoCloseable", "Zeal"), Call::proceed);
    return wrapped(hook.call(this));
  }

  @SuppressWarnings("unchecked") // a row is only handed on
  private Object wrapped(Object result) {
    if (result instanceof Store<?> store && !Proxy.isProxyClass(store.getClass())) {
      world.stores.putIfAbsent(store.name(), (Store<Object>) store);
      return wrap(world, Store.class, store);
    }
    if (result instanceof Counter counter && !Proxy.isProxyClass(counter.getClass())) {
      world.counters.putIfAbsent(counter.name(), counter);
      Counter wrapped = wrap(world, Counter.class, counter);
      world.unwrapped.put(wrapped, counter);
      return wrapped;
    }
    if (result instanceof Cache cache && !Proxy.isProxyClass(cache.getClass())) {
      return world.caches.computeIfAbsent(cache, real -> wrap(world, Cache.class, real));
    }
    if (result instanceof PubSub messages && !Proxy.isProxyClass(messages.getClass())) {
      return wrap(world, PubSub.class, messages);
    }
    if (result instanceof ReliablePubSub messages && !Proxy.isProxyClass(messages.getClass())) {
      return wrap(world, ReliablePubSub.class, messages);
    }
    if (result instanceof Subscription subscription
        && !Proxy.isProxyClass(subscription.getClass())) {
      world.subscriptions.putIfAbsent(subscription, this);
      return wrap(world, Subscription.class, subscription);
    }
    return result instanceof Scripts scripts ? wrap(world, Scripts.class, scripts) : result;
  }

  /** Makes the call as it was meant. */
  Object proceed() throws Throwable {
    return proceed(args);
  }

  /** Makes the call with other arguments. */
  Object proceed(Object... other) throws Throwable {
    try {
      return method.invoke(target, unwrap(other));
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private Object[] unwrap(Object[] given) {
    Object[] plain = given.clone();
    if (target instanceof Zeal && plain.length == 1) {
      if (plain[0] instanceof Collection<?> some) {
        List<Object> counters = new ArrayList<>();
        some.forEach(one -> counters.add(real(one)));
        plain[0] = counters;
      } else if (plain[0] instanceof Map<?, ?> some) {
        Map<Object, Object> counters = new java.util.LinkedHashMap<>();
        some.forEach((one, delta) -> counters.put(real(one), delta));
        plain[0] = counters;
      }
    }
    return plain;
  }

  private Object real(Object one) {
    return world.unwrapped.getOrDefault(one, one instanceof Counter c ? c : null);
  }

  @SuppressWarnings("unchecked") // a row is only handed on
  Store<Object> store() {
    return (Store<Object>) target;
  }

  Counter counter() {
    return (Counter) target;
  }

  Cache cache() {
    return (Cache) target;
  }

  /** Remembers something of this cache. */
  void note(String what) {
    world.notes.put(cache().name() + " " + what, true);
  }

  boolean noted(String what) {
    return world.notes.containsKey(cache().name() + " " + what);
  }

  void forget(String what) {
    world.notes.remove(cache().name() + " " + what);
  }

  @SuppressWarnings("unchecked") // a value is only handed on
  ValueType<Object> type() {
    return (ValueType<Object>)
        Arrays.stream(args).filter(ValueType.class::isInstance).findFirst().orElseThrow();
  }

  CacheOptions cacheOptions() {
    return (CacheOptions)
        Arrays.stream(args).filter(CacheOptions.class::isInstance).findFirst().orElseThrow();
  }

  @SuppressWarnings("unchecked") // a value is only handed on
  Loader<Object> loader() {
    return (Loader<Object>)
        Arrays.stream(args).filter(Loader.class::isInstance).findFirst().orElseThrow();
  }

  /** Makes the call with other options of a cache. */
  Object with(CacheOptions options) throws Throwable {
    return proceed(Arrays.stream(args).map(a -> a instanceof CacheOptions ? options : a).toArray());
  }

  /** Makes the call with another loader. */
  Object with(Loader<Object> loader) throws Throwable {
    return proceed(Arrays.stream(args).map(a -> a instanceof Loader ? loader : a).toArray());
  }

  String text(int arg) {
    return (String) args[arg];
  }

  @SuppressWarnings("unchecked") // a row is only handed on
  Schema<Object> schema() {
    return (Schema<Object>) args[1];
  }

  StoreOptions options() {
    return args.length > 2 ? (StoreOptions) args[2] : StoreOptions.defaults();
  }
}
