package io.zeal.redis;

import io.zeal.Outcome;
import io.zeal.redis.spi.Reply;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Scripts of the application as they are run where their changes are announced. A server is asked
 * once for each text whether it is a whole script; what was good is remembered, for the texts that
 * were used last. Safe for concurrent use.
 */
final class TouchingScripts {

  private static final int MOST = 256;

  private final Server server;

  // Guarded by itself; the text that was used least recently stands first.
  private final Map<String, ServerScript> good =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ServerScript> eldest) {
          return size() > MOST;
        }
      };

  TouchingScripts(Server server) {
    this.server = server;
  }

  /** The script with its announcement; throws if the text is none by itself. */
  ServerScript of(String source, long deadline) {
    synchronized (good) {
      ServerScript known = good.get(source);
      if (known != null) {
        return known;
      }
    }
    requireWhole(source, deadline);
    ServerScript script = ServerScript.touching(source);
    synchronized (good) {
      good.put(source, script);
    }
    return script;
  }

  private void requireWhole(String source, long deadline) {
    String body = ServerScript.body(source);
    boolean named = body.length() < source.length();
    if (named && !source.startsWith("#!lua")) {
      return; // The server does not have that language, or does not take Lua around it.
    }
    List<byte[]> text = List.of(Names.bytes(named ? "\n" + body : body));
    Request question = Request.read(ServerScript.COMPILES, List.of(), text);
    switch (server.execute(List.of(question), deadline).getFirst()) {
      case Reply.Whole _ -> {}
      // It was the question that got lost: the script was not sent.
      case Reply.Lost lost ->
          throw ScriptReplies.error(new Reply.Lost(Outcome.NOT_SENT, lost.cause()));
      case Reply failure -> throw ScriptReplies.error(failure);
    }
  }
}
