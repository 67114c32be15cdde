package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.cache.FileTierException.Reason;
import io.zeal.cache.MemoryFiles.Call;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The disk is full, or refuses to work. */
class FileTierFullDiskTest {

  private static final List<Call> CALLS = List.of(Call.values());

  private final FileTierFixture fixture = new FileTierFixture();
  private final MemoryFiles files = new MemoryFiles();
  private FileTier tier = fixture.open(files);

  @BeforeEach
  void putSomething() {
    tier.put("key", new byte[10], 0);
    tier.put("other", new byte[20], 0);
  }

  @Test
  void putOnAFullDiskFailsAndChangesNothing() {
    files.capacity(files.size() + 30);

    assertRefused(() -> tier.put("key", new byte[50], 0), Reason.NOT_WRITTEN);

    assertThat(tier.get("key").orElseThrow().bytes()).hasSize(10);
    assertThat(tier.stats().failedWrites()).isEqualTo(1);
    assertThat(fixture.open(files.afterKill()).get("key").orElseThrow().bytes()).hasSize(10);
  }

  @Test
  void putWorksAgainOnceThereIsSpace() {
    files.capacity(files.size() + 30);
    assertRefused(() -> tier.put("key", new byte[50], 0), Reason.NOT_WRITTEN);
    files.capacity(Long.MAX_VALUE);
    fixture.clock.move(LogReserve.PAUSE_MILLIS);

    tier.put("key", new byte[50], 0);

    assertThat(fixture.open(files.afterKill()).get("key").orElseThrow().bytes()).hasSize(50);
  }

  @Test
  void removalOnAFullDiskHoldsByTheSpaceThatWasKept() {
    files.capacity(files.size());

    assertThat(tier.remove("key")).isTrue();

    assertThat(tier.get("key")).isEmpty();
    var next = fixture.open(files.afterKill());
    assertThat(next.get("key")).isEmpty();
    assertThat(next.get("other")).isPresent();
  }

  @Test
  void putsAreRefusedUntilSpaceIsKeptAgain() {
    files.capacity(files.size());
    tier.remove("key");

    assertRefused(() -> tier.put("key", new byte[0], 0), Reason.NOT_WRITTEN);
    files.capacity(files.size() + 300);
    fixture.clock.move(LogReserve.PAUSE_MILLIS);
    tier.put("key", new byte[0], 0);
    files.capacity(files.size());
    tier.remove("key");
    assertThat(fixture.open(files.afterKill()).get("key")).isEmpty();
  }

  /** Each attempt writes all of the reserve. */
  @Test
  void putsOnAFullDiskDoNotEachTryToKeepSpace() {
    files.capacity(files.size());
    tier.remove("key");
    assertRefused(() -> tier.put("key", new byte[0], 0), Reason.NOT_WRITTEN);
    long steps = files.steps();
    for (int i = 0; i < 100; i++) {
      assertRefused(() -> tier.put("key", new byte[0], 0), Reason.NOT_WRITTEN);
    }
    assertThat(files.steps()).isEqualTo(steps);
    assertThat(tier.stats().failedWrites()).isEqualTo(101);
  }

  @Test
  void tierOpensOnADiskThatIsFullByNow() {
    var full = files.afterKill();
    full.capacity(full.size());

    tier = fixture.open(full);

    assertThat(tier.get("key")).isPresent();
    assertRefused(() -> tier.put("key", new byte[0], 0), Reason.NOT_WRITTEN);
    tier.remove("key");
    assertThat(tier.get("key")).isEmpty();
    assertThat(fixture.open(full.afterKill()).get("key")).isEmpty();
  }

  /** The cache goes on in memory then, and removes what nobody writes down. */
  @Test
  void whatCouldNotBeOpenedIsNotBelievedLater() {
    var failing = files.afterKill();
    failing.fail(Call.REPLACE);

    assertThatThrownBy(() -> fixture.open(failing)).hasMessageContaining("REPLACE");

    failing.fail();
    assertThat(fixture.open(failing).count()).isZero();
  }

  @Test
  void removalsThatFitNowhereEmptyTheTier() {
    tier.mark("mark", 1, 2);
    files.capacity(files.size());
    for (int i = 0; i < 4; i++) {
      tier.remove("key" + i);
    }
    tier.remove("key");

    assertThat(tier.get("key")).isEmpty();
    assertThat(tier.get("other")).isEmpty();
    assertThat(tier.stats().evicted()).isEqualTo(2);
    assertThat(tier.marks()).containsEntry("mark", new FileTier.Mark(1, 2));
    var next = fixture.open(files.afterKill());
    assertThat(next.count()).isZero();
    assertThat(next.marks()).containsEntry("mark", new FileTier.Mark(1, 2));
  }

