package io.zeal.redis;

import io.zeal.redis.spi.Command;
import java.util.List;

/**
 * What a connection is subscribed to, as the server names it.
 *
 * @param kind how
 * @param name the channel, or the pattern in the server's notation
 */
record Topic(Kind kind, String name) {

  /** How a server is asked for messages, and how it brings them. */
  enum Kind {
    CHANNEL("PUBLISH", "SUBSCRIBE"),
    PATTERN("PUBLISH", "PSUBSCRIBE"),
    SHARDED("SPUBLISH", "SSUBSCRIBE");

    private final String publish;
    private final String subscribe;
    private final String unsubscribe;

    Kind(String publish, String subscribe) {
      this.publish = publish;
      this.subscribe = subscribe;
      this.unsubscribe = subscribe.replace("SUB", "UNSUB");
    }

    /** The command that publishes. */
    String publish() {
      return publish;
    }
  }

  /** One command for several topics of a kind. */
  static Command command(Kind kind, boolean subscribe, List<Topic> topics) {
    Command.Builder command = Command.named(subscribe ? kind.subscribe : kind.unsubscribe);
    topics.forEach(topic -> command.add(topic.name));
    return command.build();
  }
}
