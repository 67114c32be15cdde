package io.zeal.selftest;

import static io.zeal.selftest.Breakage.breaking;
import static io.zeal.selftest.Breaking.isAdd;
import static io.zeal.selftest.Breaking.isPresent;
import static io.zeal.selftest.Breaking.orThrow;
import static io.zeal.selftest.BrokenRows.pause;

import io.zeal.CapacityException;
import io.zeal.ColumnType;
import io.zeal.Entry;
import io.zeal.ErrorCode;
import io.zeal.Reading;
import io.zeal.Row;
import io.zeal.selftest.Breakage.OnClear;
import io.zeal.selftest.Breakage.OnCount;
import io.zeal.selftest.Breakage.OnPage;
import io.zeal.selftest.Breakage.OnRead;
import io.zeal.selftest.Breakage.OnWrite;
import io.zeal.spi.Condition;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A breakage for each test in which threads meet: right alone, wrong together. */
final class RaceBreakages {

  private static final ScheduledExecutorService LATER =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("later").unstarted(task));

  private RaceBreakages() {}

  static List<Breakage> all() {
    return List.of(
        breaking(
                "put writes the text first and the rest later",
                "s2_6_readerSeesARowBeforeOrAfterAPut")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  if (write instanceof Write.Put<Object> put && rows.columns() == 5) {
                    rows.set(
                        put.key(),
                        ColumnType.TEXT,
                        rows.row(put.row()).text(rows.first(ColumnType.TEXT)));
                    pause();
                  }
                  return rows.real().write(write);
                }),
        breaking(
                "patch reads, changes and puts", "s2_7_patchesOfDifferentColumnsDoNotUndoEachOther")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  Row row = rows.row(write.key());
                  if (!(write instanceof Write.Patch<Object> patch)
                      || !isPresent(write)
                      || row == null) {
                    return rows.real().write(write);
                  }
                  for (Write.Change change : patch.changes()) {
                    row = row.with(change.column(), change.value());
                  }
                  pause();
                  return rows.put(write.key(), rows.record(row), Write.KEEP);
                }),
        breaking("patch sets column by column", "s2_8_patchIsSeenWholeOrNotAtAll")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  if (!(write instanceof Write.Patch<Object> patch) || !isPresent(write)) {
                    return rows.real().write(write);
                  }
                  WriteResult result = WriteResult.SKIPPED;
                  for (Write.Change change : patch.changes()) {
                    result =
                        rows.real()
                            .write(
                                new Write.Patch<>(patch.key(), List.of(change), patch.condition()));
                    pause();
                  }
                  return result;
                }),
        breaking("a FLOAT is read, added to and put", "s3_9_noIncrementIsLost")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  Row row = rows.row(write.key());
                  if (!isAdd(rows, write, ColumnType.FLOAT) || row == null) {
                    return rows.real().write(write);
                  }
                  Write.Add<Object> add = (Write.Add<Object>) write;
                  float sum =
                      Float.intBitsToFloat((int) row.number(add.column()))
                          + Float.intBitsToFloat((int) add.bits());
                  if (!Float.isFinite(sum)) {
                    return rows.real().write(write);
                  }
                  pause();
                  rows.set(write.key(), ColumnType.FLOAT, sum);
                  return new WriteResult.Added(Float.floatToRawIntBits(sum));
                }),
        breaking("increment reads its answer afterwards", "s3_10_everySumIsAnsweredOnce")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  WriteResult result = rows.real().write(write);
                  if (!isAdd(rows, write, ColumnType.LONG)) {
                    return result;
                  }
                  pause();
                  return rows
                      .real()
                      .number(write.key(), ((Write.Add<Object>) write).column())
                      .stream()
                      .mapToObj(sum -> (WriteResult) new WriteResult.Added(sum))
                      .findAny()
                      .orElse(result);
                }),
        breaking("count drifts when writers meet", "s5_2_countIsExactAfterAnyNumberOfThreads")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  if (write instanceof Write.Remove && met(rows)) {
                    rows.memory.drift.incrementAndGet();
                  }
                  return rows.real().write(write);
                })
            .on(OnCount.class, rows -> rows.real().count() + rows.memory.drift.get()),
        breaking(
                "a page that meets a write misses a row",
                "s6_5_aRowThatStaysIsVisitedOnceWhileOthersComeAndGo")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  pause();
                  return rows.real().write(write);
                })
            .on(
                OnPage.class,
                (rows, after, limit) -> {
                  List<Entry<Object>> page = new ArrayList<>(rows.real().page(after, limit));
                  if (rows.memory.writing.get() > 0 && page.size() > 2) {
                    page.remove(1);
                  }
                  return page;
                }),
        breaking(
                "the twentieth clear goes on in the background",
                "s7_3_aWriteThatStartsAfterClearReturnedStays")
            .on(
                OnClear.class,
                rows -> {
                  rows.real().clear();
                  if (rows.memory.drift.incrementAndGet() > 20) {
                    var _ = LATER.schedule(() -> rows.real().clear(), 10, TimeUnit.MICROSECONDS);
                  }
                })
            .on(
                OnRead.class,
                (rows, key, options) -> {
                  if (rows.memory.drift.get() > 20) {
                    pause();
                  }
                  return rows.real().read(key, options);
                }),
        breaking(
                "a full store swallows rows when writers meet",
                "s9_9_noNumberOfThreadsOverfillsAStore")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  boolean met = met(rows);
                  try {
                    return rows.real().write(write);
                  } catch (CapacityException e) {
                    boolean full = e.code().equals(ErrorCode.STORE_FULL.id());
                    return orThrow(e, met && full, WriteResult.APPLIED);
                  }
                }),
        breaking("putIfAbsent looks and then puts", "s11_9_putIfAbsentHasOneWinner")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  if (!(write instanceof Write.Put<Object> put)
                      || !(write.condition() instanceof Condition.Absent)
                      || rows.real().contains(write.key())) {
                    return rows.real().write(write);
                  }
                  pause();
                  return rows.put(put.key(), put.row(), put.ttlMillis());
                }),
        breaking("compareAndSet compares and then sets", "s11_10_compareAndSetLosesNothing")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  Row row = rows.row(write.key());
                  if (row == null
                      || !(write instanceof Write.Patch<Object> patch)
                      || !(write.condition()
                          instanceof Condition.ColumnEquals<Object>(int column, Object expected))
                      || !Objects.deepEquals(row.valueAt(column), expected)) {
                    return rows.real().write(write);
                  }
                  pause();
                  return rows.real()
                      .write(
                          new Write.Patch<>(
                              patch.key(), patch.changes(), new Condition.Present<>()));
                }),
        breaking("replace compares and then puts", "s11_11_replaceLosesNothing")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  Row row = rows.row(write.key());
                  if (row == null
                      || !(write instanceof Write.Put<Object> put)
                      || !(write.condition()
                          instanceof Condition.RowEquals<Object>(Object expected))
                      || !row.equals(rows.row(expected))) {
                    return rows.real().write(write);
                  }
                  pause();
                  return rows.put(put.key(), put.row(), Write.KEEP);
                }),
        breaking("remove looks and then removes", "s11_12_removeHasOneWinner")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  if (!(write instanceof Write.Remove)
                      || !(write.condition() instanceof Condition.Always)
                      || !rows.real().contains(write.key())) {
                    return rows.real().write(write);
                  }
                  pause();
                  rows.real().write(write);
                  return WriteResult.APPLIED;
                }),
        breaking(
                "a thread gets what another just read",
                "s11_13_whatAWriteReturnedIsSeenByTheNextRead")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  if (write instanceof Write.Add) {
                    pause();
                  }
                  return rows.real().write(write);
                })
            .on(
                OnRead.class,
                (rows, key, options) -> {
                  if (rows.memory.notes.get(key) instanceof Seen seen
                      && !seen.thread.equals(Thread.currentThread())
                      && rows.columns() == 2
                      && rows.memory.writing.get() > 0
                      && System.nanoTime() - seen.nanos < 300_000) {
                    return java.util.Optional.of(seen.reading);
                  }
                  var found = rows.real().read(key, options);
                  found.ifPresent(reading ->
                      rows.memory.notes.put(
                          key, new Seen(reading, Thread.currentThread(), System.nanoTime())));
                  return found;
                }));
  }

  private record Seen(Reading<Object> reading, Thread thread, long nanos) {}

  /** Whether another write is under way; waits a little so that it may be. */
  private static boolean met(BrokenRows rows) {
    pause();
    return rows.memory.writing.get() > 1;
  }
}
