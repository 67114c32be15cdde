package io.zeal.demo;

import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A demo in a virtual machine of its own, begun in a directory as by hand, without any setting that
 * was not given. It ends by itself when the one that started it does.
 */
final class DemoProcess implements AutoCloseable {

  private static final long DEADLINE_SECONDS = 60;
  private static final Pattern STARTED = Pattern.compile("Zeal demo on (http://\\S+) ");

  private final Process process;
  // Files, not pipes: they never make the process wait.
  private final Path said;
  private final Path log;

  private DemoProcess(Process process, Path said, Path log) {
    this.process = process;
    this.said = said;
    this.log = log;
  }

  /** One that is given those settings, each as {@code zeal.x=y}. */
  static DemoProcess start(Path directory, String... settings) throws IOException {
    Path said = Files.createTempFile("demo", ".out");
    Path log = Files.createTempFile("demo", ".err");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
    for (String setting : settings) {
      command.add("-D" + setting);
    }
    command.addAll(List.of("-cp", classPath(), DemoProcess.class.getName()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(said.toFile())
            .redirectError(log.toFile());
    // What is set for the tests would be settings of the demo.
    builder.environment().keySet().removeIf(name -> name.startsWith("ZEAL_"));
    return new DemoProcess(builder.start(), said, log);
  }

  /** What this one runs with, whichever part of it is modules here. */
  private static String classPath() {
    return String.join(
        File.pathSeparator,
        placeOf(DemoProcess.class),
        System.getProperty("jdk.module.path", ""),
        System.getProperty("java.class.path"));
  }

  private static String placeOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A client of it, once it runs. */
  RunningDemo await() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (process.isAlive() && System.nanoTime() < deadline) {
      Matcher started = STARTED.matcher(Files.readString(said));
      if (started.find()) {
        return new RunningDemo(started.group(1), () -> {});
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    throw new IllegalStateException("The demo does not start: " + Files.readString(log));
  }

  long pid() {
    return process.pid();
  }

  /**
   * Asks it to end, as Ctrl-C does. {@link Process#destroy} would also close what it reads, and it
   * would be gone before it had closed anything.
   */
  void stop() throws IOException, InterruptedException {
    signal("TERM");
    awaitEnd();
  }

  /** SIGKILL, where there is one. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    awaitEnd();
  }

  /** SIGSTOP: it is there and does nothing, as on a machine that is too busy. */
  void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Lets it go on after {@link #pause}. */
  void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start();
    if (!kill.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS) || kill.exitValue() != 0) {
      throw new IllegalStateException("Cannot send " + name + " to the demo");
    }
  }

  private void awaitEnd() throws InterruptedException {
    if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("The demo does not end");
    }
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    Files.deleteIfExists(said);
    Files.deleteIfExists(log);
  }

  /** The process itself. */
  public static void main(String[] args) {
    endWithTheOther();
    Main.main(new String[] {"--port", "0"});
  }

  private static void endWithTheOther() {
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try (FileInputStream in = new FileInputStream(FileDescriptor.in)) {
            while (in.read() >= 0) {
              // Nothing is ever sent.
            }
          } catch (IOException e) {
            // as at its end
          }
          Runtime.getRuntime().halt(0);
        });
  }
}
