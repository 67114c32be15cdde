package io.zeal.redis;

import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.redis.RedisUrl.Topology;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkFactory;
import io.zeal.redis.spi.LinkOptions;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.Setting;
import io.zeal.spi.TlsFiles;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Offers the backend {@code redis}: Redis 7.0, Valkey 7.2 or newer. */
public final class RedisBackendProvider implements BackendProvider {

  private static final int BUCKETS_OF_ONE_SERVER = 1;
  private static final int BUCKETS_OF_A_CLUSTER = 64;
  private static final Duration DEAD_PEER = Duration.ofSeconds(5);

  /**
   * The first connection of a JVM loads the client, which on a small busy machine takes longer than
   * any call should.
   */
  private static final Duration OPENING = Duration.ofSeconds(10);

  /** Drivers count it in milliseconds of 32 bits. */
  private static final Duration LONGEST_OPENING = Duration.ofDays(1);

  @Override
  public String name() {
    return "redis";
  }

  @Override
  public List<Setting<?>> settings() {
    return RedisSettings.all();
  }

  @Override
  public Backend open(BackendContext context) {
    try {
      return opened(context);
    } catch (NoClassDefFoundError e) {
      throw missing(e);
    }
  }

  /** On a class path nobody sees to it that all of Zeal is there. */
  static RuntimeException missing(NoClassDefFoundError e) {
    if (!String.valueOf(e.getMessage()).contains("io/zeal/pubsub/")) {
      throw e;
    }
    return new ConfigurationException(
        ErrorCode.MODULE_NOT_FOUND,
        "Backend 'redis' needs a module that is not on the path: add io.zeal:zeal-pubsub.",
        e);
  }

  private static Backend opened(BackendContext context) {
    RedisSettings settings = RedisSettings.of(context);
    LinkOptions options = options(settings);
    LinkFactory factory = Drivers.open(context, settings.driver());
    Server server = null;
    try {
      server =
          new Server(
              topology(settings, options, factory, context.executor()),
              context.executor(),
              settings.timeout());
      Names names = new Names(settings.prefix());
      RedisBackend backend =
          new RedisBackend(
              factory,
              server,
              names,
              settings.buckets().orElse(defaultBuckets(settings)),
              settings.url().database(),
              ServerFacts.of(server, System.nanoTime() + opening(settings).toNanos()),
              new RedisMessaging(
                  server,
                  names,
                  context.executor(),
                  settings.timeout(),
                  settings.shardedChannels(),
                  factory.isBlocking()));
      backend.janitor().start(context.executor());
      return backend;
    } catch (RuntimeException | Error e) {
      if (server != null) {
        server.close();
      }
      factory.close();
      throw e;
    }
  }

  private static int defaultBuckets(RedisSettings settings) {
    return settings.url().topology() == Topology.CLUSTER
        ? BUCKETS_OF_A_CLUSTER
        : BUCKETS_OF_ONE_SERVER;
  }

  private static LinkOptions options(RedisSettings settings) {
    RedisUrl url = settings.url();
    return new LinkOptions(
        url.user(),
        url.password(),
        url.database(),
        url.tls() ? tls(settings.tls()) : null,
        opening(settings),
        DEAD_PEER);
  }

  private static LinkOptions.Tls tls(TlsFiles files) {
    return new LinkOptions.Tls(
        files.trust().orElse(null), files.identity().orElse(null), files.verifyHost());
  }

  /** How long the first connection may take, and any other as far as its call has the time. */
  private static Duration opening(RedisSettings settings) {
    Duration longer = settings.timeout().compareTo(OPENING) > 0 ? settings.timeout() : OPENING;
    return longer.compareTo(LONGEST_OPENING) > 0 ? LONGEST_OPENING : longer;
  }

  private static io.zeal.redis.Topology topology(
      RedisSettings settings, LinkOptions options, LinkFactory factory, Executor executor) {
    RedisUrl url = settings.url();
    LinkFactory links = url.topology() == Topology.SENTINEL ? new PrimaryLinks(factory) : factory;
    Function<Endpoint, Node> maker =
        endpoint -> new Node(endpoint, links, options, settings, executor);
    return switch (url.topology()) {
      case SINGLE -> new SingleTopology(maker.apply(url.endpoints().getFirst()));
      case CLUSTER -> new ClusterTopology(url.endpoints(), maker, settings.timeout());
      case SENTINEL ->
          new SentinelTopology(
              url.endpoints(),
              url.master(),
              endpoint ->
                  new Node(
                      endpoint, factory, sentinelOptions(options, settings), settings, executor),
              maker,
              settings.timeout());
    };
  }

  /** Sentinels have no databases, and users of their own. */
  private static LinkOptions sentinelOptions(LinkOptions options, RedisSettings settings) {
    return new LinkOptions(
        settings.sentinelUser().orElse(null),
        settings.sentinelPassword().orElse(null),
        0,
        options.tls(),
        options.connectTimeout(),
        options.deadPeerTimeout());
  }
}
