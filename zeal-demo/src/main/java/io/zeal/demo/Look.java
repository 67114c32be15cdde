package io.zeal.demo;

import io.zeal.Message;
import java.util.List;

/**
 * How one server sees the row that all share. Numbers are text, as in every answer.
 *
 * @param id of the question it answers
 * @param server the demo that looked
 * @param number of the value it sees, the higher the newer
 * @param writer the demo that wrote it
 * @param level who answered: {@code L1}, the server's own copy, or {@code L2}, what all share
 * @param ageMicros how long ago the value was read from there; zero if it is no copy
 * @param tookMicros how long reading took
 * @param generation how often all its copies of the store ended at once
 * @param gaps how often it found that messages were missed
 * @param hits how many reads of the store a copy answered
 * @param losing how many invalidations are still to be lost on their way to it
 * @param lost how many were
 */
record Look(
    String id,
    String server,
    String number,
    String writer,
    String level,
    String ageMicros,
    String tookMicros,
    String generation,
    String gaps,
    String hits,
    String losing,
    String lost) {

  private static final int MOST = 40;
  private static final List<String> FIELDS =
      List.of(
          "id",
          "server",
          "number",
          "writer",
          "level",
          "ageMicros",
          "tookMicros",
          "generation",
          "gaps",
          "hits",
          "losing",
          "lost");

  /**
   * Reads a message.
   *
   * @throws Problem if it is none of the demo's: anybody may publish on a channel
   */
  static Look of(Message message) {
    Body body = Body.of(Json.readObject(message.payload()), FIELDS);
    return new Look(
        body.text("id", MOST),
        body.text("server", MOST),
        number(body, "number"),
        body.text("writer", MOST),
        body.oneOf("level", List.of("L1", "L2")),
        number(body, "ageMicros"),
        number(body, "tookMicros"),
        number(body, "generation"),
        number(body, "gaps"),
        number(body, "hits"),
        number(body, "losing"),
        number(body, "lost"));
  }

  private static String number(Body body, String name) {
    return String.valueOf(body.whole(name, 0, Long.MAX_VALUE));
  }
}
