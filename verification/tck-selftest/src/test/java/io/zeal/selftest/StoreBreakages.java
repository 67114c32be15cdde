package io.zeal.selftest;

import static io.zeal.selftest.Breakage.breaking;
import static io.zeal.selftest.Breaking.isAdd;
import static io.zeal.selftest.Breaking.isPresent;
import static io.zeal.selftest.Breaking.left;
import static io.zeal.selftest.Breaking.orThrow;
import static io.zeal.selftest.Breaking.zeros;

import io.zeal.BulkResult;
import io.zeal.CapacityException;
import io.zeal.CodecException;
import io.zeal.ColumnType;
import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.Patch;
import io.zeal.Reading;
import io.zeal.Row;
import io.zeal.SchemaException;
import io.zeal.selftest.Breakage.OnBytes;
import io.zeal.selftest.Breakage.OnContains;
import io.zeal.selftest.Breakage.OnGetAll;
import io.zeal.selftest.Breakage.OnNumber;
import io.zeal.selftest.Breakage.OnRead;
import io.zeal.selftest.Breakage.OnWrite;
import io.zeal.selftest.Breakage.OnWrites;
import io.zeal.spi.Condition;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** A breakage for each test of {@code StoreTck}, in their order. */
final class StoreBreakages {

  private StoreBreakages() {}

  static List<Breakage> all() {
    List<Breakage> all = new ArrayList<>();
    all.addAll(values());
    all.addAll(puts());
    all.addAll(increments());
    all.addAll(conditions());
    all.addAll(bulk());
    return all;
  }

