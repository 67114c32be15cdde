package io.zeal.proofs.process;

import io.zeal.proofs.BrokenPromiseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A process, seen from the one that started it: what it says is in a file of its own. */
public final class Life {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** The close timeout, a grace for the last trips, and a busy machine. */
  private static final Duration LONGEST_END = Duration.ofSeconds(45);

  private final String name;
  private final Process process;
  private final Path said;
  private final Path errors;
  private volatile long endedNanos = Long.MAX_VALUE;

  private Life(String name, Process process, Path said, Path errors) {
    this.name = name;
    this.process = process;
    this.said = said;
    this.errors = errors;
  }

  /**
   * How a process runs.
   *
   * @param options for its virtual machine
   * @param classPath where its classes are
   */
  public record Machine(List<String> options, String classPath) {

    /** This process's class path, and not much of a machine. */
    public static final Machine SMALL =
        new Machine(
            List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
            System.getProperty("java.class.path"));
  }

  /**
   * Begins one whose words go to the directory.
   *
   * @param name what it is called among all that say something there
   * @param main what it runs, on this process's class path; it says {@link Lines}
   */
  public static Life begin(String name, Class<?> main, List<String> arguments, Path directory)
      throws IOException {
    return begin(name, main, Machine.SMALL, arguments, directory);
  }

  /** Begins one that runs on that machine. */
  public static Life begin(
      String name, Class<?> main, Machine machine, List<String> arguments, Path directory)
      throws IOException {
    Path said = directory.resolve(name + ".txt");
    Path errors = directory.resolve(name + "-errors.txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(machine.options());
    command.addAll(List.of("-cp", machine.classPath(), main.getName()));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(said.toFile())
            .redirectError(errors.toFile())
            .start();
    return new Life(name, process, said, errors);
  }

  /** Whether it has not ended yet. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Whether it has said {@link Lines#READY}. */
  public boolean isReady() throws IOException {
    return lines().contains(Lines.READY);
  }

  /** When it was seen to have ended; nothing of it happened later. */
  public long endedNanos() {
    return endedNanos;
  }

  /** Whether it has ended by itself, with that code. */
  public boolean endedWith(int code) {
    return !process.isAlive() && process.exitValue() == code;
  }

  /** SIGKILL. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    awaitEnd("that was killed");
  }

  /**
   * Stands still for a while. A shell of its own lets it go on, also if this process does not live
   * to see it.
   */
  public void standStill(Duration duration) throws IOException, InterruptedException {
    String script =
        "kill -STOP %d && sleep %d.%03d; kill -CONT %d"
            .formatted(process.pid(), duration.toSeconds(), duration.toMillisPart(), process.pid());
    new ProcessBuilder("sh", "-c", script).start().waitFor();
  }

  /** SIGSTOP; SIGKILL ends it all the same. */
  public void stop() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** SIGCONT. */
  public void goOn() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    if (process.isAlive()) {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }
  }

  /** Asks it to end in peace. */
  public void askToEnd() throws IOException {
    tell('.');
  }

  /** Says a byte to it, of which it knows what it means. */
  public void tell(int word) throws IOException {
    try {
      process.getOutputStream().write(word);
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new BrokenPromiseException(
          "Process " + name + " does not listen any more" + end() + ": " + errors(), e);
    }
  }

  /** Waits until it has ended as it was asked to. */
  public void awaitPeace() throws IOException, InterruptedException {
    awaitEnd("that was asked to end");
    if (!lines().contains(Lines.OVER)) {
      throw new BrokenPromiseException("Process " + name + " did not end in peace: " + errors());
    }
  }

  /** Waits for an end that comes by itself. */
  public void awaitEnd(String which) throws InterruptedException {
    if (!process.waitFor(LONGEST_END.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new BrokenPromiseException(
          "Process %s, %s, does not end within %d s."
              .formatted(name, which, LONGEST_END.toSeconds()));
    }
    endedNanos = System.nanoTime();
  }

  /** Waits until it has said {@link Lines#READY}. */
  public void awaitReady() throws IOException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!isReady()) {
      if (!process.isAlive()) {
        throw new BrokenPromiseException("Process " + name + " ended by itself: " + errors());
      }
      if (System.nanoTime() > deadline) {
        throw new BrokenPromiseException("Process " + name + " does not begin: " + errors());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  /** What it said so far; a line that was cut off is left out. */
  public List<String> lines() throws IOException {
    String all = Files.readString(said, StandardCharsets.UTF_8);
    return all.substring(0, all.lastIndexOf('\n') + 1).lines().toList();
  }

  private String end() {
    return process.isAlive() ? "" : ", it has ended with code " + process.exitValue();
  }

  /** What it and its Java said about failures. */
  public String errors() throws IOException {
    return Files.readString(errors, StandardCharsets.UTF_8);
  }

  /** Ends it without ado. */
  public void abandon() {
    process.destroyForcibly();
  }
}
