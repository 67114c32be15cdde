package io.zeal.benchmarks.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Directory;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import io.zeal.benchmarks.table.RowBytesBenchmark.Length;
import io.zeal.benchmarks.table.RowBytesBenchmark.Where;
import io.zeal.benchmarks.table.Together.Kind;
import io.zeal.benchmarks.table.TwoProcessesBenchmark.Counting;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.openhft.chronicle.map.ChronicleMap;
import org.caffinitas.ohc.OHCache;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.infra.Blackhole;

/** Everybody does the work once; how long that takes is another matter. */
class TableBenchmarksTest {

  private static final Setting FEW = new Setting(300, 1);
  private static final int TIMES = 3;

  private final Blackhole sink =
      new Blackhole(
          "Today's password is swordfish. I understand instantiating Blackholes directly is dangerous.");

  /** Zeal among several processes has a test of its own. */
  static Stream<Benchmark> inThisProcess() {
    return TableBenchmarks.all().stream()
        .filter(benchmark -> !(benchmark instanceof TwoProcessesBenchmark));
  }

  @ParameterizedTest
  @MethodSource("inThisProcess")
  void everybodyDoesTheWork(Benchmark benchmark) throws Exception {
    for (Candidate candidate : benchmark.candidates()) {
      Subject subject = candidate.opening().open(FEW);
      subject.run(new Picks(FEW.rows(), 0), TIMES, sink);
      subject.close();
    }
  }

  /** An exception at the end would say that a sum is not what was added. */
  @ParameterizedTest
  @EnumSource
  void oneAndTwoProcessesCountExactly(Kind kind) throws Exception {
    Counting one = Counting.byOne(kind, FEW);
    one.run(new Picks(FEW.rows(), 0), TIMES, sink);
    one.close();

    Counting two = Counting.byTwo(kind, FEW);
    two.run(new Picks(FEW.rows(), 0), TIMES, sink);
    two.close();
  }

  @Test
  void incrementsThatAreLostAreNoticed() throws Exception {
    Together forgetful = new Together(key -> 1, () -> 0, () -> {});
    Counting counting = new Counting(Directory.create(), forgetful, List.of());

    counting.run(new Picks(FEW.rows(), 0), 1, sink);

    assertThatThrownBy(counting::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the rows hold 0 together")
        .hasMessageContaining("lost or done twice");
  }

  @Test
  void theDirectoryOfSharedRowsIsGoneInTheEnd() throws Exception {
    Directory directory = Directory.inMemory();
    Counting counting =
        new Counting(
            directory, Together.openFilled(Kind.CHRONICLE, directory.path(), FEW), List.of());
    assertThat(directory.path()).isNotEmptyDirectory();

    counting.close();

    assertThat(directory.path()).doesNotExist();
  }

  @Test
  void peersThatKeepBytesGiveBackWhatWasStored() throws Exception {
    Map<String, Player> expected = new HashMap<>();
    Peers.fill(FEW, expected::put);
    String key = Picks.key(7);

    try (Ehcache ehcache = Ehcache.open(FEW);
        OHCache<String, Player> ohc = Ohc.open(FEW);
        ChronicleMap<String, PlayerValue> chronicle = Chronicle.open(FEW)) {
      expected.forEach((each, player) -> {
        assertThat(ehcache.cache().get(each)).isEqualTo(player);
        assertThat(ohc.get(each)).isEqualTo(player);
      });
      assertThat(ehcache.increment(key)).isEqualTo(Player.number(7).plusOne());
      assertThat(ehcache.cache().get(key).score()).isEqualTo(8);
      assertThat(Ohc.increment(ohc, key)).isEqualTo(Player.number(7).plusOne());
      assertThat(ohc.get(key).score()).isEqualTo(8);
      assertThat(Chronicle.increment(chronicle, key, Chronicle.references().get())).isEqualTo(8);
      assertThat(chronicle.get(key).getScore()).isEqualTo(8);
    }
  }

  @Test
  void textsOfAllLengthsGoThroughOhc() {
    Ohc.TextSerializer texts = new Ohc.TextSerializer();

    for (String text : List.of("", "plain", "grün", "€", "a\uD83D\uDE00b")) {
      var bytes = java.nio.ByteBuffer.allocate(texts.serializedSize(text));
      texts.serialize(text, bytes);
      assertThat(bytes.hasRemaining()).as(text).isFalse();
      assertThat(texts.deserialize(bytes.flip())).isEqualTo(text);
    }
  }

  @Test
  void aRowOnTheHeapIsSeenThereAndOneOfZealIsNot() throws Exception {
    Benchmark heap = new RowBytesBenchmark(Where.HEAP, Length.USUAL);
    Setting rows = new Setting(50_000, 1);

    assertThat(figure(heap, Peers.HEAP_MAP, rows)).isBetween(100L, 400L);
    assertThat(figure(heap, ZealTable.NAME, rows)).isLessThan(20);
  }

  @Test
  void theBytesOfARowAreAtLeastItsOwn() throws Exception {
    Benchmark bytes = new RowBytesBenchmark(Where.ANYWHERE, Length.LONGEST);

    for (Candidate candidate : bytes.candidates()) {
      assertThat(figure(bytes, candidate.name(), new Setting(50_000, 1)))
          .as(candidate.name())
          .isBetween(63L + 32L, 1_000L);
    }
  }

  private long figure(Benchmark benchmark, String name, Setting setting) throws Exception {
    for (Candidate candidate : benchmark.candidates()) {
      if (candidate.name().equals(name)) {
        return candidate.opening().open(setting).nanosOfOne(new Picks(1, 0), sink);
      }
    }
    throw new IllegalArgumentException(name);
  }

  /** Both the tests and the runs need them, and they cannot share a list. */
  @Test
  void theTestsRunWithTheFlagsOfTheRuns() {
    assertThat(ManagementFactory.getRuntimeMXBean().getInputArguments())
        .containsAll(Chronicle.FLAGS.stream().filter(flag -> flag.startsWith("--")).toList());
  }
}
