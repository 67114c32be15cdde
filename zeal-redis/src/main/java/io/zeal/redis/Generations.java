package io.zeal.redis;

import io.zeal.OperationTimeoutException;
import io.zeal.OperationTimeoutException.Stage;
import io.zeal.ZealException;
import io.zeal.redis.Bucket.Generation;
import io.zeal.redis.spi.Reply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure that what is read was not cleared before. A bucket remembers which generation it had;
 * a read names keys of that one and asks, last in the same trip, which one the server has: if it is
 * another, what was read does not count, the bucket learns, and the read is made anew.
 *
 * <p>Writes need none of this: their scripts compare the generation before they change anything.
 */
final class Generations {

  private final Server server;
  private final String what;

  /**
   * @param what whose buckets they are, as errors say it
   */
  Generations(Server server, String what) {
    this.server = server;
    this.what = what;
  }

  /** What is asked of one bucket, in one of its generations. */
  record Asked(Bucket bucket, Generation generation, List<String> keys) {}

  /**
   * Reads in one bucket; null if nothing is stored in it. The generation is asked for last: it is
   * the one of then, so what was read before was not cleared yet.
   */
  @Nullable Reply read(Bucket bucket, Function<Generation, Request> question) {
    long deadline = server.deadline();
    while (true) {
      Generation generation = generation(bucket, deadline);
      if (generation == null) {
        return null;
      }
      List<Reply> replies =
          server.execute(List.of(question.apply(generation), bucket.question), deadline);
      for (Reply reply : replies) {
        Errors.answer(reply, what, false);
      }
      if (isCurrent(bucket, generation, replies.getLast())) {
        return replies.getFirst();
      }
      requireTime(deadline);
    }
  }

  /** The generation that was last seen, or the server's; null if it has none. */
  private @Nullable Generation generation(Bucket bucket, long deadline) {
    Generation seen = bucket.seen();
    if (seen != null) {
      return seen;
    }
    Reply reply =
        Errors.answer(server.execute(List.of(bucket.question), deadline).getFirst(), what, false);
    return reply instanceof Reply.Bytes(byte[] token) ? bucket.saw(token) : null;
  }

  /**
   * The generations of all buckets, those unknown asked for in one trip; without the buckets that
   * hold nothing, and without those whose keys failed.
   */
  List<Asked> ask(
      Map<Bucket, List<String>> open, Map<String, ZealException> failed, long deadline) {
    List<Asked> asked = new ArrayList<>();
    List<Bucket> unknown = new ArrayList<>();
    open.forEach((bucket, keys) -> {
      Generation seen = bucket.seen();
      if (seen == null) {
        unknown.add(bucket);
      } else {
        asked.add(new Asked(bucket, seen, keys));
      }
    });
    if (unknown.isEmpty()) {
      return asked;
    }
    List<Reply> replies =
        server.execute(unknown.stream().map(bucket -> bucket.question).toList(), deadline);
    for (int i = 0; i < unknown.size(); i++) {
      Bucket bucket = unknown.get(i);
      List<String> keys = open.getOrDefault(bucket, List.of());
      ZealException error = Errors.of(replies.get(i), what, false);
      if (error != null) {
        keys.forEach(key -> failed.put(key, error));
      } else if (replies.get(i) instanceof Reply.Bytes(byte[] token)) {
        asked.add(new Asked(bucket, bucket.saw(token), keys));
      }
    }
    return asked;
  }

  /** Whether the server still has the generation; if not, the bucket learns which it has. */
  static boolean isCurrent(Bucket bucket, Generation generation, Reply current) {
    if (current instanceof Reply.Bytes(byte[] token)) {
      if (Arrays.equals(token, generation.token)) {
        return true;
      }
      bucket.saw(token);
    } else {
      bucket.sawNone();
    }
    return false;
  }

  void requireTime(long deadline) {
    if (System.nanoTime() - deadline >= 0) {
      throw new OperationTimeoutException(
          Stage.SERVER,
          what + " was cleared again and again while the call ran. Try again.",
          null,
          null);
    }
  }
}
