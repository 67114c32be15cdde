package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.OperationTimeoutException.Stage;
import io.zeal.Outcome;
import io.zeal.Overflow;
import io.zeal.StoreOptions;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.WriteResult;
import io.zeal.table.Waits.Purpose;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A writer that stopped while it held something; the test plays it. */
class TableWaitingTest extends TableFixture {

  private final TableBackend impatient =
      new TableBackend(new TableSettings(1 << 20, 10, Duration.ofMillis(30)), clock);
  private final Rows<Player> rows =
      impatient.rows(
          new StoreSpec<>("held", PLAYER, StoreOptions.defaults().withCapacity(64), null));
  private final Table table = impatient.table("held");

  @AfterEach
  void structureIsWholeAndClosed() {
    TableInspector.inspect(table);
    impatient.close();
  }

  @Test
  void heldRowEndsWritesAtTheirDeadlineUnchanged() {
    put(rows, "a", 1);
    put(rows, "b", 1);
    Held held = hold("a");

    assertTimesOut(() -> put(rows, "a", 2), Outcome.NOT_SENT);
    assertTimesOut(() -> add(rows, "a", 2), Outcome.NOT_SENT);
    assertTimesOut(() -> remove(rows, "a"), Outcome.NOT_SENT);
    assertTimesOut(() -> rows.get("a"), null);
    assertThat(put(rows, "c", 1)).isEqualTo(WriteResult.APPLIED);

    held.release();
    assertThat(rows.number("a", 1)).hasValue(1);
    assertThat(add(rows, "a", 2)).isEqualTo(new WriteResult.Added(3));
  }

  @Test
  void clearThatTimedOutSaysThatRowsMayBeGone() {
    put(rows, "first", 1);
    put(rows, "second", 1);
    Held held = hold("second");

    assertThat(assertTimesOut(rows::clear, Outcome.UNKNOWN))
        .hasMessageContaining("Some rows may have been removed; call clear again");
    assertThat(rows.get("first")).isEmpty();

    held.release();
    assertThat(rows.number("second", 1)).hasValue(1);
    rows.clear();
    assertThat(rows.count()).isZero();
  }

  @Test
  void clearThatWaitedForABucketSaysThatRowsMayBeGone() {
    put(rows, "first", 1);
    put(rows, "second", 1);
    int bucket = bucketOf("second");
    table.index.lock(bucket, Purpose.WRITE);

    assertTimesOut(rows::clear, Outcome.UNKNOWN);

    table.index.unlock(bucket);
    assertThat(rows.contains("second")).isTrue();
  }

  private int bucketOf(String key) {
    return table.layout.bucketOf(new Key(key, table.seed).hash());
  }

  @Test
  void heldBucketStopsNoReaderAndNoChangeOfARowThatIsThere() {
    put(rows, "a", 1);
    int bucket = bucketOf("a");
    table.index.lock(bucket, Purpose.WRITE);

    assertThat(rows.number("a", 1)).hasValue(1);
    assertThat(add(rows, "a", 1)).isEqualTo(new WriteResult.Added(2));
    assertThat(rows.page("", 10)).hasSize(1);
    assertThat(rows.count()).isEqualTo(1);
    assertTimesOut(() -> remove(rows, "a"), Outcome.NOT_SENT);

    table.index.unlock(bucket);
    assertThat(remove(rows, "a")).isEqualTo(WriteResult.APPLIED);
  }

  @Test
  void insertThatTimedOutGivesItsRowBack() {
    int bucket = bucketOf("a");
    table.index.lock(bucket, Purpose.WRITE);

    assertTimesOut(() -> put(rows, "a", 1), Outcome.NOT_SENT);

    table.index.unlock(bucket);
    assertThat(rows.count()).isZero();
    assertThat(rows.get("a")).isEmpty();
    assertThat(put(rows, "a", 1)).isEqualTo(WriteResult.APPLIED);
    assertThat(table.header.fresh()).isEqualTo(1);
  }

  @Test
  void readsOfTheWholeStoreThatWaitedForABucketHaveNoOutcome() {
    put(rows, "expires", 1, 10);
    clock.advance(Duration.ofMillis(11));
    int bucket = bucketOf("expires");
    table.index.lock(bucket, Purpose.WRITE);

    assertTimesOut(rows::count, null);
    assertTimesOut(impatient::stats, null);
    assertTimesOut(impatient::inspect, null);

    table.index.unlock(bucket);
    assertThat(rows.count()).isZero();
  }

  @Test
  void sweepThatStoppedHoldsUpCountsAndNothingElse() {
    put(rows, "a", 1, 10);
    assertThat(table.header.tryLockSweep()).isTrue();
    clock.advance(Duration.ofMillis(11));

    assertTimesOut(rows::count, null);
    assertThat(rows.get("a")).isEmpty();
    assertThat(put(rows, "a", 2)).isEqualTo(WriteResult.APPLIED);

    table.header.unlockSweep();
    assertThat(rows.count()).isEqualTo(1);
  }

