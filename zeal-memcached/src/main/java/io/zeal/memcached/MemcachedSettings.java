package io.zeal.memcached;

import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the backend is told.
 *
 * @param servers where they are; their order does not matter
 * @param protocol how they are spoken to
 * @param prefix what every key begins with
 * @param timeout the deadline of a call
 * @param maxWaiting how many calls may wait for the answers of one server
 * @param longestOutage after which what a server holds is taken for old; empty for never
 * @param user whom servers know us as
 * @param password what they ask for
 */
record MemcachedSettings(
    List<Address> servers,
    Protocol protocol,
    String prefix,
    Duration timeout,
    int maxWaiting,
    Optional<Duration> longestOutage,
    Optional<String> user,
    Optional<String> password) {

  static final Setting<String> SERVERS = Setting.text("zeal.memcached.servers");
  static final Setting<Protocol> PROTOCOL =
      Setting.choice("zeal.memcached.protocol", Protocol.class).withDefault(Protocol.TEXT);
  static final Setting<String> PREFIX = Setting.text("zeal.memcached.prefix").withDefault("zeal");
  static final Setting<Duration> TIMEOUT =
      Setting.duration("zeal.memcached.timeout").withDefault(Duration.ofSeconds(2));
  static final Setting<Long> MAX_WAITING =
      Setting.number("zeal.memcached.max-waiting", 1, 1_000_000).withDefault(100_000L);
  static final Setting<Duration> LONGEST_OUTAGE = Setting.duration("zeal.memcached.longest-outage");
  static final Setting<String> USER = Setting.text("zeal.memcached.user");
  static final Setting<String> PASSWORD = Setting.text("zeal.memcached.password").asSecret();

  private static final int LONGEST_PREFIX = 64;

  /** A prefix is a part of keys; a user has a password. */
  MemcachedSettings {
    if (!prefix.matches("[A-Za-z0-9._-]{1," + LONGEST_PREFIX + "}")) {
      throw invalid(
          PREFIX.key()
              + " is '"
              + prefix
              + "'. Give it 1 to "
              + LONGEST_PREFIX
              + " letters, digits, '-', '_' or '.'.");
    }
    if (user.isPresent() != password.isPresent()) {
      throw invalid(
          USER.key() + " and " + PASSWORD.key() + " go together; only one is set. Give both.");
    }
  }

  static List<Setting<?>> all() {
    return List.of(SERVERS, PROTOCOL, PREFIX, TIMEOUT, MAX_WAITING, LONGEST_OUTAGE, USER, PASSWORD);
  }

  static MemcachedSettings of(BackendContext context) {
    return new MemcachedSettings(
        Address.parseAll(context.setting(SERVERS)),
        context.setting(PROTOCOL),
        context.setting(PREFIX),
        context.setting(TIMEOUT),
        context.setting(MAX_WAITING).intValue(),
        context.optionalSetting(LONGEST_OUTAGE),
        context.optionalSetting(USER),
        context.optionalSetting(PASSWORD));
  }

  private static ConfigurationException invalid(String found) {
    return new ConfigurationException(ErrorCode.INVALID_SETTING, "Setting " + found);
  }
}
