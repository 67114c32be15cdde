package io.zeal.telemetry;

import io.zeal.Ack;
import io.zeal.Cache;
import io.zeal.Capability;
import io.zeal.ConsumeOptions;
import io.zeal.Counter;
import io.zeal.Patch;
import io.zeal.PubSub;
import io.zeal.ReadOptions;
import io.zeal.ReliablePubSub;
import io.zeal.Script;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Subscription;
import io.zeal.Zeal;
import io.zeal.ZealException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Every call that Zeal has, with keys and values that begin with {@link #SECRET}, and some of them
 * in vain: errors name keys too.
 */
final class Everything {

  static final String SECRET = "hunter2";

  private static final String KEY = SECRET + ":key";
  private static final String OTHER = SECRET + ":other";
  private static final Player PLAYER = new Player(SECRET + " value", 7);

  private final Zeal zeal;

  private Everything(Zeal zeal) {
    this.zeal = zeal;
  }

  static void in(Zeal zeal) {
    Everything all = new Everything(zeal);
    all.rows();
    if (zeal.info().can(Capability.COUNTERS)) {
      all.counters();
    }
    all.cache();
    if (zeal.info().can(Capability.PUB_SUB)) {
      all.channels();
    }
    if (zeal.info().can(Capability.RELIABLE_PUB_SUB)) {
      all.streams();
    }
    if (zeal.info().can(Capability.SCRIPTS)) {
      all.scripts();
    }
  }

  private void rows() {
    StoreOptions options = StoreOptions.defaults().withTtl(Duration.ofMinutes(5));
    if (!zeal.info().can(Capability.EXACT_COUNT)) {
      options = options.accepting(Capability.EXACT_COUNT);
    }
    Store<Player> store = zeal.store("everything", Player.SCHEMA, options);
    store.put(KEY, PLAYER);
    store.put(KEY, PLAYER, Duration.ofMinutes(1));
    tried(() -> store.putIfAbsent(KEY, PLAYER));
    tried(() -> store.replace(KEY, PLAYER, new Player(SECRET + " next", 8)));
    tried(() -> store.patch(KEY, Patch.set("name", SECRET + " patched")));
    tried(() -> store.increment(KEY, "score", 1));
    tried(() -> store.increment(KEY, "score", Long.MAX_VALUE));
    tried(() -> store.compareAndSet(KEY, "score", 8L, 9L));
    tried(() -> store.touch(KEY));
    tried(() -> store.get(KEY));
    tried(() -> store.read(KEY, ReadOptions.defaults()));
    tried(() -> store.contains(KEY));
    tried(() -> store.containsCached(KEY));
    tried(() -> store.getLong(KEY, "score"));
    tried(() -> store.getString(KEY, "name"));
    tried(() -> store.putAll(Map.of(KEY, PLAYER, OTHER, PLAYER)));
    tried(() -> store.getAll(List.of(KEY, OTHER)));
    tried(() -> store.page("", 10));
    tried(() -> store.page(KEY, 10));
    tried(store::count);
    tried(() -> store.get(SECRET.repeat(20))); // too long for a key
    Player tooLong = new Player(SECRET.repeat(20), 1);
    tried(() -> store.putIfAbsent(OTHER, tooLong));
    tried(() -> store.remove(KEY));
    tried(() -> store.removeAll(List.of(OTHER)));
    tried(() -> {
      store.clear();
      return true;
    });
  }

  private void counters() {
    Counter counter = zeal.counter(SECRET + ":counter");
    tried(() -> counter.add(1));
    tried(() -> counter.addBounded(1, 100));
    tried(() -> counter.compareAndSet(1, 2));
    tried(counter::get);
    tried(() -> counter.add(Long.MAX_VALUE));
    tried(() -> zeal.getAll(List.of(counter)));
    tried(() -> zeal.addAll(Map.of(counter, 1L)));
    tried(() -> {
      counter.reset();
      return true;
    });
  }

  private void cache() {
    Cache cache = zeal.cache("profiles");
    cache.put(KEY, SECRET + " cached", String.class);
    tried(() -> cache.get(KEY, String.class));
    tried(() -> cache.get(OTHER, String.class));
    tried(() -> cache.getOrCompute(OTHER, String.class, _ -> SECRET + " loaded"));
    tried(() ->
        cache.getOrCompute(
            SECRET + ":fails",
            String.class,
            _ -> {
              throw new IllegalStateException(SECRET);
            }));
    tried(() -> cache.remove(KEY));
  }

  private void channels() {
    PubSub pubSub = zeal.pubSub();
    AtomicInteger heard = new AtomicInteger();
    try (Subscription one = pubSub.subscribe(SECRET + ":room", _ -> heard.incrementAndGet());
        Subscription all =
            pubSub.subscribePattern(
                SECRET + ":*",
                _ -> {
                  heard.incrementAndGet();
                  throw new IllegalStateException(SECRET);
                })) {
      pubSub.publish(SECRET + ":room", SECRET + " said");
      Await.until("both have heard", () -> heard.get() == 2);
      Await.until("the failure is counted", () -> all.numbers().getOrDefault("failed", 0L) == 1);
      tried(one::isActive);
    }
  }

  private void streams() {
    ReliablePubSub messages = zeal.reliablePubSub();
    AtomicInteger handled = new AtomicInteger();
    messages.publish("orders", bytes(SECRET + " order"));
    messages.publishAll(
        "orders", List.of(bytes(SECRET), bytes(SECRET)), io.zeal.PublishOptions.defaults());
    ConsumeOptions options = ConsumeOptions.defaults();
    try (Subscription _ =
        messages.consume(
            "orders",
            "billing",
            options,
            _ ->
                switch (handled.incrementAndGet()) {
                  case 1 -> throw new IllegalStateException(SECRET);
                  case 2 -> Ack.reject(SECRET + " is no order");
                  default -> Ack.done();
                })) {
      Await.until("three are handled", () -> handled.get() >= 3);
    }
    tried(() -> messages.stats("orders", "billing"));
    tried(() -> messages.deadLetters("orders", "billing", "", 10));
    tried(() -> messages.removeGroup("orders", "billing"));
  }

  private void scripts() {
    tried(() ->
        zeal.scripts()
            .run(
                Script.of("return '" + SECRET + "' .. KEYS[1] .. ARGV[1]"),
                List.of(KEY),
                List.of(SECRET)));
    tried(() ->
        zeal.scripts().run(Script.of("error('" + SECRET + "')"), List.of(KEY), List.of(SECRET)));
  }

  private interface Try {
    Object call();
  }

  private static void tried(Try call) {
    try {
      var _ = call.call();
    } catch (ZealException e) {
      // some are meant to fail, and some backends cannot do all
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
