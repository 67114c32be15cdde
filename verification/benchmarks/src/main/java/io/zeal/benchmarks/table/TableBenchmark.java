package io.zeal.benchmarks.table;

import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import java.util.List;

/** What the questions of this area share: their circumstances and who is asked. */
abstract class TableBenchmark implements Benchmark {

  static final String AREA = "table";

  /** The first two fit into the processor's caches, the others do not. */
  private static final List<Setting> SETTINGS =
      List.of(
          new Setting(1_000, 1),
          new Setting(1_000, 2),
          new Setting(100_000, 1),
          new Setting(100_000, 2));

  /**
   * What Chronicle Map needs on Java 25: it compiles classes, and reaches into the JDK for memory.
   */
  private static final List<String> CHRONICLE_FLAGS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED",
          "--add-opens=jdk.compiler/com.sun.tools.javac=ALL-UNNAMED",
          "--add-opens=java.base/java.io=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          // It would report its use to a server on the internet.
          "-Dchronicle.analytics.disable=true",
          "-Dslf4j.internal.verbosity=ERROR");

  /** Whether the rows stay in the processor's caches. */
  static boolean isHot(Setting setting) {
    return setting.rows() <= 1_000;
  }

  @Override
  public final String area() {
    return AREA;
  }

  @Override
  public final List<Setting> settings() {
    return SETTINGS;
  }

  @Override
  public final List<String> jvmFlags() {
    return CHRONICLE_FLAGS;
  }

  @Override
  public final List<Candidate> candidates() {
    return List.of(
        new Candidate(ZealTable.NAME, this::zeal),
        new Candidate(Peers.HEAP_MAP, this::heapMap),
        new Candidate(Peers.CAFFEINE, this::caffeine),
        new Candidate(Peers.CHRONICLE, this::chronicle));
  }

  abstract Subject zeal(Setting setting);

  abstract Subject heapMap(Setting setting);

  abstract Subject caffeine(Setting setting);

  abstract Subject chronicle(Setting setting);
}
