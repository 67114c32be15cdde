package io.zeal.benchmarks.table;

import io.zeal.benchmarks.Setting;
import java.util.List;
import java.util.stream.Stream;

/** How many rows there are. */
enum Scale {
  /** 1,000 rows, which stay in the processor's caches, and 100,000, which do not. */
  USUAL,
  /** So many that filling takes longer than measuring, and some gigabytes. */
  LARGE;

  List<Setting> settings() {
    return switch (this) {
      case USUAL ->
          List.of(
              new Setting(1_000, 1),
              new Setting(1_000, 2),
              new Setting(100_000, 1),
              new Setting(100_000, 2));
      case LARGE -> List.of(new Setting(10_000_000, 1), new Setting(10_000_000, 2));
    };
  }

  List<Setting> quickSettings() {
    return switch (this) {
      case USUAL -> settings().subList(0, 3);
      case LARGE -> List.of();
    };
  }

  /** What the JVM that measures needs. */
  List<String> jvmFlags() {
    return switch (this) {
      case USUAL -> Chronicle.FLAGS;
      case LARGE -> Stream.concat(Chronicle.FLAGS.stream(), Stream.of("-Xms5g", "-Xmx5g")).toList();
    };
  }
}
