package io.zeal.redis;

import io.zeal.redis.spi.Command;
import io.zeal.spi.Sequence;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One part of a store: the keys that share a hash tag. Remembers the generation that was current
 * when the bucket was last seen; every command is checked against the server's.
 */
final class Bucket {

  /** The keys of one generation. */
  static final class Generation {
    final byte[] token;
    final byte[] members;
    final byte[] expiries;
    private final byte[] rows;

    private Generation(String bucket, String token) {
      this.token = Names.bytes(token);
      this.members = Names.bytes(bucket + token + ":m");
      this.expiries = Names.bytes(bucket + token + ":x");
      this.rows = Names.bytes(bucket + token + ":r:");
    }

    /** Where in the name of a row its key begins; the first byte is the first. */
    int keyBegin() {
      return rows.length + 1;
    }

    /** The row of a key. */
    byte[] row(byte[] key) {
      byte[] row = new byte[rows.length + key.length];
      System.arraycopy(rows, 0, row, 0, rows.length);
      System.arraycopy(key, 0, row, rows.length, key.length);
      return row;
    }
  }

  /** What makes a process's epochs others than those of one that began in the same moment. */
  private static final long SALT = new SecureRandom().nextLong();

  /** 0 to the store's number of buckets - 1. */
  final int index;

  /** The same, as a message has it. */
  final byte[] number;

  final byte[] generationKey;
  final byte[] trashKey;

  /** How many steps were announced; what it holds is in {@code announced.lua}. */
  final byte[] countKey;

  /** Which generation the server has. */
  final Request question;

  private final String prefix;
  private volatile @Nullable Generation seen;

  Bucket(String prefix, int index) {
    this.prefix = prefix;
    this.index = index;
    this.number = ByteBuffer.allocate(Integer.BYTES).putInt(index).array();
    this.countKey = Names.bytes(prefix + "n");
    this.generationKey = Names.bytes(prefix + "g");
    this.trashKey = Names.bytes(prefix + "t");
    this.question =
        Request.question(Command.named("GET").add(generationKey).build(), generationKey);
  }

  /** The generation seen last; null if none is known. */
  @Nullable Generation seen() {
    return seen;
  }

  Generation saw(byte[] token) {
    return remember(of(token));
  }

  Generation remember(Generation generation) {
    seen = generation;
    return generation;
  }

  /** The bucket has no generation on the server: nothing is stored in it. */
  void sawNone() {
    seen = null;
  }

  Generation of(byte[] token) {
    return new Generation(prefix, new String(token, java.nio.charset.StandardCharsets.UTF_8));
  }

  /**
   * A generation that never was: random, so that not even a server that lost its memory takes an
   * old one up again.
   */
  Generation invent() {
    return new Generation(
        prefix, HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
  }

  /** An epoch that never was, should the server have no count: for one call alone. */
  byte[] inventEpoch() {
    return ByteBuffer.allocate(Long.BYTES)
        .putLong(ThreadLocalRandom.current().nextLong() ^ SALT)
        .array();
  }

  /** What a count on the server says. */
  Sequence sequence(byte[] count) {
    ByteBuffer buffer = ByteBuffer.wrap(count);
    return new Sequence(index, buffer.getLong(), buffer.getLong());
  }
}
