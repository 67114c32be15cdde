package io.zeal.redis;

import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.Script;
import io.zeal.Scripts;
import java.util.List;

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
    keys.forEach(key -> requireReachable(script, key));
    List<byte[]> keyBytes = keys.stream().map(Names::bytes).toList();
    requireOneSlot(keyBytes);
    return ScriptReplies.converted(
        server.execute(
            Request.write(
                ServerScript.foreign(script.source()),
                keyBytes,
                arguments.stream().map(Names::bytes).toList())));
  }

  private void requireReachable(Script script, String key) {
    if (names.isOurs(key)
        && script.touchedStores().stream().noneMatch(store -> names.isOfRows(key, store))) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          "Key '"
              + key
              + "' of a script is under zeal.redis.prefix and not of a store that the script"
              + " touches: "
              + script.touchedStores().stream().sorted().toList()
              + ". Use a key of your own, or name its store with Script.touching.");
    }
  }

  private void requireOneSlot(List<byte[]> keys) {
    if (server.topology() instanceof ClusterTopology
        && keys.stream().map(Slots::of).distinct().count() > 1) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          "The keys of a script are in different slots of the cluster. Give them one hash tag: {x}a, {x}b.");
    }
  }
}
