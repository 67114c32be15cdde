package io.zeal.proofs.cache;

import static java.util.stream.Collectors.toSet;

import io.zeal.Cache;
import io.zeal.Cached;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import io.zeal.proofs.BrokenPromiseException;
import io.zeal.proofs.SkippedException;
import io.zeal.verification.servers.FaultProxy;
import io.zeal.verification.servers.MissingServerException;
import io.zeal.verification.servers.RedisOptions;
import io.zeal.verification.servers.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/** One cache of two instances over one server, each with a line of its own that can break. */
final class SharedCaches implements AutoCloseable {

  /** What a call of the backend may take. */
  private static final Duration CALL = Duration.ofMillis(1_500);

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final Pattern ID = Pattern.compile("(?m)^id=(\\d+) ");

  private final RedisServer server;
  private final List<FaultProxy> lines = new ArrayList<>();
  private final List<Zeal> zeals = new ArrayList<>();
  private final List<Cache> caches = new ArrayList<>();

  private SharedCaches(RedisServer server) {
    this.server = server;
  }

  /** What a server that is killed has when it is there again. */
  enum Kept {
    NOTHING,
    /** What it had when the last snapshot was made. */
    SNAPSHOT,
    EVERYTHING
  }

  static SharedCaches open(Kept kept) throws SkippedException {
    RedisOptions options = RedisOptions.defaults();
    if (kept == Kept.EVERYTHING) {
      options = options.with("appendonly", "yes").with("appendfsync", "always");
    }
    SharedCaches opened;
    try {
      opened = new SharedCaches(RedisServer.start(options));
    } catch (MissingServerException e) {
      throw new SkippedException(String.valueOf(e.getMessage()));
    }
    try {
      opened.connect();
      opened.connect();
      return opened;
    } catch (RuntimeException | Error e) {
      opened.close();
      throw e;
    }
  }

  private void connect() {
    FaultProxy line = FaultProxy.start(server.port());
    lines.add(line);
    Zeal zeal =
        Zeal.open(
            ZealConfig.builder()
                .set("zeal.backend", "redis")
                .set("zeal.redis.driver", "jedis")
                .set("zeal.redis.url", "redis://" + line.address())
                .set("zeal.redis.timeout", CALL.toMillis() + "ms")
                .build());
    zeals.add(zeal);
    caches.add(zeal.cache(Traffic.CACHE, Traffic.options()));
  }

  RedisServer server() {
    return server;
  }

  List<FaultProxy> lines() {
    return lines;
  }

  List<Cache> caches() {
    return caches;
  }

  // --- Traffic over both ---

  /** Threads that use either cache until told to end. */
  final class Users {

    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    private Users(Keyspace keys, Traffic traffic, Random random) {
      for (int i = 0; i < keys.threads(); i++) {
        int thread = i;
        Random mine = new Random(random.nextLong());
        threads.add(
            Thread.ofVirtual()
                .start(() -> {
                  while (!over) {
                    traffic.step(caches.get(mine.nextInt(caches.size())), mine, thread);
                  }
                }));
      }
    }

    /** Ends them; whoever does not end is stuck. */
    void end() throws InterruptedException {
      over = true;
      long deadline = System.nanoTime() + LIMIT.toNanos();
      for (Thread thread : threads) {
        Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
        if (!thread.join(left)) {
          List<String> trace = new ArrayList<>();
          for (StackTraceElement element : thread.getStackTrace()) {
            trace.add(element.toString());
          }
          throw new BrokenPromiseException(
              "A caller is stuck:\n    " + String.join("\n    ", trace));
        }
      }
    }
  }

  Users use(Keyspace keys, Traffic traffic, Random random) {
    return new Users(keys, traffic, random);
  }

  static void pass(Random random, int leastMillis, int mostMillis) {
    long millis = leastMillis + (long) random.nextInt(mostMillis - leastMillis);
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  // --- Peace ---

  /**
   * Ends every fault and waits until nothing is under way any more: no call that may have failed
   * can happen later.
   */
  void settle() {
    lines.forEach(FaultProxy::pass);
    Set<String> before = clients();
    lines.forEach(FaultProxy::cut);
    // An instance may connect anew at any time, to remove what was cleared.
    await(
        "the server to see that connections ended", () -> Collections.disjoint(clients(), before));
  }

  /** The numbers of all connections, each of which is given once. */
  private Set<String> clients() {
    Object list = server.command("CLIENT", "LIST", "TYPE", "normal");
    return ID.matcher(String.valueOf(list)).results().map(it -> it.group(1)).collect(toSet());
  }

  /** Waits until each cache works as if nothing had been. */
  void awaitWorking() {
    for (int i = 0; i < caches.size(); i++) {
      Cache cache = caches.get(i);
      String key = "working-" + i;
      await("cache " + i + " to work again after the fault", () -> works(cache, key));
    }
  }

  private static boolean works(Cache cache, String key) {
    try {
      String value = Long.toString(System.nanoTime());
      cache.put(key, value, String.class);
      return cache.get(key, String.class).equals(new Cached.Hit<>(value, false))
          && cache.remove(key)
          && !cache.contains(key);
    } catch (ZealException e) {
      return false;
    }
  }

  /** No load is under way for anybody once every caller has returned. */
  void requireNoFlight(Keyspace keys) {
    for (Cache cache : caches) {
      for (String key : keys.all()) {
        String explanation = cache.explain(key);
        if (explanation.contains("load is under way")) {
          throw new BrokenPromiseException("A flight is stuck: " + explanation);
        }
      }
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new BrokenPromiseException("Waited " + LIMIT.toSeconds() + " s for " + what + ".");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  @Override
  public void close() {
    lines.forEach(FaultProxy::pass);
    zeals.forEach(Zeal::close);
    lines.forEach(FaultProxy::close);
    server.close();
  }
}
