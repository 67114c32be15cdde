package io.zeal.selftest;

import static io.zeal.selftest.Breakage.breaking;
import static io.zeal.selftest.Breaking.orThrow;

import io.zeal.BackendUnavailableException;
import io.zeal.CapacityException;
import io.zeal.Column;
import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.Outcome;
import io.zeal.Overflow;
import io.zeal.SchemaException;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.ZealClosedException;
import io.zeal.ZealException;
import io.zeal.selftest.Breakage.OnRead;
import io.zeal.selftest.Breakage.OnWrite;
import io.zeal.spi.Condition;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/** A breakage for each test of {@code StoreLimitsTck}, in their order. */
final class LimitBreakages {

  private LimitBreakages() {}

  static List<Breakage> all() {
    List<Breakage> all = new ArrayList<>();
    all.addAll(keys());
    all.addAll(limits());
    all.addAll(attaching());
    all.addAll(guessesAndClosing());
    return all;
  }

  private static List<Breakage> keys() {
    return List.of(
        breaking("keys are normalised", "s8_1_keysAreAnyWellFormedText")
            .onCall("Store.get", LimitBreakages::normalised)
            .onCall("Store.put", LimitBreakages::normalised),
        breaking("the key limit counts characters", "s8_2_keyLimitCountsBytesOfUtf8")
            .onCall(
                "Store.put",
                call -> {
                  try {
                    return call.proceed();
                  } catch (InvalidArgumentException e) {
                    return orThrow(e, isShort(call.text(0)), null);
                  }
                }),
        breaking("get takes any key in a store with a limit of its own", "s8_2_keyLimitIsTheStores")
            .onCall(
                "Store.get",
                call -> {
                  try {
                    return call.proceed();
                  } catch (InvalidArgumentException e) {
                    return orThrow(e, call.store().options().keyLimit() != 63, Optional.empty());
                  }
                }),
        breaking(
                "touch answers false for a key that is none",
                "s8_3_keyThatIsNoKeyIsRefusedByEveryCall")
            .onCall(
                "Store.touch",
                call -> {
                  try {
                    return call.proceed();
                  } catch (InvalidArgumentException e) {
                    return orThrow(e, e.code().equals(ErrorCode.INVALID_KEY.id()), false);
                  }
                }),
        breaking("a double is added under any key", "s8_3_keyThatIsNoKeyIsRefusedByEveryCall")
            .onCall(
                "Store.increment",
                call -> {
                  try {
                    return call.proceed();
                  } catch (InvalidArgumentException e) {
                    boolean key = e.code().equals(ErrorCode.INVALID_KEY.id());
                    return orThrow(e, key && call.args[2] instanceof Double, 1d);
                  }
                }),
        breaking("store and key are joined by a colon", "s8_4_noTwoPairsOfStoreAndKeyMeet")
            .onCall(
                "Zeal.store",
                call -> {
                  String[] parts = call.text(0).split(":", 2);
                  return parts.length == 2 && parts[1].equals("b")
                      ? prefixed(call, parts[0], "b:")
                      : call.proceed();
                }),
        breaking("a store's name is cut", "s8_5_storeNamesAreAnyWellFormedTextOf1To63Bytes")
            .onCall(
                "Zeal.store",
                call ->
                    call.text(0).length() == 64
                        ? call.proceed(call.text(0).substring(1), call.args[1], call.options())
                        : call.proceed()),
        breaking("reset of a counter removes a row", "s8_6_storeAndCounterOfOneNameDoNotMeet")
            .onCall(
                "Counter.reset",
                call -> {
                  Store<Object> store = call.world.stores.get(call.counter().name());
                  if (store != null) {
                    store.remove(store.name());
                  }
                  return call.proceed();
                }),
        breaking("a null column is no column", "s8_7_nullIsRefused")
            .onCall(
                "Store.getDouble",
                call -> call.args[1] == null ? OptionalDouble.empty() : call.proceed()),
        breaking("touch takes null for no ttl", "s8_7_nullIsRefused")
            .onCall(
                "Store.touch",
                call -> call.args.length == 2 && call.args[1] == null ? true : call.proceed()));
  }

