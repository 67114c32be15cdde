package io.zeal.redis;

import io.zeal.Entry;
import io.zeal.Outcome;
import io.zeal.ZealException;
import io.zeal.redis.Bucket.Generation;
import io.zeal.redis.Generations.Asked;
import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Reply;
import io.zeal.spi.Announcer.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Goes through all buckets of a store: to count its rows, to page through them, to clear it. Looks
 * at the indexes, never for keys: {@code SCAN} would go through everything on the server.
 */
final class RedisWalk<R> {

  private final RedisStore store;
  private final Server server;
  private final Generations generations;
  private final RedisReads<R> reads;
  private final Janitor janitor;
  private final @Nullable StepAnnouncer announcer;
  private final ServerScript clear;
  private final String what;

  RedisWalk(
      RedisStore store,
      Server server,
      Generations generations,
      RedisReads<R> reads,
      Janitor janitor,
      @Nullable StepAnnouncer announcer,
      String what) {
    this.store = store;
    this.server = server;
    this.generations = generations;
    this.reads = reads;
    this.janitor = janitor;
    this.announcer = announcer;
    this.clear = announcer == null ? ServerScript.CLEAR : ServerScript.CLEAR.announced();
    this.what = what;
  }

  long count() {
    long deadline = server.deadline();
    long total = 0;
    Map<Bucket, List<String>> open = new LinkedHashMap<>();
    // No key is asked for: the one stands for its bucket, and takes the error if it has one.
    store.buckets().forEach(bucket -> open.put(bucket, List.of("any")));
    while (!open.isEmpty()) {
      Map<String, ZealException> failed = new LinkedHashMap<>();
      List<Asked> asked = generations.ask(open, failed, deadline);
      requireNone(failed);
      List<Reply> replies = server.execute(asked.stream().map(RedisWalk::count).toList(), deadline);
      open.clear();
      for (int i = 0; i < asked.size(); i++) {
        Asked part = asked.get(i);
        switch (Errors.answer(replies.get(i), what, false)) {
          case Reply.Whole(long rows) -> total += rows;
          case Reply.Items(List<Reply> current) -> {
            Generations.isCurrent(part.bucket(), part.generation(), nilIfEmpty(current.getFirst()));
            open.put(part.bucket(), part.keys());
          }
          default -> throw Errors.damaged(what, "", "an unknown reply", null);
        }
      }
      if (!open.isEmpty()) {
        generations.requireTime(deadline);
      }
    }
    return total;
  }

  private static void requireNone(Map<String, ZealException> failed) {
    if (!failed.isEmpty()) {
      throw failed.values().iterator().next();
    }
  }

  private static Request count(Asked part) {
    return Request.read(
        ServerScript.COUNT,
        List.of(part.bucket().generationKey, part.generation().members, part.generation().expiries),
        List.of(part.generation().token));
  }

  private static Reply nilIfEmpty(Reply reply) {
    return reply instanceof Reply.Bytes(byte[] token) && token.length == 0
        ? new Reply.Nil()
        : reply;
  }

  List<Entry<R>> page(String after, int limit) {
    List<Entry<R>> entries = new ArrayList<>();
    int first = after.isEmpty() ? 0 : store.position(after);
    for (int i = first; i < store.buckets().size() && entries.size() < limit; i++) {
      fill(store.buckets().get(i), i == first ? after : "", limit, entries);
    }
    return entries;
  }

  /** Adds the rows of one bucket behind {@code after}, in the order of their bytes. */
  private void fill(Bucket bucket, String after, int limit, List<Entry<R>> entries) {
    String cursor = after;
    while (entries.size() < limit) {
      int wanted = limit - entries.size();
      List<String> keys = members(bucket, cursor, wanted);
      if (keys.isEmpty()) {
        return;
      }
      // Rows that expired or went meanwhile leave a gap, which the next round fills.
      Map<String, R> rows = new LinkedHashMap<>();
      Map<String, ZealException> failed = new LinkedHashMap<>();
      reads.getAll(keys, rows, failed);
      requireNone(failed);
      rows.forEach((key, row) -> entries.add(new Entry<>(key, row)));
      if (keys.size() < wanted) {
        return;
      }
      cursor = keys.getLast();
    }
  }

