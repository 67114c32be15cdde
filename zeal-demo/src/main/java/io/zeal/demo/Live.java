package io.zeal.demo;

import io.zeal.Capability;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /demo/live}: server-sent events with what the page shows as live, read from the
 * backend each time, so that changes made elsewhere show too. One stream a page; each is a virtual
 * thread that mostly waits.
 */
final class Live {

  private static final Duration PACE = Duration.ofMillis(300);
  private static final int MOST = 256;

  private final Zeal zeal;
  private final Stores stores;
  private final Semaphore places = new Semaphore(MOST);

  Live(Zeal zeal, Stores stores) {
    this.zeal = zeal;
    this.stores = stores;
  }

  void addTo(Routes routes) {
    routes.add("GET", "/demo/live", this::stream);
  }

  /**
   * One event.
   *
   * @param rows of the store; absent if the backend cannot count
   * @param score of the row under the key; absent if there is no such row
   * @param counter the counter's value; absent if the backend has no counters
   */
  record Event(@Nullable String rows, @Nullable String score, @Nullable String counter) {}

  private void stream(Exchange exchange) throws IOException {
    Query query = exchange.query("store", "key", "counter");
    Store<Player> store = stores.open(query.required("store"));
    String key = query.required("key");
    String counter = query.required("counter");
    byte[] first =
        event(
            store, key,
            counter); // what does not fit is an ordinary error, before the stream begins
    if (!places.tryAcquire()) {
      throw new Problem(503, "DEMO-503", "There are " + MOST + " live pages already. Close one.");
    }
    try (OutputStream out = exchange.events()) {
      send(out, first);
      while (true) {
        Thread.sleep(PACE);
        send(out, eventOrProblem(store, key, counter));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the server stops
    } finally {
      places.release();
    }
  }

  private byte[] eventOrProblem(Store<Player> store, String key, String counter) {
    try {
      return event(store, key, counter);
    } catch (ZealException e) {
      return ("event: problem\ndata: " + json(Problem.of(e).answer()) + "\n\n")
          .getBytes(StandardCharsets.UTF_8);
    }
  }

  private byte[] event(Store<Player> store, String key, String counter) {
    boolean counts = Need.COUNTING.isMetBy(zeal.info());
    boolean counters = zeal.info().can(Capability.COUNTERS);
    OptionalLong score = store.getLong(key, "score");
    Event event =
        new Event(
            counts ? String.valueOf(store.count()) : null,
            score.isPresent() ? String.valueOf(score.getAsLong()) : null,
            counters ? String.valueOf(CounterEndpoints.counter(zeal, counter).get()) : null);
    return ("data: " + json(event) + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  private static String json(Object value) {
    return new String(Json.write(value), StandardCharsets.UTF_8);
  }

  private static void send(OutputStream out, byte[] event) throws IOException {
    out.write(event);
    out.flush();
  }
}
