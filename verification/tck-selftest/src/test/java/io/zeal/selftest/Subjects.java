package io.zeal.selftest;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.CacheBulkTck;
import io.zeal.tck.CacheLifeTck;
import io.zeal.tck.CacheLoadTck;
import io.zeal.tck.CacheRaceTck;
import io.zeal.tck.CacheTck;
import io.zeal.tck.CounterTck;
import io.zeal.tck.PubSubLifeTck;
import io.zeal.tck.PubSubQueueTck;
import io.zeal.tck.PubSubTck;
import io.zeal.tck.ReliableAnswersTck;
import io.zeal.tck.ReliableClaimsTck;
import io.zeal.tck.ReliableLifeTck;
import io.zeal.tck.ReliablePubSubTck;
import io.zeal.tck.ScriptsTck;
import io.zeal.tck.StoreConcurrencyTck;
import io.zeal.tck.StoreExpiryTck;
import io.zeal.tck.StoreLimitsTck;
import io.zeal.tck.StorePagesTck;
import io.zeal.tck.StoreTck;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

  static final List<Class<?>> ALL = Stream.concat(ON_TWIN.stream(), ON_SERVER.stream()).toList();

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
  private static Duration patience() {
    return Duration.ofSeconds(Kit.broken().tests.isEmpty() ? 20 : 4);
  }

  private static Zeal open(ZealConfig.Builder config, Twin twin) {
    return broken(Zeal.open(config.backend(twin).build()));
  }

  private static Zeal broken(Zeal zeal) {
    Breakage breakage = Kit.broken();
    return breakage.calls.isEmpty() ? zeal : Call.through(zeal, breakage);
  }

  static final class Rows extends StoreTck {
    private final Twin twin = new Twin(Kit.broken());

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  static final class Limits extends StoreLimitsTck {
    private final Twin twin = new Twin(Kit.broken());

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  static final class Expiry extends StoreExpiryTck {
    private final Twin twin = new Twin(Kit.broken());

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  static final class Pages extends StorePagesTck {
    private final Twin twin = new Twin(Kit.broken());

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  static final class Concurrency extends StoreConcurrencyTck {
    private final Twin twin = new Twin(Kit.broken());

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  static final class Counters extends CounterTck {
    private final Twin twin = new Twin(Kit.broken());

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  static final class ServerScripts extends ScriptsTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return broken(
          Zeal.open(
              config
                  .set("zeal.backend", "redis")
                  .set("zeal.redis.url", "redis://" + server().address())
                  .build()));
    }
  }

  static final class Caches extends CacheTck {
    private final Twin twin = new Twin(Kit.broken());

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  static final class CacheLives extends CacheLifeTck {
    private final Twin twin = new Twin(Kit.broken());

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  static final class CacheLoads extends CacheLoadTck {
    private final Twin twin = new Twin(Kit.broken());

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  static final class CacheRaces extends CacheRaceTck {
    private final Twin twin = new Twin(Kit.broken());

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  static final class CacheBulks extends CacheBulkTck {
    private final Twin twin = new Twin(Kit.broken());

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }
  }

  static final class Messages extends PubSubTck {
    private final Twin twin = new Twin(Kit.broken());

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }

    @Override
    protected Duration patience() {
      return Subjects.patience();
    }
  }

  static final class MessageQueues extends PubSubQueueTck {
    private final Twin twin = new Twin(Kit.broken());

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }

    @Override
    protected Duration patience() {
      return Subjects.patience();
    }
  }

  static final class MessageLives extends PubSubLifeTck {
    private final Twin twin = new Twin(Kit.broken());

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }

    @Override
    protected Duration patience() {
      return Subjects.patience();
    }
  }

  static final class Streams extends ReliablePubSubTck {
    private final Twin twin = new Twin(Kit.broken());

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }

    @Override
    protected Duration patience() {
      return Subjects.patience();
    }
  }

  static final class StreamAnswers extends ReliableAnswersTck {
    private final Twin twin = new Twin(Kit.broken());

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }

    @Override
    protected Duration patience() {
      return Subjects.patience();
    }
  }

  static final class StreamClaims extends ReliableClaimsTck {
    private final Twin twin = new Twin(Kit.broken());

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }

    @Override
    protected Duration patience() {
      return Subjects.patience();
    }
  }

  static final class StreamLives extends ReliableLifeTck {
    private final Twin twin = new Twin(Kit.broken());

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return Subjects.open(config, twin);
    }

    @Override
    protected Duration patience() {
      return Subjects.patience();
    }
  }
}
