package io.zeal.consumer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.zeal.Ack;
import io.zeal.BulkResult;
import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.Counter;
import io.zeal.CounterOptions;
import io.zeal.Delivery;
import io.zeal.Entry;
import io.zeal.MaxBytes;
import io.zeal.Outcome;
import io.zeal.Patch;
import io.zeal.PubSub;
import io.zeal.ReliablePubSub;
import io.zeal.Schema;
import io.zeal.Script;
import io.zeal.Scripts;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Subscription;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The examples of docs/first-steps.md and docs/contract/scripts.md: a test compares them. */
@SuppressWarnings("UnusedVariable") // names of variables tell readers what a call answers
final class FirstSteps {

  private FirstSteps() {}

  record Player(@MaxBytes(64) String name, long score, boolean online) {}

  /** Everything that every backend can do. */
  static String run(Zeal zeal) throws InterruptedException {
    Store<Player> players = zeal.store("first-players", Schema.of(Player.class));
    players.clear();
    oneRow(players);
    manyRows(players);
    whichMayFail(players);
    expiry(zeal);
    boolean allowed = counters(zeal);
    Cached<Profile> cached = caches(zeal);
    String said = room(zeal);
    String billed = orders(zeal);
    return players.count()
        + " rows, "
        + everyone(players)
        + " points, "
        + allowed
        + ", "
        + cached
        + ", said "
        + said
        + ", billed "
        + billed;
  }

  static Zeal openRedis() {
    ZealConfig config =
        ZealConfig.builder()
            .set("zeal.backend", "redis")
            .set("zeal.redis.url", "redis://localhost:6379")
            .build();
    return Zeal.open(config);
  }

  private static void oneRow(Store<Player> players) {
    players.put("user_1", new Player("alice", 100, true)); // the whole row, new or replaced
    Optional<Player> alice = players.get("user_1"); // empty if there is none
    OptionalLong hers = players.getLong("user_1", "score"); // one column, without the row

    long sum = players.increment("user_1", "score", 5); // 105, exact however many do it
    boolean found = players.patch("user_1", Patch.set("name", "Alice").and("online", false));
    boolean set = players.compareAndSet("user_1", "score", 105L, 0L); // only if it is 105
    boolean isNew = players.putIfAbsent("user_2", new Player("bob", 0, true));
    boolean gone = players.remove("user_2");
  }

  private static void manyRows(Store<Player> players) {
    BulkResult<Boolean> written =
        players.putAll(
            Map.of("user_3", new Player("carol", 7, true), "user_4", new Player("dan", 9, false)));
    written.failures().forEach((key, error) -> System.err.println(key + ": " + error.getMessage()));

    Map<String, Player> read = players.getAll(List.of("user_3", "user_4", "user_5")).orThrow();
    // user_5 is not there and not in the map; that is no failure
  }

  private static long everyone(Store<Player> players) {
    long total = 0;
    String after = ""; // before every key
    List<Entry<Player>> page = players.page(after, 100);
    while (!page.isEmpty()) {
      for (Entry<Player> entry : page) {
        total += entry.value().score();
      }
      after = page.getLast().key(); // need not exist any more
      page = players.page(after, 100);
    }
    return total;
  }

  private static void expiry(Zeal zeal) {
    StoreOptions halfAnHour = StoreOptions.defaults().withTtl(Duration.ofMinutes(30));
    Store<Player> guests = zeal.store("guests", Schema.of(Player.class), halfAnHour);
    guests.put("guest_1", new Player("eve", 0, true)); // for half an hour
    guests.put("guest_2", new Player("fay", 0, true), Duration.ofSeconds(20)); // for 20 s
    boolean there = guests.touch("guest_1"); // half an hour from now
  }

  private static boolean counters(Zeal zeal) {
    Counter visits = zeal.counter("visits");
    long number = visits.increment();

    Counter mails =
        zeal.counter("mails", CounterOptions.defaults().expiringAfter(Duration.ofMinutes(1)));
    boolean allowed = mails.addBounded(1, 50).isPresent(); // at most 50 in a window of a minute
    return allowed;
  }

  record Profile(String name, int level) {}

  private static Cached<Profile> caches(Zeal zeal) {
    CacheOptions tenMinutes = CacheOptions.defaults().withTtl(Duration.ofMinutes(10));
    Cache profiles = zeal.cache("profiles", tenMinutes); // keep it

    Profile his = profiles.getOrCompute("user_1", Profile.class, load -> compute(load.key()));
    Profile again = profiles.getOrCompute("user_1", Profile.class, load -> compute(load.key()));
    // compute ran once, however many ask at the same time

    Cached<Profile> there = profiles.get("user_1", Profile.class); // a look, without a load
    boolean removed = profiles.remove("user_1"); // the next call computes
    return there;
  }

  private static Profile compute(String key) {
    return new Profile(key, key.length());
  }

  private static String room(Zeal zeal) throws InterruptedException {
    PubSub chat = zeal.pubSub();
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    Subscription room = chat.subscribe("room:42", message -> heard.add(message.text()));
    chat.publish("room:42", "hello"); // to everybody who is subscribed now
    String said = heard.poll(10, TimeUnit.SECONDS); // "hello"
    room.close();
    return String.valueOf(said);
  }

  private static String orders(Zeal zeal) throws InterruptedException {
    ReliablePubSub orders = zeal.reliablePubSub();
    String id = orders.publish("orders", "book".getBytes(UTF_8)); // it waits for its consumers

    BlockingQueue<String> billed = new LinkedBlockingQueue<>();
    Function<Delivery, Ack> bill =
        delivery -> {
          billed.add(delivery.message().text()); // if this throws, it is delivered again
          return Ack.done(); // not delivered to this group any more
        };
    Subscription billing = orders.consume("orders", "billing", bill);
    String first = billed.poll(10, TimeUnit.SECONDS); // "book"
    billing.close(); // what was answered is recorded
    return String.valueOf(first);
  }

  private static void whichMayFail(Store<Player> players) {
    try {
      players.increment("user_1", "score", 1);
    } catch (ZealException e) {
      if (e.outcome().equals(Optional.of(Outcome.NOT_SENT))) {
        players.increment("user_1", "score", 1); // it did not happen
      } else {
        throw e; // it was refused, or it may have happened once
      }
    }
  }

  private static final Script REMEMBER =
      Script.of(
          """
          redis.call('LPUSH', KEYS[1], ARGV[1])
          redis.call('LTRIM', KEYS[1], 0, 99)
          return redis.call('LLEN', KEYS[1])
          """);

  /** Keeps the last hundred, and returns how many there are. */
  static long remember(Zeal zeal, String page) {
    return switch (zeal.scripts().run(REMEMBER, List.of("pages:latest"), List.of(page))) {
      case Scripts.Reply.LongValue(long length) -> length;
      case Scripts.Reply other -> throw new IllegalStateException("unexpected: " + other);
    };
  }
}
