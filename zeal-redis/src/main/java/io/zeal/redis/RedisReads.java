package io.zeal.redis;

import io.zeal.BulkResult;
import io.zeal.Reading;
import io.zeal.ZealException;
import io.zeal.redis.Generations.Asked;
import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds rows by their keys: one, a column of one, or many at once. Asks with one of the server's
 * plain commands; only a row with what is left of its life takes a script, because between two
 * commands somebody may put another row.
 */
final class RedisReads<R> {

  /** What PTTL says of a row that is not there. */
  private static final long GONE = -2;

  private final RedisStore store;
  private final Server server;
  private final Generations generations;
  private final RowForm<R> form;
  private final String what;

  /** How a whole row is asked for; the key of the row comes second. */
  private final byte[][] question;

  private final List<byte[]> fields;
  private final Aspect<R> whole = new Whole();
  private final Aspect<Reading<R>> withLife = new WithLife();

  RedisReads(
      RedisStore store, Server server, Generations generations, RowForm<R> form, String what) {
    this.store = store;
    this.server = server;
    this.generations = generations;
    this.form = form;
    this.what = what;
    int columns = form.fields().size();
    this.fields = IntStream.range(0, columns).mapToObj(form::field).toList();
    this.question = new byte[2 + columns][];
    this.question[0] = Names.bytes("HMGET");
    for (int i = 0; i < columns; i++) {
      this.question[2 + i] = fields.get(i);
    }
  }

  Optional<R> get(String key) {
    return one(key, whole);
  }

  Optional<Reading<R>> read(String key) {
    return one(key, withLife);
  }

  private <V> Optional<V> one(String key, Aspect<V> aspect) {
    byte[] bytes = Names.bytes(key);
    Bucket bucket = store.bucket(bytes);
    Reply reply =
        generations.read(bucket, generation -> aspect.request(bucket, generation.row(bytes)));
    return reply == null ? Optional.empty() : Optional.ofNullable(aspect.answer(key, reply));
  }

  boolean contains(String key) {
    byte[] bytes = Names.bytes(key);
    Bucket bucket = store.bucket(bytes);
    Reply reply =
        generations.read(
            bucket,
            generation ->
                Request.read(
                    Command.named("EXISTS").add(generation.row(bytes)).build(),
                    bucket.generationKey));
    return reply instanceof Reply.Whole(long found) && found == 1;
  }

  OptionalLong number(String key, int column) {
    byte[] value = column(key, column);
    return value == null
        ? OptionalLong.empty()
        : OptionalLong.of(decode(key, () -> form.bits(column, value)));
  }

