package io.zeal.demo;

import io.zeal.BulkResult;
import io.zeal.Column;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealException;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /demo/stores}: list, make, fill, clear. */
final class StoreEndpoints {

  private static final long TEN_YEARS_MILLIS = 315_360_000_000L;

  private final Zeal zeal;
  private final Stores stores;

  StoreEndpoints(Zeal zeal, Stores stores) {
    this.zeal = zeal;
    this.stores = stores;
  }

  void addTo(Routes routes) {
    routes.add("GET", "/demo/stores", this::list);
    routes.add("POST", "/demo/stores", this::make);
    routes.add("POST", "/demo/stores/fill", this::fill);
    routes.add("POST", "/demo/stores/clear", this::clear);
  }

  /**
   * A store.
   *
   * @param capacity its most rows; absent if the backend bounds none
   * @param overflow what it does when it is full; absent with it
   * @param rows how many it has; absent if the backend cannot count
   */
  record StoreAnswer(
      String name,
      String ttlMillis,
      @Nullable String capacity,
      @Nullable String overflow,
      @Nullable String rows) {}

  record ListAnswer(List<StoreAnswer> stores, List<ColumnAnswer> columns) {}

  record ColumnAnswer(String name, String type, int maxBytes) {}

  private void list(Exchange exchange) throws IOException {
    var _ = exchange.query();
    exchange.json(
        200,
        new ListAnswer(
            stores.list().stream().map(this::answer).toList(),
            Player.SCHEMA.columns().stream().map(StoreEndpoints::answer).toList()));
  }

  private void make(Exchange exchange) throws IOException {
    Body body = exchange.body("name", "ttlMillis", "capacity", "overflow");
    Stores.Listed listed =
        new Stores.Listed(
            body.text("name"),
            body.whole("ttlMillis", 0, TEN_YEARS_MILLIS, 0),
            body.whole("capacity", 1, Long.MAX_VALUE, 10_000),
            evicts(body));
    if (body.has("capacity") || body.has("overflow")) {
      Need.BOUNDING.require(zeal.info());
    }
    boolean made = stores.make(listed);
    exchange.json(made ? 201 : 200, answer(listed));
  }

  private static boolean evicts(Body body) {
    String overflow = body.has("overflow") ? body.text("overflow") : "REJECT";
    return switch (overflow) {
      case "REJECT" -> false;
      case "EVICT" -> true;
      default ->
          throw Problem.badRequest("The field 'overflow' does not fit. Give REJECT or EVICT.");
    };
  }

  private StoreAnswer answer(Stores.Listed listed) {
    boolean bounded = Need.BOUNDING.isMetBy(zeal.info());
    boolean counted = Need.COUNTING.isMetBy(zeal.info());
    return new StoreAnswer(
        listed.name(),
        String.valueOf(listed.ttlMillis()),
        bounded ? String.valueOf(listed.capacity()) : null,
        bounded ? listed.options().overflow().name() : null,
        counted ? String.valueOf(stores.open(listed).count()) : null);
  }

  private static ColumnAnswer answer(Column column) {
    return new ColumnAnswer(column.name(), column.type().name(), column.maxBytes());
  }

  /**
   * How a filling went.
   *
   * @param key of one of the rows that were written; absent if there is none
   * @param refusal why there are fewer than asked for; absent if there are not
   */
  record FillAnswer(
      int asked,
      int written,
      @Nullable String key,
      long millis,
      Problem.@Nullable Detail refusal) {}

  private void fill(Exchange exchange) throws IOException {
    Body body = exchange.body("store", "rows");
    Store<Player> store = stores.open(body.text("store"));
    int rows = (int) body.whole("rows", 1, 100_000);
    long start = System.nanoTime();
    BulkResult<Boolean> result = Samples.fill(zeal, store, rows);
    long millis = millisSince(start);
    Set<String> written = result.values().keySet();
    String key = written.stream().findFirst().orElse(null);
    exchange.json(200, new FillAnswer(rows, written.size(), key, millis, refusal(result)));
  }

  private static Problem.@Nullable Detail refusal(BulkResult<Boolean> result) {
    for (ZealException e : result.failures().values()) {
      return Problem.of(e).detail();
    }
    return null;
  }

  record ClearAnswer(boolean cleared) {}

  private void clear(Exchange exchange) throws IOException {
    stores.open(exchange.body("store").text("store")).clear();
    exchange.json(200, new ClearAnswer(true));
  }

  static long millisSince(long startNanos) {
    return (System.nanoTime() - startNanos) / 1_000_000;
  }
}
