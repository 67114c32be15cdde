package io.zeal.demo;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One request and its answer. */
final class Exchange {

  /** The most bytes of a request's body. */
  static final int BODY_LIMIT = 64 * 1024;

  /**
   * How much of a body that is too long is read all the same, so that its sender gets to see the
   * answer.
   */
  private static final long PATIENCE = 4L * 1024 * 1024;

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
              + " object-src 'none'",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Referrer-Policy",
          "no-referrer",
          "X-Content-Type-Options",
          "nosniff",
          "X-Frame-Options",
          "DENY");

  private final HttpExchange http;
  private boolean answered;

  Exchange(HttpExchange http) {
    this.http = http;
  }

  String method() {
    return http.getRequestMethod();
  }

  /** Whether the method is one that changes nothing. */
  boolean reads() {
    return method().equals("GET") || method().equals("HEAD");
  }

  String path() {
    return http.getRequestURI().getRawPath();
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(http.getRequestHeaders().getFirst(name));
  }

  /** The query, which may have none but the named parameters. */
  Query query(String... names) {
    return Query.parse(http.getRequestURI().getRawQuery(), List.of(names));
  }

  /** The JSON object of the request, which may have none but the named fields. */
  Body body(String... names) throws IOException {
    return Body.of(Json.readObject(bytes()), List.of(names));
  }

  private byte[] bytes() throws IOException {
    requireJson();
    InputStream in = http.getRequestBody();
    byte[] bytes = in.readNBytes(BODY_LIMIT + 1);
    if (bytes.length <= BODY_LIMIT) {
      return bytes;
    }
    discard(in);
    http.getResponseHeaders().set("Connection", "close");
    throw new Problem(
        413, "DEMO-413", "The body is longer than " + BODY_LIMIT + " bytes. Send less at a time.");
  }

  private void requireJson() {
    String type = header("Content-Type").orElse("none").toLowerCase(Locale.ROOT).replace(" ", "");
    if (!type.matches("application/json(;charset=\"?utf-8\"?)?")) {
      throw new Problem(
          415,
          "DEMO-415",
          "The body is not declared as JSON. Send Content-Type: application/json.");
    }
  }

  private static void discard(InputStream in) throws IOException {
    byte[] buffer = new byte[8192];
    long left = PATIENCE;
    int read;
    while (left > 0 && (read = in.read(buffer)) >= 0) {
      left -= read;
    }
  }

  void json(int status, Object value) throws IOException {
    send(status, "application/json", "no-store", Json.write(value));
  }

  void text(String type, String text) throws IOException {
    send(200, type, "no-store", text.getBytes(StandardCharsets.UTF_8));
  }

  void file(String type, byte[] content) throws IOException {
    send(200, type, "no-cache", content);
  }

  void notAllowed(String allow) throws IOException {
    http.getResponseHeaders().set("Allow", allow);
    throw new Problem(
        405, "DEMO-405", "There is no " + method() + " here. This path takes " + allow + ".");
  }

  /** Answers with an error, unless an answer is under way already. */
  void fail(Problem problem) throws IOException {
    if (!answered) {
      json(problem.status(), problem.answer());
    }
  }

  /** Starts an answer without an end: server-sent events. */
  OutputStream events() throws IOException {
    head("text/event-stream", "no-store");
    http.sendResponseHeaders(200, 0);
    return http.getResponseBody();
  }

  private void send(int status, String type, String caching, byte[] content) throws IOException {
    head(type, caching);
    if (method().equals("HEAD")) {
      http.getResponseHeaders().set("Content-Length", String.valueOf(content.length));
      http.sendResponseHeaders(status, -1);
      return;
    }
    http.sendResponseHeaders(status, content.length);
    http.getResponseBody().write(content);
  }

  private void head(String type, String caching) {
    answered = true;
    HEADERS.forEach(http.getResponseHeaders()::set);
    http.getResponseHeaders().set("Content-Type", type);
    http.getResponseHeaders().set("Cache-Control", caching);
  }
}
