package io.zeal.redisdrivers;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.FarLine;
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
    return open(config, "redis", driver);
  }

  /** The same with copies before it. */
  static Zeal openTiered(ZealConfig.Builder config, String driver) {
    return open(config, "tiered", driver);
  }

  /** The same by way of the kit's line, in some buckets although one server needs but one. */
  static Zeal openTiered(ZealConfig.Builder config, String driver, FarLine line) {
    return Zeal.open(
        settings(config, driver)
            .backend(new TieredOnALine(line))
            .set("zeal.redis.buckets", "3")
            .build());
  }

  private static Zeal open(ZealConfig.Builder config, String backend, String driver) {
    return Zeal.open(settings(config, driver).set("zeal.backend", backend).build());
  }

  private static ZealConfig.Builder settings(ZealConfig.Builder config, String driver) {
    return config
        .set("zeal.redis.url", "redis://" + get().address())
        .set("zeal.redis.driver", driver);
  }
}
