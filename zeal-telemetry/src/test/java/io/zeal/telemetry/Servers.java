package io.zeal.telemetry;

import io.zeal.ZealConfig;
import io.zeal.verification.servers.MemcachedServer;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;

/** Servers for all tests of this JVM, which use names of their own. */
final class Servers {

  private static final class Redis {
    static final RedisServer SERVER = RedisServer.start();
  }

  private static final class Memcached {
    static final MemcachedServer SERVER = MemcachedServer.start();
  }

  private Servers() {}

  static ZealConfig.Builder redis(ZealConfig.Builder config, String backend) {
    RedisServer server = ServerTests.startOrSkip(() -> Redis.SERVER);
    return config.set("zeal.backend", backend).set("zeal.redis.url", "redis://" + server.address());
  }

  static ZealConfig.Builder memcached(ZealConfig.Builder config) {
    MemcachedServer server = ServerTests.startOrSkip(() -> Memcached.SERVER);
    return config.set("zeal.backend", "memcached").set("zeal.memcached.servers", server.address());
  }
}
