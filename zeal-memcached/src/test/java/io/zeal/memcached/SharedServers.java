package io.zeal.memcached;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.verification.servers.Certificates;
import io.zeal.verification.servers.MemcachedOptions;
import io.zeal.verification.servers.MemcachedServer;
import io.zeal.verification.servers.ServerTests;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Servers for all tests of this JVM that use names of their own. They end with the JVM. */
final class SharedServers {

  private static final class One {
    static final List<MemcachedServer> SERVERS = List.of(MemcachedServer.start());
  }

  private static final class Three {
    static final List<MemcachedServer> SERVERS =
        Stream.generate(MemcachedServer::start).limit(3).toList();
  }

  private static final class Encrypted {
    static final List<MemcachedServer> SERVERS =
        List.of(MemcachedServer.start(MemcachedOptions.defaults().withTls()));
  }

  private SharedServers() {}

  static MemcachedServer one() {
    return ServerTests.startOrSkip(() -> One.SERVERS).getFirst();
  }

  static List<MemcachedServer> three() {
    return ServerTests.startOrSkip(() -> Three.SERVERS);
  }

  /** The setting that names these servers. */
  static String addresses(List<MemcachedServer> servers) {
    return servers.stream().map(MemcachedServer::address).collect(Collectors.joining(","));
  }

  /** The backend on one server. */
  static Zeal open(ZealConfig.Builder config) {
    return open(config, addresses(List.of(one())));
  }

  /** The backend on one server, by the binary protocol. */
  static Zeal openBinary(ZealConfig.Builder config) {
    return open(config.set("zeal.memcached.protocol", "binary"));
  }

  /** The backend on three servers. */
  static Zeal openThree(ZealConfig.Builder config) {
    return open(config, addresses(three()));
  }

  /** The backend on one server, by TLS. */
  static Zeal openTls(ZealConfig.Builder config) {
    MemcachedServer server = ServerTests.startOrSkip(() -> Encrypted.SERVERS).getFirst();
    return open(
        config
            .set("zeal.memcached.tls", "true")
            .set("zeal.memcached.tls.ca", Certificates.get().authority().toString()),
        "localhost:" + server.tlsPort());
  }

  private static Zeal open(ZealConfig.Builder config, String servers) {
    return Zeal.open(
        config.set("zeal.backend", "memcached").set("zeal.memcached.servers", servers).build());
  }
}
