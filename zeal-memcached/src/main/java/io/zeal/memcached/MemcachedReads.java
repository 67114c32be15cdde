package io.zeal.memcached;

import io.zeal.ZealException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
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

  /** What became of each of many keys; those without a row are in neither map. */
  void findAll(
      Collection<String> keys, Map<String, StoredRow<R>> found, Map<String, ZealException> failed) {
    store.errors().requireOpen(store.what());
    Deadline deadline = Deadline.in(store.timeout());
    Map<Integer, List<String>> byNode = new LinkedHashMap<>();
    for (String key : keys) {
      byNode.computeIfAbsent(store.owner(key), node -> new ArrayList<>()).add(key);
    }
    List<Visit> visits = new ArrayList<>();
    byNode.forEach((node, some) -> visits.add(new Visit(node, some)));
    visits.forEach(visit -> visit.begin(deadline));
    deadline.asTheyCome(visits, Visit::begun, visit -> collect(visit, deadline, found, failed));
  }

  private void collect(
      Visit visit,
      Deadline deadline,
      Map<String, StoredRow<R>> found,
      Map<String, ZealException> failed) {
    try {
      Deadline.requireNotInterrupted();
      List<@Nullable StoredRow<R>> rows = visit.find(deadline);
      for (int i = 0; i < rows.size(); i++) {
        StoredRow<R> row = rows.get(i);
        if (row != null) {
          found.put(visit.keys.get(i), row);
        }
      }
    } catch (ClientException e) {
      fail(visit, store.errors().ofRead(e, store.what()), failed);
    } catch (ZealException e) {
      fail(visit, e, failed);
    }
  }

  private void fail(Visit visit, ZealException e, Map<String, ZealException> failed) {
    for (String key : visit.keys) {
      failed.put(key, e);
    }
  }

  /** Keys of one server. */
  private final class Visit {

    final List<String> keys;
    private final int node;
    private @Nullable Epoch used;
    private @Nullable CompletionStage<Items> begun;

    Visit(int node, List<String> keys) {
      this.node = node;
      this.keys = keys;
    }

    /** Sends the question if the epoch is known, so that servers answer side by side. */
    void begin(Deadline deadline) {
      Epoch known = store.epochs().known(node);
      if (known != null && !deadline.hasPassed()) {
        used = known;
        begun = ask(known);
      }
    }

    /** Done if nothing was begun, so that whoever has to ask first does not wait for others. */
    CompletableFuture<?> begun() {
      CompletionStage<Items> answer = begun;
      return answer == null
          ? CompletableFuture.completedFuture(null)
          : answer.toCompletableFuture();
    }

    List<@Nullable StoredRow<R>> find(Deadline deadline) throws ClientException {
      Epoch epoch = used;
      CompletionStage<Items> answer = begun;
      if (epoch == null || answer == null) {
        epoch = store.epochs().at(node, deadline);
        answer = epoch == null ? null : ask(epoch);
      }
      while (epoch != null && answer != null) {
        Items items = awaitOrGiveUp(answer, deadline);
        Epoch seen = store.epochs().seen(node, items.first(), epoch, deadline);
        if (epoch.isSame(seen)) {
          return decoded(items, epoch);
        }
        epoch = seen;
        answer = seen == null ? null : ask(seen);
      }
      return nothing();
    }

    /** What nobody waits for any more need not be sent. */
    private Items awaitOrGiveUp(CompletionStage<Items> answer, Deadline deadline)
        throws ClientException {
      try {
        return deadline.await(answer, store.node(node).client());
      } catch (ClientException e) {
        answer.toCompletableFuture().cancel(false);
        throw e;
      }
    }

    private CompletionStage<Items> ask(Epoch epoch) {
      List<String> names = new ArrayList<>(keys.size() + 1);
      names.add(store.epochs().name());
      for (String key : keys) {
        names.add(Keys.named(epoch.rows(), key));
      }
      return store.node(node).read(names);
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
