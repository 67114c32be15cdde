package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.CapacityException;
import io.zeal.MaxBytes;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.OperationTimeoutException.Stage;
import io.zeal.Outcome;
import io.zeal.Overflow;
import io.zeal.Schema;
import io.zeal.StoreOptions;
import io.zeal.spi.Condition;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import io.zeal.table.Waits.Purpose;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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

/** A writer that stopped while it held something; the test plays it. */
class TableWaitingTest extends TableFixture {

  private final TableBackend impatient =
      new TableBackend(
          new TableSettings(1 << 20, 10, Duration.ofMillis(30), Optional.empty(), 1 << 19), clock);
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
  void heldRowEndsWritesAtTheirDeadlineUnchangedAndStopsNoReader() {
    put(rows, "a", 1);
    put(rows, "b", 1);
    Held held = hold("a");

    assertTimesOut(() -> put(rows, "a", 2), Outcome.NOT_SENT);
    assertTimesOut(() -> add(rows, "a", 2), Outcome.NOT_SENT);
    assertTimesOut(() -> remove(rows, "a"), Outcome.NOT_SENT);
    assertThat(rows.get("a")).contains(new Player("n1", 1));
    assertThat(rows.number("a", 1)).hasValue(1);
    assertThat(rows.page("", 10)).hasSize(2);
    assertThat(rows.count()).isEqualTo(2);
    assertThat(put(rows, "c", 1)).isEqualTo(WriteResult.APPLIED);

    held.release();
    assertThat(rows.number("a", 1)).hasValue(1);
    assertThat(add(rows, "a", 2)).isEqualTo(new WriteResult.Added(3));
  }

  @Test
  void readersOfARowThatIsBeingOverwrittenReadWhatItBecomes() {
    put(rows, "a", 1);
    Held held = hold("a");
    Intent intent = Objects.requireNonNull(table.intents.tryLease());
    table.codec.copy(
        table.rows.segment(held.row), table.rows.base(held.row), intent.segment(), intent.asRow());
    table.codec.writeNumber(intent.segment(), intent.asRow(), 1, 2);
    table.rows.setWord(held.row, RowWord.held(held.word, RowWord.MOVING, intent.owner()));
    table.codec.writeNumber(table.rows.segment(held.row), table.rows.base(held.row), 1, -77);

    assertThat(rows.get("a")).contains(new Player("n1", 2));
    assertThat(rows.number("a", 1)).hasValue(2);
    assertThat(rows.page("", 10).getFirst().value().score()).isEqualTo(2);
    assertTimesOut(() -> add(rows, "a", 2), Outcome.NOT_SENT);

    intent.begin(held.row, Intent.NO_PLACE);
    table.memory.recovery.end(intent);
    intent.giveBack();
    assertThat(add(rows, "a", 2)).isEqualTo(new WriteResult.Added(4));
  }

