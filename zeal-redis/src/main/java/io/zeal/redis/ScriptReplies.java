package io.zeal.redis;

import io.zeal.Scripts;
import io.zeal.ZealException;
import io.zeal.redis.spi.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A server's replies as the API shows them. */
final class ScriptReplies {

  private ScriptReplies() {}

  /** The answer; an error in it, also deep in a list, is thrown. */
  static Scripts.Reply converted(Reply reply) {
    return switch (reply) {
      case Reply.Nil() -> new Scripts.Reply.Nothing();
      case Reply.Whole(long value) -> new Scripts.Reply.LongValue(value);
      case Reply.Bytes(byte[] value) ->
          new Scripts.Reply.TextValue(new String(value, StandardCharsets.UTF_8));
      case Reply.Items(List<Reply> values) ->
          new Scripts.Reply.Items(values.stream().map(ScriptReplies::converted).toList());
      case Reply.Failure _, Reply.Lost _ -> throw error(reply);
    };
  }

  /** The error of a script that did not come to an end. */
  static ZealException error(Reply reply) {
    return switch (reply) {
      case Reply.Failure(String message) -> Errors.ofScript(message);
      case Reply.Lost lost -> Errors.ofLost(lost, "Script");
      default -> Errors.ofScript("an unknown reply");
    };
  }
}
