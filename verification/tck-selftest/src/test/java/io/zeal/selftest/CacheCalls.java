package io.zeal.selftest;

import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.LoadContext;
import io.zeal.ValueType;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What breakages of caches need. */
final class CacheCalls {

  static final ValueType<String> TEXT = ValueType.of(String.class);
  static final CacheOptions PLAIN = CacheOptions.defaults().withJitter(0);

  private CacheCalls() {}

  /** The value of a hit; null of a miss too. */
  static @Nullable Object value(Object found) {
    return found instanceof Cached.Hit<?> hit ? hit.value() : null;
  }

  /** A hit with another value. */
  static Object mapped(Object found, UnaryOperator<@Nullable Object> other) {
    return found instanceof Cached.Hit<?> hit
        ? new Cached.Hit<>(other.apply(hit.value()), hit.stale())
        : found;
  }

  /** Whether the loader is one that waits to be released. */
  static boolean isHeld(Call call) {
    return call.loader().getClass().getSimpleName().equals("HeldLoader");
  }

  /** The keys that are asked for now, of all caches of this instance, each with its cache. */
  @SuppressWarnings("unchecked") // nobody else puts it there
  private static Set<String> asked(Call call) {
    return (Set<String>)
        call.world.notes.computeIfAbsent("asked", note -> ConcurrentHashMap.newKeySet());
  }

  private static String asking(Call call) {
    return call.cache().name() + " " + call.type() + " " + call.args[0];
  }

  /** Makes the call, and lets others see meanwhile that the key is asked for. */
  static Object asking(Call call, Breakage.OnCall action) throws Throwable {
    boolean mine = asked(call).add(asking(call));
    try {
      return action.call(call);
    } finally {
      if (mine) {
        asked(call).remove(asking(call));
      }
    }
  }

  /** Whether somebody else asks for the same key of this cache, as the same type. */
  static boolean isAsked(Call call) {
    return asked(call).contains(asking(call));
  }

  /** Whether somebody asks for the same key of another cache, or as another type. */
  static boolean isAskedOtherwise(Call call) {
    return asked(call).stream()
        .anyMatch(one -> one.endsWith(" " + call.args[0]) && !one.equals(asking(call)));
  }

  static int askedNow(Call call) {
    return asked(call).size();
  }

  /** What a loader sees, to be changed. */
  static class Context implements LoadContext<Object> {

    final LoadContext<Object> real;

    Context(LoadContext<Object> real) {
      this.real = real;
    }

    @Override
    public String key() {
      return real.key();
    }

    @Override
    public Cached<Object> previous() {
      return real.previous();
    }

    @Override
    public Instant deadline() {
      return real.deadline();
    }

    @Override
    public void ttl(Duration ttl) {
      real.ttl(ttl);
    }

    @Override
    public void tags(String... tags) {
      real.tags(tags);
    }
  }
}
