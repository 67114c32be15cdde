package io.zeal.memcached;

import io.zeal.Counter;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Another virtual machine that adds 1 to a counter, and to a column of a row, again and again. It
 * says the sum of all answers of both.
 */
final class CountingProcess {

  /** What is counted. */
  record Tally(long hits) {}

  static final Schema<Tally> SCHEMA = Schema.of(Tally.class);

  private static final int THREADS = 8;

  private CountingProcess() {}

  public static void main(String[] arguments) throws Exception {
    try (Zeal zeal =
            Zeal.open(
                ZealConfig.builder()
                    .set("zeal.backend", "memcached")
                    .set("zeal.memcached.servers", arguments[0])
                    .set("zeal.memcached.timeout", "30s")
                    .build());
        ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      Counter counter = zeal.counter(arguments[1]);
      Store<Tally> store = zeal.store(arguments[1], SCHEMA);
      long counted = sum(threads, Integer.parseInt(arguments[2]), counter::increment);
      long added =
          sum(threads, Integer.parseInt(arguments[3]), () -> store.increment("row", "hits", 1));
      System.out.println(counted + " " + added);
    }
  }

  private static long sum(ExecutorService threads, int times, Callable<Long> increment)
      throws Exception {
    List<Future<Long>> sums = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      sums.add(
          threads.submit(() -> {
            long sum = 0;
            for (int i = 0; i < times / THREADS; i++) {
              sum += increment.call();
            }
            return sum;
          }));
    }
    long all = 0;
    for (Future<Long> sum : sums) {
      all += sum.get();
    }
    return all;
  }

  static Process start(String servers, String name, int increments, int additions)
      throws IOException {
    String path =
        Stream.of(
                Path.of("target", "test-classes").toString(),
                System.getProperty("jdk.module.path", ""),
                System.getProperty("java.class.path"))
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining(java.io.File.pathSeparator));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            path,
            CountingProcess.class.getName(),
            servers,
            name,
            Integer.toString(increments),
            Integer.toString(additions))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** The two sums that a process says at its end. */
  static long[] sums(Process process) throws IOException {
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return Stream.of(said.strip().split(" ", -1)).mapToLong(Long::parseLong).toArray();
  }
}
