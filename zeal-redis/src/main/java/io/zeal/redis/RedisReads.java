package io.zeal.redis;

import io.zeal.BulkResult;
import io.zeal.OperationTimeoutException;
import io.zeal.OperationTimeoutException.Stage;
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
import org.jspecify.annotations.Nullable;

/**
 * Finds rows by their keys: one, a column of one, or many at once. Asks with the server's plain
 * commands, since a script would run where every other call waits for it.
 */
final class RedisReads<R> {

  /** What PTTL says of a row that is not there. */
  private static final long GONE = -2;

  /** Between two commands of one trip; what took longer is asked for again. */
  private static final long LONGEST_BETWEEN_MILLIS = 100;

  private final RedisStore store;
  private final Server server;
  private final Generations generations;
  private final RowForm<R> form;
  private final String what;

  /** How a whole row is asked for; the key of the row comes second. */
  private final byte[][] question;

  RedisReads(
      RedisStore store, Server server, Generations generations, RowForm<R> form, String what) {
    this.store = store;
    this.server = server;
    this.generations = generations;
    this.form = form;
    this.what = what;
    this.question = new byte[2 + form.fields().size()][];
    this.question[0] = Names.bytes("HMGET");
    for (int i = 0; i < form.fields().size(); i++) {
      this.question[2 + i] = form.field(i);
    }
  }

  Optional<R> get(String key) {
    byte[] bytes = Names.bytes(key);
    List<Reply> replies =
        generations.read(store.bucket(bytes), generation -> List.of(fields(generation.row(bytes))));
    return replies == null
        ? Optional.empty()
        : Optional.ofNullable(decoded(key, replies.getFirst()));
  }

  Optional<Reading<R>> read(String key) {
    byte[] bytes = Names.bytes(key);
    WithLife aspect = new WithLife();
    long deadline = server.deadline();
    while (true) {
      List<Reply> replies =
          generations.read(
              store.bucket(bytes), generation -> aspect.commands(generation.row(bytes)));
      if (replies == null) {
        return Optional.empty();
      }
      if (!aspect.isTorn(replies)) {
        return Optional.ofNullable(aspect.answer(key, replies));
      }
      requireTime(deadline);
    }
  }

  private void requireTime(long deadline) {
    if (System.nanoTime() - deadline >= 0) {
      throw new OperationTimeoutException(
          Stage.SERVER,
          what + " was changed again and again while it was read. Try again.",
          null,
          null);
    }
  }

  boolean contains(String key) {
    byte[] bytes = Names.bytes(key);
    List<Reply> replies =
        generations.read(
            store.bucket(bytes),
            generation -> List.of(Command.named("EXISTS").add(generation.row(bytes)).build()));
    return replies != null && replies.getFirst() instanceof Reply.Whole(long found) && found == 1;
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
    List<Reply> replies =
        generations.read(
            store.bucket(bytes),
            generation ->
                List.of(
                    Command.named("HGET")
                        .add(generation.row(bytes))
                        .add(form.field(column))
                        .build()));
    return replies != null && replies.getFirst() instanceof Reply.Bytes(byte[] value)
        ? value
        : null;
  }

  /** What is asked of each row of a bulk read, and what its replies say. */
  private interface Aspect<V> {

    /** How many commands ask for one row. */
    int size();

    List<Command> commands(byte[] row);

    /** Whether the row was changed between its commands, so that it has to be asked for again. */
    boolean isTorn(List<Reply> replies);

    /** Null if there is no row. */
    @Nullable V answer(String key, List<Reply> replies);
  }

  private final class Whole implements Aspect<R> {

    @Override
    public int size() {
      return 1;
    }

    @Override
    public List<Command> commands(byte[] row) {
      return List.of(fields(row));
    }

    @Override
    public boolean isTorn(List<Reply> replies) {
      return false;
    }

    @Override
    public @Nullable R answer(String key, List<Reply> replies) {
      return decoded(key, Errors.answer(replies.getFirst(), what, false));
    }
  }

  /**
   * A row and what is left of its life are two commands, between which somebody may put another row
   * with another life. So its life is asked for before and after: the same expiry twice belongs to
   * the row in between.
   */
  private final class WithLife implements Aspect<Reading<R>> {

    @Override
    public int size() {
      return 3;
    }

    @Override
    public List<Command> commands(byte[] row) {
      Command life = Command.named("PTTL").add(row).build();
      return List.of(life, fields(row), life);
    }

    @Override
    public boolean isTorn(List<Reply> replies) {
      Long before = replies.getFirst().whole();
      Long after = replies.getLast().whole();
      if (before == null || after == null || after == GONE) {
        return false; // an error, or nothing
      }
      return before < 0
          ? !before.equals(after)
          : after < 0 || after > before || before - after > LONGEST_BETWEEN_MILLIS;
    }

    @Override
    public @Nullable Reading<R> answer(String key, List<Reply> replies) {
      replies.forEach(reply -> Errors.answer(reply, what, false));
      R row = decoded(key, replies.get(1));
      Long left = replies.getLast().whole();
      if (row == null || left == null || left == GONE) {
        return null;
      }
      return Reading.fresh(row, left < 0 ? null : Duration.ofMillis(left));
    }
  }

  BulkResult<R> getAll(Collection<String> keys) {
    return all(keys, new Whole());
  }

  BulkResult<Reading<R>> readAll(Collection<String> keys) {
    return all(keys, new WithLife());
  }

  /** The keys of one trip: adds the row of each that has one, and the error of each that failed. */
  void getAll(List<String> keys, Map<String, R> found, Map<String, ZealException> failed) {
    trip(keys, new Whole(), found, failed, server.deadline());
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
          for (Command command : aspect.commands(part.generation().row(Names.bytes(key)))) {
            requests.add(Request.read(command, part.bucket().generationKey));
          }
        }
        requests.add(part.bucket().question);
      }
      List<Reply> replies = server.execute(requests, deadline);
      open.clear();
      int at = 0;
      for (Asked part : asked) {
        int end = at + part.keys().size() * aspect.size();
        List<Reply> rows = replies.subList(at, end);
        Reply current = replies.get(end);
        at = end + 1;
        ZealException error = Errors.of(current, what, false);
        if (error != null) {
          part.keys().forEach(key -> failed.put(key, error));
        } else if (Generations.isCurrent(part.bucket(), part.generation(), current)) {
          List<String> torn = collect(part.keys(), rows, aspect, found, failed);
          if (!torn.isEmpty()) {
            open.put(part.bucket(), torn);
          }
        } else {
          open.put(part.bucket(), part.keys());
        }
      }
      if (!open.isEmpty()) {
        requireTime(deadline);
      }
    }
  }

  /** Returns the keys that have to be asked for again. */
  private <V> List<String> collect(
      List<String> keys,
      List<Reply> replies,
      Aspect<V> aspect,
      Map<String, V> found,
      Map<String, ZealException> failed) {
    int each = aspect.size();
    List<String> torn = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      String key = keys.get(i);
      List<Reply> mine = replies.subList(i * each, (i + 1) * each);
      if (aspect.isTorn(mine)) {
        torn.add(key);
        continue;
      }
      try {
        V value = aspect.answer(key, mine);
        if (value != null) {
          found.put(key, value);
        }
      } catch (ZealException e) {
        failed.put(key, e);
      }
    }
    return torn;
  }

  private Command fields(byte[] row) {
    byte[][] parts = question.clone();
    parts[1] = row;
    return Command.of(parts);
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
