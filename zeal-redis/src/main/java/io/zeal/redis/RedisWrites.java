package io.zeal.redis;

import io.zeal.OperationTimeoutException;
import io.zeal.OperationTimeoutException.Stage;
import io.zeal.Outcome;
import io.zeal.ZealException;
import io.zeal.redis.spi.Reply;
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
  private final String what;

  RedisWrites(StoreSpec<R> spec, RedisStore store, Server server, RowForm<R> form, String what) {
    this.spec = spec;
    this.store = store;
    this.server = server;
    this.form = form;
    this.writes = new WriteForm<>(spec, form);
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
      if (some.size() == 1 || !writes.isPlainPut(write)) {
        // In the order given: what a server has of a trip that it lost is a beginning of it.
        puts.forEach((group, positions) -> parcels.add(parcel(some, positions, group.bucket)));
        puts.clear();
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
