package io.zeal.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A directory with a copy of the launcher, a Maven that only writes down how it was called, and a
 * PATH of its own with the few commands that the launcher uses: what is installed on this machine
 * does not matter.
 */
final class Sandbox {

  private static final Path LAUNCHER =
      Path.of(System.getProperty("zeal.root", "../..")).resolve("zeal");
  private static final List<String> COMMANDS =
      List.of(
          "awk",
          "cat",
          "dirname",
          "env",
          "find",
          "ln",
          "mkdir",
          "mktemp",
          "readlink",
          "rm",
          "sed",
          "sleep",
          "tail",
          "tr");

  /** What a run of the launcher left. */
  record Run(int exitCode, List<String> stdout, String stderr) {}

  private final Path root;
  private final Path bin;
  private final Path jdks;
  private final Map<String, String> environment = new HashMap<>();

  Sandbox(Path directory) throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    bin = Files.createDirectory(directory.resolve("bin"));
    jdks = Files.createDirectory(directory.resolve("jdks"));
    Files.copy(LAUNCHER, root.resolve("zeal"));
    for (var command : COMMANDS) {
      script(bin.resolve(command), "exec '%s' \"$@\"".formatted(onPath(command)));
    }
    maven("echo \"JAVA_HOME=$JAVA_HOME\"; printf 'argument %s\\n' \"$@\"");
    set("PATH", bin.toString());
    set("HOME", directory.resolve("home").toString());
    set("ZEAL_JDK_DIRS", jdks.toString());
  }

  void set(String variable, String value) {
    environment.put(variable, value);
  }

  /** Installs a command that exists and does nothing. */
  void command(String name) throws IOException {
    command(name, "exit 0");
  }

  /** Installs a command that is these lines of shell; {@code $BIN} is where commands are. */
  void command(String name, String lines) throws IOException {
    script(bin.resolve(name), "BIN='%s'\n%s".formatted(bin, lines));
  }

  /** Lets Maven be these lines of shell. */
  void maven(String lines) throws IOException {
    script(root.resolve("mvnw"), lines);
  }

  /** Installs what looks like a JDK of that version and has a java that tells its arguments. */
  Path jdk(String version) throws IOException {
    return jdk(version, "printf 'argument %s\\n' \"$@\"");
  }

  /** Installs what looks like a JDK of that version, with a java that is these lines of shell. */
  Path jdk(String version, String java) throws IOException {
    var home = Files.createDirectories(jdks.resolve("jdk-" + version));
    Files.createDirectory(home.resolve("bin"));
    script(home.resolve("bin/javac"), "exit 0");
    script(home.resolve("bin/java"), java);
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"%s\"\n".formatted(version));
    return home;
  }

  Run zeal(String... arguments) throws IOException, InterruptedException {
    try (var running = start(arguments)) {
      return running.await();
    }
  }

  /** Starts the launcher and does not wait for it. */
  Running start(String... arguments) throws IOException {
    var command = new ArrayList<>(List.of(onPath("sh").toString(), "zeal"));
    command.addAll(List.of(arguments));
    var stdout = root.resolve("stdout");
    var stderr = root.resolve("stderr");
    var builder =
        new ProcessBuilder(command)
            .directory(root.toFile())
            .redirectOutput(stdout.toFile())
            .redirectError(stderr.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return new Running(builder.start(), String.join(" ", command), stdout, stderr);
  }

  /** A launcher that runs; closing it ends it, if it still does. */
  record Running(Process process, String command, Path stdout, Path stderr)
      implements AutoCloseable {

    /** What it said so far. */
    List<String> said() throws IOException {
      return Files.readAllLines(stdout);
    }

    /** Sends it a signal such as {@code INT}, which is what Ctrl-C does. */
    void signal(String name) throws IOException, InterruptedException {
      Sandbox.signal(name, process.pid());
    }

    /** Waits for its end. */
    Run await() throws IOException, InterruptedException {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new AssertionError("Still running after a minute: " + command);
      }
      return new Run(process.exitValue(), said(), Files.readString(stderr));
    }

    /** Asks first, so that it ends what it started. */
    @Override
    public void close() {
      process.destroy();
      var _ = process.onExit().completeOnTimeout(process, 30, TimeUnit.SECONDS).join();
      process.destroyForcibly();
    }
  }

  /** Whether a shell hears of that signal: not if whoever started these tests ignores it. */
  boolean canTrap(String signal) throws IOException, InterruptedException {
    var script = "trap 'exit 7' " + signal + "; kill -" + signal + " $$; exit 0";
    return new ProcessBuilder("sh", "-c", script).start().waitFor() == 7;
  }

  /** Sends a process a signal. */
  static void signal(String name, long pid) throws IOException, InterruptedException {
    var kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid).start();
    if (!kill.waitFor(60, TimeUnit.SECONDS) || kill.exitValue() != 0) {
      throw new AssertionError("Cannot send " + name + " to " + pid);
    }
  }

  private static Path script(Path file, String lines) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + lines + "\n");
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("Cannot make executable: " + file);
    }
    return file;
  }

  private static Path onPath(String command) {
    for (var directory : System.getenv("PATH").split(":", -1)) {
      var file = Path.of(directory, command);
      if (Files.isExecutable(file)) {
        return file;
      }
    }
    throw new AssertionError("No " + command + " on the PATH.");
  }
}
