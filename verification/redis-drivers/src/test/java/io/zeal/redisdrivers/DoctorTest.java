package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Capability;
import io.zeal.ConfigurationException;
import io.zeal.Finding;
import io.zeal.Finding.Severity;
import io.zeal.MaxBytes;
import io.zeal.OperationInterruptedException;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.verification.servers.AlteredAnswers;
import io.zeal.verification.servers.FaultProxy;
import io.zeal.verification.servers.RedisOptions;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found of real servers that are set up wrong. The driver does not matter. */
class DoctorTest {

  record Row(@MaxBytes(16) String text) {}

  private static final Schema<Row> SCHEMA = Schema.of(Row.class);
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** What docs/redis-layout.md lists for stores and counters, and for what looks at a server. */
  private static final String STORES =
      "+eval +evalsha +exists +get +hget +hincrby +hlen +hmget +hset +incrby +info +persist"
          + " +pexpire +pexpireat +ping +pttl +sadd +select +set +sismember +smembers +srem +time"
          + " +unlink +zadd +zcard +zcount +zrange +zrem +zscore";

  private static final String MESSAGES =
      "+client|id +client|unblock +psubscribe +publish +punsubscribe +subscribe +unsubscribe +xack"
          + " +xadd +xclaim +xdel +xgroup|create +xgroup|createconsumer +xgroup|delconsumer"
          + " +xgroup|destroy +xgroup|setid +xinfo|consumers +xinfo|groups +xinfo|stream +xlen"
          + " +xpending +xrange +xreadgroup +xtrim";

  private final List<RedisServer> servers = new ArrayList<>();

  @AfterEach
  void stop() {
    servers.forEach(RedisServer::close);
  }

  private RedisServer start(RedisOptions options) {
    RedisServer server = ServerTests.startOrSkip(() -> RedisServer.start(options));
    servers.add(server);
    return server;
  }

  private static ZealConfig.Builder config(RedisServer server) {
    return config("redis://" + server.address());
  }

  private static ZealConfig.Builder config(String url) {
    return ZealConfig.builder()
        .set("zeal.backend", "redis")
        .set("zeal.redis.driver", "jedis")
        .set("zeal.redis.url", url);
  }

  private static Zeal open(RedisServer server) {
    return Zeal.open(config(server).build());
  }

  private static List<String> codes(Zeal zeal) {
    return zeal.inspect().stream().map(Finding::code).toList();
  }

  private static Finding finding(Zeal zeal, String code) {
    List<Finding> found = zeal.inspect();
    return found.stream()
        .filter(finding -> finding.code().equals(code))
        .findFirst()
        .orElseThrow(() -> new AssertionError(code + " is not among " + found));
  }

