package io.zeal.redisdrivers;

import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Reply;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commands from words, and replies as plain values that can be compared and shown. */
final class Replies {

  private Replies() {}

  static Command command(String... words) {
    Command.Builder builder = Command.named(words[0]);
    for (int i = 1; i < words.length; i++) {
      builder.add(words[i]);
    }
    return builder.build();
  }

  static List<@Nullable Object> plain(List<Reply> replies) {
    List<@Nullable Object> plain = new ArrayList<>();
    replies.forEach(reply -> plain.add(plain(reply)));
    return plain;
  }

  /** Null, a Long, a String with one character for each byte, a list, or what went wrong. */
  static @Nullable Object plain(Reply reply) {
    return switch (reply) {
      case Reply.Nil _ -> null;
      case Reply.Whole(long value) -> value;
      case Reply.Bytes(byte[] value) -> new String(value, StandardCharsets.ISO_8859_1);
      case Reply.Items(List<Reply> values) -> plain(values);
      case Reply.Failure(String message) -> "-" + message;
      case Reply.Lost(var outcome, var cause) -> "lost " + outcome + " " + cause.kind();
    };
  }

  /** Everything an error would show in a log, causes and stack included. */
  static String shown(Throwable error) {
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
