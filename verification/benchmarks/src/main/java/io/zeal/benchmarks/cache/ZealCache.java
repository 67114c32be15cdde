package io.zeal.benchmarks.cache;

import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.benchmarks.Directory;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import io.zeal.verification.servers.RedisServer;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** Zeal as an application opens it, filled. */
record ZealCache(Zeal zeal, Cache documents, Optional<Directory> directory)
    implements AutoCloseable {

  private static final CacheOptions OPTIONS = CacheOptions.defaults().withTtl(Peers.TTL);

  /** In this process. */
  static ZealCache open(Setting setting, Files files) {
    ZealConfig.Builder config =
        ZealConfig.builder()
            .set("zeal.backend", "table")
            .set("zeal.cache.entries", Integer.toString(2 * setting.rows()));
    Optional<Directory> directory =
        files == Files.ON ? Optional.of(Directory.create()) : Optional.empty();
    directory.ifPresentOrElse(
        it ->
            config
                .set("zeal.cache.directory", it.path().toString())
                .set("zeal.cache.file-bytes", Long.toString(Peers.DISK_BYTES)),
        () -> config.set("zeal.cache.files", "false"));
    return filled(Zeal.open(config.build()), setting, directory);
  }

  /** On a server; the values are JSON. */
  static ZealCache open(Setting setting, Driver driver, RedisServer server, JsonMapper mapper) {
    ZealConfig config =
        ZealConfig.builder()
            .set("zeal.backend", "redis")
            .set("zeal.redis.url", "redis://" + server.address())
            .set("zeal.redis.driver", driver.id)
            .set("zeal.cache.codec", "jackson")
            .instance(JsonMapper.class, mapper)
            .build();
    return filled(Zeal.open(config), setting, Optional.empty());
  }

  private static ZealCache filled(Zeal zeal, Setting setting, Optional<Directory> directory) {
    Cache documents = zeal.cache("documents", OPTIONS);
    for (int row = 0; row < setting.rows(); row++) {
      documents.put(Picks.key(row), Document.number(row), Document.class);
    }
    return new ZealCache(zeal, documents, directory);
  }

  @Override
  public void close() {
    zeal.close();
    directory.ifPresent(Directory::close);
  }
}
