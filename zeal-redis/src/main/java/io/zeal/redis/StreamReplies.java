package io.zeal.redis;

import io.zeal.CodecException;
import io.zeal.ErrorCode;
import io.zeal.pubsub.spi.Claimed;
import io.zeal.redis.spi.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what a server answers about streams. */
final class StreamReplies {

  private static final byte[] NOTHING = {};

  private StreamReplies() {}

  /** The fresh messages of one key in the answer to {@code XREADGROUP}. */
  static List<Claimed> fresh(Reply entries) {
    List<Claimed> fresh = new ArrayList<>();
    for (Reply entry : items(entries)) {
      List<Reply> parts = items(entry);
      fresh.add(claimed(text(parts.get(0)), parts.get(1), 1, true));
    }
    return fresh;
  }

  /** A message of the stream; fields that are missing were written by somebody else. */
  static Claimed claimed(String id, Reply fields, long count, boolean fresh) {
    @Nullable String key = null;
    byte[] payload = NOTHING;
    List<Reply> all = items(fields);
    for (int i = 0; i + 1 < all.size(); i += 2) {
      if (all.get(i) instanceof Reply.Bytes(byte[] name)
          && name.length == 1
          && all.get(i + 1) instanceof Reply.Bytes(byte[] value)) {
        switch (name[0]) {
          case 'p' -> payload = value;
          case 'k' -> key = new String(value, StandardCharsets.UTF_8);
          default -> {}
        }
      }
    }
    return new Claimed(id, payload, key, count, fresh);
  }

  /** Fields and their values. */
  static Map<String, byte[]> fields(Reply fields) {
    Map<String, byte[]> byName = new HashMap<>();
    List<Reply> all = items(fields);
    for (int i = 0; i + 1 < all.size(); i += 2) {
      if (all.get(i + 1) instanceof Reply.Bytes(byte[] value)) {
        byName.put(text(all.get(i)), value);
      }
    }
    return byName;
  }

  static List<Reply> items(Reply reply) {
    if (reply instanceof Reply.Items(List<Reply> values)) {
      return values;
    }
    throw damaged(reply);
  }

  static long whole(Reply reply) {
    if (reply instanceof Reply.Whole(long value)) {
      return value;
    }
    throw damaged(reply);
  }

  static String text(Reply reply) {
    if (reply instanceof Reply.Bytes(byte[] value)) {
      return new String(value, StandardCharsets.UTF_8);
    }
    throw damaged(reply);
  }

  private static CodecException damaged(Reply reply) {
    return new CodecException(
        ErrorCode.CODEC,
        "The server answered about a stream with "
            + reply.getClass().getSimpleName()
            + " where something else belongs. Use a server of a version that is supported.");
  }
}
