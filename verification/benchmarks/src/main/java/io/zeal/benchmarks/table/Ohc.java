package io.zeal.benchmarks.table;

import io.zeal.benchmarks.Setting;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.caffinitas.ohc.CacheSerializer;
import org.caffinitas.ohc.OHCache;
import org.caffinitas.ohc.OHCacheBuilder;

/** OHC as it comes, with serializers written by hand: it brings none. */
final class Ohc {

  static final String NAME = "OHC";

  private Ohc() {}

  /** Filled. */
  static OHCache<String, Player> open(Setting setting) {
    OHCache<String, Player> cache =
        OHCacheBuilder.<String, Player>newBuilder()
            .keySerializer(new TextSerializer())
            .valueSerializer(new PlayerSerializer())
            .capacity(Peers.roomBytes(setting))
            .build();
    Peers.fill(setting, cache::put);
    return cache;
  }

  /** It has no computation on a row, so: until nobody was faster. */
  static Player increment(OHCache<String, Player> cache, String key) {
    Player before;
    Player after;
    do {
      before = cache.get(key);
      after = before.plusOne();
    } while (!cache.addOrReplace(key, before, after));
    return after;
  }

  /** A length and UTF-8. */
  static final class TextSerializer implements CacheSerializer<String> {

    @Override
    public void serialize(String text, ByteBuffer bytes) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      bytes.putShort((short) utf8.length).put(utf8);
    }

    @Override
    public String deserialize(ByteBuffer bytes) {
      byte[] utf8 = new byte[bytes.getShort()];
      bytes.get(utf8);
      return new String(utf8, StandardCharsets.UTF_8);
    }

    /** Without making the bytes: it is asked for with every call. */
    @Override
    public int serializedSize(String text) {
      int size = Short.BYTES;
      for (int i = 0; i < text.length(); i++) {
        char at = text.charAt(i);
        // Either half of a pair counts two, a pair four.
        size += at < 0x80 ? 1 : at < 0x800 || Character.isSurrogate(at) ? 2 : 3;
      }
      return size;
    }
  }

  private static final class PlayerSerializer implements CacheSerializer<Player> {

    private final TextSerializer names = new TextSerializer();

    @Override
    public void serialize(Player player, ByteBuffer bytes) {
      bytes.putLong(player.score());
      names.serialize(player.name(), bytes);
    }

    @Override
    public Player deserialize(ByteBuffer bytes) {
      long score = bytes.getLong();
      return new Player(names.deserialize(bytes), score);
    }

    @Override
    public int serializedSize(Player player) {
      return Long.BYTES + names.serializedSize(player.name());
    }
  }
}
