package io.zeal.demo;

import io.zeal.Capability;
import io.zeal.Message;
import io.zeal.SubscribeOptions;
import io.zeal.Zeal;
import java.util.List;

/**
 * The chat room: one channel, and what is said on it reaches every demo that shares the backend.
 */
final class Room {

  /** The channel. */
  static final String CHANNEL = "demo/room";

  static final int MOST_TEXT = 500;
  static final int MOST_NAME = 40;

  private static final List<String> FIELDS = List.of("server", "name", "text");

  /**
   * What somebody said.
   *
   * @param server the demo that published it
   * @param name who said it, as they call themselves
   */
  record Said(String server, String name, String text) {

    /**
     * Reads a message.
     *
     * @throws Problem if it is none of the demo's: anybody may publish on a channel
     */
    static Said of(Message message) {
      Body body = Body.of(Json.readObject(message.payload()), FIELDS);
      return new Said(
          body.text("server", MOST_NAME),
          body.text("name", MOST_NAME),
          body.text("text", MOST_TEXT));
    }
  }

  private final Zeal zeal;
  private final String server;
  private final Joined joined;

  /** Subscribes; what is said from now on is in the log. */
  Room(Zeal zeal, String server, MessageLog log) {
    this.zeal = zeal;
    this.server = server;
    SubscribeOptions options = SubscribeOptions.defaults().withOnGap(log::gap);
    this.joined =
        Joined.by(() -> {
          Need.ROOM.require(zeal.info());
          return zeal.pubSub().subscribe(CHANNEL, options, message -> log.said(Said.of(message)));
        });
  }

  /** Says something, and returns how many receivers it had as far as the backend knows. */
  long say(String name, String text) {
    joined.require();
    return zeal.pubSub().publish(CHANNEL, Json.write(new Said(server, name, text)));
  }

  /** Whether {@link #say} returns an exact number. */
  boolean countsExactly() {
    return zeal.info().can(Capability.EXACT_RECEIVERS);
  }

  Joined.State state() {
    return joined.state();
  }
}
