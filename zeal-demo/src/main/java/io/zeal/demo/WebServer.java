package io.zeal.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The JDK's web server with one virtual thread per request. */
final class WebServer implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();

  private volatile boolean started;

  private WebServer(HttpServer server) {
    this.server = server;
  }

  /**
   * Takes the port; nothing is answered yet.
   *
   * @throws java.net.BindException if it is taken
   */
  static WebServer bind(InetAddress address, int port) throws IOException {
    // Read once by the server's own class: without it small answers wait 40 ms for the peer's
    // delayed ACK.
    if (System.getProperty("sun.net.httpserver.nodelay") == null) {
      System.setProperty("sun.net.httpserver.nodelay", "true");
    }
    return new WebServer(HttpServer.create(new InetSocketAddress(address, port), 0));
  }

  void start(Routes routes) {
    Guard guard = new Guard(server.getAddress().getAddress());
    server.setExecutor(requests);
    server.createContext("/", exchange -> answer(exchange, guard, routes));
    started = true;
    server.start();
  }

  private static void answer(HttpExchange http, Guard guard, Routes routes) {
    try (http) {
      Exchange exchange = new Exchange(http);
      try {
        guard.check(exchange);
        routes.handle(exchange);
      } catch (IOException e) {
        throw e;
      } catch (Exception e) {
        Problem problem = Problem.of(e);
        if (problem.isBug()) {
          System.getLogger("io.zeal.demo").log(System.Logger.Level.ERROR, exchange.path(), e);
        }
        exchange.fail(problem);
      }
    } catch (IOException e) {
      // The browser went away; there is nobody left to tell.
    }
  }

  /** Where the page is, for example {@code http://localhost:8080}. */
  String url() {
    InetSocketAddress at = server.getAddress();
    InetAddress address = at.getAddress();
    boolean local = address.isLoopbackAddress() || address.isAnyLocalAddress();
    String host = local ? "localhost" : literal(address);
    return "http://" + host + ":" + at.getPort();
  }

  private static String literal(InetAddress address) {
    String text = address.getHostAddress();
    return text.contains(":") ? "[" + text + "]" : text;
  }

  /** The port it has. */
  int port() {
    return server.getAddress().getPort();
  }

  /** Stops listening and cuts open connections, live streams included. */
  @Override
  public void close() {
    if (!started) {
      server.start(); // its selector, which runs only then, is what gives the port back
    }
    server.stop(0);
    requests.shutdownNow();
  }
}
