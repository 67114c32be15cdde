package io.zeal.demo;

import io.zeal.Column;
import io.zeal.Entry;
import io.zeal.Patch;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Store;
import io.zeal.Zeal;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /demo/rows}: page, read, put, patch, remove, increment. */
final class RowEndpoints {

  private static final String[] COLUMNS =
      Player.SCHEMA.columns().stream().map(Column::name).toArray(String[]::new);

  private final Zeal zeal;
  private final Stores stores;

  RowEndpoints(Zeal zeal, Stores stores) {
    this.zeal = zeal;
    this.stores = stores;
  }

  void addTo(Routes routes) {
    routes.add("GET", "/demo/rows", this::page);
    routes.add("GET", "/demo/row", this::read);
    routes.add("PUT", "/demo/row", this::put);
    routes.add("PATCH", "/demo/row", this::patch);
    routes.add("DELETE", "/demo/row", this::remove);
    routes.add("POST", "/demo/row/increment", this::increment);
  }

  record RowAnswer(
      String key,
      String name,
      String score,
      int level,
      double rating,
      boolean online,
      @Nullable String ttlMillis) {

    static RowAnswer of(String key, Player player, @Nullable Duration remaining) {
      return new RowAnswer(
          key,
          player.name(),
          String.valueOf(player.score()),
          player.level(),
          player.rating(),
          player.online(),
          remaining == null ? null : String.valueOf(remaining.toMillis()));
    }
  }

  record PageAnswer(List<RowAnswer> rows, @Nullable String next) {}

  private void page(Exchange exchange) throws IOException {
    Query query = exchange.query("store", "after", "limit");
    int limit = query.number("limit", 1, 200, 10);
    Need.LISTING.require(zeal.info());
    Store<Player> store = stores.open(query.required("store"));
    List<Entry<Player>> page = store.page(query.find("after").orElse(""), limit);
    exchange.json(
        200,
        new PageAnswer(
            page.stream().map(row -> RowAnswer.of(row.key(), row.value(), null)).toList(),
            page.size() < limit ? null : page.getLast().key()));
  }

  private void read(Exchange exchange) throws IOException {
    Query query = exchange.query("store", "key");
    String key = query.required("key");
    Reading<Player> reading =
        stores
            .open(query.required("store"))
            .read(key, ReadOptions.defaults())
            .orElseThrow(RowEndpoints::absent);
    exchange.json(200, RowAnswer.of(key, reading.value(), reading.remaining().orElse(null)));
  }

  record ChangeAnswer(String key, boolean done) {}

  private void put(Exchange exchange) throws IOException {
    Query query = exchange.query("store", "key");
    Body body = exchange.body(COLUMNS);
    Player player =
        new Player(
            body.text("name"),
            body.whole("score"),
            (int) body.whole("level", Integer.MIN_VALUE, Integer.MAX_VALUE),
            body.real("rating"),
            body.flag("online"));
    String key = query.required("key");
    stores.open(query.required("store")).put(key, player);
    exchange.json(200, new ChangeAnswer(key, true));
  }

  private void patch(Exchange exchange) throws IOException {
    Query query = exchange.query("store", "key");
    Patch patch = patch(exchange.body(COLUMNS));
    String key = query.required("key");
    if (!stores.open(query.required("store")).patch(key, patch)) {
      throw absent();
    }
    exchange.json(200, new ChangeAnswer(key, true));
  }

  private static Patch patch(Body body) {
    @Nullable Patch patch = null;
    for (Column column : Player.SCHEMA.columns()) {
      if (body.has(column.name())) {
        Object value = body.value(column);
        patch = patch == null ? Patch.set(column.name(), value) : patch.and(column.name(), value);
      }
    }
    if (patch == null) {
      throw Problem.badRequest(
          "The body names no column. Give one or more of " + List.of(COLUMNS) + ".");
    }
    return patch;
  }

  private void remove(Exchange exchange) throws IOException {
    Query query = exchange.query("store", "key");
    String key = query.required("key");
    if (!stores.open(query.required("store")).remove(key)) {
      throw absent();
    }
    exchange.json(200, new ChangeAnswer(key, true));
  }

  record ValueAnswer(String value) {}

  private void increment(Exchange exchange) throws IOException {
    Body body = exchange.body("store", "key", "column", "by");
    String column = body.has("column") ? body.text("column") : "score";
    long by = body.whole("by", Long.MIN_VALUE, Long.MAX_VALUE, 1);
    long value = stores.open(body.text("store")).increment(body.text("key"), column, by);
    exchange.json(200, new ValueAnswer(String.valueOf(value)));
  }

  private static Problem absent() {
    return new Problem(
        404, "DEMO-404", "There is no row under this key. It was removed or has expired.");
  }
}
