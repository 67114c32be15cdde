package io.zeal.redis;

import io.zeal.OperationTimeoutException;
import io.zeal.OperationTimeoutException.Stage;
import io.zeal.Outcome;
import io.zeal.ZealException;
import io.zeal.redis.spi.Reply;
import io.zeal.spi.Announcer.Kind;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Changes rows, one or many at once. Every change is a script on the server, because a row and the
 * indexes that count and page it change together; plain puts share one script call by the parcel.
 *
 * <p>A script that finds another generation than the one it was given has done nothing: only then
 * is a write made anew, with the one that the script named.
 */
final class RedisWrites<R> {

  /**
   * Rows that one script puts: enough to make its call cheap, few enough that others do not wait.
   */
  private static final int PARCEL = 64;

  private final StoreSpec<R> spec;
  private final RedisStore store;
  private final Server server;
  private final RowForm<R> form;
  private final WriteForm<R> writes;
  private final @Nullable StepAnnouncer announcer;
  private final String what;

  RedisWrites(
      StoreSpec<R> spec,
      RedisStore store,
      Server server,
      RowForm<R> form,
      @Nullable StepAnnouncer announcer,
      String what) {
    this.spec = spec;
    this.store = store;
    this.server = server;
    this.form = form;
    this.writes = new WriteForm<>(spec, form);
    this.announcer = announcer;
    this.what = what;
  }

  WriteResult write(Write<R> write) {
    WriteResult result = writeAll(List.of(write)).getFirst();
    if (result instanceof WriteResult.Failed(ZealException error)) {
      throw error;
    }
    return result;
  }

  List<WriteResult> writeAll(List<Write<R>> all) {
    long deadline = server.deadline();
    List<WriteResult> results = new ArrayList<>(all.size());
    for (int from = 0; from < all.size(); from += RedisRows.TRIP) {
      results.addAll(
          Arrays.asList(
              trip(all.subList(from, Math.min(all.size(), from + RedisRows.TRIP)), deadline)));
    }
    return results;
  }

  private WriteResult[] trip(List<Write<R>> some, long deadline) {
    WriteResult[] results = new WriteResult[some.size()];
    List<Parcel> all = parcels(some);
    if (announcer == null) {
      send(some, all, results, deadline, () -> {});
      return results;
    }
    AnnouncedSteps announced = new AnnouncedSteps(what);
    return announced.during(() -> {
      for (Parcel parcel : all) {
        parcel.announced =
            announced.ask(announcer, parcel.bucket, kind(some, parcel), keys(some, parcel));
      }
      send(some, all, results, deadline, announced::sending);
      return results;
    });
  }

  private void send(
      List<Write<R>> some,
      List<Parcel> all,
      WriteResult[] results,
      long deadline,
      Runnable sending) {
    List<Parcel> open = all;
    while (!open.isEmpty()) {
      List<WriteForm.Prepared> prepared =
          open.stream().map(parcel -> prepared(some, parcel)).toList();
      sending.run();
      List<Reply> replies =
          server.execute(prepared.stream().map(WriteForm.Prepared::request).toList(), deadline);
      boolean late = System.nanoTime() - deadline >= 0;
      open = settleAll(some, open, prepared, replies, late, results);
    }
  }

  /** Those that are to be made again. All are settled before what one of them throws is thrown. */
  private List<Parcel> settleAll(
      List<Write<R>> some,
      List<Parcel> open,
      List<WriteForm.Prepared> prepared,
      List<Reply> replies,
      boolean late,
      WriteResult[] results) {
    List<Parcel> left = List.of();
    RuntimeException thrown = null;
    for (int i = 0; i < open.size(); i++) {
      try {
        if (!settle(some, open.get(i), prepared.get(i), replies.get(i), late, results)) {
          left = left.isEmpty() ? new ArrayList<>() : left;
          left.add(open.get(i));
        }
      } catch (RuntimeException e) {
        thrown = thrown == null ? e : thrown;
      }
    }
    if (thrown != null) {
      throw thrown;
    }
    return left;
  }

