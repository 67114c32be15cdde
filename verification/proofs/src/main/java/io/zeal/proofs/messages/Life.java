package io.zeal.proofs.messages;

import io.zeal.proofs.BrokenPromiseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A process, seen from the one that started it: what it says is in a file of its own. */
final class Life {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** The close timeout, a grace for the last trips, and a busy machine. */
  private static final Duration LONGEST_END = Duration.ofSeconds(45);

  private final Plan plan;
  private final Process process;
  private final Path said;
  private final Path errors;
  private volatile long endedNanos = Long.MAX_VALUE;

  private Life(Plan plan, Process process, Path said, Path errors) {
    this.plan = plan;
    this.process = process;
    this.said = said;
    this.errors = errors;
  }

  /** Begins one whose words go to the directory. */
  static Life begin(Plan plan, Path directory) throws IOException {
    Path said = directory.resolve(plan.process() + "-" + plan.role() + ".txt");
    Path errors = directory.resolve(plan.process() + "-" + plan.role() + "-errors.txt");
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Member.class.getName()));
    command.addAll(plan.toArguments());
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(said.toFile())
            .redirectError(errors.toFile())
            .start();
    return new Life(plan, process, said, errors);
  }

  int number() {
    return plan.process();
  }

  Plan plan() {
    return plan;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  boolean isReady() throws IOException {
    return lines().contains(Lines.READY);
  }

  /** When it was seen to have ended; nothing of it happened later. */
  long endedNanos() {
    return endedNanos;
  }

  /** Whether it ended as one that a message took with it. */
  boolean wasTakenByAMessage() throws IOException {
    return !process.isAlive()
        && process.exitValue() == Consumer.KILLED
        && lines().stream().anyMatch(line -> line.endsWith(Consumer.Answer.DIE + " 0"));
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    awaitEnd("that was killed");
  }

  /**
   * Stands still for a while. A shell of its own lets it go on, also if this process does not live
   * to see it.
   */
  void standStill(Duration duration) throws IOException, InterruptedException {
    String script =
        "kill -STOP %d && sleep %d.%03d; kill -CONT %d"
            .formatted(process.pid(), duration.toSeconds(), duration.toMillisPart(), process.pid());
    new ProcessBuilder("sh", "-c", script).start().waitFor();
  }

  /** Asks it to end in peace. */
  void askToEnd() throws IOException {
    process.getOutputStream().write('.');
    process.getOutputStream().flush();
  }

  /** Waits until it has ended as it was asked to. */
  void awaitPeace() throws IOException, InterruptedException {
    awaitEnd("that was asked to end");
    if (!lines().contains(Lines.OVER)) {
      throw new BrokenPromiseException(
          "Process " + number() + " did not end in peace: " + errors());
    }
  }

  /** Waits for an end that comes by itself. */
  void awaitEnd(String which) throws InterruptedException {
    if (!process.waitFor(LONGEST_END.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new BrokenPromiseException(
          "Process %d (%s), %s, does not end within %d s."
              .formatted(number(), plan.role(), which, LONGEST_END.toSeconds()));
    }
    endedNanos = System.nanoTime();
  }

  void awaitReady() throws IOException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!isReady()) {
      if (!process.isAlive()) {
        throw new BrokenPromiseException("Process " + number() + " ended by itself: " + errors());
      }
      if (System.nanoTime() > deadline) {
        throw new BrokenPromiseException("Process " + number() + " does not begin: " + errors());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  /** What it said so far; a line that was cut off is left out. */
  List<String> lines() throws IOException {
    String all = Files.readString(said, StandardCharsets.UTF_8);
    return all.substring(0, all.lastIndexOf('\n') + 1).lines().toList();
  }

  String errors() throws IOException {
    return Files.readString(errors, StandardCharsets.UTF_8);
  }

  /** Ends it without ado. */
  void abandon() {
    process.destroyForcibly();
  }
}
