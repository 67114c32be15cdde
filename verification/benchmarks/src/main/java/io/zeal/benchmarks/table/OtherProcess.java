package io.zeal.benchmarks.table;

import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.table.Together.Kind;
import io.zeal.benchmarks.table.Together.Worked;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process with the same rows. For each line that it reads, a number of milliseconds, it
 * increments for so long and writes how often it did; it ends when there are no more lines, so
 * never later than this one.
 */
record OtherProcess(Process process, BufferedReader answers, PrintWriter questions)
    implements AutoCloseable {

  static OtherProcess start(Kind kind, Path directory, Setting setting) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(List.of("-Xms256m", "-Xmx256m", "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(Chronicle.FLAGS);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), OtherProcess.class.getName()));
    command.addAll(List.of(kind.name(), directory.toString(), Integer.toString(setting.rows())));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    OtherProcess other =
        new OtherProcess(
            process,
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII)),
            new PrintWriter(process.getOutputStream(), true, StandardCharsets.US_ASCII));
    try {
      other.requireLine(); // it has the rows now
    } catch (IOException | RuntimeException e) {
      other.close();
      throw e;
    }
    return other;
  }

  /** Lets it begin. */
  void begin(Duration length) {
    questions.println(length.toMillis());
  }

  /** What it did since it began. */
  Worked worked() throws IOException {
    String[] numbers = requireLine().split(" ", -1);
    return new Worked(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
  }

  private String requireLine() throws IOException {
    String answer = answers.readLine();
    if (answer == null) {
      throw new IllegalStateException(
          "The other process that increments has ended; its output above says why.");
    }
    return answer;
  }

  @Override
  public void close() {
    questions.close();
    process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
    process.destroyForcibly();
  }

  /** The other side: kind, directory, rows. */
  public static void main(String[] args) throws Exception {
    PrintStream out = System.out;
    Setting setting = new Setting(Integer.parseInt(args[2]), 1);
    Picks picks = new Picks(setting.rows(), 1);
    try (Together rows = Together.open(Kind.valueOf(args[0]), Path.of(args[1]), setting)) {
      out.println("ready");
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
      String line;
      while ((line = in.readLine()) != null) {
        Worked worked = rows.work(picks, Duration.ofMillis(Long.parseLong(line)));
        out.println(worked.increments() + " " + worked.nanos());
      }
    }
  }
}
