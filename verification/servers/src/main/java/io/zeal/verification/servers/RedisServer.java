package io.zeal.verification.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real server, Redis or Valkey.
 *
 * <p>{@link #command} and {@link #connect} are for several threads.
 */
public final class RedisServer extends Server {

  private static final Duration PING_LIMIT = Duration.ofSeconds(1);

  /** Sees to it that {@link #command} works whatever the users of a test may do. */
  private static final String ADMINISTRATOR = "zeal-test-administrator";

  /** One for all servers: they replicate from each other. */
  private static final String ADMINISTRATOR_PASSWORD = UUID.randomUUID().toString();

  private final RedisOptions options;
  private final List<String> arguments;

  private RedisServer(RedisOptions options, List<String> arguments) {
    super(options.port(), options.tls());
    this.options = options;
    this.arguments = arguments;
  }

  /** Starts a server with the default options. */
  public static RedisServer start() {
    return start(RedisOptions.defaults());
  }

  /**
   * Starts a server.
   *
   * @throws MissingServerException if this machine has none
   */
  public static RedisServer start(RedisOptions options) {
    return start(options, List.of());
  }

  /** Starts a sentinel: the same program in another role. */
  static RedisServer startSentinel(RedisOptions options) {
    return start(options, List.of("--sentinel"));
  }

  private static RedisServer start(RedisOptions options, List<String> arguments) {
    return start(() -> new RedisServer(options, arguments));
  }

  /** The unix socket of a server that was asked for one. */
  public Path unixSocket() {
    if (!options.hasUnixSocket()) {
      throw new IllegalStateException("The options of this server ask for no unix socket.");
    }
    return directory().resolve("redis.sock");
  }

  /** How it was configured. */
  public RedisOptions options() {
    return options;
  }

  /** Its version, for example {@code 7.0.15}; of Valkey, Valkey's own. */
  public String version() {
    return fact("valkey_version").or(() -> fact("redis_version")).orElseThrow();
  }

  /** Whether this is Valkey, as against Redis. */
  public boolean isValkey() {
    return fact("valkey_version").isPresent();
  }

  /** A line of what INFO says, for example of {@code role}. */
  public Optional<String> fact(String name) {
    var line = Pattern.compile("(?m)^" + Pattern.quote(name) + ":(.*?)\r?$");
    var match = line.matcher(String.valueOf(command("INFO")));
    return match.find() ? Optional.of(match.group(1)) : Optional.empty();
  }

  /** Sends a command on a connection of its own; {@link RedisConnection} says what comes back. */
  public @Nullable Object command(String... words) {
    try (var connection = connect()) {
      return connection.command(words);
    }
  }

  /** A connection that may do everything, for what takes more than one command. */
  public RedisConnection connect() {
    var connection = RedisConnection.open(port());
    try {
      authenticate(connection);
      return connection;
    } catch (RuntimeException failure) {
      connection.close();
      throw failure;
    }
  }

  /** What MIGRATE has to say to another server with the same options. */
  List<String> migrationCredentials() {
    if (options.hasUsers()) {
      return List.of("AUTH2", ADMINISTRATOR, ADMINISTRATOR_PASSWORD);
    }
    return options.password().map(it -> List.of("AUTH", it)).orElse(List.of());
  }

  @Override
  void prepare() {
    try {
      Files.writeString(
          configuration(),
          lines().map(RedisServer::text).collect(Collectors.joining("\n", "", "\n")));
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot write " + configuration(), failure);
    }
  }

  @Override
  List<String> commandLine() {
    var program = Stream.of(RedisBinary.ofThisMachine().toString(), configuration().toString());
    return Stream.concat(program, arguments.stream()).toList();
  }

  @Override
  boolean answers() {
    try (var connection = RedisConnection.open(port(), PING_LIMIT)) {
      authenticate(connection);
      return "PONG".equals(connection.command("PING"));
    } catch (RedisErrorException | UncheckedIOException notYet) {
      return false;
    }
  }

  private void authenticate(RedisConnection connection) {
    if (options.hasUsers()) {
      connection.command("AUTH", ADMINISTRATOR, ADMINISTRATOR_PASSWORD);
    } else {
      options.password().ifPresent(password -> connection.command("AUTH", password));
    }
  }

  private Path configuration() {
    return directory().resolve("redis.conf");
  }

  private Stream<RedisOptions.Line> lines() {
    var lines = new ArrayList<RedisOptions.Line>();
    lines.add(line("port", String.valueOf(port())));
    lines.add(line("bind", host()));
    lines.add(line("dir", directory().toString()));
    lines.add(line("save", ""));
    lines.add(line("appendonly", "no"));
    if (options.password().isPresent()) {
      lines.add(line("requirepass", options.password().get()));
      lines.add(line("masterauth", options.password().get()));
    }
    if (options.hasUsers()) {
      lines.add(line("masteruser", ADMINISTRATOR));
      lines.add(line("masterauth", ADMINISTRATOR_PASSWORD));
      lines.add(
          line("user", ADMINISTRATOR, "on", ">" + ADMINISTRATOR_PASSWORD, "~*", "&*", "+@all"));
    }
    if (options.hasUnixSocket()) {
      lines.add(line("unixsocket", unixSocket().toString()));
    }
    if (options.tls() != Tls.NONE) {
      var certificates = Certificates.get();
      lines.add(line("tls-port", String.valueOf(tlsPort())));
      lines.add(line("tls-ca-cert-file", certificates.authority().toString()));
      lines.add(line("tls-cert-file", certificates.server().certificate().toString()));
      lines.add(line("tls-key-file", certificates.server().key().toString()));
      var clientsToo = options.tls() == Tls.MUTUAL;
      lines.add(line("tls-auth-clients", clientsToo ? "yes" : "no"));
    }
    return Stream.concat(lines.stream(), options.lines().stream());
  }

  private static RedisOptions.Line line(String directive, String... values) {
    return new RedisOptions.Line(directive, List.of(values));
  }

  private static String text(RedisOptions.Line line) {
    return Stream.concat(
            Stream.of(line.directive()), line.values().stream().map(RedisServer::quote))
        .collect(Collectors.joining(" "));
  }

  private static String quote(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
