package io.zeal.redis;

import io.zeal.ZealException;
import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;

/**
 * How long a question to a server takes, and what time it has.
 *
 * @param nanos the shortest of a few
 * @param aheadMillis how much its clock is ahead of this host's, to half of that; empty if the
 *     server does not say
 */
record ServerLook(long nanos, OptionalLong aheadMillis) {

  private static final Command TIME = Command.named("TIME").build();
  private static final int QUESTIONS = 5;

  /** From here on it is slow: what a call costs that has nothing to do. */
  static final long SLOW_NANOS = 100_000_000;

  /** Less is within what clocks that are kept by NTP show, and what one look may be wrong by. */
  static final long CLOCK_TOLERANCE_MILLIS = 2_000;

  /**
   * Asks once, and again as long as there is time.
   *
   * @throws ZealException if an answer does not come
   */
  static ServerLook at(Node node, long deadline) {
    ServerLook best = once(node, deadline);
    for (int i = 1; i < QUESTIONS && isEnoughFor(best, deadline); i++) {
      ServerLook next = once(node, deadline);
      best = next.nanos < best.nanos ? next : best;
    }
    return best;
  }

  private static ServerLook once(Node node, long deadline) {
    long millis = System.currentTimeMillis();
    long begin = System.nanoTime();
    Reply reply = node.execute(List.of(TIME), deadline).getFirst();
    long nanos = System.nanoTime() - begin;
    if (reply instanceof Reply.Lost lost) {
      throw Errors.of(lost.cause(), "Asking " + node);
    }
    return new ServerLook(nanos, ahead(reply, millis + nanos / 2_000_000));
  }

  /** An answer that is late would cost the connection, and more is to be asked over it. */
  private static boolean isEnoughFor(ServerLook look, long deadline) {
    return (deadline - System.nanoTime()) / 3 > look.nanos;
  }

  private static OptionalLong ahead(Reply reply, long millis) {
    if (reply instanceof Reply.Items(List<Reply> parts)
        && parts.size() == 2
        && parts.getFirst() instanceof Reply.Bytes(byte[] seconds)
        && parts.getLast() instanceof Reply.Bytes(byte[] micros)) {
      try {
        return OptionalLong.of(number(seconds) * 1000 + number(micros) / 1000 - millis);
      } catch (NumberFormatException e) {
        return OptionalLong.empty();
      }
    }
    return OptionalLong.empty();
  }

  private static long number(byte[] digits) {
    return Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
  }

  boolean isSlow() {
    return nanos >= SLOW_NANOS;
  }

  /** Whether the clocks are apart by more than the answer's way may account for. */
  boolean isOtherTime() {
    return Math.abs(aheadMillis.orElse(0)) > CLOCK_TOLERANCE_MILLIS + nanos / 2_000_000;
  }

  /** For example {@code 0.2 ms}. */
  String took() {
    return Math.round(nanos / 100_000.0) / 10.0 + " ms";
  }
}
