package io.zeal.cache;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * A tag as it is stored: the first 16 bytes of its SHA-256, so that tags of any length take the
 * same room. Two tags that meet would be invalidated together; nothing else.
 */
record TagHash(long high, long low) {

  /** How many bytes it takes. */
  static final int BYTES = 16;

  /** The hash of a well-formed tag. */
  static TagHash of(String tag) {
    ByteBuffer hash = ByteBuffer.wrap(sha256(Text.utf8(tag)));
    return new TagHash(hash.getLong(), hash.getLong());
  }

  /** 22 characters that a key may hold. */
  String text() {
    byte[] bytes = ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The tag of {@link #text}. */
  static TagHash parse(String text) {
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
    return new TagHash(bytes.getLong(), bytes.getLong());
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
