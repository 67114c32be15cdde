package io.zeal.demo;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A running demo: one {@link Zeal} and one web server over it. All state is in the backend. */
final class Demo implements AutoCloseable {

  private final Zeal zeal;
  private final WebServer server;
  private final @Nullable Adder adder;

  private Demo(Zeal zeal, WebServer server, @Nullable Adder adder) {
    this.zeal = zeal;
    this.server = server;
    this.adder = adder;
  }

  /**
   * Opens the configured backend, {@code table} if nothing is configured, and starts the server.
   *
   * @throws java.net.BindException if the port is taken
   */
  static Demo start(Arguments arguments) throws IOException {
    return start(
        ZealConfig.builder()
            .setDefault("zeal.backend", "table")
            .setDefault("zeal.redis.driver", "jedis"),
        arguments);
  }

  static Demo start(ZealConfig.Builder config, Arguments arguments) throws IOException {
    // The port first: a start that fails on it has not touched a shared backend.
    WebServer server = WebServer.bind(arguments.bind(), arguments.port());
    Losses losses = new Losses();
    try {
      Zeal zeal = Zeal.open(config.instance(Losses.class, losses).build());
      return start(zeal, server, losses);
    } catch (RuntimeException | Error e) {
      closeAfter(e, server::close);
      throw e;
    }
  }

  private static Demo start(Zeal zeal, WebServer server, Losses losses) {
    try {
      Stores stores = new Stores(zeal);
      Samples.addTo(stores, zeal);
      String name = name(server);
      Routes routes = routes(zeal, stores, losses, name);
      // The last one that begins: nothing after it fails, so nothing has to end it.
      Adder adder = Adder.start(zeal, name);
      new ProcessEndpoints(adder).addTo(routes);
      server.start(routes);
      return new Demo(zeal, server, adder);
    } catch (RuntimeException | Error e) {
      closeAfter(e, zeal::close);
      throw e;
    }
  }

  /** Closes what a failed start leaves; why it failed is what is told. */
  private static void closeAfter(Throwable failure, Runnable close) {
    try {
      close.run();
    } catch (RuntimeException | Error e) {
      failure.addSuppressed(e);
    }
  }

  /** Another one after each start, and told apart by its port where several run on one host. */
  private static String name(WebServer server) {
    return server.port() + "-" + UUID.randomUUID().toString().substring(0, 8);
  }

  private static Routes routes(Zeal zeal, Stores stores, Losses losses, String name) {
    Routes routes = new Routes();
    MessageLog log = new MessageLog();
    new Page().addTo(routes);
    new NeedEndpoint(zeal).addTo(routes);
    new StoreEndpoints(zeal, stores).addTo(routes);
    new RowEndpoints(zeal, stores).addTo(routes);
    new IncrementEndpoint(stores).addTo(routes);
    new CounterEndpoints(zeal).addTo(routes);
    new CacheEndpoints(DemoCache.open(zeal, name)).addTo(routes);
    new MessageEndpoints(name, new Room(zeal, name, log), new Orders(zeal, stores, name, log), log)
        .addTo(routes);
    new TieredEndpoints(zeal, Servers.find(zeal, stores, losses, name)).addTo(routes);
    new Roundtrip(zeal, stores).addTo(routes);
    new Health(zeal, stores).addTo(routes);
    new Live(zeal, stores).addTo(routes);
    return routes;
  }

  String url() {
    return server.url();
  }

  String backend() {
    return zeal.info().name();
  }

  /** Stops the server, then closes the backend, so that no request meets a closed one. */
  @Override
  public void close() {
    server.close();
    if (adder != null) {
      adder.close();
    }
    zeal.close();
  }
}
