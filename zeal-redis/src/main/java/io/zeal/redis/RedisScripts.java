package io.zeal.redis;

import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.Script;
import io.zeal.Scripts;
import java.util.List;
import java.util.Objects;

/** Scripts of the application: called by digest, sent whole to a server that does not know them. */
final class RedisScripts implements Scripts {

  private final Names names;
  private final Server server;

  RedisScripts(Names names, Server server) {
    this.names = names;
    this.server = server;
  }

  @Override
  public Reply run(Script script, List<String> keys, List<String> arguments) {
    Objects.requireNonNull(script, "script");
    for (String key : keys) {
      if (names.isOurs(key)) {
        throw new InvalidArgumentException(
            ErrorCode.INVALID_ARGUMENT,
            "Key '"
                + key
                + "' of a script is under zeal.redis.prefix, where rows and indexes belong together."
                + " Use a key of your own.");
      }
    }
    if (keys.stream().map(key -> Slots.of(Names.bytes(key))).distinct().count() > 1
        && server.topology() instanceof ClusterTopology) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          "The keys of a script are in different slots of the cluster. Give them one hash tag: {x}a, {x}b.");
    }
    return ScriptReplies.converted(
        Errors.answer(
            server.execute(
                Request.write(
                    ServerScript.of(script.source()),
                    keys.stream().map(Names::bytes).toList(),
                    arguments.stream().map(Names::bytes).toList())),
            "Script",
            true));
  }
}
