package io.zeal.demo;

import io.zeal.OperationTimeoutException;
import io.zeal.OperationTimeoutException.Stage;
import io.zeal.Outcome;
import io.zeal.Store;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code POST /demo/increments}: many clients at once add to one column of one row. */
final class IncrementEndpoint {

  private static final long MOST = 5_000_000;
  private static final long DEADLINE_SECONDS = 60;
  private static final int TURN = 128;

  private final Stores stores;

  IncrementEndpoint(Stores stores) {
    this.stores = stores;
  }

  void addTo(Routes routes) {
    routes.add("POST", "/demo/increments", this::run);
  }

  /**
   * How a run went.
   *
   * @param made how many increments were acknowledged: all that were asked for, unless the deadline
   *     passed
   * @param expected what the column should hold now
   * @param total what it holds
   */
  record RunAnswer(
      String key,
      int clients,
      long each,
      String made,
      String expected,
      String total,
      boolean exact,
      boolean complete,
      long millis) {}

  private void run(Exchange exchange) throws IOException {
    Body body = exchange.body("store", "key", "clients", "each");
    Store<Player> store = stores.open(body.text("store"));
    String key = body.text("key");
    int clients = (int) body.whole("clients", 1, 1000);
    long each = body.whole("each", 1, 1_000_000);
    if (clients * each > MOST) {
      throw Problem.badRequest(
          "That makes " + clients * each + " increments. Ask for at most " + MOST + ".");
    }
    store.put(key, Player.NOBODY);
    long start = System.nanoTime();
    long made = race(store, key, clients, each);
    long millis = StoreEndpoints.millisSince(start);
    // Empty only if the row expired or was removed meanwhile; then the total is not what was made,
    // and that is said.
    long total = store.getLong(key, "score").orElse(0);
    exchange.json(
        200,
        new RunAnswer(
            key,
            clients,
            each,
            String.valueOf(made),
            String.valueOf(made),
            String.valueOf(total),
            total == made,
            made == clients * each,
            millis));
  }

  /** Returns how many increments were acknowledged. */
  private static long race(Store<Player> store, String key, int clients, long each) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    return Crowd.run(clients, () -> client(() -> store.increment(key, "score", 1), each, deadline))
        .stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  @SuppressWarnings("ThreadPriorityCheck") // giving way is the point, see below
  static long client(Runnable increment, long each, long deadline) {
    long made = 0;
    while (made < each && System.nanoTime() - deadline < 0) {
      if (!isMade(increment)) {
        continue;
      }
      made++;
      if (made % TURN == 0) {
        // A virtual thread is not preempted: on a backend in memory the clients would hold every
        // carrier, and the
        // page would see no progress until they are done.
        Thread.yield();
      }
    }
    return made;
  }

  /**
   * Makes an increment. Where a change of a row is a contest, as on Memcached, one of a thousand
   * clients may lose it until the deadline of its call; what surely did not happen is made again
   * (S14).
   */
  private static boolean isMade(Runnable increment) {
    try {
      increment.run();
      return true;
    } catch (OperationTimeoutException e) {
      if (e.stage() == Stage.ROW && e.outcome().equals(Optional.of(Outcome.NOT_SENT))) {
        return false;
      }
      throw e;
    }
  }
}
