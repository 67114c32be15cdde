package io.zeal.memcached;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Requests to one server that go together. Two are under way at most; who comes meanwhile waits,
 * and when one has its answer all who wait are one request: the keys that are read, each once, and
 * behind them the rows that are stored whatever is there. So a request has the more in it the more
 * there is to do, and nobody waits for company: the server answers a request for a hundred keys
 * with one send, and a hundred requests for one key with a hundred.
 *
 * <p>What a request has is settled by the thread that sends, right before it does. Nobody's read
 * begins before the call that asks for it: a request that went out is never joined, since the
 * server may have answered it already (S11.13).
 */
final class Batches {

  /** How many keys and rows a request has at most. */
  static final int MOST = 255;

  /**
   * How long a request gets by putting calls together: one TLS record has it all (16 KB), and the
   * server's buffer has room for it. Of a record that it reads in two goes the server (1.6.18)
   * forgets the rest until more comes: what stands behind a long row would have no answer.
   */
  private static final int MOST_BYTES = 12 * 1024;

  /** More than either protocol has around a key or a row. */
  private static final int AROUND = 32;

  /**
   * While the server has one, the answer to the other is given to those who wait for it. With more
   * of them requests are shorter and everybody's work is more, with one the server is idle between.
   */
  private static final int MOST_UNDER_WAY = 2;

  private final Client client;
  private final AtomicLong merged;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Batch> waiting = new ArrayDeque<>(); // guarded by lock
  private @Nullable Batch open; // guarded by lock; under way, and not settled
  private int underWay; // guarded by lock
  private boolean sending; // guarded by lock; whether somebody sends those that wait

  /**
   * @param merged counts calls that went together with others
   */
  Batches(Client client, AtomicLong merged) {
    this.client = client;
    this.merged = merged;
  }

  /** The items of different keys. */
  CompletableFuture<Items> get(List<String> keys) {
    return keys.size() > MOST ? getNow(keys) : begun(new Call(keys));
  }

  /**
   * The items of different keys, for which nobody waits with others: whatever is handed to the
   * client after this has returned goes behind that read on the same connection.
   */
  CompletableFuture<Items> getNow(List<String> keys) {
    List<CompletableFuture<Items>> parts = new ArrayList<>();
    for (int from = 0; from < keys.size(); from += MOST) {
      Call part = new Call(keys.subList(from, Math.min(keys.size(), from + MOST)));
      new Batch(part).send(() -> {});
      parts.add(part);
    }
    return parts.size() == 1
        ? parts.getFirst()
        : CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
            .thenApply(_ -> place -> parts.get(place / MOST).join().at(place % MOST));
  }

  /** Whether a row is short enough to be stored so. */
  static boolean canPut(String asked, String key, byte[] value) {
    return asked.length() + key.length() + value.length + 2 * AROUND <= MOST_BYTES;
  }

  /** Stores an item, for which {@link #canPut} holds, behind a question for a key. */
  Put put(String asked, String key, byte[] value, int seconds) {
    return begun(new Put(asked, key, value, seconds));
  }

  /** How many calls wait to be sent, because two requests are under way. */
  int waiting() {
    lock.lock();
    try {
      return waiting.stream().mapToInt(batch -> batch.calls.size()).sum();
    } finally {
      lock.unlock();
    }
  }

  private <C extends Call> C begun(C call) {
    Batch mine = toBeSent(call);
    if (mine != null) {
      mine.send(this::ended);
    }
    return call;
  }

  /** The request that goes now; null if the call is in another one. */
  private @Nullable Batch toBeSent(Call call) {
    lock.lock();
    try {
      Batch last = waiting.isEmpty() ? open : waiting.getLast();
      if (last != null && last.takes(call)) {
        return null;
      }
      Batch mine = new Batch(call);
      if (underWay >= MOST_UNDER_WAY) {
        waiting.add(mine);
        return null;
      }
      underWay++;
      return mine;
    } finally {
      lock.unlock();
    }
  }

  /** In a loop: without a connection every request ends at once, and this is called again. */
  private void ended() {
    lock.lock();
    try {
      underWay--;
      if (sending) {
        return;
      }
      sending = true;
    } finally {
      lock.unlock();
    }
    for (Batch next = next(); next != null; next = next()) {
      next.send(this::ended);
    }
  }

