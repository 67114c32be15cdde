package io.zeal.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What a figure depends on and what a reader of the file may know: no names of machines, users or
 * directories.
 *
 * @param loadAverage of the last minute when the run began: well below one means that nobody else
 *     was at work
 */
record Facts(
    Instant at,
    boolean quick,
    String os,
    String arch,
    String cpu,
    int cpus,
    double loadAverage,
    String jdk,
    String jvm) {

  static Facts of(boolean quick) {
    return new Facts(
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        quick,
        operatingSystem(),
        System.getProperty("os.arch"),
        cpuModel(),
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        Runtime.version().toString(),
        System.getProperty("java.vm.name"));
  }

  /** The facts as the first line of the output. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%s %s, %d x %s, load %.1f, %s %s",
        os,
        arch,
        cpus,
        cpu,
        loadAverage,
        jvm,
        jdk);
  }

  /** Whether somebody else had a good part of the processors when the run began. */
  boolean isBusy() {
    return loadAverage > 0.5 * cpus;
  }

  /**
   * The numbers of the version alone: what distributors append may name where a kernel was built.
   */
  private static String operatingSystem() {
    String version = System.getProperty("os.version").replaceFirst("[^0-9.].*", "");
    return System.getProperty("os.name") + " " + version;
  }

  /** Only Linux tells, and not on every processor. */
  private static String cpuModel() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
