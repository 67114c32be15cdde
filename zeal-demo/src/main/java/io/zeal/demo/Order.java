package io.zeal.demo;

import io.zeal.Message;
import java.util.Arrays;
import java.util.List;

/**
 * An order, with how its handler shall answer.
 *
 * @param server the demo that took it
 * @param item what is ordered
 * @param answer what its handler does
 * @param times with how many deliveries it does so, and is done with it afterwards
 * @param delayMillis how long the order waits after {@link Answer#RETRY}
 * @param workMillis how long the handler takes
 */
record Order(
    String server, String item, Answer answer, long times, long delayMillis, long workMillis) {

  /** What a handler may do. */
  enum Answer {
    /** Be done with it. */
    DONE,
    /** Throw. */
    FAIL,
    /** Ask for another delivery after a while. */
    RETRY,
    /** Give it up. */
    REJECT
  }

  static final int MOST_ITEM = 200;
  static final int MOST_TIMES = 1000;
  static final long MOST_DELAY_MILLIS = 60_000;
  static final long MOST_WORK_MILLIS = 30_000;

  static final List<String> ANSWERS = Arrays.stream(Answer.values()).map(Enum::name).toList();

  private static final List<String> FIELDS =
      List.of("server", "item", "answer", "times", "delayMillis", "workMillis");

  /** What a request asks for; without {@code times} the handler always answers so. */
  static Order asked(Body body, String server) {
    return new Order(
        server,
        body.text("item", MOST_ITEM),
        body.has("answer") ? Answer.valueOf(body.oneOf("answer", ANSWERS)) : Answer.DONE,
        body.whole("times", 1, MOST_TIMES, MOST_TIMES),
        body.whole("delayMillis", 0, MOST_DELAY_MILLIS, 1000),
        body.whole("workMillis", 0, MOST_WORK_MILLIS, 0));
  }

  /**
   * Reads a message.
   *
   * @throws Problem if it is none of the demo's: anybody may publish to a stream
   */
  static Order of(Message message) {
    Body body = Body.of(Json.readObject(message.payload()), FIELDS);
    return asked(body, body.text("server", Room.MOST_NAME));
  }

  byte[] payload() {
    return Json.write(this);
  }

  /** What the handler of a delivery does. */
  Answer answerTo(long deliveryCount) {
    return deliveryCount <= times ? answer : Answer.DONE;
  }

  /** The same order, with a handler that is done with it. */
  Order mended() {
    return new Order(server, item, Answer.DONE, times, delayMillis, workMillis);
  }
}
