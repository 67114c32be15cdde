package io.zeal.verification.servers;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a server is configured. Immutable.
 *
 * <p>Defaults: a free port, no password, no TLS, no unix socket, nothing kept on disk.
 */
public final class RedisOptions {

  /** One line of redis.conf, for example {@code maxmemory-policy} and {@code allkeys-lru}. */
  record Line(String directive, List<String> values) {}

  private static final RedisOptions DEFAULTS =
      new RedisOptions(0, null, Tls.NONE, false, List.of());

  private final int port;
  private final @Nullable String password;
  private final Tls tls;
  private final boolean unixSocket;
  private final List<Line> lines;

  private RedisOptions(
      int port, @Nullable String password, Tls tls, boolean unixSocket, List<Line> lines) {
    this.port = port;
    this.password = password;
    this.tls = tls;
    this.unixSocket = unixSocket;
    this.lines = lines;
  }

  /** The defaults. */
  public static RedisOptions defaults() {
    return DEFAULTS;
  }

  /** Listens on this port instead of any free one. */
  public RedisOptions withPort(int port) {
    return new RedisOptions(port, password, tls, unixSocket, lines);
  }

  /** Asks for this password of the default user. */
  public RedisOptions withPassword(String password) {
    return new RedisOptions(port, password, tls, unixSocket, lines);
  }

  /**
   * Adds an ACL user, for example {@code withUser("app", "on", ">secret", "~zeal:*", "&*",
   * "+@all")}. {@link RedisServer#command} keeps working whatever the default user may do.
   */
  public RedisOptions withUser(String name, String... rules) {
    return with("user", Stream.concat(Stream.of(name), Stream.of(rules)).toArray(String[]::new));
  }

  /** Limits the memory, for example to {@code "10mb"} with {@code "allkeys-lru"}. */
  public RedisOptions withMaxMemory(String size, String policy) {
    return with("maxmemory", size).with("maxmemory-policy", policy);
  }

  /** Opens a TLS port too, with {@link Certificates#server()}; any client is let in. */
  public RedisOptions withTls() {
    return new RedisOptions(port, password, Tls.SERVER, unixSocket, lines);
  }

  /** Opens a TLS port too that lets in only clients with {@link Certificates#client()}. */
  public RedisOptions withMutualTls() {
    return new RedisOptions(port, password, Tls.MUTUAL, unixSocket, lines);
  }

  /** Listens on a unix socket too. */
  public RedisOptions withUnixSocket() {
    return new RedisOptions(port, password, tls, true, lines);
  }

  /** Adds a line of redis.conf. A later one counts where the server knows only one. */
  public RedisOptions with(String directive, String... values) {
    var more = Stream.concat(lines.stream(), Stream.of(new Line(directive, List.of(values))));
    return new RedisOptions(port, password, tls, unixSocket, more.toList());
  }

  /** The port that was asked for, if any. */
  public OptionalInt port() {
    return port == 0 ? OptionalInt.empty() : OptionalInt.of(port);
  }

  /** The password of the default user. */
  public Optional<String> password() {
    return Optional.ofNullable(password);
  }

  Tls tls() {
    return tls;
  }

  boolean hasUnixSocket() {
    return unixSocket;
  }

  boolean hasUsers() {
    return lines.stream().anyMatch(line -> line.directive().equals("user"));
  }

  List<Line> lines() {
    return lines;
  }
}
