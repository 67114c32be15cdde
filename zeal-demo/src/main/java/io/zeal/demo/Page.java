package io.zeal.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** The page and what it consists of, served from this module's own resources. */
final class Page {

  private static final String SCRIPT = "text/javascript; charset=utf-8";

  private static final Map<String, String> FILES =
      Map.ofEntries(
          Map.entry("/index.html", "text/html; charset=utf-8"),
          Map.entry("/zeal.css", "text/css; charset=utf-8"),
          Map.entry("/icon.svg", "image/svg+xml"),
          Map.entry("/main.js", SCRIPT),
          Map.entry("/net.js", SCRIPT),
          Map.entry("/ui.js", SCRIPT),
          Map.entry("/needs.js", SCRIPT),
          Map.entry("/store.js", SCRIPT),
          Map.entry("/increments.js", SCRIPT),
          Map.entry("/counter.js", SCRIPT),
          Map.entry("/cache.js", SCRIPT),
          Map.entry("/messages.js", SCRIPT),
          Map.entry("/tiered.js", SCRIPT),
          Map.entry("/processes.js", SCRIPT),
          Map.entry("/backend.js", SCRIPT));

  /** Whether the path is part of the page rather than data. */
  static boolean isPage(String path) {
    return path.equals("/") || FILES.containsKey(path);
  }

  void addTo(Routes routes) {
    FILES.forEach((path, type) -> {
      byte[] content = load(path);
      routes.add("GET", path, exchange -> exchange.file(type, content));
      if (path.equals("/index.html")) {
        routes.add("GET", "/", exchange -> exchange.file(type, content));
      }
    });
  }

  private static byte[] load(String path) {
    try (InputStream in = Page.class.getResourceAsStream("web" + path)) {
      if (in == null) {
        throw new IllegalStateException(
            "The jar lacks its own resource web" + path + ". Build it again.");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
