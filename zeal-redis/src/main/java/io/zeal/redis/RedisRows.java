package io.zeal.redis;

import io.zeal.BulkResult;
import io.zeal.CodecException;
import io.zeal.Entry;
import io.zeal.ErrorCode;
import io.zeal.OperationTimeoutException;
import io.zeal.OperationTimeoutException.Stage;
import io.zeal.Outcome;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.ZealException;
import io.zeal.redis.Bucket.Generation;
import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Reply;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One store. Every command names keys of the generation that its bucket had when it was last seen,
 * and comes back with the generation that it has: if that is another one, nothing was done or what
 * was read does not count, and the command is made anew.
 */
final class RedisRows<R> implements Rows<R> {

  /** How many rows one trip carries; more are several trips, each with a deadline of its own. */
  private static final int TRIP = 10_000;

  /**
   * Rows that one script puts: enough to make its call cheap, few enough that others do not wait.
   */
  private static final int PARCEL = 64;

  private final StoreSpec<R> spec;
  private final RedisStore store;
  private final Server server;
  private final Janitor janitor;
  private final RowForm<R> form;
  private final WriteForm<R> writes;
  private final String what;

  /** How a whole row is asked for; the key of the row comes second. */
  private final byte[][] question;

  RedisRows(StoreSpec<R> spec, RedisStore store, Server server, Janitor janitor) {
    this.spec = spec;
    this.store = store;
    this.server = server;
    this.janitor = janitor;
    this.form = new RowForm<>(spec);
    this.writes = new WriteForm<>(spec, form);
    this.question = new byte[2 + form.fields().size()][];
    this.question[0] = Names.bytes("HMGET");
    for (int i = 0; i < form.fields().size(); i++) {
      this.question[2 + i] = form.field(i);
    }
    this.what = "Store '" + spec.name() + "'";
  }

  @Override
  public StoreSpec<R> spec() {
    return spec;
  }

  // --- Reading ---

  @Override
  public Optional<R> get(String key) {
    byte[] bytes = Names.bytes(key);
    List<Reply> replies =
        read(store.bucket(bytes), generation -> List.of(fields(generation.row(bytes))));
    return replies == null
        ? Optional.empty()
        : Optional.ofNullable(decoded(key, replies.getFirst()));
  }

  @Override
  public Optional<Reading<R>> read(String key, ReadOptions options) {
    byte[] bytes = Names.bytes(key);
    List<Reply> replies =
        read(
            store.bucket(bytes),
            generation -> {
              byte[] row = generation.row(bytes);
              return List.of(fields(row), Command.named("PTTL").add(row).build());
            });
    if (replies == null) {
      return Optional.empty();
    }
    R row = decoded(key, replies.getFirst());
    Long left = replies.getLast().whole();
    if (row == null || left == null || left == -2) {
      return Optional.empty();
    }
    return Optional.of(Reading.fresh(row, left < 0 ? null : Duration.ofMillis(left)));
  }

  @Override
  public boolean contains(String key) {
    byte[] bytes = Names.bytes(key);
    List<Reply> replies =
        read(
            store.bucket(bytes),
            generation -> List.of(Command.named("EXISTS").add(generation.row(bytes)).build()));
    return replies != null && replies.getFirst() instanceof Reply.Whole(long found) && found == 1;
  }

  @Override
  public OptionalLong number(String key, int column) {
    byte[] value = column(key, column);
    return value == null
        ? OptionalLong.empty()
        : OptionalLong.of(decode(key, () -> form.bits(column, value)));
  }

