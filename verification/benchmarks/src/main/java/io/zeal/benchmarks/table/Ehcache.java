package io.zeal.benchmarks.table;

import io.zeal.benchmarks.Setting;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.ehcache.Cache;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.CacheManagerBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.ehcache.config.units.MemoryUnit;
import org.ehcache.spi.serialization.Serializer;

/** Ehcache with nothing but its off-heap tier, and rows written by hand; filled. */
record Ehcache(Cache<String, Player> cache, Runnable end) implements AutoCloseable {

  static final String NAME = "Ehcache off-heap";

  static Ehcache open(Setting setting) {
    var manager =
        CacheManagerBuilder.newCacheManagerBuilder()
            .withCache(
                "players",
                CacheConfigurationBuilder.newCacheConfigurationBuilder(
                        String.class,
                        Player.class,
                        ResourcePoolsBuilder.newResourcePoolsBuilder()
                            .offheap(Peers.roomBytes(setting), MemoryUnit.B))
                    .withValueSerializer(new PlayerSerializer()))
            .build(true);
    Cache<String, Player> cache = manager.getCache("players", String.class, Player.class);
    Peers.fill(setting, cache::put);
    return new Ehcache(cache, manager::close);
  }

  /** It has no computation on a row, so: until nobody was faster. */
  Player increment(String key) {
    Player before;
    Player after;
    do {
      before = cache.get(key);
      after = before.plusOne();
    } while (!cache.replace(key, before, after));
    return after;
  }

  @Override
  public void close() {
    end.run();
  }

  /** Ehcache's own goes over Java serialization and takes far longer. */
  private static final class PlayerSerializer implements Serializer<Player> {

    @Override
    public ByteBuffer serialize(Player player) {
      byte[] name = player.name().getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.allocate(Long.BYTES + name.length).putLong(player.score()).put(name).flip();
    }

    @Override
    public Player read(ByteBuffer bytes) {
      long score = bytes.getLong();
      byte[] name = new byte[bytes.remaining()];
      bytes.get(name);
      return new Player(new String(name, StandardCharsets.UTF_8), score);
    }

    @Override
    public boolean equals(Player player, ByteBuffer bytes) {
      return player.equals(read(bytes));
    }
  }
}