  @Test
  void putIntoAFullStoreTakesARowThatIsFreedWhileSomebodySweeps() throws Exception {
    Rows<Player> full = rows("full", StoreOptions.defaults().withCapacity(2));
    Table fullTable = backend.table("full");
    put(full, "expires", 1, 10);
    put(full, "stays", 1);
    assertThat(fullTable.header.tryLockSweep()).isTrue();
    clock.advance(Duration.ofMillis(11));
    Future<WriteResult> waiting = putAndWait(full, "new");

    assertThat(remove(full, "stays")).isEqualTo(WriteResult.APPLIED);

    assertThat(waiting.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(WriteResult.APPLIED);
    fullTable.header.unlockSweep();
    assertThat(full.count()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void fullStoreIsNotFullWhileSomebodyMayFindExpiredRows(Overflow overflow) {
    Rows<Player> full =
        impatient.rows(new StoreSpec<>("held " + overflow, PLAYER, options(overflow), null));
    Table fullTable = impatient.table("held " + overflow);
    put(full, "expires", 1, 10);
    put(full, "stays", 1);
    assertThat(fullTable.header.tryLockSweep()).isTrue();
    clock.advance(Duration.ofMillis(11));

    assertTimesOut(() -> put(full, "new", 1), Outcome.NOT_SENT);

    fullTable.header.unlockSweep();
    assertThat(put(full, "new", 1)).isEqualTo(WriteResult.APPLIED);
    assertThat(full.contains("stays")).isTrue();
    assertThat(fullTable.evictions()).isZero();
  }

  @Test
  void sweepDoesNotForgetARowThatIsBeingFilled() {
    put(rows, "expired", 1, 10);
    int row = table.free.take();
    table.rows.beginFilling(row);
    table.expiry.lower(row, clock.millis() + 20);
    clock.advance(Duration.ofMillis(11));

    assertThat(rows.count()).isZero();
    assertThat(table.expiry.earliest(0, 0)).isLessThanOrEqualTo(clock.millis() + 9);

    table.rows.release(row, RowWord.freed(table.rows.word(row)));
    table.free.push(row);
    assertThat(rows.count()).isZero();
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited for %s", LIMIT).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  @Test
  void putIntoAFullStoreThatTimedOutEvictedNothing() {
    Rows<Player> full = evicting("held full");
    Table fullTable = impatient.table("held full");
    String key = keyOutsideTheBucketsOf(fullTable, "a", "b");
    int bucket = fullTable.layout.bucketOf(new Key(key, fullTable.seed).hash());
    put(full, "a", 1);
    put(full, "b", 1);
    fullTable.index.lock(bucket, Purpose.WRITE);

    assertTimesOut(() -> put(full, key, 1), Outcome.NOT_SENT);

    fullTable.index.unlock(bucket);
    assertThat(full.contains("a")).isTrue();
    assertThat(full.contains("b")).isTrue();
    assertThat(fullTable.evictions()).isZero();
    TableInspector.inspect(fullTable);
  }

  @Test
  void putThatWaitedForItsBucketEvictsNothingIfARowWasRemovedMeanwhile() throws Exception {
    Rows<Player> full = rows("full", options(Overflow.EVICT));
    Table fullTable = backend.table("full");
    String key = keyOutsideTheBucketsOf(fullTable, "a", "b");
    int bucket = fullTable.layout.bucketOf(new Key(key, fullTable.seed).hash());
    put(full, "a", 1);
    put(full, "b", 1);
    fullTable.index.lock(bucket, Purpose.WRITE);
    Future<WriteResult> waiting = putAndWait(full, key);

    assertThat(remove(full, "b")).isEqualTo(WriteResult.APPLIED);
    fullTable.index.unlock(bucket);

    assertThat(waiting.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(WriteResult.APPLIED);
    assertThat(full.contains("a")).isTrue();
    assertThat(fullTable.evictions()).isZero();
  }

  @Test
  void evictionPassesOverARowWhoseBucketIsHeld() {
    Rows<Player> full = evicting("held full");
    Table fullTable = impatient.table("held full");
    String other = keyOutsideTheBucketsOf(fullTable, "a");
    String key = keyOutsideTheBucketsOf(fullTable, "a", other);
    int bucket = fullTable.layout.bucketOf(new Key("a", fullTable.seed).hash());
    put(full, "a", 1);
    put(full, other, 1);
    fullTable.index.lock(bucket, Purpose.WRITE);

    assertThat(put(full, key, 1)).isEqualTo(WriteResult.APPLIED);

    fullTable.index.unlock(bucket);
    assertThat(full.contains("a")).isTrue();
    assertThat(full.contains(other)).isFalse();
    TableInspector.inspect(fullTable);
  }

  private static StoreOptions options(Overflow overflow) {
    return StoreOptions.defaults().withCapacity(2).withOverflow(overflow);
  }

  private Rows<Player> evicting(String name) {
    return impatient.rows(new StoreSpec<>(name, PLAYER, options(Overflow.EVICT), null));
  }

  private static String keyOutsideTheBucketsOf(Table table, String... keys) {
    Set<Integer> taken = new HashSet<>();
    for (String key : keys) {
      taken.add(table.layout.bucketOf(new Key(key, table.seed).hash()));
    }
    int i = 0;
    while (taken.contains(table.layout.bucketOf(new Key("key" + i, table.seed).hash()))) {
      i++;
    }
    return "key" + i;
  }

  /** A put in another thread; returns when that waits for something. */
  private Future<WriteResult> putAndWait(Rows<Player> store, String key) {
    AtomicReference<@Nullable Thread> putter = new AtomicReference<>();
    Future<WriteResult> waiting =
        threads()
            .submit(() -> {
              putter.set(Thread.currentThread());
              return put(store, key, 1);
            });
    await(() ->
        Optional.ofNullable(putter.get())
            .filter(thread -> thread.getState() == Thread.State.TIMED_WAITING)
            .isPresent());
    return waiting;
  }

  @Test
  void interruptedCallThatHasToWaitEndsAtOnceAndTheFlagStays() {
    Rows<Player> patient = rows("patient", StoreOptions.defaults().withCapacity(4));
    put(patient, "a", 1);
    Held held = hold(backend.table("patient"), "a");
    Thread.currentThread().interrupt();

    assertInterrupted(() -> put(patient, "a", 2), Outcome.NOT_SENT);
    assertInterrupted(() -> remove(patient, "a"), Outcome.NOT_SENT);
    assertInterrupted(patient::clear, Outcome.UNKNOWN);
    assertInterrupted(() -> patient.get("a"), null);
    assertInterrupted(() -> patient.page("", 10), null);
    assertThat(put(patient, "b", 1)).as("a call that need not wait").isNotNull();

    assertThat(Thread.interrupted()).isTrue();
    held.release();
    assertThat(patient.number("a", 1)).hasValue(1);
  }

  @Test
  void locksOnTheHeapHaveADeadlineAndHeedInterruptsToo() throws Exception {
    Waits waits = new Waits("Store 'held'", Duration.ofMillis(30).toNanos());
    ReentrantLock lock = new ReentrantLock();
    CountDownLatch taken = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    Future<?> holder =
        threads()
            .submit(() -> {
              lock.lock();
              try {
                taken.countDown();
                return done.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
              } finally {
                lock.unlock();
              }
            });
    assertThat(taken.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

    assertThat(
            catchThrowableOfType(
                    OperationTimeoutException.class, () -> waits.lock(lock, Purpose.WRITE))
                .stage())
        .isEqualTo(Stage.QUEUE);
    Thread.currentThread().interrupt();
    assertInterrupted(() -> waits.lock(lock, Purpose.WRITE), Outcome.NOT_SENT);
    assertThat(Thread.interrupted()).isTrue();

    done.countDown();
    holder.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    Thread.currentThread().interrupt();
    waits.lock(lock, Purpose.WRITE);
    assertThat(lock.isHeldByCurrentThread()).isTrue();
    assertThat(Thread.interrupted()).isTrue();
  }

  private static void assertInterrupted(ThrowingCallable call, @Nullable Outcome outcome) {
    OperationInterruptedException interrupted =
        catchThrowableOfType(OperationInterruptedException.class, call);
    assertThat(interrupted).isNotNull();
    assertThat(interrupted.outcome().orElse(null)).isEqualTo(outcome);
    assertThat(interrupted).hasMessageContaining("Store '").hasMessageContaining("ZEAL-403");
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  private record Held(Table table, int row, long word) {
    void release() {
      table.rows.release(row, word);
    }
  }

  private Held hold(String key) {
    return hold(table, key);
  }

  private static Held hold(Table table, String key) {
    Key found = new Key(key, table.seed);
    int row = table.index.find(found, Purpose.WRITE);
    assertThat(table.rows.tryLock(row, found.word())).isTrue();
    return new Held(table, row, found.word());
  }

  private static OperationTimeoutException assertTimesOut(ThrowingCallable call, Outcome outcome) {
    OperationTimeoutException timeout = catchThrowableOfType(OperationTimeoutException.class, call);
    assertThat(timeout).isNotNull();
    assertThat(timeout.stage()).isEqualTo(Stage.ROW);
    assertThat(timeout.outcome().orElse(null)).isEqualTo(outcome);
    assertThat(timeout).hasMessageContaining("Store 'held").hasMessageContaining("30 ms");
    return timeout;
  }
}
