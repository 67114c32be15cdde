package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The machine ends, and with it what was not forced to disk. */
class FileTierPowerLossTest {

  private final FileTierFixture fixture = new FileTierFixture();
  private final MemoryFiles files = new MemoryFiles();

  @Test
  void withoutSyncTheTierStartsEmpty() {
    fixture.open(files).put("key", new byte[10], 0);
    fixture.boot = FileTierFixture.NEXT_BOOT;

    var next = fixture.open(files.afterKill());

    assertThat(next.count()).isZero();
    assertThat(next.note()).hasValueSatisfying(it -> assertThat(it).contains("restarted"));
  }

  @Test
  void whereNobodyTellsWhetherTheMachineWasRestartedItStartsEmptyToo() {
    fixture.boot = LogState.UNKNOWN_BOOT;
    fixture.open(files).put("key", new byte[10], 0);

    assertThat(fixture.open(files.afterKill()).count()).isZero();
  }

  @Test
  void whatWasClosedIsThereAfterTheMachineWasRestarted() {
    var tier = fixture.open(files);
    tier.put("key", new byte[10], 0);
    tier.mark("mark", 1, 2);
    tier.close();
    fixture.boot = FileTierFixture.NEXT_BOOT;

    for (int seed = 0; seed < 10; seed++) {
      var next = fixture.open(files.afterPowerLoss(new Random(seed)));
      assertThat(next.get("key")).isPresent();
      assertThat(next.marks()).containsKey("mark");
    }
  }

  @Test
  void whatWasClosedAndOpenedAgainIsNotBelievedAfterALossOfPower() {
    var tier = fixture.open(files);
    tier.put("key", new byte[10], 0);
    tier.close();
    var again = files.afterKill();
    fixture.open(again);
    fixture.boot = FileTierFixture.NEXT_BOOT;

    assertThat(fixture.open(again.afterPowerLoss(new Random(1))).count()).isZero();
  }

  @Test
  void withSyncWhatWasAcknowledgedIsThere() {
    fixture.sync = true;
    for (int seed = 0; seed < 1_500; seed++) {
      fixture.boot = FileTierFixture.BOOT;
      var model = new FileTierModel(seed);
      var lost = new MemoryFiles();
      lost.killAfter(model.random().nextInt(8_000));
      try {
        var tier = fixture.open(lost);
        model.steps(tier, 60);
        tier.close();
      } catch (MemoryFiles.Killed e) {
        // As if the power had gone at this moment.
      }
      fixture.boot = FileTierFixture.NEXT_BOOT;
      var after = lost.afterPowerLoss(new Random(seed));
      model.checkExact(fixture.open(after));
      model.checkExact(fixture.open(after.afterKill()));
    }
  }

  @Test
  void openingWithSyncForcesWhatWasAppendedWithout() {
    fixture.open(files).put("key", new byte[10], 0);
    fixture.sync = true;
    var again = files;
    fixture.open(again);
    fixture.boot = FileTierFixture.NEXT_BOOT;

    assertThat(fixture.open(again.afterPowerLoss(new Random(1))).get("key")).isPresent();
  }
}
