package io.zeal.selftest;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.redis.RedisBackendProvider;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendDecorator;
import io.zeal.tck.AnnounceTck;
import io.zeal.tck.CacheBulkTck;
import io.zeal.tck.CacheLifeTck;
import io.zeal.tck.CacheLoadTck;
import io.zeal.tck.CacheRaceTck;
import io.zeal.tck.CacheTck;
import io.zeal.tck.CounterTck;
import io.zeal.tck.FarLine;
import io.zeal.tck.PubSubLifeTck;
import io.zeal.tck.PubSubQueueTck;
import io.zeal.tck.PubSubTck;
import io.zeal.tck.ReliableAnswersTck;
import io.zeal.tck.ReliableClaimsTck;
import io.zeal.tck.ReliableLifeTck;
import io.zeal.tck.ReliablePubSubTck;
import io.zeal.tck.ResilienceTck;
import io.zeal.tck.ScriptsTck;
import io.zeal.tck.StoreConcurrencyTck;
import io.zeal.tck.StoreExpiryTck;
import io.zeal.tck.StoreLimitsTck;
import io.zeal.tck.StorePagesTck;
import io.zeal.tck.StoreTck;
import io.zeal.tck.TieredFrameTck;
import io.zeal.tck.TieredRaceTck;
import io.zeal.tck.TieredTck;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;

/** The kit's classes, filled in as any backend does; run by {@link Kit}, not by the build. */
final class Subjects {

  /** About stores and counters. */
  static final List<Class<?>> STORES =
      List.of(
          Rows.class, Limits.class, Expiry.class, Pages.class, Concurrency.class, Counters.class);

  /** About caches. */
  static final List<Class<?>> CACHES =
      List.of(Caches.class, CacheLives.class, CacheLoads.class, CacheRaces.class, CacheBulks.class);

  /** About publish and subscribe. */
  static final List<Class<?>> MESSAGES =
      List.of(Messages.class, MessageQueues.class, MessageLives.class);

  /** About reliable messages. */
  static final List<Class<?>> RELIABLE =
      List.of(Streams.class, StreamAnswers.class, StreamClaims.class, StreamLives.class);

  static final List<Class<?>> ON_TWIN =
      Stream.of(STORES, CACHES, MESSAGES, RELIABLE).flatMap(List::stream).toList();

  static final List<Class<?>> ON_SERVER = List.of(ServerScripts.class);

  /** About announcements: around a real server's backend, where the twin has none. */
  static final List<Class<?>> ANNOUNCING = List.of(Announcements.class);

  /** About copies: tiered over a real server, since the twin announces nothing. */
  static final List<Class<?>> COPYING = List.of(Copies.class, CopyRaces.class, CopyFrames.class);

  /** About circuits: around a backend of the kit's own. */
  static final List<Class<?>> CIRCUITS = List.of(Circuits.class);

  static final List<Class<?>> ALL =
      Stream.of(ON_TWIN, ON_SERVER, ANNOUNCING, COPYING, CIRCUITS).flatMap(List::stream).toList();

  /** Far beyond what a server takes that runs beside so much else. */
  private static final String REDIS_TIMEOUT = "20s";

  private static @Nullable RedisServer server;

  private Subjects() {}

  /** One for all runs, which use names of their own; it ends with the JVM. */
  static synchronized RedisServer server() {
    RedisServer running = server;
    if (running == null) {
      running = ServerTests.startOrSkip(RedisServer::start);
      server = running;
    }
    return running;
  }

  /** What never comes because something is broken is not waited for as long as what is late. */
  private static Duration patience(Breakage breakage) {
    return Duration.ofSeconds(breakage.tests.isEmpty() ? 20 : 4);
  }

  private static Zeal open(ZealConfig.Builder config, Twin twin) {
    return broken(Zeal.open(config.backend(twin).build()), twin.breakage());
  }