  private static List<Breakage> limits() {
    return List.of(
        breaking(
                "replace does not say how long",
                "s9_1_valueLongerThanItsColumnIsRefusedWithBothSizes")
            .onCall(
                "Store.replace",
                call -> {
                  try {
                    return call.proceed();
                  } catch (CapacityException e) {
                    throw new CapacityException(ErrorCode.VALUE_TOO_LONG, "Too long.", e);
                  }
                }),
        breaking("a value too long is left out", "s9_2_valueOfExactlyItsColumnsLimitIsStoredWhole")
            .onCall(
                "Store.put",
                call -> {
                  try {
                    return call.proceed();
                  } catch (CapacityException e) {
                    return orThrow(e, call.store().schema().columns().size() == 9, null);
                  }
                }),
        breaking("put takes text that is not well-formed", "s9_3_textThatIsNotWellFormedIsRefused")
            .onCall(
                "Store.put",
                call -> {
                  try {
                    return call.proceed();
                  } catch (InvalidArgumentException e) {
                    boolean text = e.getMessage().contains("surrogate") && call.text(0).equals("k");
                    return orThrow(e, text, null);
                  }
                }),
        breaking("increment overfills", "s9_4_fullStoreRejectsNewRowsAndKeepsEveryRow")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  try {
                    return rows.real().write(write);
                  } catch (CapacityException e) {
                    boolean full = e.code().equals(ErrorCode.STORE_FULL.id());
                    return orThrow(e, full && write instanceof Write.Add, new WriteResult.Added(1));
                  }
                }),
        breaking("a full store rejects every put", "s9_5_fullStoreGoesOnChangingItsRows")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  if (write instanceof Write.Put
                      && write.condition() instanceof Condition.Always
                      && rows.spec().options().overflow() == Overflow.REJECT
                      && rows.real().count() >= rows.spec().options().capacity()) {
                    throw new CapacityException(ErrorCode.STORE_FULL, "Full.");
                  }
                  return rows.real().write(write);
                }),
        breaking(
                "an evicting store evicts too much",
                "s9_6_evictingStoreTakesEveryRowAndStaysWithinItsCapacity")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  WriteResult result = rows.real().write(write);
                  if (write.key().equals("k39") && rows.real().count() == 4) {
                    String other = rows.real().page("", 1).getFirst().key();
                    rows.real().write(new Write.Remove<>(other, new Condition.Always<>()));
                  }
                  return result;
                }),
        breaking("expired rows keep their places", "s9_7_expiredRowsLeaveTheirPlace")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  if (write instanceof Write.Remove) {
                    rows.memory.notes.remove(write.key());
                  }
                  if (write instanceof Write.Put && rows.spec().ttlMillis() > 0) {
                    rows.memory.notes.put(write.key(), true);
                    if (rows.memory.notes.size() > rows.spec().options().capacity()) {
                      throw new CapacityException(ErrorCode.STORE_FULL, "Full.");
                    }
                  }
                  return rows.real().write(write);
                }),
        breaking(
                "a live row goes before an expired one", "s9_8_anExpiredRowIsEvictedBeforeALiveOne")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  if (write instanceof Write.Put<Object> put && put.ttlMillis() > 0) {
                    rows.memory.notes.put(write.key(), rows.now() + put.ttlMillis());
                  }
                  boolean expired =
                      rows.memory.notes.values().stream().anyMatch(end -> (Long) end < rows.now());
                  if (expired && rows.spec().options().overflow() == Overflow.EVICT) {
                    rows.real().write(new Write.Remove<>("live0", new Condition.Always<>()));
                  }
                  return rows.real().write(write);
                }));
  }

  private static List<Breakage> attaching() {
    return List.of(
        breaking("a second attachment counts elsewhere", "s10_1_attachingAgainFindsTheSameRows")
            .onCall(
                "Zeal.store",
                call -> {
                  call.world.countUp("store " + call.text(0));
                  return call.proceed();
                })
            .onCall(
                "Store.increment",
                call ->
                    Objects.equals(call.world.notes.get("store " + call.store().name()), 2)
                        ? 0L
                        : call.proceed()),
        breaking("the order of columns is not compared", "s10_2_otherColumnsAreRefusedAndShown")
            .onCall(
                "Zeal.store",
                call -> {
                  Store<Object> first = call.world.stores.get(call.text(0));
                  List<Column> columns = call.schema().columns();
                  return first != null
                          && !first.schema().equals(call.schema())
                          && new HashSet<>(columns).equals(new HashSet<>(first.schema().columns()))
                      ? first
                      : call.proceed();
                }),
        breaking("the key limit is not compared", "s10_3_otherOptionsAreRefusedAndShown")
            .onCall(
                "Zeal.store",
                call -> {
                  Store<Object> first = call.world.stores.get(call.text(0));
                  return first != null && call.options().keyLimit() == 62 ? first : call.proceed();
                }),
        breaking("the record's name is compared", "s10_4_nameOfTheRecordDoesNotMatter")
            .onCall(
                "Zeal.store",
                call -> {
                  Store<Object> first = call.world.stores.get(call.text(0));
                  if (first != null
                      && first.schema().equals(call.schema())
                      && first.schema().type() != call.schema().type()) {
                    throw new SchemaException(ErrorCode.SCHEMA_MISMATCH, "Another record.");
                  }
                  return call.proceed();
                }),
        breaking("a store forgets its options", "s10_5_storeKnowsWhatItWasOpenedWith")
            .onCall("Store.options", call -> StoreOptions.defaults()),
        breaking(
                "every instance has rows of its own",
                "s10_6_everyInstanceThatSharesTheBackendSharesTheStore",
                "c1_5_everyInstanceThatSharesTheBackendSharesTheCounter",
                "c9_2_otherOptionsAreRefusedInEveryInstance")
            .separatingInstances(),
        breaking("the default capacity is another", "s10_7_defaultsAreWhatTheContractSays")
            .onCall(
                "Zeal.store",
                call ->
                    call.args.length == 2
                        ? call.world.zeal.store(
                            call.text(0), call.schema(), call.options().withCapacity(100))
                        : call.proceed()));
  }

  private static List<Breakage> guessesAndClosing() {
    return List.of(
        breaking(
                "a fresh reading has an age",
                "s13_2_aReadFromWhereWritesAreVisibleIsFreshAndSaysSo")
            .on(
                OnRead.class,
                (rows, key, options) ->
                    rows.real().read(key, options).map(r -> r.withAge(Duration.ofMillis(1)))),
        breaking(
                "a fallback that is not there is accepted",
                "s13_3_askingForAFallbackTheBackendLacksIsRefused")
            .onCall(
                "Zeal.store",
                call -> {
                  try {
                    return call.proceed();
                  } catch (UnsupportedCapabilityException e) {
                    return call.proceed(call.args[0], call.args[1], StoreOptions.defaults());
                  }
                }),
        breaking(
                "a sum out of range is said to be unknown",
                "s14_2_aRefusalBeforeAnythingHappenedHasNoOutcome")
            .onCall(
                "Store.increment",
                call -> {
                  try {
                    return call.proceed();
                  } catch (CapacityException e) {
                    if (call.store().schema().columns().size() == 2
                        && e.code().equals(ErrorCode.NUMBER_OUT_OF_RANGE.id())) {
                      throw new BackendUnavailableException("Perhaps.", Outcome.UNKNOWN, e);
                    }
                    throw e;
                  }
                }),
        breaking("count after close is 0", "s15_1_everyCallAfterCloseIsRefused")
            .onCall(
                "Store.count",
                call -> {
                  try {
                    return call.proceed();
                  } catch (ZealClosedException e) {
                    return 0L;
                  }
                }),
        breaking(
                "an addition looks at its delta before it looks whether it is closed",
                "s15_1_everyCallAfterCloseIsRefused")
            .onCall(
                "Store.increment",
                call -> {
                  try {
                    return call.proceed();
                  } catch (ZealClosedException e) {
                    if (call.args[2] instanceof Double delta && delta.isNaN()) {
                      throw new InvalidArgumentException(ErrorCode.INVALID_ARGUMENT, "NaN.");
                    }
                    throw e;
                  }
                }),
        breaking("a third close is an error", "s15_2_closingTwiceIsClosingOnce")
            .onCall(
                "Zeal.close",
                call -> {
                  if (call.world.countUp("closed") == 3) {
                    throw new ZealClosedException("Closed already.");
                  }
                  return call.proceed();
                }),
        breaking(
                "close clears the stores it had opened",
                "s15_3_closingOneInstanceLeavesTheOthersAlone")
            .onCall(
                "Zeal.close",
                call -> {
                  if (call.world.countUp("closed") == 1) {
                    call.world.stores.values().stream()
                        // Not the one that others read while it is closed (S15.4).
                        .filter(store -> store.schema().columns().size() == 2)
                        .forEach(LimitBreakages::clearQuietly);
                  }
                  return call.proceed();
                }),
        cutOff(
            breaking(
                "a put that meets close has no outcome",
                "s15_4_aCallThatMeetsCloseIsDoneOrRefused"),
            "Store.put"),
        breaking("a put that meets close breaks", "s15_4_aCallThatMeetsCloseIsDoneOrRefused")
            .onCall(
                "Zeal.close",
                call -> {
                  call.world.notes.put("closed", true);
                  return call.proceed();
                })
            .onCall(
                "Store.put",
                call -> {
                  boolean closed = call.world.notes.containsKey("closed");
                  if (call.store().schema().columns().size() == 5) {
                    BrokenRows.pause();
                  }
                  try {
                    return call.proceed();
                  } catch (ZealClosedException e) {
                    throw closed ? e : new IllegalStateException("arena is closed", e);
                  }
                }));
  }

  /** Nothing is wrong here: a read has no outcome (S14.3 is about writes). */
  static Breakage readsCutOff() {
    return cutOff(Breakage.none(), "Store.get");
  }

  /** A call that close overtakes ends in an error that says nothing of an outcome. */
  private static Breakage cutOff(Breakage breakage, String method) {
    return breakage
        .onCall(
            "Zeal.close",
            call -> {
              call.world.notes.put("closed", true);
              return call.proceed();
            })
        .onCall(
            method,
            call -> {
              boolean closed = call.world.notes.containsKey("closed");
              if (call.store().schema().columns().size() == 5) {
                BrokenRows.pause();
              }
              try {
                return call.proceed();
              } catch (ZealClosedException e) {
                throw closed ? e : new BackendUnavailableException("Cut off.", null, e);
              }
            });
  }

  private static void clearQuietly(Store<Object> store) {
    try {
      store.clear();
    } catch (ZealException ignored) {
      // It cannot be cleared; then it is not.
    }
  }

  private static Object normalised(Call call) throws Throwable {
    Object[] args = call.args.clone();
    args[0] = args[0] == null ? null : Normalizer.normalize(call.text(0), Normalizer.Form.NFC);
    return call.proceed(args);
  }

  private static boolean isShort(String key) {
    return key.length() < 63
        && key.chars().anyMatch(c -> c > 0x7f)
        && key.chars().noneMatch(c -> Character.isSurrogate((char) c));
  }

  private static Object prefixed(Call call, String name, String prefix) {
    Store<Object> store = call.world.zeal.store(name, call.schema(), call.options());
    return java.lang.reflect.Proxy.newProxyInstance(
        LimitBreakages.class.getClassLoader(),
        new Class<?>[] {Store.class},
        (proxy, method, args) -> {
          Object[] other = args == null ? new Object[0] : args.clone();
          if (other.length > 0 && other[0] instanceof String key) {
            other[0] = prefix + key;
          }
          return method.invoke(store, other);
        });
  }
}