  @Test
  void manyWritersOfAHeldRowStopNoOther() throws Exception {
    put(rows, "a", 1);
    Held held = hold("a");
    List<Future<?>> writers = new ArrayList<>();
    for (int i = 0; i < 4 * Owner.INTENTS; i++) {
      writers.add(
          threads().submit(() -> assertTimesOut(() -> put(rows, "a", 2), Outcome.NOT_SENT)));
    }
    while (!writers.stream().allMatch(Future::isDone)) {
      assertThat(put(rows, "b", 1)).isEqualTo(WriteResult.APPLIED);
    }
    for (Future<?> writer : writers) {
      writer.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
    held.release();
  }

  @Test
  void clearThatTimedOutSaysThatRowsMayBeGone() {
    put(rows, "first", 1);
    put(rows, "second", 1);
    Held held = hold("second");

    assertThat(assertTimesOut(rows::clear, Outcome.UNKNOWN))
        .hasMessageContaining("Some rows may have been removed; call clear again");

    held.release();
    assertThat(rows.number("second", 1)).hasValue(1);
    rows.clear();
    assertThat(rows.count()).isZero();
  }

  private int bucketOf(String key) {
    return table.layout.bucketOf(new Key(key, table.seed).hash());
  }

  private static void lock(Table table, int bucket) {
    assertThat(table.index.tryLock(bucket, Owner.NOBODY, table.intents.withoutIntent())).isTrue();
  }

  @Test
  void heldBucketStopsNothingButRowsThatCome() {
    put(rows, "a", 1);
    int bucket = bucketOf("a");
    lock(table, bucket);

    assertThat(rows.number("a", 1)).hasValue(1);
    assertThat(add(rows, "a", 1)).isEqualTo(new WriteResult.Added(2));
    assertThat(rows.page("", 10)).hasSize(1);
    assertThat(rows.count()).isEqualTo(1);
    assertThat(remove(rows, "a")).isEqualTo(WriteResult.APPLIED);
    assertThat(rows.count()).isZero();
    assertTimesOut(() -> put(rows, "a", 1), Outcome.NOT_SENT);
    rows.clear();

    table.index.unlock(bucket);
    assertThat(put(rows, "a", 1)).isEqualTo(WriteResult.APPLIED);
  }

  @Test
  void insertThatTimedOutGivesItsRowBack() {
    int bucket = bucketOf("a");
    lock(table, bucket);

    assertTimesOut(() -> put(rows, "a", 1), Outcome.NOT_SENT);

    table.index.unlock(bucket);
    assertThat(rows.count()).isZero();
    assertThat(rows.get("a")).isEmpty();
    assertThat(put(rows, "a", 1)).isEqualTo(WriteResult.APPLIED);
  }

  @Test
  void heldRowThatHasExpiredIsNotCounted() {
    put(rows, "expires", 1, 10);
    put(rows, "stays", 1);
    Held held = hold("expires");
    clock.advance(Duration.ofMillis(11));

    assertThat(rows.count()).isEqualTo(1);
    assertThat(rows.page("", 10)).hasSize(1);

    held.release();
    assertThat(rows.count()).isEqualTo(1);
    assertThat(table.expired()).isEqualTo(1);
  }

  @Test
  void sweepThatStoppedHoldsUpNothing() {
    put(rows, "a", 1, 10);
    assertThat(table.header.trySweep(Owner.NOBODY, table.intents.withoutIntent())).isTrue();
    clock.advance(Duration.ofMillis(11));

    assertThat(rows.count()).isZero();
    assertThat(table.expired()).isEqualTo(1);
    assertThat(put(rows, "a", 2)).isEqualTo(WriteResult.APPLIED);
    assertThat(rows.count()).isEqualTo(1);

    table.header.endSweep();
    assertThat(rows.count()).isEqualTo(1);
  }

  @Test
  void sweepDoesNotForgetARowThatIsBeingFilled() {
    put(rows, "expired", 1, 10);
    Intent intent = Objects.requireNonNull(table.intents.tryLease());
    int row = table.free.claim(intent);
    table.expiry.lower(row, clock.millis() + 20);
    clock.advance(Duration.ofMillis(11));

    assertThat(rows.count()).isZero();
    assertThat(table.expiry.earliest(0, 0)).isLessThanOrEqualTo(clock.millis() + 9);

    table.memory.recovery.end(intent);
    intent.giveBack();
    assertThat(rows.count()).isZero();
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited for %s", LIMIT).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  /** As a writer does that stopped before its row was there; answers with the intent. */
  private Intent fillOne(Table of) {
    Intent intent = Objects.requireNonNull(of.intents.tryLease());
    assertThat(of.free.claim(intent)).isPositive();
    return intent;
  }

  private static void giveUp(Table of, Intent intent) {
    of.memory.recovery.end(intent);
    intent.giveBack();
  }

  @Test
  void rowThatAStoppedWriterFillsCountsAsTakenInAStoreThatRefuses() {
    Rows<Player> full = rows("refusing", options(Overflow.REJECT));
    Table refusing = backend.table("refusing");
    put(full, "a", 1);
    Intent stopped = fillOne(refusing);

    assertThatThrownBy(() -> put(full, "b", 1))
        .isInstanceOf(CapacityException.class)
        .hasMessageContaining("ZEAL-301");
    long begin = System.nanoTime();
    assertThatThrownBy(() -> put(full, "c", 1)).isInstanceOf(CapacityException.class);
    assertThat(System.nanoTime() - begin)
        .as("it is known by now that he stands still")
        .isLessThan(Supply.STOPPED_NANOS);

    giveUp(refusing, stopped);
    assertThat(put(full, "b", 1)).isEqualTo(WriteResult.APPLIED);
  }

  @Test
  void putBesideAStoppedWriterWaitsForOneWhoRuns() throws Exception {
    Rows<Player> full =
        rows("three", StoreOptions.defaults().withCapacity(3).withOverflow(Overflow.REJECT));
    Table three = backend.table("three");
    put(full, "a", 1);
    put(full, "c", 1);
    Intent stopped = fillOne(three);
    assertThatThrownBy(() -> put(full, "b", 1)).isInstanceOf(CapacityException.class);
    remove(full, "c");
    Intent running = fillOne(three);
    Future<WriteResult> waiting = putAndWait(full, "b");

    giveUp(three, running);

    assertThat(waiting.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(WriteResult.APPLIED);
    giveUp(three, stopped);
  }

  @Test
  void rowThatAStoppedWriterFillsCountsAsTakenInAStoreThatEvicts() {
    Rows<Player> full = rows("making place", options(Overflow.EVICT));
    Table making = backend.table("making place");
    put(full, "a", 1);
    Intent stopped = fillOne(making);

    assertThat(put(full, "b", 1)).isEqualTo(WriteResult.APPLIED);

    assertThat(full.contains("a")).isFalse();
    assertThat(making.evictions()).isEqualTo(1);
    giveUp(making, stopped);
    assertThat(put(full, "c", 1)).isEqualTo(WriteResult.APPLIED);
    assertThat(full.contains("b")).isTrue();
  }

  @Test
  void putThatFindsARowBeingFilledWaitsForItAndEvictsNothing() throws Exception {
    Rows<Player> full = rows("patient", options(Overflow.EVICT));
    Table patient = backend.table("patient");
    put(full, "a", 1);
    Intent slow = fillOne(patient);
    Future<WriteResult> waiting = putAndWait(full, "b");

    giveUp(patient, slow);

    assertThat(waiting.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(WriteResult.APPLIED);
    assertThat(full.contains("a")).isTrue();
    assertThat(patient.evictions()).isZero();
  }

  private record Large(@MaxBytes(1024) String text) {}

  private static List<Intent> leaseAll(Table of) {
    List<Intent> leased = new ArrayList<>();
    for (Intent intent = of.intents.tryLease(); intent != null; intent = of.intents.tryLease()) {
      leased.add(intent);
    }
    return leased;
  }

  @Test
  void expiredRowsAreNotCountedThoughNoIntentIsLeft() {
    Rows<Large> large =
        rows(
            new StoreSpec<>(
                "large",
                Schema.of(Large.class, MethodHandles.lookup()),
                StoreOptions.defaults().withCapacity(8),
                null));
    large.write(new Write.Put<>("expires", new Large("a"), 10, new Condition.Always<>()));
    large.write(new Write.Put<>("stays", new Large("b"), 0, new Condition.Always<>()));
    List<Intent> leased = leaseAll(backend.table("large"));
    clock.advance(Duration.ofMillis(11));

    assertThat(large.count()).isEqualTo(1);

    leased.forEach(Intent::giveBack);
    assertThat(large.count()).isEqualTo(1);
  }

  @Test
  void touchThatWaitedBringsNoRowBackThatOthersHaveSeenExpire() {
    put(rows, "a", 1, 10);
    Key key = new Key("a", table.seed);
    PreparedWrite touch =
        PreparedWrite.of(
            new Write.Touch<>("a", 100, new Condition.Present<>()),
            key,
            PLAYER.mapper(),
            table.codec,
            0,
            table.now());
    clock.advance(Duration.ofMillis(11));
    assertThat(rows.contains("a")).isFalse();

    assertThat(table.write(touch)).isEqualTo(RowWriter.Verdict.SKIPPED);

    assertThat(rows.contains("a")).isFalse();
  }

  @Test
  void putThatReadTheClockBeforeOthersSawTheRowExpireMakesOneThatHasNotExpiredForThem() {
    put(rows, "a", 1, 10);
    PreparedWrite late =
        PreparedWrite.of(
            new Write.Put<>("a", new Player("late", 2), 5, new Condition.Absent<>()),
            new Key("a", table.seed),
            PLAYER.mapper(),
            table.codec,
            0,
            table.now());
    clock.advance(Duration.ofMillis(11));
    assertThat(rows.contains("a")).isFalse();

    assertThat(table.write(late)).isEqualTo(RowWriter.Verdict.APPLIED);

    assertThat(rows.get("a")).contains(new Player("late", 2));
    assertThat(put(rows, "b", 1, 10)).isEqualTo(WriteResult.APPLIED);
    PreparedWrite next =
        PreparedWrite.of(
            new Write.Add<>("new", 1, 1, new Condition.Always<>()),
            new Key("new", table.seed),
            PLAYER.mapper(),
            table.codec,
            5,
            table.now());
    clock.advance(Duration.ofMillis(11));
    assertThat(rows.contains("b")).isFalse();
    assertThat(table.write(next)).isEqualTo(RowWriter.Verdict.APPLIED);
    assertThat(rows.number("new", 1)).hasValue(1);
  }

  @Test
  void writesWaitForAnIntentNoLongerThanTheirDeadline() {
    List<Intent> leased = leaseAll(table);

    assertTimesOut(() -> put(rows, "a", 1), Outcome.NOT_SENT);

    leased.forEach(Intent::giveBack);
    assertThat(put(rows, "a", 1)).isEqualTo(WriteResult.APPLIED);
  }

  @Test
  void putIntoAFullStoreThatTimedOutEvictedNothing() {
    Rows<Player> full = evicting("held full");
    Table fullTable = impatient.table("held full");
    String key = "c";
    int bucket = fullTable.layout.bucketOf(new Key(key, fullTable.seed).hash());
    put(full, "a", 1);
    put(full, "b", 1);
    lock(fullTable, bucket);

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
    String key = "c";
    int bucket = fullTable.layout.bucketOf(new Key(key, fullTable.seed).hash());
    put(full, "a", 1);
    put(full, "b", 1);
    lock(fullTable, bucket);
    Future<WriteResult> waiting = putAndWait(full, key);

    assertThat(remove(full, "b")).isEqualTo(WriteResult.APPLIED);
    fullTable.index.unlock(bucket);

    assertThat(waiting.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(WriteResult.APPLIED);
    assertThat(full.contains("a")).isTrue();
    assertThat(fullTable.evictions()).isZero();
  }

  @Test
  void evictionPassesOverARowThatIsHeld() {
    Rows<Player> full = evicting("held full");
    Table fullTable = impatient.table("held full");
    put(full, "a", 1);
    put(full, "b", 1);
    Held held = hold(fullTable, "a");

    assertThat(put(full, "c", 1)).isEqualTo(WriteResult.APPLIED);

    assertThat(full.contains("a")).isTrue();
    assertThat(full.contains("b")).isFalse();
    held.release();
    TableInspector.inspect(fullTable);
  }

  private static StoreOptions options(Overflow overflow) {
    return StoreOptions.defaults().withCapacity(2).withOverflow(overflow);
  }

  private Rows<Player> evicting(String name) {
    return impatient.rows(new StoreSpec<>(name, PLAYER, options(Overflow.EVICT), null));
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
    assertThat(patient.get("a")).as("a read waits for nobody").isPresent();
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
      table.rows.setWord(row, word);
    }
  }

  private Held hold(String key) {
    return hold(table, key);
  }

  /** As a writer does that changes one number. */
  private static Held hold(Table table, String key) {
    Key found = new Key(key, table.seed);
    int row = table.find(found);
    long held = RowWord.held(found.word(), RowWord.HELD, table.intents.withoutIntent());
    assertThat(table.rows.compareAndSet(row, found.word(), held)).isTrue();
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
