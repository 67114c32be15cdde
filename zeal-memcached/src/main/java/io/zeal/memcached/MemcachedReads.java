package io.zeal.memcached;

import io.zeal.BulkResult;
import io.zeal.ZealException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Finds rows: each trip asks for the epoch first, and for the rows by their names in it. */
final class MemcachedReads<R> {

  private final StoreOnServers<R> store;

  MemcachedReads(StoreOnServers<R> store) {
    this.store = store;
  }

  /** The row; null if there is none or it has expired. */
  @Nullable StoredRow<R> find(String key) {
    String what = store.what();
    store.errors().requireOpen(what);
    Deadline deadline = Deadline.in(store.timeout());
    try {
      Deadline.requireNotInterrupted();
      return new Visit(store.owner(key), List.of(key)).find(deadline).get(0);
    } catch (ClientException e) {
      throw store.errors().ofRead(e, what);
    }
  }

  /** What a row is handed out as. */
  interface Meaning<R, T> {
    T of(String key, StoredRow<R> row);
  }

  /**
   * What became of each of many keys; those without a row are in neither map. While a server
   * answers for some keys, others are asked for and taken in.
   */
  <T> BulkResult<T> findAll(Collection<String> keys, Meaning<R, T> meaning) {
    store.errors().requireOpen(store.what());
    Deadline deadline = Deadline.in(store.timeout());
    List<Visit> visits = new ArrayList<>();
    Map<Integer, Visit> open = new HashMap<>();
    for (String key : keys) {
      int node = store.owner(key);
      Visit visit = open.get(node);
      if (visit == null) {
        visit = new Visit(node, new ArrayList<>());
        open.put(node, visit);
        visits.add(visit);
      }
      visit.keys.add(key);
      if (visit.isFull()) {
        open.remove(node);
        visit.begin(deadline);
      }
    }
    open.values().forEach(visit -> visit.begin(deadline));
    Map<String, T> found = LinkedHashMap.newLinkedHashMap(keys.size());
    Map<String, ZealException> failed = new LinkedHashMap<>();
    deadline.asTheyCome(
        visits, Visit::begun, visit -> collect(visit, deadline, meaning, found, failed));
    return new BulkResult<>(found, failed);
  }

  private <T> void collect(
      Visit visit,
      Deadline deadline,
      Meaning<R, T> meaning,
      Map<String, T> found,
      Map<String, ZealException> failed) {
    try {
      Deadline.requireNotInterrupted();
      List<@Nullable StoredRow<R>> rows = visit.find(deadline);
      for (int i = 0; i < rows.size(); i++) {
        StoredRow<R> row = rows.get(i);
        if (row != null) {
          take(visit.keys.get(i), row, meaning, found, failed);
        }
      }
    } catch (ClientException e) {
      fail(visit, store.errors().ofRead(e, store.what()), failed);
    } catch (ZealException e) {
      fail(visit, e, failed);
    }
  }

  private <T> void take(
      String key,
      StoredRow<R> row,
      Meaning<R, T> meaning,
      Map<String, T> found,
      Map<String, ZealException> failed) {
    try {
      found.put(key, meaning.of(key, row));
    } catch (ZealException e) {
      failed.put(key, e);
    }
  }

  private void fail(Visit visit, ZealException e, Map<String, ZealException> failed) {
    for (String key : visit.keys) {
      failed.put(key, e);
    }
  }

  /** Keys of one server; with the epoch's they are one request. */
  private final class Visit {

    final List<String> keys;
    private final int node;
    private @Nullable Epoch used;
    private @Nullable CompletionStage<Items> begun;

    /** The question for the epoch, where that is not known. */
    private @Nullable CompletionStage<Items> look;

    Visit(int node, List<String> keys) {
      this.node = node;
      this.keys = keys;
    }

    boolean isFull() {
      return keys.size() == Batches.MOST - 1;
    }

    /** Sends the question if the epoch is known, so that servers answer side by side. */
    void begin(Deadline deadline) {
      Epoch known = store.epochs().known(node);
      if (deadline.hasPassed()) {
        return;
      }
      if (known == null) {
        look = store.node(node).read(List.of(store.epochs().name()));
      } else {
        used = known;
        begun = ask(known);
      }
    }

    CompletableFuture<?> begun() {
      CompletionStage<Items> answer = begun == null ? look : begun;
      return answer == null
          ? CompletableFuture.completedFuture(null)
          : answer.toCompletableFuture();
    }

    List<@Nullable StoredRow<R>> find(Deadline deadline) throws ClientException {
      Epoch epoch = used;
      CompletionStage<Items> answer = begun;
      if (epoch == null || answer == null) {
        epoch = epoch(deadline);
        answer = epoch == null ? null : ask(epoch);
      }
      while (epoch != null && answer != null) {
        Items items = deadline.await(answer, store.node(node).client());
        Epoch seen = store.epochs().seen(node, items.first(), epoch, deadline);
        if (epoch.isSame(seen)) {
          return decoded(items, epoch);
        }
        epoch = seen;
        answer = seen == null ? null : ask(seen);
      }
      return nothing();
    }

    private @Nullable Epoch epoch(Deadline deadline) throws ClientException {
      CompletionStage<Items> looked = look;
      return looked == null
          ? store.epochs().at(node, deadline)
          : store
              .epochs()
              .seen(
                  node, deadline.await(looked, store.node(node).client()).first(), null, deadline);
    }

    private CompletionStage<Items> ask(Epoch epoch) {
      List<String> names = new ArrayList<>(keys.size() + 1);
      names.add(store.epochs().name());
      for (String key : keys) {
        names.add(Keys.named(epoch.rows(), key));
      }
      return isFull() ? store.node(node).readNow(names) : store.node(node).read(names);
    }

    private List<@Nullable StoredRow<R>> decoded(Items items, Epoch epoch) {
      long now = store.nowMillis();
      List<@Nullable StoredRow<R>> rows = new ArrayList<>(keys.size());
      for (int i = 0; i < keys.size(); i++) {
        rows.add(store.decode(items.at(i + 1), epoch, keys.get(i), now));
      }
      return rows;
    }

    private List<@Nullable StoredRow<R>> nothing() {
      List<@Nullable StoredRow<R>> rows = new ArrayList<>(keys.size());
      for (String _ : keys) {
        rows.add(null);
      }
      return rows;
    }
  }

  /** What is left of a row's time to live; null if it does not expire. */
  @Nullable Duration remaining(StoredRow<R> row) {
    return row.expiryMillis() == 0
        ? null
        : Duration.ofMillis(Math.max(0, row.expiryMillis() - store.nowMillis()));
  }
}