  @Test
  void aServerThatIsAsItShouldBeIsNamedAndNothingElse() {
    RedisServer server = start(RedisOptions.defaults());
    try (Zeal zeal = open(server)) {
      zeal.store("rows", SCHEMA).put("k", new Row("a"));

      assertThat(zeal.inspect())
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("ZEAL-F301");
            assertThat(finding.found())
                .startsWith(server.address() + " is " + (server.isValkey() ? "Valkey " : "Redis "))
                .contains(server.version() + ", and answers in ")
                .endsWith(" ms");
          });
      assertThat(server.fact("db0").orElseThrow())
          .as("a look leaves nothing behind")
          .startsWith("keys=4,");
    }
  }

  // Memory

  @Test
  void aCacheOnAServerThatRefusesWhenItIsFull() {
    RedisServer server = start(RedisOptions.defaults().withMaxMemory("64mb", "noeviction"));
    try (Zeal zeal = open(server)) {
      zeal.store("rows", SCHEMA);
      assertThat(codes(zeal)).containsExactly("ZEAL-F301");

      Cache _ = zeal.cache("users", CacheOptions.defaults().withTtl(Duration.ofHours(1)));

      Finding finding = finding(zeal, "ZEAL-F309");
      assertThat(finding.severity()).isEqualTo(Severity.WARNING);
      assertThat(finding.found()).contains("noeviction", "67108864 bytes", "[users]");
      assertThat(finding.action()).contains("allkeys-lru");
    }
  }

  @Test
  void aCacheWhoseServerEvictsIsWhereItBelongs() {
    RedisServer server = start(RedisOptions.defaults().withMaxMemory("64mb", "allkeys-lru"));
    try (Zeal zeal = open(server)) {
      Cache _ = zeal.cache("users", CacheOptions.defaults().withTtl(Duration.ofHours(1)));

      assertThat(codes(zeal)).containsExactly("ZEAL-F301", "ZEAL-F302");
      assertThat(finding(zeal, "ZEAL-F302").severity()).isEqualTo(Severity.INFO);

      zeal.counter("visits").increment();

      assertThat(finding(zeal, "ZEAL-F302").severity())
          .as("a counter goes as an entry does")
          .isEqualTo(Severity.WARNING);
    }
  }

  @Test
  void aServerThatBeginsToEvictUnderAStoreThatNeedsItsRows() {
    RedisServer server = start(RedisOptions.defaults().withMaxMemory("64mb", "noeviction"));
    try (Zeal zeal = open(server)) {
      zeal.store("accepts", SCHEMA, StoreOptions.defaults().accepting(Capability.EXACT_COUNT));
      server.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
      assertThat(codes(zeal)).containsExactly("ZEAL-F301", "ZEAL-F302");

      zeal.store("needs", SCHEMA);

      Finding finding = finding(zeal, "ZEAL-F310");
      assertThat(finding.severity()).isEqualTo(Severity.ERROR);
      assertThat(finding.found()).contains("allkeys-lru", "[needs]");
      assertThat(finding(zeal, "ZEAL-F302").severity()).isEqualTo(Severity.WARNING);

      zeal.store("needs", SCHEMA, StoreOptions.defaults().accepting(Capability.EXACT_COUNT));

      assertThat(codes(zeal)).doesNotContain("ZEAL-F310");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"noeviction", "volatile-lru"})
  void entriesWithoutEndOnAServer(String policy) {
    RedisServer server = start(RedisOptions.defaults().withMaxMemory("64mb", policy));
    try (Zeal zeal = open(server)) {
      Cache _ = zeal.cache("brief", CacheOptions.defaults().withTtl(Duration.ofHours(1)));
      assertThat(codes(zeal)).doesNotContain("ZEAL-F403");

      Cache endless = zeal.cache("endless");
      var _ =
          endless.getOrCompute(
              "k",
              String.class,
              load -> {
                load.ttl(Duration.ofHours(1));
                return "v";
              });
      assertThat(codes(zeal)).as("a loader may give the ttl").doesNotContain("ZEAL-F403");

      endless.put("other", "v", String.class);

      Finding finding = finding(zeal, "ZEAL-F403");
      assertThat(finding.severity()).isEqualTo(Severity.WARNING);
      assertThat(finding.found()).contains("'endless'");
    }
  }

  // The wrong server

  @ParameterizedTest
  @ValueSource(strings = {"yes", "no"})
  void aReplica(String readOnly) {
    RedisServer primary = start(RedisOptions.defaults());
    RedisServer replica =
        start(
            RedisOptions.defaults()
                .with("replicaof", primary.host(), String.valueOf(primary.port()))
                .with("replica-read-only", readOnly));
    await(() -> replica.fact("master_link_status").orElse("").equals("up"));
    try (Zeal zeal = open(replica)) {
      Finding finding = finding(zeal, "ZEAL-F311");

      assertThat(finding.severity()).isEqualTo(Severity.ERROR);
      assertThat(finding.found())
          .startsWith(replica.address() + " is a replica of " + primary.address())
          .endsWith(readOnly.equals("yes") ? "takes no writes" : "written to it is lost");
    }
  }

  @Test
  void aStartOnAReplicaFailsIfThatWasAskedFor() {
    RedisServer primary = start(RedisOptions.defaults());
    RedisServer replica =
        start(
            RedisOptions.defaults()
                .with("replicaof", primary.host(), String.valueOf(primary.port())));
    ZealConfig.Builder config = config(replica).set("zeal.doctor.at-start", "fail-on-error");

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> Zeal.open(config.build()))
        .withMessageContainingAll(
            "Opening the backend 'redis' found what zeal.doctor.at-start does not let pass",
            "ZEAL-F311 (docs/errors.md#zeal-f311)")
        .satisfies(e -> assertThat(e.code()).isEqualTo("ZEAL-109"));
    await(() -> clients(replica) == 1); // ours alone, which asks
    try (Zeal zeal = Zeal.open(config.set("zeal.doctor.acknowledge", "ZEAL-F311").build())) {
      assertThat(finding(zeal, "ZEAL-F311").acknowledged()).isTrue();
    }
  }

  /** Connections to a server but for those of its primary. */
  private static long clients(RedisServer server) {
    return String.valueOf(server.command("CLIENT", "LIST", "TYPE", "normal")).lines().count();
  }

  @Test
  void aDatabaseThatIsEmptyWhileAnotherIsNot() {
    RedisServer server = start(RedisOptions.defaults());
    try (Zeal zeal = open(server)) {
      zeal.store("rows", SCHEMA).put("k", new Row("a"));
    }
    try (Zeal zeal = Zeal.open(config("redis://" + server.address() + "/3").build())) {
      Finding finding = finding(zeal, "ZEAL-F317");
      assertThat(finding.severity()).isEqualTo(Severity.INFO);
      assertThat(finding.found()).contains("database 3", "[database 0 has 4 keys]");

      zeal.store("rows", SCHEMA);

      assertThat(codes(zeal)).containsExactly("ZEAL-F301");
    }
  }

  // Rights

  private RedisServer withRights(String... rules) {
    String[] all = new String[rules.length + 2];
    all[0] = "on";
    all[1] = ">pw-of-the-user";
    System.arraycopy(rules, 0, all, 2, rules.length);
    return start(RedisOptions.defaults().withUser("app", all));
  }

  private static Zeal openAsUser(RedisServer server) {
    return Zeal.open(config("redis://app:pw-of-the-user@" + server.address()).build());
  }

  private static String[] rules(String commands, String... more) {
    List<String> rules = new ArrayList<>(List.of("-@all"));
    rules.addAll(List.of(commands.split(" ")));
    rules.addAll(List.of(more));
    return rules.toArray(String[]::new);
  }

  @Test
  void theSmallestRightsAreEnough() {
    RedisServer server = withRights(rules(STORES + " " + MESSAGES, "~zeal:*", "&zeal:p:*"));
    try (Zeal zeal = openAsUser(server)) {
      assertThat(codes(zeal)).containsExactly("ZEAL-F301");
    }
  }

  /** Each of them alone is missed. */
  @Test
  void everyRightThatIsMissingIsNamed() {
    RedisServer server = withRights(rules(STORES + " " + MESSAGES, "~zeal:*", "&zeal:p:*"));
    List<String> untold =
        List.of(
            // without it nothing is told of the server at all
            "info",
            // for the driver, for another database, or only tried where they are used
            "ping",
            "select",
            "client|id",
            "client|unblock",
            "psubscribe",
            "punsubscribe",
            "subscribe",
            "unsubscribe");
    for (String right : (STORES + " " + MESSAGES).replace("+", "").split(" ", -1)) {
      if (untold.contains(right)) {
        continue;
      }
      server.command("ACL", "SETUSER", "app", "-" + right);
      try (Zeal zeal = openAsUser(server)) {
        boolean ofStores = STORES.contains("+" + right);
        Finding finding = finding(zeal, ofStores ? "ZEAL-F312" : "ZEAL-F313");

        assertThat(finding.found()).as(right).contains(" run " + right);
        assertThat(finding.action()).contains("+" + right);
        assertThat(finding.severity()).isEqualTo(ofStores ? Severity.ERROR : Severity.INFO);
        assertThat(zeal.inspect().toString()).doesNotContain("pw-of-the-user");
      }
      server.command("ACL", "SETUSER", "app", "+" + right);
    }
    try (Zeal zeal = openAsUser(server)) {
      assertThat(codes(zeal)).as("all are there again").containsExactly("ZEAL-F301");
    }
  }

  /** Who has no messages needs no rights for them; who has some, those for the kind he has. */
  @Test
  void rightsOfMessagesThatAreUsedAreAWarning() {
    RedisServer server = withRights(rules(STORES + " +publish +xadd", "~zeal:*", "&zeal:p:*"));
    try (Zeal zeal = openAsUser(server)) {
      zeal.pubSub().publish("room", "m");
      assertThat(finding(zeal, "ZEAL-F313").severity()).isEqualTo(Severity.INFO);
      assertThat(finding(zeal, "ZEAL-F313").action()).startsWith("Nothing, without such messages.");

      zeal.reliablePubSub().publish("orders", new byte[1]);

      Finding finding = finding(zeal, "ZEAL-F313");
      assertThat(finding.severity()).isEqualTo(Severity.WARNING);
      assertThat(finding.found()).contains("run xack, ").doesNotContain("publish", "xadd");
    }
  }

  /** As docs/copies.md says: no streams, and no channels but those of copies. */
  @Test
  void theRightsOfCopiesAreEnoughForThem() {
    RedisServer server =
        withRights(
            rules(
                STORES + " +publish +subscribe +unsubscribe", "~zeal:*", "&zeal:p:zeal:tiered:*"));
    try (Zeal zeal =
        Zeal.open(
            config("redis://app:pw-of-the-user@" + server.address())
                .set("zeal.backend", "tiered")
                .set("zeal.tiered.secret", "0123456789abcdef0123456789abcdef")
                .build())) {
      zeal.store("rows", SCHEMA).put("k", new Row("a"));

      assertThat(zeal.inspect())
          .allMatch(finding -> finding.severity() == Severity.INFO)
          .extracting(Finding::code)
          .contains("ZEAL-F301", "ZEAL-F313");
    }
  }

  /** Those of the keys that stores and counters have are enough for them. */
  @Test
  void rightsToNoOtherKeysAreEnough() {
    RedisServer server =
        withRights(
            rules(STORES + " " + MESSAGES, "~zeal:s:*", "~zeal:c:*", "~zeal:m:*", "&zeal:p:*"));
    try (Zeal zeal = openAsUser(server)) {
      zeal.store("rows", SCHEMA).put("k", new Row("a"));
      zeal.counter("visits").increment();

      assertThat(codes(zeal)).containsExactly("ZEAL-F301");
    }
  }

  /** A look is no reason for alarms: what it is refused stands in the server's log. */
  @Test
  void rightsAreTriedOnce() {
    RedisServer server = withRights(rules(STORES, "~zeal:*", "&zeal:p:*"));
    try (Zeal zeal = openAsUser(server)) {
      Finding first = finding(zeal, "ZEAL-F313");
      server.command("ACL", "LOG", "RESET");
      server.command("CONFIG", "RESETSTAT");

      assertThat(finding(zeal, "ZEAL-F313")).isEqualTo(first);
      assertThat(zeal.inspect()).contains(first);

      assertThat(server.command("ACL", "LOG")).isEqualTo(List.of());
      assertThat(server.fact("total_error_replies")).contains("0");
    }
  }

  @Test
  void rightsToOtherKeysAndChannels() {
    RedisServer server = withRights(rules(STORES + " " + MESSAGES, "~other:*", "&other:*"));
    try (Zeal zeal = openAsUser(server)) {
      assertThat(finding(zeal, "ZEAL-F312").found()).endsWith("use keys zeal:*");
      assertThat(finding(zeal, "ZEAL-F312").action()).contains("ACL SETUSER <user> ~zeal:*");
      assertThat(finding(zeal, "ZEAL-F313").found())
          .endsWith("use keys zeal:*; publish on channels zeal:p:*");
      assertThat(finding(zeal, "ZEAL-F313").action()).contains("~zeal:* &zeal:p:* (");
    }
  }

  @ParameterizedTest
  @CsvSource({"K C, 'K C:*', ~K?C:*", "a|b, a|b:*, ~a|b:*", "a*[b, a*[b:*, ~a\\*\\[b:*"})
  void aPrefixThatLooksLikeSomethingElse(String prefix, String pattern, String rule) {
    RedisServer server = withRights(rules(STORES + " " + MESSAGES, "~zeal:*", "&zeal:p:*"));
    try (Zeal zeal =
        Zeal.open(
            config("redis://app:pw-of-the-user@" + server.address())
                .set("zeal.redis.prefix", prefix)
                .build())) {
      assertThat(finding(zeal, "ZEAL-F312").found()).endsWith("use keys " + pattern);
      assertThat(finding(zeal, "ZEAL-F312").action()).contains("<user> " + rule + " (");

      server.command("ACL", "SETUSER", "app", rule);
    }
    try (Zeal zeal =
        Zeal.open(
            config("redis://app:pw-of-the-user@" + server.address())
                .set("zeal.redis.prefix", prefix)
                .build())) {
      assertThat(codes(zeal)).as("the rule gives what it says").doesNotContain("ZEAL-F312");
    }
  }

  // The way and the time

  @Test
  void whoIsInterruptedIsToldSo() {
    RedisServer server = start(RedisOptions.defaults());
    try (Zeal zeal = open(server)) {
      Thread.currentThread().interrupt();

      assertThatExceptionOfType(OperationInterruptedException.class).isThrownBy(zeal::inspect);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aServerThatIsNotThereIsAFindingAndWhatWasNotAskedForFailsNothing() {
    RedisServer server = start(RedisOptions.defaults());
    try (Zeal zeal = Zeal.open(config(server).set("zeal.redis.timeout", "300ms").build())) {
      Store<Row> _ = zeal.store("rows", SCHEMA);
      server.close();

      assertThat(codes(zeal)).containsExactly("ZEAL-F305");
    }
  }

  @Test
  void aServerThatIsFarAway() {
    RedisServer server = start(RedisOptions.defaults());
    try (FaultProxy proxy = FaultProxy.start(server.port());
        Zeal zeal = Zeal.open(config("redis://127.0.0.1:" + proxy.port()).build())) {
      assertThat(codes(zeal)).containsExactly("ZEAL-F301");

      proxy.delay(Duration.ofMillis(120));

      Finding finding = finding(zeal, "ZEAL-F315");
      assertThat(finding.severity()).isEqualTo(Severity.WARNING);
      assertThat(finding.found()).containsPattern("takes \\d{3,}\\.\\d ms");
    }
  }

  /**
   * Nobody may set this machine's clock, and the server has no other: a proxy moves what the server
   * says its time is.
   */
  @ParameterizedTest
  @CsvSource({"90, ahead of", "-90, behind", "3, ahead of"})
  void aServerWithAnotherTime(int seconds, String direction) {
    RedisServer server = start(RedisOptions.defaults());
    try (AlteredAnswers proxy = AlteredAnswers.start(server.port());
        Zeal zeal = Zeal.open(config("redis://" + proxy.address()).build())) {
      proxy.moveTime(seconds);

      Finding finding = finding(zeal, "ZEAL-F314");

      assertThat(finding.severity()).isEqualTo(Severity.WARNING);
      assertThat(finding.found())
          .contains("the clock of " + proxy.address())
          .containsPattern(
              "(89\\.9\\d*|90\\.\\d+|2\\.9\\d*|3\\.\\d+) s " + direction + " this host");
    }
  }

  @Test
  void aServerThatIsASecondOff() {
    RedisServer server = start(RedisOptions.defaults());
    try (AlteredAnswers proxy = AlteredAnswers.start(server.port());
        Zeal zeal = Zeal.open(config("redis://" + proxy.address()).build())) {
      proxy.moveTime(1);

      assertThat(codes(zeal)).containsExactly("ZEAL-F301");
    }
  }

  /** No server here is that old: what it says of itself is changed on the way. */
  @Test
  void aServerThatWasReplacedByAnOldOne() {
    RedisServer server = start(RedisOptions.defaults());
    try (AlteredAnswers proxy = AlteredAnswers.start(server.port());
        Zeal zeal = Zeal.open(config("redis://" + proxy.address()).build())) {
      proxy.alter(text -> text.replaceFirst("redis_version:\\d", "redis_version:5"));

      assertThat(zeal.inspect())
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("ZEAL-F316");
            assertThat(finding.severity()).isEqualTo(Severity.ERROR);
            assertThat(finding.found()).contains(proxy.address(), "is Redis 5.");
          });
    }
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("within %s", LIMIT).isNegative();
      LockSupport.parkNanos(5_000_000);
    }
  }
}
