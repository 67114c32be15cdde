package io.zeal.selftest;

import static io.zeal.selftest.Breakage.breaking;
import static io.zeal.selftest.Breaking.zeros;

import io.zeal.Capability;
import io.zeal.Entry;
import io.zeal.InvalidArgumentException;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.selftest.Breakage.OnCount;
import io.zeal.selftest.Breakage.OnPage;
import io.zeal.selftest.Breakage.OnWrite;
import io.zeal.selftest.Breakage.OnWrites;
import io.zeal.spi.Condition;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/** A breakage for each test of {@code StorePagesTck}, in their order. */
final class PageBreakages {

  private PageBreakages() {}

  static List<Breakage> all() {
    List<Breakage> all = new ArrayList<>();
    all.addAll(counts());
    all.addAll(pages());
    all.addAll(clears());
    return all;
  }

  private static List<Breakage> counts() {
    return List.of(
        breaking("removeAll does not count", "s5_1_countIsTheNumberOfRows")
            .on(
                OnWrites.class,
                (rows, writes) -> {
                  if (writes.stream().anyMatch(Write.Remove.class::isInstance)) {
                    rows.memory.drift.incrementAndGet();
                  }
                  return rows.real().writeAll(writes);
                })
            .on(OnCount.class, rows -> rows.real().count() + rows.memory.drift.get()),
        breaking("inexact counts need no consent", "s5_4_aStoreWithInexactCountsHasToBeAccepted")
            .without(Capability.EXACT_COUNT)
            .onCall(
                "Zeal.store",
                call ->
                    call.world.zeal.store(
                        call.text(0),
                        call.schema(),
                        call.options().accepting(Capability.EXACT_COUNT))),
        breaking("count without the capability is 0", "s5_5_withoutTheCapabilityCountIsRefused")
            .without(Capability.COUNT, Capability.EXACT_COUNT)
            .onCall("Store.count", call -> insteadOfRefusing(call, 0L)));
  }

  private static List<Breakage> pages() {
    return List.of(
        breaking("pages of one row skip every other", "s6_1_pagesVisitEveryRowOnce")
            .on(
                OnPage.class,
                (rows, after, limit) -> {
                  List<Entry<Object>> page = rows.real().page(after, limit == 1 ? 2 : limit);
                  return limit == 1 && page.size() == 2 ? page.subList(1, 2) : page;
                }),
        breaking("entries of small pages hold zeros", "s6_1_entriesHoldTheRows")
            .on(
                OnPage.class,
                (rows, after, limit) ->
                    rows.real().page(after, limit).stream()
                        .map(entry ->
                            limit > 100 || rows.columns() != 2
                                ? entry
                                : new Entry<>(entry.key(), rows.record(zeros(rows))))
                        .toList()),
        breaking("a page of ten is one short", "s6_2_aShortPageIsTheLast")
            .on(
                OnPage.class,
                (rows, after, limit) -> {
                  List<Entry<Object>> page = rows.real().page(after, limit);
                  return limit == 10 && page.size() == 10 ? page.subList(0, 9) : page;
                }),
        breaking("the order turns round as the store grows", "s6_3_theOrderIsStable")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  WriteResult result = rows.real().write(write);
                  if (rows.real().count() >= 120) {
                    rows.memory.notes.put("turned", true);
                  }
                  return result;
                })
            .on(
                OnPage.class,
                (rows, after, limit) ->
                    rows.memory.notes.containsKey("turned")
                        ? turned(rows, after, limit)
                        : rows.real().page(after, limit)),
        breaking(
                "a row is skipped behind one just removed",
                "s6_4_theCursorsRowNeedNotExistAnyMore",
                "s6_4_theCursorsRowMayBeRemovedAllTheWay")
            .on(
                OnWrite.class,
                (rows, write) -> {
                  rows.memory.notes.put("last", write instanceof Write.Remove ? write.key() : "");
                  return rows.real().write(write);
                })
            .on(
                OnPage.class,
                (rows, after, limit) -> {
                  boolean skip =
                      after.equals(rows.memory.notes.get("last")) && after.startsWith("k");
                  List<Entry<Object>> page = rows.real().page(after, skip ? limit + 1 : limit);
                  return skip && page.size() > 1 ? page.subList(1, page.size()) : page;
                }),
        breaking("a limit of 0 is an empty page", "s6_6_aLimitBelowOneIsRefused")
            .onCall(
                "Store.page",
                call -> {
                  try {
                    return call.proceed();
                  } catch (InvalidArgumentException e) {
                    return Breaking.orThrow(e, (Integer) call.args[1] < 1, List.of());
                  }
                }),
        breaking("the stream ends with its first page", "s6_7_streamAndForEachVisitWhatPagesVisit")
            .onCall(
                "Store.stream", call -> ((java.util.stream.Stream<?>) call.proceed()).limit(256)),
        breaking(
                "a page without the capability is empty",
                "s6_8_withoutTheCapabilityPagesAreRefused")
            .without(Capability.PAGE)
            .onCall("Store.page", call -> insteadOfRefusing(call, List.of())));
  }

  private static List<Breakage> clears() {
    return List.of(
        breaking("clear removes one page", "s7_1_clearRemovesEveryRow")
            .on(
                Breakage.OnClear.class,
                rows ->
                    rows.real()
                        .page("", 256)
                        .forEach(entry ->
                            rows.real()
                                .write(new Write.Remove<>(entry.key(), new Condition.Always<>())))),
        breaking("clear removes by prefix", "s7_2_clearLeavesOtherStoresAlone")
            .onCall(
                "Store.clear",
                call -> {
                  new HashMap<>(call.world.stores)
                      .forEach((name, store) -> {
                        if (name.startsWith(call.store().name())) {
                          store.clear();
                        }
                      });
                  return null;
                }),
        breaking("clear takes the counter of that name", "s7_2_clearLeavesCountersAlone")
            .onCall(
                "Store.clear",
                call -> {
                  var counter = call.world.counters.get(call.store().name());
                  if (counter != null) {
                    counter.reset();
                  }
                  return call.proceed();
                }),
        breaking("clear forgets the columns", "s7_4_aClearedStoreGoesOnAsItWas")
            .onCall(
                "Store.clear",
                call -> {
                  call.world.notes.put(call.store().name(), true);
                  return call.proceed();
                })
            .onCall(
                "Zeal.store",
                call ->
                    call.world.notes.containsKey(call.text(0))
                        ? call.world.stores.get(call.text(0))
                        : call.proceed()),
        breaking(
                "clear without the capability does nothing",
                "s7_5_withoutTheCapabilityClearIsRefused")
            .without(Capability.CLEAR)
            .onCall("Store.clear", call -> insteadOfRefusing(call, null)));
  }

  private static Object insteadOfRefusing(Call call, Object instead) throws Throwable {
    try {
      return call.proceed();
    } catch (UnsupportedCapabilityException e) {
      return instead;
    }
  }

  private static List<Entry<Object>> turned(BrokenRows rows, String after, int limit) {
    return rows.real().page("", Integer.MAX_VALUE).reversed().stream()
        .filter(entry -> after.isEmpty() || entry.key().compareTo(after) < 0)
        .limit(limit)
        .toList();
  }
}
