package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The process ends between any two bytes of what it writes. */
class FileTierKillTest {

  private static final int CALLS = 60;

  private final FileTierFixture fixture = new FileTierFixture();

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void killedAtAnyByteTheLogHoldsWhatWasAcknowledged(long seed) {
    long all = run(new MemoryFiles(), new FileTierModel(seed));
    for (long kill = 0; kill < all; kill++) {
      var files = new MemoryFiles();
      files.killAfter(kill);
      var model = new FileTierModel(seed);
      var killed = runUntilKilled(files, model);

      assertThat(killed).as("killed at %s", kill).isTrue();
      var next = files.afterKill();
      var tier = fixture.open(next);
      model.checkExact(tier);
      assertThat(tier.stats().lostSegments()).as("killed at %s", kill).isZero();
      model.settle(tier);
      model.steps(tier, 3);
      model.checkExact(fixture.open(next.afterKill()));
    }
  }

  @Test
  void killedAgainWhileItOpensTheLogStillHoldsIt() {
    var random = new Random(5);
    for (int round = 0; round < 2_000; round++) {
      var files = new MemoryFiles();
      files.killAfter(random.nextInt(6_000));
      var model = new FileTierModel(round);
      runUntilKilled(files, model);
      for (int again = 0; again < 3; again++) {
        files = files.afterKill();
        files.killAfter(random.nextInt(110));
        try {
          fixture.open(files);
        } catch (MemoryFiles.Killed e) {
          // Once more.
        }
      }

      model.checkExact(fixture.open(files.afterKill()));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12})
  void killedWhileRoomIsMadeNothingOldComesBack(long seed) {
    fixture.maxBytes = 4_000;
    fixture.segmentBytes = 500;
    long all = run(new MemoryFiles(), new FileTierModel(seed));
    for (long kill = 0; kill < all; kill += 3) {
      var files = new MemoryFiles();
      files.killAfter(kill);
      var model = new FileTierModel(seed);
      runUntilKilled(files, model);

      var next = files.afterKill();
      var tier = fixture.open(next);
      model.checkNothingOld(tier);
      model.settle(tier);
      model.steps(tier, 10);
      model.checkNothingOld(fixture.open(next.afterKill()));
    }
  }

  /** A tail may be cut anywhere, as an append writes its bytes in order. */
  @Test
  void lastRecordCutAtAnyByteIsAsIfItHadNotBeenAppended() {
    var files = new MemoryFiles();
    var tier = fixture.open(files);
    tier.put("kept", new byte[10], 0);
    tier.put("key", new byte[20], 0);
    var segment = files.segments().getFirst();
    int before = files.bytes(segment).length;
    tier.remove("key");
    var whole = files.bytes(segment);

    for (int length = before; length < whole.length; length++) {
      var cut = files.afterKill();
      cut.overwrite(segment, java.util.Arrays.copyOf(whole, length));
      var next = fixture.open(cut);

      assertThat(next.keys()).as("%s bytes", length).containsExactlyInAnyOrder("kept", "key");
      assertThat(cut.bytes(segment)).hasSize(before);
    }
  }

  private long run(MemoryFiles files, FileTierModel model) {
    var tier = fixture.open(files);
    model.steps(tier, CALLS);
    tier.close();
    return files.steps();
  }

  private boolean runUntilKilled(MemoryFiles files, FileTierModel model) {
    try {
      run(files, model);
      return false;
    } catch (MemoryFiles.Killed e) {
      return true;
    }
  }
}
