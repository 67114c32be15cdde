package io.zeal.verification.servers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A real server on 127.0.0.1, with a directory of its own.
 *
 * <p>It answers when {@code start} or {@link #restart} returns. Ports, directory and passwords stay
 * the same over a restart; data does not, unless the options keep it on disk. Not for several
 * threads that start and stop it.
 */
public abstract sealed class Server implements AutoCloseable permits RedisServer, MemcachedServer {

  private static final Duration START_LIMIT = Duration.ofSeconds(20);
  private static final int ATTEMPTS = 3;

  private final int port;
  private final boolean portWasAskedFor;
  private final int tlsPort;
  private final Path directory = TemporaryDirectory.create();
  private volatile @Nullable ServerProcess process;
  private volatile boolean paused;

  Server(OptionalInt port, Tls tls) {
    this.port = port.orElseGet(Ports::free);
    this.portWasAskedFor = port.isPresent();
    this.tlsPort = tls == Tls.NONE ? 0 : Ports.free();
  }

  /** Starts what it is given; takes other ports where somebody else was faster. */
  static <S extends Server> S start(Supplier<S> made) {
    for (int attempt = 1; ; attempt++) {
      var server = made.get();
      try {
        server.prepare();
        server.run();
        return server;
      } catch (RuntimeException failure) {
        var portWasTaken = server.log().contains("Address already in use");
        server.close();
        if (!portWasTaken || server.portWasAskedFor() || attempt == ATTEMPTS) {
          throw failure;
        }
      }
    }
  }

  /** Where all its ports are: {@code 127.0.0.1}. */
  public final String host() {
    return "127.0.0.1";
  }

  /** The plain port. */
  public final int port() {
    return port;
  }

  /** Host and plain port, for example {@code 127.0.0.1:17003}. */
  public final String address() {
    return host() + ":" + port;
  }

  /** The TLS port of a server that was asked for one. */
  public final int tlsPort() {
    if (tlsPort == 0) {
      throw new IllegalStateException("The options of this server ask for no TLS.");
    }
    return tlsPort;
  }

  /** Its process id, also after it ended. */
  public final long pid() {
    return running().pid();
  }

  /** Whether its process exists; a paused one does. */
  public final boolean isRunning() {
    var current = process;
    return current != null && current.isAlive();
  }

  /** Ends it as an operator would. Connections end; nothing new is accepted. */
  public final void stop() {
    if (isRunning()) {
      resume();
      running().stop();
    }
  }

  /** Ends it at once, as a crash would. */
  public final void kill() {
    if (isRunning()) {
      running().kill();
      paused = false;
    }
  }

  /** Starts it again on the same ports with the same options; stops it first if it runs. */
  public final void restart() {
    stop();
    run();
  }

  /**
   * Lets it stand still: the operating system goes on accepting connections and data, and no answer
   * comes.
   */
  public final void pause() {
    running().signal("STOP");
    paused = true;
  }

  /** Lets it go on after {@link #pause}. */
  public final void resume() {
    if (paused) {
      running().signal("CONT");
      paused = false;
    }
  }

  /** What it has written so far, for the message of a failed test. */
  public final String log() {
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
  public final String toString() {
    return address();
  }

  /** Writes into its directory what it reads when it starts. */
  abstract void prepare();

  /** The program and its arguments. */
  abstract List<String> commandLine();

  /** What the environment has beyond this JVM's own. */
  Map<String, String> environment() {
    return Map.of();
  }

  /** Whether it answers by now. */
  abstract boolean answers();

  /** Whether it runs and is not paused. */
  final boolean isAwake() {
    return isRunning() && !paused;
  }

  final Path directory() {
    return directory;
  }

  final boolean portWasAskedFor() {
    return portWasAskedFor;
  }

  private ServerProcess running() {
    var current = process;
    if (current == null) {
      throw new IllegalStateException("The server at " + address() + " was not started.");
    }
    return current;
  }

  final void run() {
    process = ServerProcess.start(commandLine(), environment(), directory);
    Await.until(
        "the server at " + address() + " to answer",
        START_LIMIT,
        () -> answers() || !isRunning(),
        this::log);
    if (!isRunning()) {
      throw new IllegalStateException("The server ended at once: " + log());
    }
  }
}
