package io.zeal.redisdrivers;

import io.zeal.verification.servers.RedisOptions;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;

/**
 * The two servers that drivers are tested against: one that lets everybody in, over TCP, TLS and a
 * unix socket, and one that asks for a password and a client's certificate. They end with the JVM.
 */
final class DriverServers {

  static final String USER = "app";
  static final String PASSWORD = "s3cret-of-the-test";

  private static final class Plain {
    static final RedisServer SERVER =
        RedisServer.start(
            RedisOptions.defaults()
                .withTls()
                .withUnixSocket()
                .with("bind", "127.0.0.1", "127.0.0.2"));
  }

  private static final class Guarded {
    static final RedisServer SERVER =
        RedisServer.start(
            RedisOptions.defaults()
                .withPassword(PASSWORD)
                .withUser(USER, "on", ">" + PASSWORD, "~*", "&*", "+@all")
                .withMutualTls());
  }

  private DriverServers() {}

  static RedisServer plain() {
    return ServerTests.startOrSkip(() -> Plain.SERVER);
  }

  static RedisServer guarded() {
    return ServerTests.startOrSkip(() -> Guarded.SERVER);
  }
}