  private static Zeal tiered(ZealConfig.Builder config, FarLine line, Breakage breakage) {
    return broken(
        Zeal.open(
            config
                .backend(new BrokenTiered(breakage, line))
                .set("zeal.tiered.near", "map")
                .set("zeal.redis.url", "redis://" + server().address())
                .set("zeal.redis.timeout", REDIS_TIMEOUT)
                .set("zeal.redis.buckets", "3")
                .build()),
        breakage);
  }

  private static Zeal broken(Zeal zeal, Breakage breakage) {
    return breakage.calls.isEmpty() ? zeal : Call.through(zeal, breakage);
  }

  @ExtendWith(Kit.Broken.class)
  static final class Circuits extends ResilienceTck {
    private final Breakage broken;

    Circuits(Breakage broken) {
      this.broken = broken;
    }

    @Override
    protected BackendDecorator decorator(LongSupplier nanoTime) {
      return new BrokenCircuit(broken, nanoTime);
    }
  }

  @ExtendWith(Kit.Broken.class)
  static final class Rows extends StoreTck {
    private final Twin twin;

    Rows(Breakage broken) {
      twin = new Twin(broken);
    }

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  @ExtendWith(Kit.Broken.class)
  static final class Limits extends StoreLimitsTck {
    private final Twin twin;

    Limits(Breakage broken) {
      twin = new Twin(broken);
    }

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  @ExtendWith(Kit.Broken.class)
  static final class Expiry extends StoreExpiryTck {
    private final Twin twin;

    Expiry(Breakage broken) {
      twin = new Twin(broken);
    }

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  @ExtendWith(Kit.Broken.class)
  static final class Pages extends StorePagesTck {
    private final Twin twin;

    Pages(Breakage broken) {
      twin = new Twin(broken);
    }

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  @ExtendWith(Kit.Broken.class)
  static final class Concurrency extends StoreConcurrencyTck {
    private final Twin twin;

    Concurrency(Breakage broken) {
      twin = new Twin(broken);
    }

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  @ExtendWith(Kit.Broken.class)
  static final class Counters extends CounterTck {
    private final Twin twin;

    Counters(Breakage broken) {
      twin = new Twin(broken);
    }

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  @ExtendWith(Kit.Broken.class)
  static final class ServerScripts extends ScriptsTck {
    private final Breakage broken;

    ServerScripts(Breakage broken) {
      this.broken = broken;
    }

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return broken(
          Zeal.open(
              config
                  .set("zeal.backend", "redis")
                  .set("zeal.redis.url", "redis://" + server().address())
                  .set("zeal.redis.timeout", REDIS_TIMEOUT)
                  .build()),
          broken);
    }
  }

  @ExtendWith(Kit.Broken.class)
  static final class Announcements extends AnnounceTck {
    private final Breakage broken;

    Announcements(Breakage broken) {
      this.broken = broken;
    }

    private int instances;

    @Override
    protected Backend open(BackendContext context) {
      Backend real = new RedisBackendProvider().open(context);
      int instance = ++instances;
      return broken
          .hook(AnnounceBreakages.OnBackend.class)
          .map(hook -> hook.around(real, context, instance))
          .orElse(real);
    }

    @Override
    protected Map<String, String> settings() {
      return Map.of(
          "zeal.redis.url",
          "redis://" + server().address(),
          "zeal.redis.timeout",
          REDIS_TIMEOUT,
          "zeal.redis.buckets",
          "3");
    }

    @Override
    protected Duration patience() {
      return Subjects.patience(broken);
    }
  }

  @ExtendWith(Kit.Broken.class)
  static final class Copies extends TieredTck {
    private final Breakage broken;

    Copies(Breakage broken) {
      this.broken = broken;
    }

    @Override
    protected Zeal open(ZealConfig.Builder config, FarLine line) {
      return tiered(config, line, broken);
    }

    @Override
    protected Duration patience() {
      return Subjects.patience(broken);
    }
  }

  @ExtendWith(Kit.Broken.class)
  static final class CopyRaces extends TieredRaceTck {
    private final Breakage broken;

    CopyRaces(Breakage broken) {
      this.broken = broken;
    }