  private static List<Breakage> values() {
    return List.of(
        breaking("a boolean of an absent row is false", "s1_1_absentRowIsEmptyInEveryView")
            .onCall(
                "Store.getBoolean",
                call -> {
                  Optional<?> found = (Optional<?>) call.proceed();
                  return found.isPresent() ? found : Optional.of(false);
                }),
        breaking("contains takes a row of zeros for none", "s1_2_zeroIsAValue")
            .on(
                OnContains.class,
                (rows, key) -> {
                  Row row = rows.row(key);
                  return row != null && !isZero(row);
                }),
        breaking(
                "containsCached still finds what was removed",
                "s1_8_containsCachedSaysWhetherARowWouldBeFound")
            .onCall(
                "Store.containsCached",
                call -> {
                  String note = "contained " + call.store().name() + " " + call.text(0);
                  if ((boolean) call.proceed()) {
                    call.world.notes.put(note, true);
                  }
                  return call.world.notes.containsKey(note);
                }),
        breaking("a floating zero is absent", "s1_2_zeroIsAValue")
            .onCall(
                "Store.getDouble",
                call ->
                    call.proceed() instanceof OptionalDouble found && found.orElse(0) != 0
                        ? found
                        : OptionalDouble.empty()),
        breaking("a negative byte loses its sign", "s1_3_numbersComeBackExactly")
            .on(
                OnRead.class,
                (rows, key, options) ->
                    mapped(
                        rows,
                        rows.real().read(key, options),
                        row ->
                            rows.has(ColumnType.BYTE)
                                ? row.with(
                                    rows.first(ColumnType.BYTE),
                                    (byte) (row.number(rows.first(ColumnType.BYTE)) & 0x7f))
                                : row)),
        breaking("a NaN keeps its sign", "s1_3_numbersComeBackExactly")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  if (write instanceof Write.Put<Object> put && rows.has(ColumnType.DOUBLE)) {
                    rows.memory.notes.put(put.key(), put.row());
                  }
                  return rows.real().write(write);
                })
            .on(
                OnRead.class,
                (rows, key, options) ->
                    rows.real()
                        .read(key, options)
                        .map(found ->
                            key.equals("nan")
                                ? Reading.fresh(
                                    rows.memory.notes.getOrDefault(key, found.value()), null)
                                : found)),
        breaking("text ends at U+0000", "s1_3_textComesBackExactly")
            .on(
                OnRead.class,
                (rows, key, options) ->
                    mapped(
                        rows,
                        rows.real().read(key, options),
                        row -> {
                          int text = rows.first(ColumnType.TEXT);
                          return row.with(text, row.text(text).split("\u0000", 2)[0]);
                        })),
        breaking("an array passes through ASCII", "s1_3_bytesComeBackExactly")
            .on(
                OnBytes.class,
                (rows, key, column) ->
                    rows.real()
                        .bytes(key, column)
                        .map(bytes -> {
                          for (int i = 0; i < bytes.length; i++) {
                            bytes[i] = bytes[i] < 0 ? (byte) '?' : bytes[i];
                          }
                          return bytes;
                        })),
        breaking("a SHORT read alone is 0", "s1_4_oneColumnIsReadAlone")
            .on(
                OnNumber.class,
                (rows, key, column) ->
                    rows.type(column) == ColumnType.SHORT
                        ? OptionalLong.of(0)
                        : rows.real().number(key, column)),
        breaking("a double of a LONG column is absent", "s1_5_aColumnThatDoesNotFitIsRefused")
            .onCall(
                "Store.getDouble",
                call -> {
                  try {
                    return call.proceed();
                  } catch (SchemaException e) {
                    return OptionalDouble.empty();
                  }
                }),
        breaking("a row that was put is kept as it was handed in", "s1_6_arraysAreCopiedInAndOut")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  rows.memory.notes.remove(write.key());
                  WriteResult result = rows.real().write(write);
                  if (write instanceof Write.Put<Object> put
                      && rows.has(ColumnType.BYTES)
                      && !put.key().equals("nan")) {
                    rows.memory.notes.put(write.key(), put.row());
                  }
                  return result;
                })
            .on(
                OnRead.class,
                (rows, key, options) -> {
                  Object kept = rows.memory.notes.get(key);
                  return rows.real()
                      .read(key, options)
                      .map(found -> kept == null ? found : Reading.fresh(kept, left(found)));
                }),
        breaking(
                "a row that its record refuses is not named",
                "s1_7_rowThatItsRecordRefusesIsNamedAndCanBeMended")
            .on(
                OnRead.class,
                (rows, key, options) -> {
                  try {
                    return rows.real().read(key, options);
                  } catch (CodecException e) {
                    throw new CodecException(ErrorCode.CODEC, "A row cannot be read.", e);
                  }
                }));
  }

  private static List<Breakage> puts() {
    return List.of(
        breaking("put leaves a boolean that is true", "s2_1_putReplacesTheWholeRow")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  Row before = rows.row(write.key());
                  WriteResult result = rows.real().write(write);
                  if (write instanceof Write.Put
                      && before != null
                      && rows.has(ColumnType.BOOLEAN)
                      && before.number(rows.first(ColumnType.BOOLEAN)) == 1) {
                    rows.set(write.key(), ColumnType.BOOLEAN, true);
                  }
                  return result;
                }),
        breaking(
                "patch zeroes a column that it does not name",
                "s2_2_patchChangesOnlyTheNamedColumns")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  WriteResult result = rows.real().write(write);
                  if (write instanceof Write.Patch && isPresent(write)) {
                    rows.set(write.key(), ColumnType.SHORT, (short) 0);
                  }
                  return result;
                }),
        breaking(
                "patch makes a row where there never was one", "s2_3_patchOfAnAbsentRowDoesNothing")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  WriteResult result = rows.real().write(write);
                  if (write instanceof Write.Patch
                      && isPresent(write)
                      && !rows.everStored(write.key())) {
                    rows.put(write.key(), rows.record(zeros(rows)), 0);
                  }
                  return result;
                }),
        breaking("patch stops half-way", "s2_4_patchThatDoesNotFitChangesNothing")
            .onCall(
                "Store.patch",
                call -> {
                  try {
                    return call.proceed();
                  } catch (SchemaException | CapacityException e) {
                    var first = ((Patch) call.args[1]).changes().entrySet().iterator();
                    var change = first.next();
                    if (first.hasNext()) {
                      call.store()
                          .patch(call.text(0), Patch.set(change.getKey(), change.getValue()));
                    }
                    throw e;
                  }
                }),
        breaking(
                "a number out of range is ignored by patch",
                "s2_5_patchTakesWholeNumbersOfAnyWidthInRange")
            .onCall(
                "Store.patch",
                call -> {
                  try {
                    return call.proceed();
                  } catch (CapacityException e) {
                    return orThrow(e, e.code().equals(ErrorCode.NUMBER_OUT_OF_RANGE.id()), true);
                  }
                }));
  }

  private static List<Breakage> increments() {
    return List.of(
        breaking("increment zeroes another column", "s3_1_incrementAddsAndAnswersTheSum")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  WriteResult result = rows.real().write(write);
                  if (write instanceof Write.Add) {
                    rows.set(write.key(), ColumnType.SHORT, (short) 0);
                  }
                  return result;
                }),
        breaking("a sum passes through a double", "s3_2_incrementIsExactOverTheWholeRange")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  WriteResult result = rows.real().write(write);
                  return isAdd(rows, write, ColumnType.LONG)
                          && result instanceof WriteResult.Added(long sum)
                      ? new WriteResult.Added((long) (double) sum)
                      : result;
                }),
        breaking("a SHORT wraps", "s3_3_sumOutsideTheColumnsRangeChangesNothing")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  try {
                    return rows.real().write(write);
                  } catch (CapacityException e) {
                    return orThrow(
                        e, isAdd(rows, write, ColumnType.SHORT), new WriteResult.Added(0));
                  }
                }),
        breaking("adding 0 is skipped", "s3_4_incrementOfAnAbsentRowStartsFromZeros")
            .on(
                OnWrite.class,
                (rows, write) ->
                    write instanceof Write.Add<Object> add && add.bits() == 0
                        ? new WriteResult.Added(0)
                        : rows.real().write(write)),
        breaking(
                "the row is made before the sum is checked",
                "s3_4_incrementThatDoesNotFitCreatesNoRow")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  if (isAdd(rows, write, ColumnType.BYTE)) {
                    rows.real()
                        .write(
                            new Write.Put<>(
                                write.key(),
                                rows.record(zeros(rows)),
                                0,
                                new Condition.Absent<>()));
                  }
                  return rows.real().write(write);
                }),
        breaking("a sum of zero has no sign", "s3_5_floatingIncrementIsOneJavaAddition")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  WriteResult result = rows.real().write(write);
                  return result instanceof WriteResult.Added(long bits)
                          && bits == Long.MIN_VALUE
                          && isAdd(rows, write, ColumnType.DOUBLE)
                      ? new WriteResult.Added(0)
                      : result;
                }),
        breaking("a FLOAT goes to infinity", "s3_6_floatingSumThatIsNoNumberChangesNothing")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  try {
                    return rows.real().write(write);
                  } catch (CapacityException e) {
                    return orThrow(
                        e,
                        isAdd(rows, write, ColumnType.FLOAT),
                        new WriteResult.Added(Float.floatToRawIntBits(Float.POSITIVE_INFINITY)));
                  }
                }),
        breaking("a delta that is no number is ignored", "s3_7_deltaThatIsNoNumberIsRefused")
            .onCall(
                "Store.increment",
                call -> {
                  try {
                    return call.proceed();
                  } catch (InvalidArgumentException e) {
                    boolean noNumber =
                        call.args[2] instanceof Double delta && !Double.isFinite(delta);
                    return orThrow(e, noNumber, call.args[2]);
                  }
                }),
        breaking("a delta too large for a FLOAT is ignored", "s3_7_deltaThatIsNoNumberIsRefused")
            .onCall(
                "Store.increment",
                call -> {
                  try {
                    return call.proceed();
                  } catch (InvalidArgumentException e) {
                    boolean tooLarge =
                        call.args[2] instanceof Double delta
                            && Double.isFinite(delta)
                            && call.text(0).equals("k");
                    return orThrow(e, tooLarge, 0d);
                  }
                }),
        breaking("a double is added to a LONG", "s3_8_incrementOfAColumnOfAnotherTypeIsRefused")
            .onCall(
                "Store.increment",
                call ->
                    call.args[2] instanceof Double delta && call.text(1).equals("large")
                        ? delta
                        : call.proceed()));
  }

  private static List<Breakage> conditions() {
    return List.of(
        breaking(
                "putIfAbsent overwrites a row of the same thread",
                "s11_1_putIfAbsentStoresOnlyWhereThereIsNoRow")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  WriteResult result = rows.real().write(write);
                  boolean mine =
                      Objects.equals(
                          rows.memory.notes.put(write.key(), Thread.currentThread()),
                          Thread.currentThread());
                  if (write instanceof Write.Put<Object> put
                      && put.condition() instanceof Condition.Absent
                      && result instanceof WriteResult.Skipped
                      && mine) {
                    rows.put(put.key(), put.row(), Write.KEEP);
                  }
                  return result;
                }),
        breaking("replace compares numbers only", "s11_2_replaceComparesEveryColumn")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  if (write instanceof Write.Put<Object> put
                      && put.condition() instanceof Condition.RowEquals<Object>(Object expected)
                      && rows.columns() == 2) {
                    Object found = rows.real().get(put.key()).orElse(null);
                    if (found != null
                        && rows.row(found).number(1) == rows.row(expected).number(1)) {
                      return rows.real()
                          .write(
                              new Write.Put<>(
                                  put.key(),
                                  put.row(),
                                  Write.KEEP,
                                  new Condition.RowEquals<>(found)));
                    }
                  }
                  return rows.real().write(write);
                }),
        breaking("arrays are compared by identity", "s11_3_rowsAreComparedByBitsAndContent")
            .on(
                OnWrite.class,
                (rows, write) ->
                    write.condition() instanceof Condition.RowEquals && rows.has(ColumnType.BYTES)
                        ? WriteResult.SKIPPED
                        : rows.real().write(write)),
        breaking(
                "a NaN of another payload is another value",
                "s11_3_rowsAreComparedByBitsAndContent")
            .on(
                OnWrite.class,
                (rows, write) ->
                    write.condition()
                                instanceof Condition.ColumnEquals<Object>(int _, Object expected)
                            && expected instanceof Double real
                            && real.isNaN()
                            && Double.doubleToRawLongBits(real)
                                != Double.doubleToRawLongBits(Double.NaN)
                        ? WriteResult.SKIPPED
                        : rows.real().write(write)),
        breaking("an array is never the expected one", "s11_4_compareAndSetComparesOneColumn")
            .on(
                OnWrite.class,
                (rows, write) ->
                    write.condition()
                                instanceof
                                Condition.ColumnEquals<Object>(int column, Object expected)
                            && rows.type(column) == ColumnType.BYTES
                        ? WriteResult.SKIPPED
                        : rows.real().write(write)),
        breaking("an absent row compares as zero", "s11_5_compareAndSetOfAnAbsentRowDoesNothing")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  if (write.condition()
                          instanceof Condition.ColumnEquals<Object>(int column, Object expected)
                      && Objects.equals(expected, 0L)
                      && !rows.real().contains(write.key())) {
                    return rows.put(write.key(), rows.record(zeros(rows)), 0);
                  }
                  return rows.real().write(write);
                }),
        breaking(
                "compareAndSet with another type is false",
                "s11_6_compareAndSetThatDoesNotFitChangesNothing")
            .onCall(
                "Store.compareAndSet",
                call -> {
                  try {
                    return call.proceed();
                  } catch (SchemaException e) {
                    return orThrow(e, e.code().equals(ErrorCode.COLUMN_TYPE.id()), false);
                  }
                }),
        breaking(
                "an expected array that is too long is an error",
                "s11_6_compareAndSetThatDoesNotFitChangesNothing")
            .onCall(
                "Store.compareAndSet",
                call -> {
                  if (call.args[2] instanceof byte[] expected && expected.length > 300) {
                    throw new CapacityException(ErrorCode.VALUE_TOO_LONG, "Too long.");
                  }
                  return call.proceed();
                }),
        breaking("remove of a key never used is true", "s11_7_removeTellsWhetherThereWasARow")
            .on(
                OnWrite.class,
                (rows, write) ->
                    write instanceof Write.Remove
                            && write.condition() instanceof Condition.Always
                            && !rows.everStored(write.key())
                        ? WriteResult.APPLIED
                        : rows.real().write(write)),
        breaking(
                "remove of an expected row that never was is true",
                "s11_8_removeOfAnExpectedRowComparesIt")
            .on(
                OnWrite.class,
                (rows, write) ->
                    write instanceof Write.Remove
                            && write.condition() instanceof Condition.RowEquals
                            && !rows.everStored(write.key())
                        ? WriteResult.APPLIED
                        : rows.real().write(write)));
  }

  private static List<Breakage> bulk() {
    return List.of(
        breaking(
                "getAll loses the row behind one that never was",
                "s12_1_getAllAnswersTheRowsThereAre")
            .on(
                OnGetAll.class,
                (rows, keys) -> {
                  Map<String, Object> found = new LinkedHashMap<>();
                  boolean lose = false;
                  for (String key : keys) {
                    if (!lose) {
                      rows.real().get(key).ifPresent(row -> found.put(key, row));
                    }
                    lose = !rows.everStored(key);
                  }
                  return found;
                }),
        breaking("putAll answers false for a row that it replaced", "s12_2_putAllStoresEveryRow")
            .on(
                OnWrites.class,
                (rows, writes) -> {
                  List<Boolean> there = new ArrayList<>();
                  writes.forEach(
                      w -> there.add(w instanceof Write.Put && rows.real().contains(w.key())));
                  List<WriteResult> results = new ArrayList<>(rows.real().writeAll(writes));
                  for (int i = 0; i < results.size(); i++) {
                    if (there.get(i)) {
                      results.set(i, WriteResult.SKIPPED);
                    }
                  }
                  return results;
                }),
        breaking(
                "removeAll answers true for a row that never was",
                "s12_3_removeAllTellsPerKeyWhetherThereWasARow")
            .on(
                OnWrites.class,
                (rows, writes) -> {
                  List<WriteResult> results = new ArrayList<>(rows.real().writeAll(writes));
                  for (int i = 0; i < results.size(); i++) {
                    if (!rows.everStored(writes.get(i).key())) {
                      results.set(i, WriteResult.APPLIED);
                    }
                  }
                  return results;
                }),
        breaking("getAll of nothing is an error", "s12_4_nothingGivenIsNothingDone")
            .onCall(
                "Store.getAll",
                call -> {
                  Object result = call.proceed();
                  if (((Collection<?>) call.args[0]).isEmpty()) {
                    throw new InvalidArgumentException(ErrorCode.INVALID_ARGUMENT, "No keys.");
                  }
                  return result;
                }),
        breaking("removeAll sees a key twice", "s12_5_aKeyGivenTwiceCountsOnce")
            .onCall(
                "Store.removeAll",
                call -> {
                  Object result = call.proceed();
                  Collection<?> keys = (Collection<?>) call.args[0];
                  return keys.size() > new HashSet<>(keys).size() ? call.proceed() : result;
                }),
        breaking(
                "putAll stores what fits before it refuses",
                "s12_6_anArgumentThatIsRefusedRefusesTheWholeCall")
            .onCall(
                "Store.putAll",
                call -> {
                  try {
                    return call.proceed();
                  } catch (CapacityException e) {
                    Map<?, ?> rows = (Map<?, ?>) call.args[0];
                    if (rows.size() > 1) {
                      call.store().put("a", rows.get("a"));
                    }
                    throw e;
                  }
                }),
        breaking("putAll hides what failed", "s12_7_whatFailsIsReportedPerKey")
            .onCall(
                "Store.putAll", call -> BulkResult.of(((BulkResult<?>) call.proceed()).values())),
        breaking("a thousand keys are one too many", "s12_8_aThousandKeysAreOneCall")
            .on(
                OnWrites.class,
                (rows, writes) -> {
                  if (writes.size() < 1_000) {
                    return rows.real().writeAll(writes);
                  }
                  List<WriteResult> results =
                      new ArrayList<>(rows.real().writeAll(writes.subList(1, writes.size())));
                  results.add(WriteResult.APPLIED);
                  return results;
                }));
  }

  private static boolean isZero(Row row) {
    for (int i = 0; i < row.schema().columns().size(); i++) {
      Object value = row.valueAt(i);
      boolean zero =
          switch (value) {
            case Boolean flag -> !flag;
            case Number number -> number.doubleValue() == 0;
            case String text -> text.isEmpty();
            case byte[] bytes -> bytes.length == 0;
            default -> false;
          };
      if (!zero) {
        return false;
      }
    }
    return true;
  }

  private static Optional<Reading<Object>> mapped(
      BrokenRows rows,
      Optional<Reading<Object>> found,
      java.util.function.UnaryOperator<Row> change) {
    return found.map(r -> Reading.fresh(rows.record(change.apply(rows.row(r.value()))), left(r)));
  }
}
