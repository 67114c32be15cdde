package io.zeal.benchmarks;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Answers each question in a JVM of its own, with the flags that it needs.
 *
 * <p>So what was compiled for one question cannot make another one faster or slower, the answer to
 * a question is the same whether it is asked alone or among others, and the launcher need not know
 * what a peer wants of the JVM.
 */
final class ForkedAnswering implements Bench.Answering {

  private static final Duration DEADLINE = Duration.ofMinutes(15);

  /**
   * A heap that does not grow while it is measured, and JMH's sink as the compiler's own: then it
   * costs nothing. JMH sets the same in the JVMs that it starts itself.
   */
  private static final List<String> FLAGS =
      List.of(
          "-Xms1g",
          "-Xmx1g",
          "-XX:+UnlockExperimentalVMOptions",
          "-XX:CompileCommand=quiet",
          "-XX:CompileCommand=blackhole,org.openjdk.jmh.infra.Blackhole::consumeCompiler",
          "-DcompilerBlackholesEnabled=true",
          "--sun-misc-unsafe-memory-access=allow",
          "-Djmh.ignoreLock=true");

  @Override
  public List<Result> answer(Benchmark benchmark, boolean quick) throws Exception {
    Path file = Files.createTempFile("zeal-bench", ".json");
    try {
      Process process = new ProcessBuilder(command(benchmark, quick, file)).inheritIO().start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      try {
        await(process, benchmark);
      } finally {
        process.destroyForcibly();
      }
      return JsonLines.read(file);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static List<String> command(Benchmark benchmark, boolean quick, Path file) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(FLAGS);
    command.addAll(benchmark.jvmFlags());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Answer.class.getName()));
    command.addAll(List.of(benchmark.area(), benchmark.name(), quick ? "quick" : "full"));
    command.add(file.toString());
    return command;
  }

  private static void await(Process process, Benchmark benchmark) throws Exception {
    if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          benchmark.name() + " did not end within " + DEADLINE + ". It was stopped.");
    }
    if (process.exitValue() != 0) {
      throw new IllegalStateException(
          benchmark.name() + " ended with " + process.exitValue() + ". Its output above says why.");
    }
  }

  /** The other side: one question in this JVM, answered into a file. */
  static final class Answer {

    private Answer() {}

    /** Area, benchmark, {@code quick} or {@code full}, file. */
    public static void main(String[] args) throws Exception {
      boolean quick = args[2].equals("quick");
      Pace pace = Pace.of(quick);
      Measuring measuring = new Measuring(pace, new JmhAllocationMeter(pace), System.out, quick);
      List<Result> results = measuring.answer(Catalog.find(args[0], args[1]));
      JsonLines.write(Path.of(args[3]), Facts.of(quick), results);
      System.exit(0);
    }
  }
}
