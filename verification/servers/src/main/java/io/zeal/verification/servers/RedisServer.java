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
 * A real server, Redis or Valkey, on 127.0.0.1, with a directory of its own.
 *
 * <p>It answers when {@code start} or {@link #restart} returns. Ports, directory and password stay
 * the same over a restart; data does not, unless the options keep it on disk. Not for several
 * threads that start and stop it; {@link #command} and {@link #connect} are.
 */
public final class RedisServer implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(20);
  private static final Duration PING_LIMIT = Duration.ofSeconds(1);
  private static final int ATTEMPTS = 3;

  /** Sees to it that {@link #command} works whatever the users of a test may do. */
  private static final String ADMINISTRATOR = "zeal-test-administrator";

  /** One for all servers: they replicate from each other. */
  private static final String ADMINISTRATOR_PASSWORD = UUID.randomUUID().toString();

  private final RedisOptions options;
  private final List<String> arguments;
  private final int port;
  private final int tlsPort;
  private final Path directory = TemporaryDirectory.create();
  private volatile @Nullable ServerProcess process;
  private volatile boolean paused;

  private RedisServer(RedisOptions options, List<String> arguments) {
    this.options = options;
    this.arguments = arguments;
    this.port = options.port().orElseGet(Ports::free);
    this.tlsPort = options.tls() == RedisOptions.Tls.NONE ? 0 : Ports.free();
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
    for (int attempt = 1; ; attempt++) {
      var server = new RedisServer(options, arguments);
      try {
        server.writeConfiguration();
        server.run();
        return server;
      } catch (RuntimeException failure) {
        var portWasTaken = server.log().contains("Address already in use");
        server.close();
        if (!portWasTaken || options.port().isPresent() || attempt == ATTEMPTS) {
          throw failure;
        }
      }
    }
  }

  /** Where the plain port and the TLS port are: {@code 127.0.0.1}. */
  public String host() {
    return "127.0.0.1";
  }

  /** The plain port. */
  public int port() {
    return port;
  }

  /** Host and plain port, for example {@code 127.0.0.1:17003}. */
  public String address() {
    return host() + ":" + port;
  }

  /** The TLS port of a server that was asked for one. */
  public int tlsPort() {
    if (tlsPort == 0) {
      throw new IllegalStateException("The options of this server ask for no TLS.");
    }
    return tlsPort;
  }

  /** The unix socket of a server that was asked for one. */
  public Path unixSocket() {
    if (!options.hasUnixSocket()) {
      throw new IllegalStateException("The options of this server ask for no unix socket.");
    }
    return directory.resolve("redis.sock");
  }

  /** How it was configured. */
  public RedisOptions options() {
    return options;
  }

  /** Its process id, also after it ended. */
  public long pid() {
    return running().pid();
  }

  /** Whether its process exists; a paused one does. */
  public boolean isRunning() {
    var current = process;
    return current != null && current.isAlive();
  }

  /** Ends it as an operator would. Connections end; nothing new is accepted. */
  public void stop() {
    if (isRunning()) {
      resume();
      running().stop();
    }
  }

  /** Ends it at once, as a crash would. */
  public void kill() {
    if (isRunning()) {
      running().kill();
      paused = false;
    }
  }

  /** Starts it again on the same ports with the same options; stops it first if it runs. */
  public void restart() {
    stop();
    run();
  }

  /**
   * Lets it stand still: the operating system goes on accepting connections and data, and no answer
   * comes.
   */
  public void pause() {
    running().signal("STOP");
    paused = true;
  }

  /** Lets it go on after {@link #pause}. */
  public void resume() {
    if (paused) {
      running().signal("CONT");
      paused = false;
    }
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
    var connection = RedisConnection.open(port);
    try {
      authenticate(connection);
      return connection;
    } catch (RuntimeException failure) {
      connection.close();
      throw failure;
    }
  }

  /** Whether it runs and is not paused. */
  boolean isAwake() {
    return isRunning() && !paused;
  }

  /** What MIGRATE has to say to another server with the same options. */
  List<String> migrationCredentials() {
    if (options.hasUsers()) {
      return List.of("AUTH2", ADMINISTRATOR, ADMINISTRATOR_PASSWORD);
    }
    return options.password().map(it -> List.of("AUTH", it)).orElse(List.of());
  }

  /** What it has written so far, for the message of a failed test. */
  public String log() {
    var current = process;
    return current == null ? "" : current.log();
  }

  /** Ends it and deletes its directory. */
  @Override
  public void close() {
    kill();
    TemporaryDirectory.delete(directory);
  }

  @Override
  public String toString() {
    return address();
  }

  private ServerProcess running() {
    var current = process;
    if (current == null) {
      throw new IllegalStateException("The server at " + address() + " was not started.");
    }
    return current;
  }

  private void run() {
    var command = new ArrayList<String>();
    command.add(RedisBinary.ofThisMachine().toString());
    command.add(configuration().toString());
    command.addAll(arguments);
    process = ServerProcess.start(command, directory);
    Await.until(
        "the server at " + address() + " to answer",
        START_LIMIT,
        () -> answers() || !isRunning(),
        this::log);
    if (!isRunning()) {
      throw new IllegalStateException("The server ended at once: " + log());
    }
  }

  private boolean answers() {
    try (var connection = RedisConnection.open(port, PING_LIMIT)) {
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
    return directory.resolve("redis.conf");
  }

  private void writeConfiguration() {
    try {
      Files.writeString(
          configuration(),
          lines().map(RedisServer::text).collect(Collectors.joining("\n", "", "\n")));
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot write " + configuration(), failure);
    }
  }

  private Stream<RedisOptions.Line> lines() {
    var lines = new ArrayList<RedisOptions.Line>();
    lines.add(line("port", String.valueOf(port)));
    lines.add(line("bind", host()));
    lines.add(line("dir", directory.toString()));
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
    if (tlsPort != 0) {
      var certificates = Certificates.get();
      lines.add(line("tls-port", String.valueOf(tlsPort)));
      lines.add(line("tls-ca-cert-file", certificates.authority().toString()));
      lines.add(line("tls-cert-file", certificates.server().certificate().toString()));
      lines.add(line("tls-key-file", certificates.server().key().toString()));
      var clientsToo = options.tls() == RedisOptions.Tls.MUTUAL;
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