  private @Nullable Batch next() {
    lock.lock();
    try {
      if (underWay < MOST_UNDER_WAY && !waiting.isEmpty()) {
        underWay++;
        return waiting.poll();
      }
      sending = false;
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Keys, and their items to be. */
  static class Call extends CompletableFuture<Items> {

    final List<String> keys;

    Call(List<String> keys) {
      this.keys = keys;
    }

    /** How many keys and rows it has. */
    int size() {
      return keys.size();
    }

    /** How long it is at most. */
    int bytes() {
      int bytes = 0;
      for (String asked : keys) {
        bytes += AROUND + asked.length();
      }
      return bytes;
    }
  }

  /** An item to be stored. */
  static final class Put extends Call implements Client.Parcel {

    private final String key;
    private final byte[] value;
    private final int seconds;
    private Answer answer = Answer.CONFLICT; // written before this is completed

    private Put(String asked, String key, byte[] value, int seconds) {
      super(List.of(asked));
      this.key = key;
      this.value = value;
      this.seconds = seconds;
    }

    @Override
    int size() {
      return keys.size() + 1;
    }

    @Override
    int bytes() {
      return super.bytes() + AROUND + key.length() + value.length;
    }

    @Override
    public String key() {
      return key;
    }

    @Override
    public byte[] value() {
      return value;
    }

    @Override
    public int seconds() {
      return seconds;
    }

    @Override
    public void answered(Answer given) {
      answer = given;
    }

    /** What the server said, once this has completed. */
    Answer answer() {
      return answer;
    }
  }

  /** Calls that go together. */
  private final class Batch implements Client.Question {

    private final List<Call> calls = new ArrayList<>(); // guarded by lock until it is settled
    private final List<Put> puts = new ArrayList<>(); // likewise
    private int size; // guarded by lock; of all keys and rows
    private int bytes; // guarded by lock; of all keys and rows
    private boolean settled; // guarded by lock

    /** Where each key is among those that are asked for; null if they are those of one call. */
    private @Nullable Map<String, Integer> places;

    Batch(Call first) {
      add(first);
    }

    private void add(Call call) {
      calls.add(call);
      size += call.size();
      bytes += call.bytes();
      if (call instanceof Put put) {
        puts.add(put);
      }
    }

    boolean takes(Call call) {
      if (size + call.size() > MOST || bytes + call.bytes() > MOST_BYTES) {
        return false;
      }
      add(call);
      return true;
    }

    /**
     * Sends it.
     *
     * @param then called once its calls have ended
     */
    void send(Runnable then) {
      CompletionStage<Items> answer = sent();
      letOthersJoin();
      var _ =
          answer.whenComplete((items, failure) -> {
            try {
              hand(items, failure);
            } finally {
              then.run(); // so those who call again at once are in the next one
            }
          });
    }

    /** What is thrown in place of a stage must keep nobody waiting. */
    private CompletionStage<Items> sent() {
      try {
        return client.ask(this);
      } catch (RuntimeException | Error e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    /** Not before it is on its way: what one of them sends next would be in front of it. */
    private void letOthersJoin() {
      lock.lock();
      try {
        if (!settled) {
          open = this;
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public List<String> keys() {
      settle();
      if (calls.size() == 1) {
        return calls.getFirst().keys;
      }
      merged.addAndGet(calls.size());
      Map<String, Integer> all = new HashMap<>();
      List<String> keys = new ArrayList<>(size - puts.size());
      for (Call call : calls) {
        for (String key : call.keys) {
          if (all.putIfAbsent(key, keys.size()) == null) {
            keys.add(key);
          }
        }
      }
      places = all;
      return keys;
    }

    @Override
    public List<Put> parcels() {
      return puts;
    }

    /** From now on nobody joins, and rows of those who gave up are not stored any more. */
    private void settle() {
      lock.lock();
      try {
        settled = true;
        puts.removeIf(CompletableFuture::isDone);
        if (open == this) {
          open = null;
        }
      } finally {
        lock.unlock();
      }
    }

    private void hand(@Nullable Items items, @Nullable Throwable failure) {
      settle(); // it may have failed before it went out
      for (Call call : calls) {
        if (items != null && failure == null) {
          call.complete(of(call, items));
        } else {
          call.completeExceptionally(failure == null ? new IllegalStateException() : failure);
        }
      }
    }

    /** Looked up by who reads them, and not by the thread that hands out all answers. */
    private Items of(Call call, Items items) {
      Map<String, Integer> all = places;
      return all == null ? items : place -> items.at(all.getOrDefault(call.keys.get(place), -1));
    }
  }
}
