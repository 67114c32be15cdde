package io.zeal.memcached;

import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Setting;
import io.zeal.spi.TlsFiles;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the backend is told.
 *
 * @param servers where they are; their order does not matter
 * @param protocol how they are spoken to
 * @param prefix what every key begins with
 * @param timeout the deadline of a call
 * @param maxWaiting how many calls may wait for the answers of one server
 * @param longestOutage after which what a server holds is taken for old; empty for never
 * @param tls what to encrypt with; empty for plain text
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
    Optional<TlsFiles> tls,
    Optional<String> user,
    Optional<String> password) {

  static final Setting<String> SERVERS = Setting.text("zeal.memcached.servers");
  static final Setting<Protocol> PROTOCOL =
      Setting.choice("zeal.memcached.protocol", Protocol.class).withDefault(Protocol.TEXT);
  static final Setting<String> PREFIX = Setting.text("zeal.memcached.prefix").withDefault("zeal");
  static final Setting<Duration> TIMEOUT =
      Setting.duration("zeal.memcached.timeout").withDefault(Duration.ofSeconds(2));
  static final Setting<Long> MAX_WAITING =
      Setting.number("zeal.memcached.max-waiting", 2048, 1_000_000).withDefault(100_000L);
  static final Setting<Duration> LONGEST_OUTAGE = Setting.duration("zeal.memcached.longest-outage");
  static final Setting<Boolean> TLS = Setting.flag("zeal.memcached.tls").withDefault(false);
  static final Setting<String> TLS_CA = Setting.text("zeal.memcached.tls.ca");
  static final Setting<String> TLS_CERTIFICATE = Setting.text("zeal.memcached.tls.certificate");
  static final Setting<String> TLS_KEY = Setting.text("zeal.memcached.tls.key");

  /** True by default; not declared so, because then nobody could see whether it was set. */
  static final Setting<Boolean> TLS_VERIFY_HOST = Setting.flag("zeal.memcached.tls.verify-host");

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
    if (longestOutage.isPresent() && longestOutage.get().compareTo(timeout) <= 0) {
      throw invalid(
          LONGEST_OUTAGE.key()
              + " is "
              + longestOutage.get()
              + ", not longer than "
              + TIMEOUT.key()
              + ", "
              + timeout
              + ": every connection that is lost would empty all stores. Give it 10s or more.");
    }
    if (user.isPresent() != password.isPresent()) {
      throw invalid(
          USER.key() + " and " + PASSWORD.key() + " go together; only one is set. Give both.");
    }
    user.ifPresent(value -> requireSayable(USER, value, protocol));
    password.ifPresent(value -> requireSayable(PASSWORD, value, protocol));
  }

  /** A server would take the words apart elsewhere, and say that they are wrong. */
  private static void requireSayable(Setting<String> setting, String value, Protocol protocol) {
    boolean sayable =
        switch (protocol) {
          case TEXT -> value.chars().noneMatch(c -> c <= ' ');
          case BINARY -> value.chars().noneMatch(c -> c == 0);
        };
    if (value.isEmpty() || !sayable) {
      throw invalid(
          setting.key()
              + " is empty, or has a character that a login in the protocol '"
              + protocol.name().toLowerCase(Locale.ROOT)
              + "' has no way to say: a space or a control character. Choose another.");
    }
  }

  static List<Setting<?>> all() {
    return List.of(
        SERVERS,
        PROTOCOL,
        PREFIX,
        TIMEOUT,
        MAX_WAITING,
        LONGEST_OUTAGE,
        TLS,
        TLS_CA,
        TLS_CERTIFICATE,
        TLS_KEY,
        TLS_VERIFY_HOST,
        USER,
        PASSWORD);
  }

  static MemcachedSettings of(BackendContext context) {
    return new MemcachedSettings(
        Address.parseAll(context.setting(SERVERS)),
        context.setting(PROTOCOL),
        context.setting(PREFIX),
        context.setting(TIMEOUT),
        context.setting(MAX_WAITING).intValue(),
        context.optionalSetting(LONGEST_OUTAGE),
        tls(context),
        context.optionalSetting(USER),
        context.optionalSetting(PASSWORD));
  }

  private static Optional<TlsFiles> tls(BackendContext context) {
    if (!context.setting(TLS)) {
      requireNoTls(context);
      return Optional.empty();
    }
    return Optional.of(
        new TlsFiles(
            TLS.key(),
            context.optionalSetting(TLS_CA).orElse(null),
            context.optionalSetting(TLS_CERTIFICATE).orElse(null),
            context.optionalSetting(TLS_KEY).orElse(null),
            context.optionalSetting(TLS_VERIFY_HOST).orElse(true)));
  }

  /** Who sets up encryption means it: without it, passwords and rows would go out readable. */
  private static void requireNoTls(BackendContext context) {
    List<String> set =
        Stream.of(TLS_CA, TLS_CERTIFICATE, TLS_KEY, TLS_VERIFY_HOST)
            .filter(setting -> context.optionalSetting(setting).isPresent())
            .map(Setting::key)
            .toList();
    if (!set.isEmpty()) {
      throw invalid(
          TLS.key()
              + " is not true, and settings of encryption are there: "
              + set
              + ". Set it to true, or remove them.");
    }
  }

  /** Everything but the password. */
  @Override
  public String toString() {
    return "MemcachedSettings[servers="
        + servers
        + ", protocol="
        + protocol
        + ", prefix="
        + prefix
        + ", timeout="
        + timeout
        + ", maxWaiting="
        + maxWaiting
        + ", longestOutage="
        + longestOutage
        + ", tls="
        + tls.isPresent()
        + ", user="
        + user
        + ", password="
        + (password.isPresent() ? "***" : "none")
        + "]";
  }

  private static ConfigurationException invalid(String found) {
    return new ConfigurationException(ErrorCode.INVALID_SETTING, "Setting " + found);
  }
}
