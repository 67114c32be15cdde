package io.zeal.demo;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Which path and method is answered by what. Filled before the server starts, then only read. */
final class Routes {

  /** Answers one kind of request. */
  @FunctionalInterface
  interface Handler {
    void handle(Exchange exchange) throws IOException;
  }

  private final Map<String, Map<String, Handler>> paths = new HashMap<>();

  Routes add(String method, String path, Handler handler) {
    Map<String, Handler> methods = paths.computeIfAbsent(path, _ -> new TreeMap<>());
    methods.put(method, handler);
    return this;
  }

  void handle(Exchange exchange) throws IOException {
    Map<String, Handler> methods = paths.get(exchange.path());
    if (methods == null) {
      throw new Problem(404, "DEMO-404", "There is nothing at this path.");
    }
    Handler handler = methods.get(exchange.method().equals("HEAD") ? "GET" : exchange.method());
    if (handler == null) {
      exchange.notAllowed(String.join(", ", methods.keySet()));
      return;
    }
    handler.handle(exchange);
  }
}
