package io.zeal.benchmarks.table;

import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import net.openhft.chronicle.core.io.Closeable;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import net.openhft.chronicle.values.Values;

/** Chronicle Map as it is fastest: one instance per thread that lies on rows or is filled. */
final class Chronicle {

  static final String NAME = "Chronicle Map";

  /** What it needs on Java 25: it compiles classes, and reaches into the JDK for memory. */
  static final List<String> FLAGS =
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

  private Chronicle() {}

  /** In this process, filled. */
  static ChronicleMap<String, PlayerValue> open(Setting setting) {
    return filled(builder(setting).create(), setting);
  }

  /** In {@code file}, which processes share; not filled. */
  static ChronicleMap<String, PlayerValue> open(Path file, Setting setting) throws IOException {
    return builder(setting).createPersistedTo(file.toFile());
  }

  private static ChronicleMapBuilder<String, PlayerValue> builder(Setting setting) {
    return ChronicleMap.of(String.class, PlayerValue.class)
        .averageKeySize(Picks.key(0).length())
        .entries(2L * setting.rows())
        .putReturnsNull(true);
  }

  static ChronicleMap<String, PlayerValue> filled(
      ChronicleMap<String, PlayerValue> map, Setting setting) {
    PlayerValue value = Values.newHeapInstance(PlayerValue.class);
    Peers.fill(
        setting,
        (key, player) -> {
          value.setName(player.name());
          value.setScore(player.score());
          map.put(key, value);
        });
    return map;
  }

  /** Its way not to allocate: one instance per thread that each read fills. */
  static ThreadLocal<PlayerValue> copies() {
    return ThreadLocal.withInitial(() -> Values.newHeapInstance(PlayerValue.class));
  }

  /** As {@link #copies()}, without the copy: the instance lies on the row itself. */
  static ThreadLocal<PlayerValue> references() {
    return ThreadLocal.withInitial(() -> Values.newNativeReference(PlayerValue.class));
  }

  /** The context holds the lock of the row's segment. */
  @SuppressWarnings("try")
  static long increment(ChronicleMap<String, PlayerValue> map, String key, PlayerValue value) {
    try (Closeable locked = map.acquireContext(key, value)) {
      return value.addAtomicScore(1);
    }
  }
}