  Optional<String> text(String key, int column) {
    return bytes(key, column).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  Optional<byte[]> bytes(String key, int column) {
    return Optional.ofNullable(column(key, column));
  }

  private byte @Nullable [] column(String key, int column) {
    byte[] bytes = Names.bytes(key);
    Bucket bucket = store.bucket(bytes);
    Reply reply =
        generations.read(
            bucket,
            generation ->
                Request.read(
                    Command.named("HGET")
                        .add(generation.row(bytes))
                        .add(form.field(column))
                        .build(),
                    bucket.generationKey));
    return reply instanceof Reply.Bytes(byte[] value) ? value : null;
  }

  /** What is asked of a row, and what its reply says. */
  private interface Aspect<V> {

    Request request(Bucket bucket, byte[] row);

    /** Null if there is no row. */
    @Nullable V answer(String key, Reply reply);
  }

  private final class Whole implements Aspect<R> {

    @Override
    public Request request(Bucket bucket, byte[] row) {
      byte[][] parts = question.clone();
      parts[1] = row;
      return Request.read(Command.of(parts), bucket.generationKey);
    }

    @Override
    public @Nullable R answer(String key, Reply reply) {
      return decoded(key, Errors.answer(reply, what, false));
    }
  }

  private final class WithLife implements Aspect<Reading<R>> {

    @Override
    public Request request(Bucket bucket, byte[] row) {
      return Request.read(ServerScript.LIFE, List.of(row), fields);
    }

    @Override
    public @Nullable Reading<R> answer(String key, Reply reply) {
      if (!(Errors.answer(reply, what, false) instanceof Reply.Items(List<Reply> parts))
          || parts.size() != 2
          || !(parts.getFirst() instanceof Reply.Whole(long left))) {
        throw Errors.damaged(what, key, "the reply to its script is not a life and a row", null);
      }
      if (left == GONE) {
        return null;
      }
      R row = decoded(key, parts.getLast());
      return row == null ? null : Reading.fresh(row, left < 0 ? null : Duration.ofMillis(left));
    }
  }

  BulkResult<R> getAll(Collection<String> keys) {
    return all(keys, whole);
  }

  BulkResult<Reading<R>> readAll(Collection<String> keys) {
    return all(keys, withLife);
  }

  /** The keys of one trip: adds the row of each that has one, and the error of each that failed. */
  void getAll(List<String> keys, Map<String, R> found, Map<String, ZealException> failed) {
    trip(keys, whole, found, failed, server.deadline());
  }

  private <V> BulkResult<V> all(Collection<String> keys, Aspect<V> aspect) {
    Map<String, V> found = LinkedHashMap.newLinkedHashMap(keys.size());
    Map<String, ZealException> failed = new LinkedHashMap<>();
    List<String> distinct =
        keys instanceof Set<String> set ? List.copyOf(set) : keys.stream().distinct().toList();
    long deadline = server.deadline();
    for (int from = 0; from < distinct.size(); from += RedisRows.TRIP) {
      int to = Math.min(distinct.size(), from + RedisRows.TRIP);
      trip(distinct.subList(from, to), aspect, found, failed, deadline);
    }
    return new BulkResult<>(found, failed);
  }

  private <V> void trip(
      List<String> keys,
      Aspect<V> aspect,
      Map<String, V> found,
      Map<String, ZealException> failed,
      long deadline) {
    Map<Bucket, List<String>> open = new LinkedHashMap<>();
    if (store.buckets().size() == 1) {
      open.put(store.buckets().getFirst(), keys);
    } else {
      for (String key : keys) {
        open.computeIfAbsent(store.bucket(Names.bytes(key)), bucket -> new ArrayList<>()).add(key);
      }
    }
    while (!open.isEmpty()) {
      List<Asked> asked = generations.ask(open, failed, deadline);
      List<Request> requests = new ArrayList<>(keys.size() + asked.size());
      for (Asked part : asked) {
        for (String key : part.keys()) {
          requests.add(aspect.request(part.bucket(), part.generation().row(Names.bytes(key))));
        }
        requests.add(part.bucket().question);
      }
      List<Reply> replies = server.execute(requests, deadline);
      open.clear();
      int at = 0;
      for (Asked part : asked) {
        int end = at + part.keys().size();
        List<Reply> rows = replies.subList(at, end);
        Reply current = replies.get(end);
        at = end + 1;
        ZealException error = Errors.of(current, what, false);
        if (error != null) {
          part.keys().forEach(key -> failed.put(key, error));
        } else if (Generations.isCurrent(part.bucket(), part.generation(), current)) {
          collect(part.keys(), rows, aspect, found, failed);
        } else {
          open.put(part.bucket(), part.keys());
        }
      }
      if (!open.isEmpty()) {
        generations.requireTime(deadline);
      }
    }
  }

  private <V> void collect(
      List<String> keys,
      List<Reply> replies,
      Aspect<V> aspect,
      Map<String, V> found,
      Map<String, ZealException> failed) {
    for (int i = 0; i < keys.size(); i++) {
      String key = keys.get(i);
      try {
        V value = aspect.answer(key, replies.get(i));
        if (value != null) {
          found.put(key, value);
        }
      } catch (ZealException e) {
        failed.put(key, e);
      }
    }
  }

  private @Nullable R decoded(String key, Reply reply) {
    if (!(reply instanceof Reply.Items items)) {
      throw Errors.damaged(what, key, "its reply is " + reply.getClass().getSimpleName(), null);
    }
    return decode(key, () -> form.row(key, items));
  }

  /**
   * What somebody else wrote under our keys, or what a constructor refuses, is an error by name.
   */
  private <T> T decode(String key, Supplier<T> decoder) {
    try {
      return decoder.get();
    } catch (ZealException e) {
      throw e;
    } catch (RuntimeException e) {
      throw Errors.damaged(what, key, String.valueOf(e.getMessage()), e);
    }
  }
}
