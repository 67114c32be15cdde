package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.ZealConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A demo on a free port of the loopback address, and a client for it. */
final class RunningDemo implements AutoCloseable {

  static final Duration LIMIT = Duration.ofSeconds(20);

  private final String url;
  private final Runnable stop;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();

  RunningDemo() {
    this(started(() -> Demo.start(arguments())));
  }

  RunningDemo(ZealConfig.Builder config) {
    this(started(() -> Demo.start(config, arguments())));
  }

  private RunningDemo(Demo demo) {
    this(demo.url(), demo::close);
  }

  /** One that runs elsewhere. */
  RunningDemo(String url, Runnable stop) {
    this.url = url;
    this.stop = stop;
  }

  private interface Start {
    Demo run() throws IOException;
  }

  private static Demo started(Start start) {
    try {
      return start.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Arguments arguments() {
    return new Arguments(InetAddress.getLoopbackAddress(), 0, false);
  }

  /** An answer with a JSON body. */
  record Answer(int status, JsonNode json) {

    String text(String pointer) {
      JsonNode node = json.at(pointer);
      return node.isMissingNode() ? "(absent)" : node.asString();
    }

    String code() {
      return text("/error/code");
    }

    String message() {
      return text("/error/message");
    }
  }

  String url() {
    return url;
  }

  int port() {
    return URI.create(url()).getPort();
  }

  Answer get(String path) {
    return json(request(path).GET());
  }

  /** Asks until the answer is as wanted, and returns it; fails with the last one. */
  Answer await(String path, Predicate<Answer> wanted) {
    return await(LIMIT, path, wanted);
  }

  Answer await(Duration limit, String path, Predicate<Answer> wanted) {
    long deadline = System.nanoTime() + limit.toNanos();
    Answer answer = get(path);
    while (!wanted.test(answer)) {
      assertThat(System.nanoTime()).as("%s answers %s", path, answer).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      answer = get(path);
    }
    return answer;
  }

  Answer post(String path, String body) {
    return send("POST", path, body);
  }

  Answer send(String method, String path, String body) {
    return json(
        request(path)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body)));
  }

  Answer send(String method, String path) {
    return json(request(path).method(method, HttpRequest.BodyPublishers.noBody()));
  }

  Answer json(HttpRequest.Builder request) {
    HttpResponse<String> response = exchange(request);
    return new Answer(response.statusCode(), JsonMapper.shared().readTree(response.body()));
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url() + path)).timeout(LIMIT);
  }

  HttpResponse<String> exchange(HttpRequest.Builder request) {
    return exchange(request, HttpResponse.BodyHandlers.ofString());
  }

  <T> HttpResponse<T> exchange(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
    try {
      return client.send(request.build(), handler);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Sends bytes as they are, for what a client library would not send, and returns the whole
   * answer.
   */
  String raw(String head) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout((int) LIMIT.toMillis());
      socket.getOutputStream().write(head.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
    stop.run();
  }
}
