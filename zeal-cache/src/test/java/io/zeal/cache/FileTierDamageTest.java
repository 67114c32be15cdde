package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bytes on disk are not what was written. */
class FileTierDamageTest {

  /** More rounds, or another beginning, for whoever looks for trouble. */
  private static final int ROUNDS = Integer.getInteger("zeal.filetier.rounds", 1_500);

  private static final long SEED = Long.getLong("zeal.filetier.seed", 1);

  private final FileTierFixture fixture = new FileTierFixture();

  /** What happens to the files. */
  enum Damage {
    BIT,
    ZEROS,
    NOISE,
    LOST_SEGMENT,
    SHORTENED_SEGMENT,
    BYTES_FROM_ELSEWHERE,
    SWAPPED_SEGMENTS
  }

  @ParameterizedTest
  @EnumSource
  void whateverIsDamagedNothingOldComesBack(Damage damage) {
    int there = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long seed = SEED + round;
      try {
        there += damageAndCheck(damage, seed);
      } catch (Throwable e) {
        throw new AssertionError(
            "Again with -Dzeal.filetier.rounds=1 -Dzeal.filetier.seed=" + seed, e);
      }
    }
    assertThat(there).as("values that survived, of all rounds").isPositive();
  }

  private int damageAndCheck(Damage damage, long seed) {
    var files = new MemoryFiles();
    var model = new FileTierModel(seed);
    var random = model.random();
    var tier = fixture.open(files);
    model.steps(tier, 20 + random.nextInt(80));
    if (random.nextBoolean()) {
      tier.close();
    }
    var damaged = files.afterKill();
    for (int times = random.nextInt(3); times >= 0; times--) {
      damage(damaged, damage, random);
    }

    tier = fixture.open(damaged);
    model.checkNothingOld(tier);
    int there = model.checkNothingOld(fixture.open(damaged.afterKill()));
    // And nothing comes back later, when segments between have gone.
    model.settle(tier);
    model.steps(tier, 100);
    model.checkExact(tier);
    model.checkExact(fixture.open(damaged.afterKill()));
    return there;
  }

  private static void damage(MemoryFiles files, Damage damage, Random random) {
    var names = files.segments();
    var name = names.get(random.nextInt(names.size()));
    var bytes = files.bytes(name);
    if (bytes.length == 0) {
      // Shortened to nothing before.
      return;
    }
    switch (damage) {
      case BIT -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      case ZEROS -> {
        int from = random.nextInt(bytes.length);
        Arrays.fill(bytes, from, from + random.nextInt(bytes.length - from) + 1, (byte) 0);
      }
      case NOISE -> {
        int from = random.nextInt(bytes.length);
        int to = from + random.nextInt(Math.min(200, bytes.length - from)) + 1;
        for (int i = from; i < to; i++) {
          bytes[i] = (byte) random.nextInt();
        }
      }
      case LOST_SEGMENT -> {
        // The last one cannot be missed: the log ends where it ends.
        if (names.size() > 1) {
          deleteOneButTheLast(files, random);
        }
        return;
      }
      case SHORTENED_SEGMENT -> {
        if (name.equals(names.getLast())) {
          return;
        }
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      case BYTES_FROM_ELSEWHERE -> {
        var source = files.bytes(names.get(random.nextInt(names.size())));
        int from = random.nextInt(source.length + 1);
        int to = random.nextInt(bytes.length);
        int count = Math.min(source.length - from, bytes.length - to);
        System.arraycopy(source, from, bytes, to, count);
      }
      case SWAPPED_SEGMENTS -> {
        var other = names.get(random.nextInt(names.size()));
        var others = files.bytes(other);
        files.overwrite(other, bytes);
        bytes = others;
      }
    }
    files.overwrite(name, bytes);
  }

  private static void deleteOneButTheLast(MemoryFiles files, Random random) {
    var names = files.segments();
    try {
      files.delete(names.get(random.nextInt(names.size() - 1)));
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void recordWhoseKeyIsDamagedCostsThisKeyAlone() {
    var files = new MemoryFiles();
    var tier = fixture.open(files);
    tier.put("one", new byte[10], 0);
    tier.put("two", new byte[10], 0);
    int at = files.bytes(files.segments().getFirst()).length + LogRecord.HEADER_BYTES;
    tier.remove("one");
    tier.put("three", new byte[10], 0);
    flip(files, at);

    var next = fixture.open(files.afterKill());

    assertThat(next.keys()).containsExactlyInAnyOrder("two", "three");
    assertThat(next.stats().damaged()).isEqualTo(1);
    assertThat(next.note()).hasValueSatisfying(it -> assertThat(it).contains("damaged"));
  }

  @Test
  void valueThatIsDamagedIsAMissWhenItIsRead() {
    var files = new MemoryFiles();
    var tier = fixture.open(files);
    tier.put("key", new byte[10], 0);
    tier.put("other", new byte[10], 0);
    flip(files, Segment.HEADER_BYTES + LogRecord.HEADER_BYTES + 5);

    var next = fixture.open(files.afterKill());

    assertThat(next.get("key")).isEmpty();
    assertThat(next.get("other")).isPresent();
    assertThat(next.keys()).containsExactly("other");
    assertThat(next.stats().damaged()).isEqualTo(1);
  }

  /** What stood there may have been a mark, which says of entries anywhere that they are over. */
  @Test
  void headerThatIsDamagedCostsTheLog() {
    var files = new MemoryFiles();
    var tier = fixture.open(files);
    for (int i = 0; i < 12; i++) {
      tier.put("key" + i, new byte[100], 0);
    }
    var second = files.segments().get(1);
    var bytes = files.bytes(second);
    bytes[Segment.HEADER_BYTES + 10] ^= 1;
    files.overwrite(second, bytes);
    int segments = files.segments().size();

    var next = fixture.open(files.afterKill());

    assertThat(next.stats().lostSegments()).isEqualTo(segments);
    assertThat(next.count()).isZero();
    assertThat(next.note()).hasValueSatisfying(it -> assertThat(it).contains("damaged"));
  }

  /** What the mark was about is any entry. */
  @Test
  void markThatIsDamagedCostsTheLog() {
    var files = new MemoryFiles();
    var tier = fixture.open(files);
    tier.put("key", new byte[10], 0);
    tier.mark("stamp", 0, 7);
    int last = files.bytes(files.segments().getFirst()).length - 1;
    flip(files, last);

    var damaged = files.afterKill();
    var next = fixture.open(damaged);

    assertThat(next.count()).isZero();
    assertThat(next.marks()).isEmpty();
    next.put("key", new byte[5], 0);
    assertThat(fixture.open(damaged.afterKill()).get("key")).as("met once").isPresent();
  }

  @Test
  void markThatIsDamagedCostsNothingThatCameAfterAClear() {
    var files = new MemoryFiles();
    var tier = fixture.open(files);
    tier.mark("stamp", 0, 7);
    int last = files.bytes(files.segments().getFirst()).length - 1;
    tier.clear();
    tier.put("key", new byte[10], 0);
    flip(files, last);

    assertThat(fixture.open(files.afterKill()).get("key")).isPresent();
  }

  /** A mark in it would not be missed: no segment before it says how many records there were. */
  @Test
  void oldestSegmentThatIsCutToNothingCostsTheLog() {
    var files = new MemoryFiles();
    var tier = fixture.open(files);
    for (int i = 0; i < 12; i++) {
      tier.put("key" + i, new byte[100], 0);
    }
    files.overwrite(files.segments().getFirst(), new byte[10]);

    assertThat(fixture.open(files.afterKill()).count()).isZero();
  }

  @Test
  void recordInsideAValueIsNeverTakenForARecord() {
    var files = new MemoryFiles();
    var tier = fixture.open(files);
    tier.put("key", new byte[10], 0);
    var segment = files.bytes(files.segments().getFirst());
    var record = Arrays.copyOfRange(segment, Segment.HEADER_BYTES, segment.length);
    tier.remove("key");
    tier.put("carrier", record, 0);
    int at = files.bytes(files.segments().getFirst()).length - record.length - "carrier".length();
    flip(files, at - 10);

    assertThat(fixture.open(files.afterKill()).get("key")).isEmpty();
  }

  @Test
  void recordThatStandsAgainInThePlaceOfAnotherIsNotBelieved() {
    var files = new MemoryFiles();
    var tier = fixture.open(files);
    tier.put("key", new byte[0], 0);
    tier.remove("key");
    var name = files.segments().getFirst();
    var bytes = files.bytes(name);
    int length = LogRecord.HEADER_BYTES + "key".length();
    System.arraycopy(bytes, Segment.HEADER_BYTES, bytes, Segment.HEADER_BYTES + length, length);
    files.overwrite(name, bytes);

    assertThat(fixture.open(files.afterKill()).get("key")).isEmpty();
  }

  @Test
  void recordsOfAnotherLogAreNotBelieved() {
    var files = new MemoryFiles();
    fixture.open(files).put("key", new byte[3], 0);
    var others = new MemoryFiles();
    fixture.open(others).put("key", new byte[5], 0);
    var name = files.segments().getFirst();
    var mixed = others.bytes(name);
    System.arraycopy(files.bytes(name), 0, mixed, 0, Segment.HEADER_BYTES);
    files.overwrite(name, mixed);

    assertThat(fixture.open(files.afterKill()).get("key")).isEmpty();
  }

  @Test
  void logThatWasClosedAndIsShorterNowIsNotBelieved() {
    var files = new MemoryFiles();
    var tier = fixture.open(files);
    tier.put("key", new byte[0], 0);
    var name = files.segments().getFirst();
    var before = files.bytes(name);
    tier.remove("key");
    tier.close();
    files.overwrite(name, before);

    assertThat(fixture.open(files.afterKill()).get("key")).isEmpty();
  }

  @Test
  void damagedStateMeansAnEmptyTier() {
    var files = new MemoryFiles();
    var tier = fixture.open(files);
    tier.put("key", new byte[10], 0);
    tier.close();
    var state = files.bytes(LogState.NAME);
    state[20] ^= 1;
    var damaged = files.afterKill();
    damaged.overwrite(LogState.NAME, state);

    var next = fixture.open(damaged);

    assertThat(next.count()).isZero();
    next.put("key", new byte[5], 0);
    assertThat(fixture.open(damaged.afterKill()).get("key")).isPresent();
  }

  private static void flip(MemoryFiles files, int at) {
    var name = files.segments().getFirst();
    var bytes = files.bytes(name);
    bytes[at] ^= 1;
    files.overwrite(name, bytes);
  }
}
