package io.zeal.memcached;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.verification.servers.MemcachedConnection;
import io.zeal.verification.servers.MemcachedOptions;
import io.zeal.verification.servers.MemcachedServer;
import io.zeal.verification.servers.ServerTests;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Servers of a test's own, which it may kill, pause and fill, and what it opens on them. */
final class OwnServers implements AutoCloseable {

  /** After which a server is taken for one that stands still. */
  private static final Duration SILENCE = Duration.ofMillis(100);

  private final List<MemcachedServer> servers;
  private final List<AutoCloseable> opened = new ArrayList<>();

  private OwnServers(List<MemcachedServer> servers) {
    this.servers = servers;
  }

  static OwnServers start(int number) {
    return start(number, MemcachedOptions.defaults());
  }

  static OwnServers start(int number, MemcachedOptions options) {
    return new OwnServers(
        ServerTests.startOrSkip(
            () -> Stream.generate(() -> MemcachedServer.start(options)).limit(number).toList()));
  }

  MemcachedServer get(int server) {
    return servers.get(server);
  }

  /** Lets one stand still, and returns once it does: on a busy machine that takes a moment. */
  void pause(int server) {
    get(server).pause();
    Await.until("a server that stands still", () -> !answers(get(server).port()));
  }

  private static boolean answers(int port) {
    try (var connection = MemcachedConnection.open(port, SILENCE)) {
      return !connection.command("version").isEmpty();
    } catch (UncheckedIOException silent) {
      return false;
    }
  }

  /** The value of the setting that names them all. */
  String addresses() {
    return SharedServers.addresses(servers);
  }

  /** An instance over all of them; {@code settings} are keys and values in turn. */
  Zeal open(String... settings) {
    return openOn(addresses(), settings);
  }

  /** An instance over servers, or what stands in front of them. */
  Zeal openOn(String addresses, String... settings) {
    ZealConfig.Builder config =
        ZealConfig.builder()
            .set("zeal.backend", "memcached")
            .set("zeal.memcached.servers", addresses);
    for (int i = 0; i < settings.length; i += 2) {
      config.set(settings[i], settings[i + 1]);
    }
    return closing(Zeal.open(config.build()));
  }

  /** One of the numbers that an instance counts. */
  static long figure(Zeal zeal, String name) {
    return zeal.stats().parts().get("backend").numbers().get(name);
  }

  RawItems items(int server) {
    return closing(new RawItems(get(server).address(), "zeal"));
  }

  <C extends AutoCloseable> C closing(C one) {
    opened.add(one);
    return one;
  }

  /** Which of the servers has a row. */
  int owner(String store, String key) {
    return ring().owner(store + '\n' + key);
  }

  /** Keys whose rows are on one of the servers. */
  List<String> keysOn(int server, String store, int number) {
    return keys().filter(key -> owner(store, key) == server).limit(number).toList();
  }

  /** The name of a counter that is on one of the servers. */
  String counterOn(int server) {
    Ring ring = ring();
    return keys().filter(name -> ring.owner(name) == server).findFirst().orElseThrow();
  }

  private static Stream<String> keys() {
    return IntStream.range(0, 100_000).mapToObj(i -> "key-" + i);
  }

  private Ring ring() {
    return new Ring(Address.parseAll(addresses()));
  }

  @Override
  public void close() {
    for (AutoCloseable one : opened.reversed()) {
      try {
        one.close();
      } catch (Exception e) {
        throw new IllegalStateException("Cannot close " + one, e);
      }
    }
    servers.forEach(MemcachedServer::close);
  }
}