  @Override
  public Optional<String> text(String key, int column) {
    return bytes(key, column).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  @Override
  public Optional<byte[]> bytes(String key, int column) {
    return Optional.ofNullable(column(key, column));
  }

  private byte @Nullable [] column(String key, int column) {
    byte[] bytes = Names.bytes(key);
    List<Reply> replies =
        read(
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

  private Command fields(byte[] row) {
    byte[][] parts = question.clone();
    parts[1] = row;
    return Command.of(parts);
  }

  private @Nullable R decoded(String key, Reply reply) {
    if (!(reply instanceof Reply.Items items)) {
      throw damaged(key, "its reply is " + reply.getClass().getSimpleName(), null);
    }
    return decode(key, () -> form.row(key, items));
  }

  /**
   * What somebody else wrote under our keys, or what a constructor refuses, is an error by name.
   */
  private <T> T decode(String key, java.util.function.Supplier<T> decoder) {
    try {
      return decoder.get();
    } catch (ZealException e) {
      throw e;
    } catch (RuntimeException e) {
      throw damaged(key, String.valueOf(e.getMessage()), e);
    }
  }

  private CodecException damaged(String key, String found, @Nullable Exception cause) {
    return new CodecException(
        ErrorCode.CODEC,
        what + ", key '" + key + "' holds no row of its schema: " + found + ". Put the row again.",
        cause);
  }

  /**
   * Reads in one bucket; null if nothing is stored in it. The generation is asked for last: it is
   * the one of then, so what was read before was not cleared yet.
   */
  private @Nullable List<Reply> read(Bucket bucket, Function<Generation, List<Command>> question) {
    long deadline = server.deadline();
    while (true) {
      Generation generation = generation(bucket, deadline);
      if (generation == null) {
        return null;
      }
      List<Command> commands = question.apply(generation);
      List<Request> requests = new ArrayList<>(commands.size() + 1);
      for (Command command : commands) {
        requests.add(Request.read(command, bucket.generationKey));
      }
      requests.add(bucket.question);
      List<Reply> replies = server.execute(requests, deadline);
      for (Reply reply : replies) {
        Errors.answer(reply, what, false);
      }
      if (isCurrent(bucket, generation, replies.getLast())) {
        return replies.subList(0, commands.size());
      }
      requireTime(deadline, null);
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

  /** Whether the server still has the generation; if not, the bucket learns which it has. */
  private static boolean isCurrent(Bucket bucket, Generation generation, Reply current) {
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

  private void requireTime(long deadline, @Nullable Outcome outcome) {
    if (System.nanoTime() - deadline >= 0) {
      throw new OperationTimeoutException(
          Stage.SERVER,
          what + " was cleared again and again while the call ran. Try again.",
          outcome,
          null);
    }
  }

  // --- Many rows ---

  @Override
  public BulkResult<R> getAll(Collection<String> keys) {
    Map<String, R> found = LinkedHashMap.newLinkedHashMap(keys.size());
    Map<String, ZealException> failed = new LinkedHashMap<>();
    List<String> distinct =
        keys instanceof Set<String> set ? List.copyOf(set) : keys.stream().distinct().toList();
    for (int from = 0; from < distinct.size(); from += TRIP) {
      getAll(distinct.subList(from, Math.min(distinct.size(), from + TRIP)), found, failed);
    }
    return new BulkResult<>(found, failed);
  }

  private void getAll(List<String> keys, Map<String, R> found, Map<String, ZealException> failed) {
    long deadline = server.deadline();
    Map<Bucket, List<String>> open = new LinkedHashMap<>();
    if (store.buckets().size() == 1) {
      open.put(store.buckets().getFirst(), keys);
    } else {
      for (String key : keys) {
        open.computeIfAbsent(store.bucket(Names.bytes(key)), bucket -> new ArrayList<>()).add(key);
      }
    }
    while (!open.isEmpty()) {
      List<Asked> asked = ask(open, failed, deadline);
      List<Request> requests = new ArrayList<>(keys.size() + asked.size());
      for (Asked part : asked) {
        for (String key : part.keys) {
          requests.add(
              Request.read(
                  fields(part.generation.row(Names.bytes(key))), part.bucket.generationKey));
        }
        requests.add(part.bucket.question);
      }
      List<Reply> replies = server.execute(requests, deadline);
      open.clear();
      int at = 0;
      for (Asked part : asked) {
        List<Reply> rows = replies.subList(at, at + part.keys.size());
        Reply current = replies.get(at + part.keys.size());
        at += part.keys.size() + 1;
        ZealException error = Errors.of(current, what, false);
        if (error != null) {
          part.keys.forEach(key -> failed.put(key, error));
        } else if (isCurrent(part.bucket, part.generation, current)) {
          collect(part.keys, rows, found, failed);
        } else {
          open.put(part.bucket, part.keys);
        }
      }
      if (!open.isEmpty()) {
        requireTime(deadline, null);
      }
    }
  }

  /** What is asked of one bucket, in one of its generations. */
  private record Asked(Bucket bucket, Generation generation, List<String> keys) {}

  /**
   * The generations of all buckets, those unknown asked for in one trip; without the buckets that
   * hold nothing, and without those whose keys failed.
   */
  private List<Asked> ask(
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

  private void collect(
      List<String> keys,
      List<Reply> replies,
      Map<String, R> found,
      Map<String, ZealException> failed) {
    for (int i = 0; i < keys.size(); i++) {
      String key = keys.get(i);
      try {
        R row = decoded(key, Errors.answer(replies.get(i), what, false));
        if (row != null) {
          found.put(key, row);
        }
      } catch (ZealException e) {
        failed.put(key, e);
      }
    }
  }

  // --- Writing ---

  @Override
  public WriteResult write(Write<R> write) {
    WriteResult result = writeAll(List.of(write)).getFirst();
    if (result instanceof WriteResult.Failed(ZealException error)) {
      throw error;
    }
    return result;
  }

  @Override
  public List<WriteResult> writeAll(List<Write<R>> all) {
    List<WriteResult> results = new ArrayList<>(all.size());
    for (int from = 0; from < all.size(); from += TRIP) {
      results.addAll(Arrays.asList(trip(all.subList(from, Math.min(all.size(), from + TRIP)))));
    }
    return results;
  }

  private WriteResult[] trip(List<Write<R>> some) {
    long deadline = server.deadline();
    WriteResult[] results = new WriteResult[some.size()];
    List<Integer> open = new ArrayList<>(some.size());
    for (int i = 0; i < some.size(); i++) {
      open.add(i);
    }
    while (!open.isEmpty()) {
      List<Parcel> parcels = parcels(some, open);
      List<Reply> replies =
          server.execute(
              parcels.stream().map(parcel -> parcel.prepared.request()).toList(), deadline);
      boolean late = System.nanoTime() - deadline >= 0;
      List<Integer> left = new ArrayList<>();
      for (int i = 0; i < parcels.size(); i++) {
        Parcel parcel = parcels.get(i);
        for (int place = 0; place < parcel.positions.size(); place++) {
          int position = parcel.positions.get(place);
          WriteResult result =
              result(some.get(position), parcel.prepared, own(replies.get(i), place), late);
          if (result == null) {
            left.add(position);
          } else {
            results[position] = result;
          }
        }
      }
      open = left;
    }
    return results;
  }

  /** Writes that one request does; the positions are theirs in the call. */
  private record Parcel(WriteForm.Prepared prepared, List<Integer> positions) {}

  /** Plain puts that go into one request: of one bucket, with one time to live. */
  private record Group(Bucket bucket, long ttlMillis) {}

  private List<Parcel> parcels(List<Write<R>> some, List<Integer> open) {
    List<Parcel> parcels = new ArrayList<>();
    Map<Group, List<Integer>> puts = new LinkedHashMap<>();
    for (int position : open) {
      Write<R> write = some.get(position);
      byte[] key = Names.bytes(write.key());
      Bucket bucket = store.bucket(key);
      if (some.size() == 1 || !WriteForm.isPlainPut(write)) {
        parcels.add(new Parcel(writes.prepare(write, key, bucket), List.of(position)));
        continue;
      }
      List<Integer> group =
          puts.computeIfAbsent(new Group(bucket, writes.ttl(write)), any -> new ArrayList<>());
      group.add(position);
      if (group.size() == PARCEL) {
        parcels.add(parcel(some, group, bucket));
        puts.remove(new Group(bucket, writes.ttl(write)));
      }
    }
    puts.forEach((group, positions) -> parcels.add(parcel(some, positions, group.bucket)));
    return parcels;
  }

  private Parcel parcel(List<Write<R>> some, List<Integer> positions, Bucket bucket) {
    List<Write<R>> puts = positions.stream().map(some::get).toList();
    List<byte[]> keys = puts.stream().map(put -> Names.bytes(put.key())).toList();
    return new Parcel(writes.prepareAll(puts, keys, bucket), positions);
  }

  /** What the reply to several puts says of one of them. */
  private static Reply own(Reply reply, int place) {
    if (!(reply instanceof Reply.Items(List<Reply> parts)) || parts.size() < 3) {
      return reply;
    }
    for (int i = 1; i + 1 < parts.size(); i += 2) {
      if (parts.get(i) instanceof Reply.Bytes(byte[] position)
          && parts.get(i + 1) instanceof Reply.Bytes(byte[] words)
          && Integer.parseInt(new String(position, StandardCharsets.US_ASCII)) == place) {
        return new Reply.Failure(new String(words, StandardCharsets.UTF_8));
      }
    }
    return new Reply.Whole(1);
  }

  /** The result, or null if the bucket is in another generation and the write did not happen. */
  private @Nullable WriteResult result(
      Write<R> write, WriteForm.Prepared prepared, Reply reply, boolean late) {
    ZealException error = Errors.of(reply, what, true);
    if (error != null) {
      return new WriteResult.Failed(error);
    }
    return switch (reply) {
      case Reply.Items(List<Reply> current) -> {
        prepared.learn(current.getFirst());
        yield late ? new WriteResult.Failed(clearedAgain()) : null;
      }
      case Reply.Whole(long code) when code == 0 -> WriteResult.SKIPPED;
      case Reply.Whole(long code) when code == 1 -> {
        prepared.happened();
        yield WriteResult.APPLIED;
      }
      case Reply.Bytes(byte[] sum) when write instanceof Write.Add<R> add -> {
        prepared.happened();
        yield new WriteResult.Added(form.bits(add.column(), sum));
      }
      default ->
          new WriteResult.Failed(
              write instanceof Write.Add<R> add
                  ? spec.outOfRange(add.column())
                  : damaged(write.key(), "an unknown reply", null));
    };
  }

  private OperationTimeoutException clearedAgain() {
    return new OperationTimeoutException(
        Stage.SERVER,
        what + " was cleared again and again while the call ran. Nothing was changed; try again.",
        Outcome.NOT_SENT,
        null);
  }

  // --- The whole store ---

  @Override
  public long count() {
    long deadline = server.deadline();
    long total = 0;
    Map<Bucket, List<String>> open = new LinkedHashMap<>();
    store.buckets().forEach(bucket -> open.put(bucket, List.of("any")));
    while (!open.isEmpty()) {
      Map<String, ZealException> failed = new LinkedHashMap<>();
      List<Asked> asked = ask(open, failed, deadline);
      requireNone(failed);
      List<Reply> replies = server.execute(asked.stream().map(RedisRows::count).toList(), deadline);
      open.clear();
      for (int i = 0; i < asked.size(); i++) {
        Asked part = asked.get(i);
        switch (Errors.answer(replies.get(i), what, false)) {
          case Reply.Whole(long rows) -> total += rows;
          case Reply.Items(List<Reply> current) -> {
            isCurrent(part.bucket, part.generation, nilIfEmpty(current.getFirst()));
            open.put(part.bucket, part.keys);
          }
          default -> throw damaged("", "an unknown reply", null);
        }
      }
      if (!open.isEmpty()) {
        requireTime(deadline, null);
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
        List.of(part.bucket.generationKey, part.generation.members, part.generation.expiries),
        List.of(part.generation.token));
  }

  private static Reply nilIfEmpty(Reply reply) {
    return reply instanceof Reply.Bytes(byte[] token) && token.length == 0
        ? new Reply.Nil()
        : reply;
  }

  @Override
  public List<Entry<R>> page(String after, int limit) {
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
      getAll(keys, rows, failed);
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
    List<Reply> replies =
        read(
            bucket,
            generation ->
                List.of(
                    Command.named("ZRANGE")
                        .add(generation.members)
                        .add(least)
                        .add("+")
                        .add("BYLEX")
                        .add("LIMIT")
                        .add(0)
                        .add(limit)
                        .build()));
    List<String> keys = new ArrayList<>();
    if (replies != null && replies.getFirst() instanceof Reply.Items(List<Reply> members)) {
      for (Reply member : members) {
        if (member instanceof Reply.Bytes(byte[] key)) {
          keys.add(new String(key, StandardCharsets.UTF_8));
        }
      }
    }
    return keys;
  }

  @Override
  public void clear() {
    List<Bucket> buckets = store.buckets();
    List<Generation> next = buckets.stream().map(Bucket::invent).toList();
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < buckets.size(); i++) {
      Bucket bucket = buckets.get(i);
      requests.add(
          Request.write(
              ServerScript.CLEAR,
              List.of(bucket.generationKey, bucket.trashKey),
              List.of(next.get(i).token)));
    }
    List<Reply> replies = server.execute(requests);
    boolean anyDone = false;
    Reply failed = null;
    for (int i = 0; i < buckets.size(); i++) {
      switch (replies.get(i)) {
        case Reply.Whole(long cleared) -> {
          anyDone = true;
          if (cleared == 1) {
            buckets.get(i).remember(next.get(i));
          } else {
            buckets.get(i).sawNone();
          }
        }
        default -> failed = replies.get(i);
      }
    }
    janitor.sweepSoon();
    if (failed != null) {
      throw partly(failed, anyDone);
    }
  }

  /** Some buckets may be cleared although this one's request was not even sent. */
  private ZealException partly(Reply failed, boolean anyDone) {
    Reply told =
        anyDone && failed instanceof Reply.Lost lost
            ? new Reply.Lost(Outcome.UNKNOWN, lost.cause())
            : failed;
    ZealException error = Errors.of(told, what, true);
    return error == null ? damaged("", "an unknown reply", null) : error;
  }
}
