package io.zeal.redisdrivers;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.FarLine;
import io.zeal.verification.servers.RedisCluster;
import io.zeal.verification.servers.ServerTests;
import java.util.stream.Collectors;

/** Three masters for all tests of this JVM that use names of their own. They end with the JVM. */
final class SharedCluster {

  private static final class Started {
    static final RedisCluster CLUSTER = RedisCluster.start();
  }

  private SharedCluster() {}

  static RedisCluster get() {
    return ServerTests.startOrSkip(() -> Started.CLUSTER);
  }

  /** The backend over this driver. */
  static Zeal open(ZealConfig.Builder config, String driver) {
    return open(config, "redis", driver);
  }

  /** The same with copies before it. */
  static Zeal openTiered(ZealConfig.Builder config, String driver) {
    return open(config, "tiered", driver);
  }

  /** The same by way of the kit's line. */
  static Zeal openTiered(ZealConfig.Builder config, String driver, FarLine line) {
    return Zeal.open(settings(config, driver).backend(new TieredOnALine(line)).build());
  }

  private static Zeal open(ZealConfig.Builder config, String backend, String driver) {
    return Zeal.open(settings(config, driver).set("zeal.backend", backend).build());
  }

  private static ZealConfig.Builder settings(ZealConfig.Builder config, String driver) {
    return config
        .set("zeal.redis.url", url(get()))
        .set("zeal.redis.driver", driver)
        .set("zeal.redis.timeout", "10s");
  }

  /** The URL that names every node. */
  static String url(RedisCluster cluster) {
    return cluster.ports().stream()
        .map(port -> "127.0.0.1:" + port)
        .collect(Collectors.joining(",", "redis+cluster://", ""));
  }
}
