package io.zeal.selftest;

import static io.zeal.selftest.Breakage.breaking;

import io.zeal.ColumnType;
import io.zeal.InvalidArgumentException;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.selftest.Breakage.OnContains;
import io.zeal.selftest.Breakage.OnCount;
import io.zeal.selftest.Breakage.OnRead;
import io.zeal.selftest.Breakage.OnWrite;
import io.zeal.selftest.Breakage.OnWrites;
import io.zeal.spi.Condition;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A breakage for each test of {@code StoreExpiryTck} about S4, in their order. */
final class ExpiryBreakages {

  private ExpiryBreakages() {}

  static List<Breakage> all() {
    List<Breakage> all = new ArrayList<>();
    all.addAll(expiry());
    return all;
  }

  private static List<Breakage> expiry() {
    return List.of(
        breaking("putAll knows no ttl", "s4_1_storesTtlIsTheDefaultOfAPut")
            .on(
                OnWrites.class,
                (rows, writes) -> {
                  List<Write<Object>> other = new ArrayList<>();
                  for (Write<Object> write : writes) {
                    other.add(
                        write instanceof Write.Put<Object> put
                            ? new Write.Put<>(put.key(), put.row(), 0, put.condition())
                            : write);
                  }
                  return rows.real().writeAll(other);
                }),
        breaking("a row without a ttl is gone after a while", "s4_1_withoutATtlARowDoesNotExpire")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  rows.memory.notes.put(write.key(), rows.now());
                  return rows.real().write(write);
                })
            .on(
                OnRead.class,
                (rows, key, options) ->
                    rows.real()
                        .read(key, options)
                        .filter(found ->
                            found.remaining().isPresent()
                                || rows.now()
                                        - (Long) rows.memory.notes.getOrDefault(key, rows.now())
                                    < 19_000)),
        breaking("touch of an expired row is true", "s4_2_expiredRowIsAbsentInEveryView")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  WriteResult result = rows.real().write(write);
                  return write instanceof Write.Touch && rows.everStored(write.key())
                      ? WriteResult.APPLIED
                      : result;
                }),
        breaking(
                "contains ends a millisecond early",
                "s4_3_rowIsAliveUpToAndIncludingItsLastMillisecond")
            .on(
                OnContains.class,
                (rows, key) ->
                    rows.reading(key)
                        .filter(found -> !found.remaining().equals(Optional.of(Duration.ZERO)))
                        .isPresent()),
        breaking("count is only right after a write", "s4_4_countAndPagesLeaveExpiredRowsOut")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  WriteResult result = rows.real().write(write);
                  rows.memory.notes.put("count", rows.real().count());
                  return result;
                })
            .on(
                OnCount.class,
                rows ->
                    rows.spec().ttlMillis() > 0
                        ? (Long) rows.memory.notes.getOrDefault("count", 0L)
                        : rows.real().count()),
        breaking(
                "increment of an expired row finds its text",
                "s4_5_incrementOfAnExpiredRowStartsFromZeros")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  boolean expired =
                      rows.spec().ttlMillis() > 0
                          && rows.everStored(write.key())
                          && !rows.real().contains(write.key());
                  WriteResult result = rows.real().write(write);
                  if (write instanceof Write.Add && expired) {
                    rows.set(write.key(), ColumnType.TEXT, "ghost");
                  }
                  return result;
                }),
        breaking("patch renews", "s4_6_changesInPlaceKeepTheRemainingTime")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  WriteResult result = rows.real().write(write);
                  boolean expires =
                      rows.reading(write.key()).flatMap(Reading::remaining).isPresent();
                  if (write instanceof Write.Patch && expires) {
                    touch(rows, write.key(), rows.spec().ttlMillis());
                  }
                  return result;
                }),
        breaking("patch lets a row begin to expire", "s4_6_changesInPlaceDoNotBeginToExpire")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  WriteResult result = rows.real().write(write);
                  boolean expires =
                      rows.reading(write.key()).flatMap(Reading::remaining).isPresent();
                  if (write instanceof Write.Patch && !expires) {
                    touch(rows, write.key(), rows.spec().ttlMillis());
                  }
                  return result;
                }),
        breaking("put without a ttl leaves the old one", "s4_7_putStartsTheTimeAnew")
            .on(
                OnWrite.class,
                (rows, write) ->
                    write instanceof Write.Put<Object> put
                            && put.ttlMillis() == 0
                            && put.condition() instanceof Condition.Always
                        ? rows.put(put.key(), put.row(), Write.KEEP)
                        : rows.real().write(write)),
        breaking("a removed row's ttl waits for the next", "s4_7_aRemovedRowLeavesNoTimeBehind")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  if (write instanceof Write.Remove) {
                    rows.reading(write.key())
                        .flatMap(Reading::remaining)
                        .ifPresent(left -> rows.memory.notes.put(write.key(), left.toMillis()));
                  }
                  WriteResult result = rows.real().write(write);
                  if (write instanceof Write.Put
                      && rows.memory.notes.remove(write.key()) instanceof Long left) {
                    touch(rows, write.key(), left);
                  }
                  return result;
                }),
        breaking("touch with zero does nothing", "s4_8_touchStartsTheTimeAnew")
            .on(
                OnWrite.class,
                (rows, write) ->
                    write instanceof Write.Touch<Object> touch
                            && touch.ttlMillis() == 0
                            && rows.spec().ttlMillis() > 0
                        ? WriteResult.APPLIED
                        : rows.real().write(write)),
        breaking("touch of a row that never was is true", "s4_8_touchOfAnAbsentRowDoesNothing")
            .on(
                OnWrite.class,
                (rows, write) ->
                    write instanceof Write.Touch && !rows.everStored(write.key())
                        ? WriteResult.APPLIED
                        : rows.real().write(write)),
        breaking(
                "touch in a store without a ttl does nothing",
                "s4_8_touchWithoutAStoreTtlEndsTheExpiry")
            .on(
                OnWrite.class,
                (rows, write) ->
                    write instanceof Write.Touch<Object> touch
                            && touch.ttlMillis() == 0
                            && rows.spec().ttlMillis() == 0
                            && rows.everStored(write.key())
                        ? WriteResult.APPLIED
                        : rows.real().write(write)),
        breaking("durations are rounded down", "s4_9_durationsAreRoundedUpToMilliseconds")
            .onCall(
                "Store.put",
                call ->
                    call.args.length == 3
                            && call.args[2] instanceof Duration ttl
                            && ttl.isPositive()
                            && ttl.compareTo(Duration.ofDays(1)) < 0
                        ? call.proceed(
                            call.args[0], call.args[1], Duration.ofMillis(ttl.toMillis()))
                        : call.proceed()),
        breaking("touch takes a negative ttl", "s4_10_aTtlOutsideItsRangeIsRefused")
            .onCall(
                "Store.touch",
                call -> {
                  try {
                    return call.proceed();
                  } catch (InvalidArgumentException e) {
                    boolean negative =
                        call.args.length == 2
                            && call.args[1] instanceof Duration ttl
                            && ttl.isNegative();
                    return Breaking.orThrow(e, negative, true);
                  }
                }),
        breaking("a long ttl is cut", "s4_10_theLongestTtlIsLong")
            .on(
                OnWrite.class,
                (rows, write) ->
                    write instanceof Write.Put<Object> put && put.ttlMillis() > Integer.MAX_VALUE
                        ? rows.put(put.key(), put.row(), Integer.MAX_VALUE)
                        : rows.real().write(write)),
        breaking("the remaining time is told in seconds", "s4_11_readTellsTheRemainingTime")
            .on(
                OnRead.class,
                (rows, key, options) ->
                    rows.real()
                        .read(key, options)
                        .map(found ->
                            found
                                .remaining()
                                .map(left ->
                                    Reading.fresh(
                                        found.value(), Duration.ofSeconds(left.toSeconds())))
                                .orElse(found))),
        breaking(
                "a key whose row expired is counted once less",
                "s4_13_aRowThatComesBackIsCountedAndPagedOnce")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  boolean expired =
                      rows.memory.notes.containsKey(write.key())
                          && rows.real().read(write.key(), ReadOptions.defaults()).isEmpty();
                  rows.memory.notes.put(write.key(), rows.now());
                  WriteResult result = rows.real().write(write);
                  if (expired && rows.spec().ttlMillis() > 0 && write instanceof Write.Add) {
                    rows.memory.drift.decrementAndGet();
                  }
                  return result;
                })
            .on(OnCount.class, rows -> rows.real().count() + rows.memory.drift.get()));
  }

  private static void touch(BrokenRows rows, String key, long ttlMillis) {
    rows.real().write(new Write.Touch<>(key, ttlMillis, new Condition.Present<>()));
  }
}
