package io.zeal.benchmarks.table;

import io.zeal.benchmarks.Setting;
import java.util.List;

/** What the questions of this area share. */
final class TableSettings {

  static final String AREA = "table";

  /** The first fits into the processor's caches, the second does not. */
  static final List<Setting> ALL =
      List.of(
          new Setting(1_000, 1),
          new Setting(1_000, 2),
          new Setting(100_000, 1),
          new Setting(100_000, 2));

  /**
   * What Chronicle Map needs on Java 25: it compiles classes, and reaches into the JDK for memory.
   */
  static final List<String> CHRONICLE_FLAGS =
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

  private TableSettings() {}

  /** Whether the rows stay in the processor's caches. */
  static boolean isHot(Setting setting) {
    return setting.rows() <= 1_000;
  }
}
