package io.zeal.redis;

import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Setting;
import io.zeal.spi.TlsFiles;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the backend is told.
 *
 * @param url where the servers are
 * @param driver the driver's name; empty for the only one
 * @param prefix what every key and channel begins with
 * @param timeout the deadline of a call
 * @param connections how many connections share the small calls of one node
 * @param maxWaiting how many calls may wait for one connection
 * @param buckets how many parts a new store has; empty for 1 without and 64 with a cluster
 * @param shardedChannels whether channels are sharded among the nodes of a cluster
 * @param tls files in PEM form
 * @param sentinelUser whom sentinels know us as; empty for their default user
 * @param sentinelPassword what sentinels ask for; empty for nothing
 */
record RedisSettings(
    RedisUrl url,
    Optional<String> driver,
    String prefix,
    Duration timeout,
    int connections,
    int maxWaiting,
    Optional<Integer> buckets,
    boolean shardedChannels,
    TlsFiles tls,
    Optional<String> sentinelUser,
    Optional<String> sentinelPassword) {

  /** A user without a password cannot log in; one server has no shards. */
  RedisSettings {
    if (shardedChannels && url.topology() != RedisUrl.Topology.CLUSTER) {
      throw new ConfigurationException(
          ErrorCode.INVALID_SETTING,
          "Setting zeal.redis.sharded-channels is true, and zeal.redis.url names no cluster."
              + " Remove it: one server has nothing to spread channels over.");
    }
    if (sentinelUser.isPresent() && sentinelPassword.isEmpty()) {
      throw new ConfigurationException(
          ErrorCode.INVALID_SETTING,
          "Setting zeal.redis.sentinel.user is there without zeal.redis.sentinel.password."
              + " Give both, or the password alone for the default user of the sentinels.");
    }
  }

  static final Setting<String> URL = Setting.text("zeal.redis.url").asSecret();
  static final Setting<String> DRIVER = Setting.text("zeal.redis.driver");
  static final Setting<String> PREFIX = Setting.text("zeal.redis.prefix").withDefault("zeal");
  static final Setting<Duration> TIMEOUT =
      Setting.duration("zeal.redis.timeout").withDefault(Duration.ofSeconds(2));
  static final Setting<Long> CONNECTIONS =
      Setting.number("zeal.redis.connections", 1, 64).withDefault(1L);
  static final Setting<Long> MAX_WAITING =
      Setting.number("zeal.redis.max-waiting", 1, 1_000_000).withDefault(10_000L);
  static final Setting<Long> BUCKETS = Setting.number("zeal.redis.buckets", 1, 4096);
  static final Setting<Boolean> SHARDED_CHANNELS =
      Setting.flag("zeal.redis.sharded-channels").withDefault(false);
  static final Setting<String> TLS_CA = Setting.text("zeal.redis.tls.ca");
  static final Setting<String> TLS_CERTIFICATE = Setting.text("zeal.redis.tls.certificate");
  static final Setting<String> TLS_KEY = Setting.text("zeal.redis.tls.key");

  /** True by default; not declared so, because then nobody could see whether it was set. */
  static final Setting<Boolean> TLS_VERIFY_HOST = Setting.flag("zeal.redis.tls.verify-host");

  private static final List<Setting<?>> TLS =
      List.of(TLS_CA, TLS_CERTIFICATE, TLS_KEY, TLS_VERIFY_HOST);

  static final Setting<String> SENTINEL_USER = Setting.text("zeal.redis.sentinel.user");
  static final Setting<String> SENTINEL_PASSWORD =
      Setting.text("zeal.redis.sentinel.password").asSecret();

  static List<Setting<?>> all() {
    return List.of(
        URL,
        DRIVER,
        PREFIX,
        TIMEOUT,
        CONNECTIONS,
        MAX_WAITING,
        BUCKETS,
        SHARDED_CHANNELS,
        TLS_CA,
        TLS_CERTIFICATE,
        TLS_KEY,
        TLS_VERIFY_HOST,
        SENTINEL_USER,
        SENTINEL_PASSWORD);
  }

  static RedisSettings of(BackendContext context) {
    RedisUrl url = RedisUrl.parse(context.setting(URL));
    if (!url.tls()) {
      requireNoTls(context);
    }
    return new RedisSettings(
        url,
        context.optionalSetting(DRIVER),
        context.setting(PREFIX),
        context.setting(TIMEOUT),
        context.setting(CONNECTIONS).intValue(),
        context.setting(MAX_WAITING).intValue(),
        context.optionalSetting(BUCKETS).map(Long::intValue),
        context.setting(SHARDED_CHANNELS),
        new TlsFiles(
            "zeal.redis.tls",
            context.optionalSetting(TLS_CA).orElse(null),
            context.optionalSetting(TLS_CERTIFICATE).orElse(null),
            context.optionalSetting(TLS_KEY).orElse(null),
            context.optionalSetting(TLS_VERIFY_HOST).orElse(true)),
        context.optionalSetting(SENTINEL_USER),
        context.optionalSetting(SENTINEL_PASSWORD));
  }

  /** Who sets up encryption means it: without it, passwords and rows would go out readable. */
  private static void requireNoTls(BackendContext context) {
    List<String> set =
        TLS.stream()
            .filter(setting -> context.optionalSetting(setting).isPresent())
            .map(Setting::key)
            .toList();
    if (!set.isEmpty()) {
      throw new ConfigurationException(
          ErrorCode.INVALID_SETTING,
          "Setting zeal.redis.url asks for connections in plain text, and settings of encryption"
              + " are there: "
              + set
              + ". Begin the URL with rediss in place of redis, or remove them; a unix socket is"
              + " never encrypted.");
    }
  }
}