  @Test
  void diskOnWhichNothingCanBeWrittenAnyMoreEndsTheTierButNotTheRemoval() {
    files.fail(Call.APPEND, Call.REPLACE);

    tier.remove("key");

    assertThat(tier.get("other")).isEmpty();
    assertRefused(() -> tier.put("key", new byte[0], 0), Reason.GIVEN_UP);
    tier.remove("other");
    tier.clear();
    tier.mark("mark", 1, 1);
    tier.close();
    assertThat(fixture.open(files.afterKill()).count()).isZero();
  }

  @Test
  void filesThatCannotBeDeletedAreNotBelievedOnceTheyWereGivenUp() {
    tier.mark("mark", 1, 2);
    files.fail(Call.APPEND, Call.DELETE);

    tier.remove("key");

    assertThat(files.segments()).isNotEmpty();
    var next = fixture.open(files.afterKill());
    assertThat(next.count()).isZero();
    assertThat(next.marks()).isEmpty();
  }

  @Test
  void removalFailsWhereTheFilesCanNeitherBeWrittenNorDeleted() {
    files.fail(Call.APPEND, Call.REPLACE, Call.DELETE);

    assertRefused(() -> tier.remove("key"), Reason.UNUSABLE);
    assertThat(tier.get("key")).isEmpty();
    assertRefused(() -> tier.remove("key"), Reason.UNUSABLE);
    files.fail(Call.APPEND, Call.REPLACE);
    tier.remove("key");

    assertThat(fixture.open(files.afterKill()).get("key")).isEmpty();
  }

  @Test
  void appendThatCannotBeCutOffIsNotThereAfterOpeningAnew() {
    files.fail(Call.APPEND, Call.TRUNCATE);
    assertRefused(() -> tier.put("key", new byte[50], 0), Reason.NOT_WRITTEN);
    files.fail();

    tier.remove("other");
    tier.put("third", new byte[5], 0);

    assertThat(files.segments()).hasSize(2);
    var next = fixture.open(files.afterKill());
    assertThat(next.keys()).containsExactlyInAnyOrder("key", "third");
    assertThat(next.get("key").orElseThrow().bytes()).hasSize(10);
    assertThat(next.stats().lostSegments()).isZero();
  }

  @Test
  void whatCannotBeForcedIsNotAcknowledged() {
    fixture.sync = true;
    var synced = new MemoryFiles();
    tier = fixture.open(synced);
    tier.put("key", new byte[10], 0);
    synced.fail(Call.FORCE);

    assertRefused(() -> tier.put("key", new byte[5], 0), Reason.UNUSABLE);
    assertThat(tier.get("key")).isEmpty();
  }

  @Test
  void oldestSegmentThatCannotBeDeletedBringsNothingBack() {
    fixture.maxBytes = 3_000;
    for (int seed = 0; seed < 300; seed++) {
      var failing = new MemoryFiles();
      var model = new FileTierModel(seed);
      var failed = fixture.open(failing);
      for (int i = 0; i < 150; i++) {
        if (model.random().nextInt(5) == 0) {
          failing.fail(Call.DELETE);
        }
        callWhatMayFail(model, failed, failing);
        failing.fail();
      }
      model.checkNothingOld(failed);
      model.checkNothingOld(fixture.open(failing.afterKill()));
    }
  }

  @Test
  void whateverTheDiskRefusesNothingOldComesBack() {
    for (int seed = 0; seed < 2_000; seed++) {
      var model = new FileTierModel(seed);
      var random = model.random();
      fixture.maxBytes = random.nextBoolean() ? 3_000 : 1_000_000;
      var full = new MemoryFiles();
      var writer = fixture.open(full);
      for (int i = 0; i < 100; i++) {
        if (random.nextInt(10) == 0) {
          full.capacity(full.size() + random.nextInt(300));
        } else if (random.nextInt(10) == 0) {
          full.capacity(Long.MAX_VALUE);
        }
        full.fail();
        if (random.nextInt(20) == 0) {
          full.fail(CALLS.get(random.nextInt(CALLS.size())));
        }
        callWhatMayFail(model, writer, full);
      }
      model.checkNothingOld(writer);
      try {
        model.checkNothingOld(fixture.open(full.afterKill()));
      } catch (AssertionError e) {
        throw new AssertionError("Seed " + seed, e);
      }
    }
  }

  private static void callWhatMayFail(FileTierModel model, FileTier tier, MemoryFiles files) {
    try {
      model.step(tier);
    } catch (FileTierException e) {
      files.fail();
      model.give(tier);
    }
  }

  private static void assertRefused(Runnable call, Reason reason) {
    assertThatThrownBy(call::run)
        .isInstanceOf(FileTierException.class)
        .satisfies(e -> assertThat(((FileTierException) e).reason()).isEqualTo(reason));
  }
}
