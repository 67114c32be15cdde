package io.zeal.demo;

import io.zeal.BackendInfo.Scope;
import io.zeal.CapacityException;
import io.zeal.Entry;
import io.zeal.Patch;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import io.zeal.ZealClosedException;
import io.zeal.ZealException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One of the processes that add to the same rows of a table. One row is everybody's, and each
 * process has another one of its own: who adds one to the first adds one to the second right after.
 * So their sum is what is in everybody's row, but for processes that were cut off between the two.
 *
 * <p>Everybody's row also says until when all add. A thread looks there at every beat; the beat is
 * in the process's own row, and tells the others that it lives.
 */
final class Adder implements AutoCloseable {

  /** The store of the rows. */
  static final String STORE = "demo/processes";

  /** The key of everybody's row; the others are names of demos. */
  static final String ALL = "all";

  /** The longest time to let all add. */
  static final long MOST_MILLIS = 10_000;

  /** A row stays when its process ends, since the sum needs it. */
  static final int MOST_ROWS = 200;

  private static final long BEAT_MILLIS = 100;

  /** Who was silent for longer is taken for dead or stopped; a write may wait for 2 s. */
  private static final long SILENCE_MILLIS = 30 * BEAT_MILLIS;

  /** So many before it looks at the clock. */
  private static final int BATCH = 256;

  private static final long CLOSE_SECONDS = 10;

  /**
   * A row.
   *
   * @param pid of the process; 0 of everybody's
   * @param added how often one was added
   * @param beatMillis when the process last said that it lives, 0 once it ended by itself; of
   *     everybody's row 0
   * @param untilMillis in everybody's row until when all add; 0 in others
   */
  record Tally(long pid, long added, long beatMillis, long untilMillis) {}

  private static final Tally NONE = new Tally(0, 0, 0, 0);

  /** How a process is, as far as others can tell. */
  enum State {
    /** Its beat is young. */
    ALIVE,
    /** It is killed, stopped or stuck. */
    SILENT,
    /** It ended by itself. */
    ENDED
  }

  /**
   * The row of a process.
   *
   * @param silentMillis how long ago it last said that it lives; 0 of one that ended
   */
  record Part(String name, long pid, long added, State state, long silentMillis) {}

  /**
   * What is in the rows.
   *
   * @param leftMillis how long all go on adding
   * @param all what is in everybody's row
   * @param parts the rows of the processes
   */
  record Rows(long leftMillis, long all, List<Part> parts) {

    Rows {
      parts = List.copyOf(parts);
    }

    /** What all processes added by their own rows. */
    long sum() {
      return parts.stream().mapToLong(Part::added).sum();
    }
  }

  private final Store<Tally> store;
  private final String name;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private volatile @Nullable Problem problem;

  private Adder(Store<Tally> store, String name) {
    this.store = store;
    this.name = name;
    this.thread = Thread.ofPlatform().daemon().name("zeal-demo-adder").unstarted(this::run);
  }

  /**
   * Null if the backend is none that processes of one host share: then there is nothing to show.
   */
  static @Nullable Adder start(Zeal zeal, String name) {
    if (zeal.info().scope() != Scope.HOST) {
      return null;
    }
    StoreOptions options = StoreOptions.defaults().withCapacity(MOST_ROWS);
    Store<Tally> store = zeal.store(STORE, Schema.of(Tally.class), options);
    var _ = store.putIfAbsent(ALL, NONE); // before any other row: there is always room for it
    Adder adder = new Adder(store, name);
    adder.thread.start();
    return adder;
  }

  /** The name of this process. */
  String name() {
    return name;
  }

  /** Why this process could not add when it last tried; null if it could. */
  @Nullable Problem problem() {
    return problem;
  }

  /** Lets all processes add for so long. */
  void letAllAdd(long millis) {
    var _ = store.patch(ALL, Patch.set("untilMillis", System.currentTimeMillis() + millis));
  }

  /** What is in the rows; while somebody adds, each of them at its own moment. */
  Rows rows() {
    long now = System.currentTimeMillis();
    Tally all = store.get(ALL).orElse(NONE);
    List<Part> parts = new ArrayList<>();
    for (Entry<Tally> entry : store.page("", MOST_ROWS)) {
      if (!entry.key().equals(ALL)) {
        parts.add(part(entry.key(), entry.value(), now));
      }
    }
    return new Rows(left(all.untilMillis(), now), all.added(), parts);
  }

  private static Part part(String name, Tally tally, long now) {
    long silent = Math.max(0, now - tally.beatMillis());
    State state = silent <= SILENCE_MILLIS ? State.ALIVE : State.SILENT;
    return tally.beatMillis() == 0
        ? new Part(name, tally.pid(), tally.added(), State.ENDED, 0)
        : new Part(name, tally.pid(), tally.added(), state, silent);
  }

  /** A clock that was set back must not make it last for hours. */
  private static long left(long untilMillis, long now) {
    long left = untilMillis - now;
    return left > MOST_MILLIS ? 0 : Math.max(0, left);
  }

  private void run() {
    try {
      boolean ended = false;
      while (!ended) {
        long pauseMillis = attempt() ? 0 : BEAT_MILLIS;
        ended = closed.await(pauseMillis, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does that; it ends the thread
    }
  }

  /** Whether it added something. A failure is shown on the page; the next beat tries again. */
  private boolean attempt() {
    try {
      boolean added = beat();
      problem = null;
      return added;
    } catch (ZealClosedException e) {
      return false; // the demo ends
    } catch (CapacityException e) {
      problem =
          new Problem(
              507,
              "DEMO-507",
              "The table has its "
                  + MOST_ROWS
                  + " rows, of processes that were here. This one only looks on. Use another directory, or"
                  + " remove this one once every demo has ended.");
      return false;
    } catch (ZealException e) {
      problem = Problem.of(e);
      return false;
    }
  }

  /** Says that this process lives, and adds until the next beat if all add. */
  private boolean beat() {
    long now = System.currentTimeMillis();
    if (!store.patch(name, Patch.set("beatMillis", now))) {
      store.put(name, new Tally(ProcessHandle.current().pid(), 0, now, 0));
    }
    OptionalLong until = store.getLong(ALL, "untilMillis");
    long left = left(until.orElse(0), now);
    if (left == 0) {
      return false;
    }
    long end = now + Math.min(left, BEAT_MILLIS);
    while (System.currentTimeMillis() < end && closed.getCount() > 0) {
      addBatch();
    }
    return true;
  }

  private void addBatch() {
    for (int i = 0; i < BATCH; i++) {
      store.increment(ALL, "added", 1);
      store.increment(name, "added", 1); // a process that is killed before this is one apart
    }
  }

  /** Ends the thread, and says in this process's row that it ended by itself. */
  @Override
  public void close() {
    closed.countDown();
    try {
      if (thread.join(Duration.ofSeconds(CLOSE_SECONDS))) {
        var _ = store.patch(name, Patch.set("beatMillis", 0L));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ZealException e) {
      // It is taken for a silent one.
    }
  }
}