    @Override
    protected Zeal open(ZealConfig.Builder config, FarLine line) {
      return tiered(config, line, broken);
    }

    @Override
    protected Duration patience() {
      return Subjects.patience(broken);
    }
  }

  @ExtendWith(Kit.Broken.class)
  static final class CopyFrames extends TieredFrameTck {
    private final Breakage broken;

    CopyFrames(Breakage broken) {
      this.broken = broken;
    }

    @Override
    protected Zeal open(ZealConfig.Builder config, FarLine line) {
      return tiered(config, line, broken);
    }

    @Override
    protected Duration patience() {
      return Subjects.patience(broken);
    }
  }

  @ExtendWith(Kit.Broken.class)
  static final class Caches extends CacheTck {
    private final Twin twin;

    Caches(Breakage broken) {
      twin = new Twin(broken);
    }

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  @ExtendWith(Kit.Broken.class)
  static final class CacheLives extends CacheLifeTck {
    private final Twin twin;

    CacheLives(Breakage broken) {
      twin = new Twin(broken);
    }

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  @ExtendWith(Kit.Broken.class)
  static final class CacheLoads extends CacheLoadTck {
    private final Twin twin;

    CacheLoads(Breakage broken) {
      twin = new Twin(broken);
    }

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  @ExtendWith(Kit.Broken.class)
  static final class CacheRaces extends CacheRaceTck {
    private final Twin twin;

    CacheRaces(Breakage broken) {
      twin = new Twin(broken);
    }

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  @ExtendWith(Kit.Broken.class)
  static final class CacheBulks extends CacheBulkTck {
    private final Twin twin;

    CacheBulks(Breakage broken) {
      twin = new Twin(broken);
    }

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  @ExtendWith(Kit.Broken.class)
  static final class Messages extends PubSubTck {
    private final Twin twin;

    Messages(Breakage broken) {
      twin = new Twin(broken);
    }

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }

    @Override
    protected Duration patience() {
      return Subjects.patience(twin.breakage());
    }
  }

  @ExtendWith(Kit.Broken.class)
  static final class MessageQueues extends PubSubQueueTck {
    private final Twin twin;

    MessageQueues(Breakage broken) {
      twin = new Twin(broken);
    }

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }

    @Override
    protected Duration patience() {
      return Subjects.patience(twin.breakage());
    }
  }

  @ExtendWith(Kit.Broken.class)
  static final class MessageLives extends PubSubLifeTck {
    private final Twin twin;

    MessageLives(Breakage broken) {
      twin = new Twin(broken);
    }

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }

    @Override
    protected Duration patience() {
      return Subjects.patience(twin.breakage());
    }
  }

  @ExtendWith(Kit.Broken.class)
  static final class Streams extends ReliablePubSubTck {
    private final Twin twin;

    Streams(Breakage broken) {
      twin = new Twin(broken);
    }

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }

    @Override
    protected Duration patience() {
      return Subjects.patience(twin.breakage());
    }
  }

  @ExtendWith(Kit.Broken.class)
  static final class StreamAnswers extends ReliableAnswersTck {
    private final Twin twin;

    StreamAnswers(Breakage broken) {
      twin = new Twin(broken);
    }

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }

    @Override
    protected Duration patience() {
      return Subjects.patience(twin.breakage());
    }
  }

  @ExtendWith(Kit.Broken.class)
  static final class StreamClaims extends ReliableClaimsTck {
    private final Twin twin;

    StreamClaims(Breakage broken) {
      twin = new Twin(broken);
    }

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }

    @Override
    protected Duration patience() {
      return Subjects.patience(twin.breakage());
    }
  }

  @ExtendWith(Kit.Broken.class)
  static final class StreamLives extends ReliableLifeTck {
    private final Twin twin;

    StreamLives(Breakage broken) {
      twin = new Twin(broken);
    }

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }

    @Override
    protected Duration patience() {
      return Subjects.patience(twin.breakage());
    }
  }
}
