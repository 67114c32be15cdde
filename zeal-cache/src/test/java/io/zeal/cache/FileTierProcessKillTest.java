package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes is killed, again and again, and the next one finds what it was told. */
class FileTierProcessKillTest {

  /** More rounds for whoever looks for trouble. */
  private static final int ROUNDS = Integer.getInteger("zeal.filetier.kills", 5);

  private static final int NOTHING = 0;

  // Per key: the version that was acknowledged last, and the one that was under way.
  private final Map<Integer, Integer> acknowledged = new HashMap<>();
  private final Map<Integer, Integer> underWay = new HashMap<>();

  @Test
  void whatWasAcknowledgedBeforeAKillIsThereExactly(@TempDir Path directory) throws Exception {
    killAgainAndAgain(directory, 64 << 20, true);
  }

  @Test
  void nothingOldIsThereAfterAKillWhileRoomIsMade(@TempDir Path directory) throws Exception {
    killAgainAndAgain(directory, FileTierOptions.LEAST_BYTES, false);
  }

  private void killAgainAndAgain(Path directory, long maxBytes, boolean exact) throws Exception {
    var random = new Random();
    int written = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<String> lines;
      try (var writer =
          FileTierProcess.start(directory.resolve("c"), maxBytes, round, 1 + round * 10_000_000)) {
        assertThat(writer.awaitOpened()).isEqualTo("OPEN");
        LockSupport.parkNanos(random.nextInt(300_000_000));
        writer.kill();
        lines = writer.lines();
        lines.removeFirst();
      }
      written += lines.size();
      lines.forEach(this::note);
      check(directory.resolve("c"), maxBytes, exact);
    }
    assertThat(written).isGreaterThan(100);
  }

  private void note(String line) {
    var words = line.split(" ", 3);
    int key = Integer.parseInt(words[1]);
    switch (words[0]) {
      case "P" -> underWay.put(key, Integer.parseInt(words[2]));
      case "R" -> underWay.put(key, NOTHING);
      default -> acknowledged.put(key, underWay.remove(key));
    }
  }

  private void check(Path directory, long maxBytes, boolean exact) {
    // Without the lock of the root, which would stay with this process.
    var options = new FileTierOptions(maxBytes, false, InstantSource.system(), work -> {});
    try (var tier = openUnlocked(directory, options)) {
      assertThat(tier.stats().damaged()).isZero();
      assertThat(tier.stats().lostSegments()).isZero();
      for (int key = 0; key < FileTierProcess.KEYS; key++) {
        var found = tier.get("key" + key);
        int version = found.map(it -> LogBytes.getInt(it.bytes(), 4)).orElse(NOTHING);
        if (found.isPresent()) {
          assertThat(found.get().bytes()).isEqualTo(FileTierProcess.value(key, version));
        }
        int expected = acknowledged.getOrDefault(key, NOTHING);
        if (exact || version != NOTHING) {
          assertThat(version).as("key%s", key).isIn(expected, underWay.getOrDefault(key, expected));
        }
        acknowledged.put(key, version);
      }
      underWay.clear();
    }
  }

  private static FileTier openUnlocked(Path directory, FileTierOptions options) {
    try {
      var files = SegmentDirectory.at(directory.resolve(FileTierRoot.directoryName("users")));
      var settings =
          LogSettings.of(
              options.maxBytes(),
              Runtime.getRuntime().maxMemory(),
              false,
              FileTierRoot.currentBoot());
      return FileTier.open(files, options, settings, () -> {});
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