  /** Writes that one script does as one step; the positions are theirs in the call. */
  private static final class Parcel {
    final Bucket bucket;
    final boolean puts;
    final List<Integer> positions = new ArrayList<>();
    final List<byte[]> keys = new ArrayList<>();
    @Nullable AnnouncedStep announced;

    Parcel(Bucket bucket, boolean puts) {
      this.bucket = bucket;
      this.puts = puts;
    }

    Parcel add(int position, byte[] key) {
      positions.add(position);
      keys.add(key);
      return this;
    }
  }

  /** Plain puts that go into one request: of one bucket, with one time to live. */
  private record Group(Bucket bucket, long ttlMillis) {}

  private List<Parcel> parcels(List<Write<R>> some) {
    List<Parcel> parcels = new ArrayList<>();
    Map<Group, Parcel> puts = new LinkedHashMap<>();
    for (int position = 0; position < some.size(); position++) {
      Write<R> write = some.get(position);
      byte[] key = Names.bytes(write.key());
      Bucket bucket = store.bucket(key);
      if (some.size() == 1 || !writes.isPlainPut(write)) {
        // In the order given: what a server has of a trip that it lost is a beginning of it.
        parcels.addAll(puts.values());
        puts.clear();
        parcels.add(new Parcel(bucket, false).add(position, key));
        continue;
      }
      Group group = new Group(bucket, writes.ttl(write));
      Parcel parcel = puts.computeIfAbsent(group, any -> new Parcel(bucket, true));
      parcel.add(position, key);
      if (parcel.positions.size() == PARCEL) {
        parcels.add(parcel);
        puts.remove(group);
      }
    }
    parcels.addAll(puts.values());
    return parcels;
  }

  private WriteForm.Prepared prepared(List<Write<R>> some, Parcel parcel) {
    if (!parcel.puts) {
      return writes.prepare(
          some.get(parcel.positions.getFirst()),
          parcel.keys.getFirst(),
          parcel.bucket,
          parcel.announced);
    }
    List<Write<R>> puts = parcel.positions.stream().map(some::get).toList();
    return writes.prepareAll(puts, parcel.keys, parcel.bucket, parcel.announced);
  }

  private Kind kind(List<Write<R>> some, Parcel parcel) {
    return parcel.positions.size() > 1 ? Kind.BULK : Kind.of(some.get(parcel.positions.getFirst()));
  }

  private List<String> keys(List<Write<R>> some, Parcel parcel) {
    return parcel.positions.stream().map(position -> some.get(position).key()).distinct().toList();
  }

  /**
   * Takes the reply to a step, and reports it; false if its bucket is in another generation, so
   * that it did not happen and is to be made again.
   */
  private boolean settle(
      List<Write<R>> some,
      Parcel parcel,
      WriteForm.Prepared prepared,
      Reply reply,
      boolean late,
      WriteResult[] results) {
    AnnouncedStep announced = parcel.announced;
    Reply answer = announced == null ? reply : announced.answer(reply);
    boolean cleared = answer instanceof Reply.Items(List<Reply> current) && current.size() == 1;
    if (answer instanceof Reply.Items(List<Reply> current) && cleared) {
      prepared.learn(current.getFirst());
      if (!late) {
        return false;
      }
    }
    for (int place = 0; place < parcel.positions.size(); place++) {
      int position = parcel.positions.get(place);
      results[position] =
          cleared
              ? new WriteResult.Failed(clearedAgain())
              : result(some.get(position), prepared, own(answer, place));
    }
    if (announced != null) {
      announced.report(parcel.positions.stream().map(position -> results[position]).toList());
    }
    return true;
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

  private WriteResult result(Write<R> write, WriteForm.Prepared prepared, Reply reply) {
    ZealException error = Errors.of(reply, what, true);
    if (error != null) {
      return new WriteResult.Failed(error);
    }
    return switch (reply) {
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
                  : Errors.damaged(what, write.key(), "an unknown reply", null));
    };
  }

  private OperationTimeoutException clearedAgain() {
    return new OperationTimeoutException(
        Stage.SERVER,
        what + " was cleared again and again while the call ran. Nothing was changed; try again.",
        Outcome.NOT_SENT,
        null);
  }
}
