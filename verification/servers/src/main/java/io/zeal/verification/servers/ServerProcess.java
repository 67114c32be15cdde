package io.zeal.verification.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A running program and its log; nothing about what it is. */
final class ServerProcess {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Process process;
  private final Path log;

  private ServerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static ServerProcess start(
      List<String> command, Map<String, String> environment, Path directory) {
    var log = directory.resolve("server.log");
    try {
      var builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(Redirect.appendTo(log.toFile()));
      builder.environment().putAll(environment);
      var process = builder.start();
      Watchdog.kill(process);
      return new ServerProcess(process, log);
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot start " + command, failure);
    }
  }

  /** What a program says that soon ends by itself. */
  static String output(List<String> command) {
    var directory = TemporaryDirectory.create();
    var program = start(command, Map.of(), directory);
    try {
      if (!program.hasEnded(LIMIT)) {
        throw new IllegalStateException(command + " does not end.");
      }
      return program.log();
    } finally {
      program.kill();
      TemporaryDirectory.delete(directory);
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot read " + log, failure);
    }
  }

  /** Asks it to end; kills it if it does not. */
  void stop() {
    process.destroy();
    if (!hasEnded(LIMIT)) {
      kill();
    }
  }

  /** Ends it without giving it a chance to do anything more. */
  void kill() {
    process.destroyForcibly();
    if (!hasEnded(LIMIT)) {
      throw new IllegalStateException("Process " + pid() + " does not end.");
    }
  }

  /** Sends a signal, for example {@code STOP}. */
  void signal(String name) {
    try {
      var kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid()).start();
      if (!kill.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS) || kill.exitValue() != 0) {
        throw new IllegalStateException("Cannot send " + name + " to process " + pid() + ".");
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot send " + name, failure);
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    }
  }

  private boolean hasEnded(Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      throw interrupted(interrupted);
    }
  }

  private static IllegalStateException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("Interrupted while waiting for a process", cause);
  }
}
