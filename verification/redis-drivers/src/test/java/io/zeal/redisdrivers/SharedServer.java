package io.zeal.redisdrivers;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;

/** One plain server for all tests of this JVM that use names of their own. It ends with the JVM. */
final class SharedServer {

  private static final class Started {
    static final RedisServer SERVER = RedisServer.start();
  }

  private SharedServer() {}

  static RedisServer get() {
    return ServerTests.startOrSkip(() -> Started.SERVER);
  }

  /** The backend over this driver. */
  static Zeal open(ZealConfig.Builder config, String driver) {
    return Zeal.open(
        config
            .set("zeal.backend", "redis")
            .set("zeal.redis.url", "redis://" + get().address())
            .set("zeal.redis.driver", driver)
            .build());
  }
}