  private List<String> members(Bucket bucket, String after, int limit) {
    String least = after.isEmpty() ? "-" : "(" + after;
    Reply reply =
        generations.read(
            bucket,
            generation ->
                Request.read(
                    Command.named("ZRANGE")
                        .add(generation.members)
                        .add(least)
                        .add("+")
                        .add("BYLEX")
                        .add("LIMIT")
                        .add(0)
                        .add(limit)
                        .build(),
                    bucket.generationKey));
    List<String> keys = new ArrayList<>();
    if (reply instanceof Reply.Items(List<Reply> members)) {
      for (Reply member : members) {
        if (member instanceof Reply.Bytes(byte[] key)) {
          keys.add(new String(key, StandardCharsets.UTF_8));
        }
      }
    }
    return keys;
  }

  void clear() {
    if (announcer == null) {
      clear(store.buckets(), List.of());
      return;
    }
    AnnouncedSteps announced = new AnnouncedSteps(what);
    announced.during(() -> {
      List<AnnouncedStep> steps =
          store.buckets().stream()
              .map(bucket -> announced.ask(announcer, bucket, Kind.CLEAR, List.of()))
              .toList();
      announced.sending();
      clear(store.buckets(), steps);
      return steps;
    });
  }

  /**
   * @param steps those of the buckets, or none if nobody announces them
   */
  private void clear(List<Bucket> buckets, List<AnnouncedStep> steps) {
    List<Generation> next = buckets.stream().map(Bucket::invent).toList();
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < buckets.size(); i++) {
      List<byte[]> keys = new ArrayList<>(3);
      keys.add(buckets.get(i).generationKey);
      keys.add(buckets.get(i).trashKey);
      List<byte[]> arguments = new ArrayList<>(5);
      arguments.add(next.get(i).token);
      if (!steps.isEmpty()) {
        steps.get(i).addTo(keys, arguments);
      }
      requests.add(Request.write(clear, keys, arguments));
    }
    List<Reply> replies = server.execute(requests);
    boolean anyDone = false;
    ZealException failed = null;
    for (int i = 0; i < buckets.size(); i++) {
      Reply reply = steps.isEmpty() ? replies.get(i) : steps.get(i).answer(replies.get(i));
      if (!(reply instanceof Reply.Whole(long cleared))) {
        failed = graver(failed, error(reply));
        continue;
      }
      anyDone = true;
      if (cleared == 1) {
        buckets.get(i).remember(next.get(i));
      } else {
        buckets.get(i).sawNone();
      }
      if (!steps.isEmpty()) {
        steps.get(i).report((ZealException) null);
      }
    }
    janitor.sweepSoon();
    if (failed != null) {
      throw anyDone ? partly(failed, replies) : failed;
    }
  }

  /** Of the errors of several buckets, the one that leaves more open. */
  private static ZealException graver(@Nullable ZealException before, ZealException error) {
    return before == null || error.outcome().equals(Optional.of(Outcome.UNKNOWN)) ? error : before;
  }

  /** Some buckets are cleared although the request of another was not even sent. */
  private ZealException partly(ZealException failed, List<Reply> replies) {
    if (failed.outcome().equals(Optional.of(Outcome.UNKNOWN))) {
      return failed;
    }
    for (Reply reply : replies) {
      if (reply instanceof Reply.Lost lost) {
        return error(new Reply.Lost(Outcome.UNKNOWN, lost.cause()));
      }
    }
    return failed;
  }

  private ZealException error(Reply reply) {
    ZealException error = Errors.of(reply, what, true);
    return error == null ? Errors.damaged(what, "", "an unknown reply", null) : error;
  }
}
