package io.zeal.redis;

import io.zeal.redis.spi.Command;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command, where it goes, and whether it may be sent again.
 *
 * @param command what is sent
 * @param script the script that it calls by its digest; null if it calls none
 * @param key decides the node of a cluster; null for any node
 * @param write whether it changes anything: then it is sent at most once (S14)
 * @param question whether it is a read that others make too, whose answer may be one of a little
 *     later: calls that are sent together then make it once
 * @param aside whether it goes beside the calls of the application, for what the next message waits
 *     for
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Request(
    Command command,
    @Nullable ServerScript script,
    byte @Nullable [] key,
    boolean write,
    boolean question,
    boolean aside) {

  static Request read(Command command, byte[] key) {
    return new Request(command, null, key, false, false, false);
  }

  /** A question; the same object for all who ask it. */
  static Request question(Command command, byte[] key) {
    return new Request(command, null, key, false, true, false);
  }

  static Request write(Command command, byte[] key) {
    return new Request(command, null, key, true, false, false);
  }

  /** A script that writes; the first key decides the node, all keys are in its slot. */
  static Request write(ServerScript script, List<byte[]> keys, List<byte[]> arguments) {
    return new Request(call(script, keys, arguments), script, first(keys), true, false, false);
  }

  /** A script that only reads. */
  static Request read(ServerScript script, List<byte[]> keys, List<byte[]> arguments) {
    return new Request(call(script, keys, arguments), script, first(keys), false, false, false);
  }

  private static byte @Nullable [] first(List<byte[]> keys) {
    return keys.isEmpty() ? null : keys.getFirst();
  }

  private static Command call(ServerScript script, List<byte[]> keys, List<byte[]> arguments) {
    Command.Builder command = Command.named("EVALSHA").add(script.digest()).add(keys.size());
    keys.forEach(command::add);
    arguments.forEach(command::add);
    return command.build();
  }

  /** The same with the script's text, which the server then knows; null if there is none. */
  @Nullable Request withSource() {
    return script == null
        ? null
        : new Request(command.with("EVAL", script.source()), null, key, write, false, aside);
  }

  /** The same beside the calls of the application. */
  Request beside() {
    return new Request(command, script, key, write, question, true);
  }
}
