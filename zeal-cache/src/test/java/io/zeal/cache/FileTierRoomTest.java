package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** There is a bound, and room is made below it. */
class FileTierRoomTest {

  private final FileTierFixture fixture = new FileTierFixture();
  private final MemoryFiles files = new MemoryFiles();

  @Test
  void filesNeverTakeMoreThanTheirBound() {
    fixture.maxBytes = 6_000;
    var tier = fixture.open(files);
    for (int i = 0; i < 2_000; i++) {
      tier.put("key" + i, new byte[i % 200], 0);
      assertThat(files.size()).isLessThanOrEqualTo(fixture.maxBytes);
    }

    assertThat(tier.stats().evicted()).isGreaterThan(1_900);
    assertThat(tier.count()).isGreaterThan(10).isEqualTo(2_000 - tier.stats().evicted());
    assertThat(tier.get("key1999")).isPresent();
    assertThat(tier.get("key0")).isEmpty();
    assertThat(fixture.open(files.afterKill()).count()).isEqualTo(tier.count());
  }

  /** The index is in the heap, however short the entries are. */
  @Test
  void thereAreNeverMoreEntriesThanTheirLeastBytesAllow() {
    fixture.maxBytes = 12_000;
    fixture.segmentBytes = 1_000;
    fixture.leastEntryBytes = 200;
    var tier = fixture.open(files);
    for (int i = 0; i < 2_000; i++) {
      tier.put("key" + i, new byte[1], 0);
      assertThat(tier.count()).isLessThanOrEqualTo(12_000 / 200);
    }

    assertThat(tier.get("key1999")).isPresent();
    assertThat(tier.count()).isGreaterThan(30);
    var next = fixture.open(files.afterKill());
    assertThat(next.count()).isEqualTo(tier.count());
    for (int i = 0; i < 100; i++) {
      next.put("next" + i, new byte[1], 0);
    }
    assertThat(next.count()).isLessThanOrEqualTo(12_000 / 200);
  }

  @Test
  void settingsBoundTheIndexByTheHeap() {
    long heap = 256L << 20;
    var settings = LogSettings.of(1L << 30, heap, false, FileTierFixture.BOOT);
    long entries = settings.maxBytes() / settings.leastEntryBytes();
    assertThat(entries * 256).isBetween(heap / 17, heap / 15);
  }

  @Test
  void boundHoldsAlsoIfNobodyWorksInTheBackground() {
    fixture.maxBytes = 6_000;
    fixture.executor = work -> {};
    var tier = fixture.open(files);
    for (int i = 0; i < 1_000; i++) {
      tier.put("key" + i, new byte[i % 200], 0);
      assertThat(files.size()).isLessThanOrEqualTo(fixture.maxBytes);
      assertThat(tier.get("key" + i)).isPresent();
    }

    assertThat(tier.get("key0")).isEmpty();
  }

  @Test
  void smallerBoundIsKeptFromTheNextSegmentOn() {
    var tier = fixture.open(files);
    for (int i = 0; i < 100; i++) {
      tier.put("key" + i, new byte[100], 0);
    }
    fixture.maxBytes = 5_000;
    var next = files.afterKill();
    tier = fixture.open(next);
    for (int i = 0; i < 10; i++) {
      tier.put("key" + i, new byte[100], 0);
    }

    assertThat(next.size()).isLessThanOrEqualTo(5_000);
  }

  @Test
  void whatIsReplacedAgainAndAgainDoesNotPileUp() {
    var tier = fixture.open(files);
    tier.put("kept", new byte[100], 0);
    tier.mark("mark", 1, 2);
    long sequence = tier.put("moved", new byte[100], 0);
    for (int i = 0; i < 5_000; i++) {
      tier.put("key" + i % 10, new byte[50], 0);
    }

    assertThat(tier.bytes()).isLessThan(10 * FileTierFixture.SEGMENT_BYTES);
    assertThat(tier.stats().evicted()).isZero();
    assertThat(tier.isCurrent("moved", sequence)).isTrue();
    var next = fixture.open(files.afterKill());
    assertThat(next.count()).isEqualTo(12);
    assertThat(next.isCurrent("moved", sequence)).isTrue();
    assertThat(next.marks()).containsEntry("mark", new FileTier.Mark(1, 2));
  }

  @Test
  void removalsGoWithTheSegmentAndNothingOldComesBack() {
    fixture.maxBytes = 5_000;
    for (int seed = 0; seed < 300; seed++) {
      var seeded = new MemoryFiles();
      var model = new FileTierModel(seed);
      var tier = fixture.open(seeded);
      for (int i = 0; i < 20; i++) {
        model.steps(tier, 20);
        model.checkNothingOld(tier);
        if (model.random().nextInt(4) == 0) {
          seeded = seeded.afterKill();
          tier = fixture.open(seeded);
          model.checkNothingOld(tier);
        }
      }
    }
  }

  @Test
  void workThatComesLateFindsWhatIsLeftOfIt() {
    fixture.maxBytes = 6_000;
    Queue<Runnable> waiting = new ArrayDeque<>();
    fixture.executor = waiting::add;
    var model = new FileTierModel(4);
    var tier = fixture.open(files);
    for (int i = 0; i < 500; i++) {
      model.step(tier);
      if (i % 37 == 0 && !waiting.isEmpty()) {
        waiting.remove().run();
      }
      model.checkNothingOld(tier);
    }
    tier.close();
    waiting.forEach(Runnable::run);

    model.checkNothingOld(fixture.open(files.afterKill()));
  }

  /** Each key has one writer; nobody ever reads a version older than one that was acknowledged. */
  @Test
  @Timeout(60)
  void readersAreNeitherStoppedNorMisledWhileRoomIsMade() throws Exception {
    int keys = 40;
    fixture.segmentBytes = 4_000;
    // More than all that is written: nothing goes because room was made too late.
    fixture.maxBytes = 20_000_000;
    var acknowledged = new AtomicIntegerArray(keys);
    var done = new AtomicBoolean();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      fixture.executor = threads;
      try (var tier = fixture.open(files)) {
        var started = new CountDownLatch(2);
        List<Future<Integer>> readers = new ArrayList<>();
        for (int reader = 0; reader < 2; reader++) {
          readers.add(
              threads.submit(() -> {
                int reads = 0;
                var random = new Random(reads);
                started.countDown();
                while (!done.get()) {
                  int key = random.nextInt(keys);
                  int least = acknowledged.get(key);
                  var found = tier.get("key" + key);
                  if (least > 0) {
                    assertThat(found).as("key%s", key).isPresent();
                    assertThat(LogBytes.getInt(found.get().bytes(), 0))
                        .isGreaterThanOrEqualTo(least);
                    reads++;
                  }
                }
                return reads;
              }));
        }
        started.await(10, TimeUnit.SECONDS);
        var random = new Random(1);
        for (int version = 1; version <= 40_000; version++) {
          // The first keys hardly ever change, so that they have to be moved.
          int key = random.nextInt(20) == 0 ? random.nextInt(keys) : 30 + random.nextInt(10);
          var value = new byte[100 + random.nextInt(100)];
          LogBytes.putInt(value, 0, version);
          tier.put("key" + key, value, 0);
          acknowledged.set(key, version);
        }
        done.set(true);
        for (var reader : readers) {
          assertThat(reader.get(10, TimeUnit.SECONDS)).isPositive();
        }
        assertThat(tier.stats().evicted()).isZero();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (tier.bytes() > 200_000 && System.nanoTime() < deadline) {
          tier.sweep();
        }
        assertThat(tier.bytes()).isLessThan(200_000);
      }
    }
  }
}
