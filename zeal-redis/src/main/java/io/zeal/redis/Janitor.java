package io.zeal.redis;

import io.zeal.redis.Bucket.Generation;
import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Removes what nobody can see any more: rows of generations that were cleared, and expired rows
 * from the indexes. Any process may do it, several at once too; what one leaves behind, another
 * finds in the trash of the bucket. Works in small steps with pauses, so that other clients do not
 * notice.
 */
final class Janitor implements AutoCloseable {

  private static final Duration INTERVAL = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(1);

  /** Few, because nobody else is served while the server removes them. */
  private static final int STEP = 25;

  private final Supplier<Collection<RedisStore>> stores;
  private final Server server;
  private final LongAdder removed = new LongAdder();
  private final LongAdder failures = new LongAdder();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean wanted; // guarded by lock
  private boolean closed; // guarded by lock

  Janitor(Supplier<Collection<RedisStore>> stores, Server server) {
    this.stores = stores;
    this.server = server;
  }

  void start(Executor executor) {
    try {
      executor.execute(this::run);
    } catch (RejectedExecutionException e) {
      // The instance closes already.
    }
  }

  /** Something was cleared. */
  void sweepSoon() {
    lock.lock();
    try {
      wanted = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Rows removed so far. */
  long removed() {
    return removed.sum();
  }

  /** Sweeps that ended early because the server could not be reached or refused. */
  long failures() {
    return failures.sum();
  }

  private void run() {
    try {
      while (awaitWork()) {
        for (RedisStore store : stores.get()) {
          for (Bucket bucket : store.buckets()) {
            sweep(bucket);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the instance closes
    }
  }

  /** Waits for a wish or the next round; false once closed. */
  private boolean awaitWork() throws InterruptedException {
    lock.lock();
    try {
      long left = INTERVAL.toNanos();
      while (!wanted && !closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      wanted = false;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void pause() throws InterruptedException {
    lock.lock();
    try {
      long left = PAUSE.toNanos();
      while (!closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      if (closed) {
        throw new InterruptedException("closed");
      }
    } finally {
      lock.unlock();
    }
  }

  private void sweep(Bucket bucket) throws InterruptedException {
    Reply trash = read(Command.named("SMEMBERS").add(bucket.trashKey).build(), bucket);
    if (!(trash instanceof Reply.Items(List<Reply> tokens))) {
      failures.increment();
      return;
    }
    for (Reply token : tokens) {
      if (token instanceof Reply.Bytes(byte[] bytes) && !removeRows(bucket, bucket.of(bytes))) {
        failures.increment();
        return;
      }
    }
    removeExpired(bucket);
  }

  /**
   * Rows first, then their membership: a sweep that dies in between is taken up by the next. Each
   * step asks whether the generation is cleared still: a server that fails over may lose the clear,
   * and what is written then is there.
   */
  private boolean removeRows(Bucket bucket, Generation generation) throws InterruptedException {
    while (true) {
      Reply some =
          read(
              Command.named("ZRANGE").add(generation.members).add(0).add(STEP - 1).build(), bucket);
      if (!(some instanceof Reply.Items(List<Reply> members))) {
        return false;
      }
      Long done = remove(bucket, generation, members).whole();
      if (done == null) {
        return false;
      }
      if (done == 0 || members.isEmpty()) {
        return true;
      }
      removed.add(members.size());
      pause();
    }
  }

  private Reply remove(Bucket bucket, Generation generation, List<Reply> members) {
    List<byte[]> keys = new ArrayList<>();
    keys.add(bucket.generationKey);
    keys.add(bucket.trashKey);
    keys.add(generation.members);
    keys.add(generation.expiries);
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(generation.token);
    for (Reply member : members) {
      if (member instanceof Reply.Bytes(byte[] key)) {
        keys.add(generation.row(key));
        arguments.add(key);
      }
    }
    return server.execute(Request.write(ServerScript.REMOVE, keys, arguments));
  }

  private void removeExpired(Bucket bucket) throws InterruptedException {
    Generation generation = bucket.seen();
    while (generation != null) {
      Reply swept =
          server.execute(
              Request.write(
                  ServerScript.SWEEP,
                  List.of(bucket.generationKey, generation.members, generation.expiries),
                  List.of(generation.token, Names.bytes(Integer.toString(STEP)))));
      Long rows = swept.whole();
      if (rows == null || rows < STEP) {
        return;
      }
      pause();
    }
  }

  private Reply read(Command command, Bucket bucket) {
    return server.execute(Request.read(command, bucket.generationKey));
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
