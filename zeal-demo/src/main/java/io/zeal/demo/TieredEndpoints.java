package io.zeal.demo;

import io.zeal.Zeal;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code /demo/tiered}: servers with copies of one row, and what happens when messages are lost.
 */
final class TieredEndpoints {

  /** The most invalidations that one may let be lost at a time. */
  static final int MOST_INVALIDATIONS = 1000;

  private static final int MOST_NAME = 40;

  private final Zeal zeal;
  private final @Nullable Servers servers;

  /**
   * Over the servers of a backend.
   *
   * @param servers null if it keeps no copies
   */
  TieredEndpoints(Zeal zeal, @Nullable Servers servers) {
    this.zeal = zeal;
    this.servers = servers;
  }

  void addTo(Routes routes) {
    routes.add("GET", "/demo/tiered", this::show);
    routes.add("POST", "/demo/tiered/write", this::write);
    routes.add("POST", "/demo/tiered/lose", this::lose);
  }

  /**
   * All servers.
   *
   * @param there whether the backend keeps copies; if not, the rest is absent
   * @param server the name of this demo
   * @param newest the number of the newest value when the servers were asked: who sees a lower one
   *     is behind
   * @param servers how each that answered sees the row, by name
   */
  record TieredAnswer(
      boolean there,
      @Nullable String server,
      @Nullable String newest,
      @Nullable List<Look> servers) {}

  private void show(Exchange exchange) throws IOException {
    var _ = exchange.query();
    if (servers == null) {
      exchange.json(200, new TieredAnswer(false, null, null, null));
      return;
    }
    String newest = String.valueOf(servers.newest());
    exchange.json(200, new TieredAnswer(true, servers.server(), newest, servers.look()));
  }

  private void write(Exchange exchange) throws IOException {
    Body body = exchange.body("server");
    exchange.json(200, require().write(server(body)));
  }

  private void lose(Exchange exchange) throws IOException {
    Body body = exchange.body("server", "invalidations");
    int invalidations = (int) body.whole("invalidations", 0, MOST_INVALIDATIONS, 10);
    exchange.json(200, require().lose(server(body), invalidations));
  }

  private String server(Body body) {
    return body.has("server") ? body.text("server", MOST_NAME) : require().server();
  }

  private Servers require() {
    Need.COPIES.require(zeal.info());
    return Objects.requireNonNull(servers, "a backend with copies has servers");
  }
}
