package io.zeal.consumer;

import io.zeal.Cache;
import io.zeal.Counter;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * The application once more, for Memcached: its settings and path come from whoever starts it. With
 * the URL of a Redis as an argument it uses that too, at the same time. Its lines are what the
 * tests expect.
 */
final class MemcachedMain {

  private static final int ROUNDS = 200;

  private MemcachedMain() {}

  public static void main(String[] args) throws InterruptedException {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    try (Zeal zeal = Zeal.open()) {
      System.out.println("application is in module " + MemcachedMain.class.getModule().getName());
      System.out.println("Zeal is in module " + Zeal.class.getModule().getName());
      System.out.println("backend: " + zeal.info().name());

      Store<Opened> store = zeal.store("opened", Schema.of(Opened.class));
      store.clear();
      store.put("a", new Opened("alice", 41));
      store.increment("a", "score", 1);
      System.out.println(store.get("a").orElseThrow());

      Cache cache = zeal.cache("texts");
      System.out.println("cached: " + cache.getOrCompute("a", String.class, load -> load.key()));
      if (args.length == 0) {
        System.out.println("counter: " + counted(zeal));
      } else {
        besideRedis(zeal, args[0]);
      }
    }
    System.out.println("threads left: " + Leftovers.of(before));
    System.out.println("end: " + System.currentTimeMillis());
  }

  private static void besideRedis(Zeal memcached, String url) throws InterruptedException {
    ZealConfig config =
        ZealConfig.builder().set("zeal.backend", "redis").set("zeal.redis.url", url).build();
    try (Zeal redis = Zeal.open(config)) {
      long[] counts = new long[2];
      CountDownLatch done = new CountDownLatch(2);
      Thread.ofVirtual()
          .start(() -> {
            counts[0] = counted(memcached);
            done.countDown();
          });
      Thread.ofVirtual()
          .start(() -> {
            counts[1] = counted(redis);
            done.countDown();
          });
      done.await();
      System.out.println("counters: " + counts[0] + " on " + memcached.info().name());
      System.out.println("counters: " + counts[1] + " on " + redis.info().name());
    }
  }

  private static long counted(Zeal zeal) {
    Counter counter = zeal.counter("requests");
    counter.reset();
    for (int i = 0; i < ROUNDS; i++) {
      counter.increment();
    }
    return counter.get();
  }
}
