package io.zeal.memcached;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One server: its connection, the requests that go together, and how long it was away. */
final class Node implements AutoCloseable {

  /**
   * What an item without flags takes of the limit beside its key and value, on 64 bits: a header of
   * 48 bytes, the version, a zero behind the key, the end of the line.
   */
  private static final int ITEM_OVERHEAD = 48 + 8 + 1 + 2;

  private static final Duration OPENING = Duration.ofSeconds(10);
  private static final Limits UNKNOWN = new Limits(1024 * 1024, -1);

  private final Address address;
  private final Client client;
  private final Batches batches;
  private final Turns turns;
  private final @Nullable Duration longestOutage;
  private final Duration timeout;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicReference<@Nullable Question> asked = new AtomicReference<>();
  private volatile Limits limits = UNKNOWN;
  private volatile int outages;
  private volatile long backMillis;
  private boolean everOpened; // guarded by this
  private volatile boolean failed;
  private boolean lost = true; // guarded by this
  private long lostNanos; // guarded by this; since when it is away, if it is
  private final LongSupplier nanoClock;
  private volatile Runnable whenBack = () -> {};

  /** A question for the limits, asked over one connection. */
  private record Question(int connection, CompletableFuture<Limits> answer) {}

  /**
   * @param client opens the connection, given whom to tell when it comes and goes
   * @param longestOutage after which the rows it holds are taken for old; null for never
   * @param timeout after which the client takes a silent connection for broken
   */
  Node(
      Address address,
      Function<Connection, Client> client,
      @Nullable Duration longestOutage,
      Duration timeout,
      AtomicLong merged) {
    this(address, client, longestOutage, timeout, merged, System::nanoTime);
  }

  /**
   * The same.
   *
   * @param nanoClock by which outages are counted
   */
  Node(
      Address address,
      Function<Connection, Client> client,
      @Nullable Duration longestOutage,
      Duration timeout,
      AtomicLong merged,
      LongSupplier nanoClock) {
    this.address = address;
    this.longestOutage = longestOutage;
    this.timeout = timeout;
    this.nanoClock = nanoClock;
    this.lostNanos = nanoClock.getAsLong();
    this.client = client.apply(new Connection());
    this.turns = new Turns(this.client::isConnected);
    this.batches = new Batches(this.client, merged);
  }

  /** Hears of the connection. */
  final class Connection {

    private Connection() {}

    /** It could not be made; it will be tried again. */
    void failed() {
      failed = true;
    }

    /** It is there; nothing was sent over it yet. */
    void opened() {
      connections.incrementAndGet();
      boolean wasAway = false;
      synchronized (Node.this) {
        if (lost && longestOutage != null && nanoClock.getAsLong() - lostNanos > outageNanos()) {
          backMillis = System.currentTimeMillis();
          outages++; // written under the lock alone
          wasAway = true;
        }
        lost = false;
        everOpened = true;
      }
      if (wasAway) {
        whenBack.run();
      }
    }

    /** The first connection has the time in which a backend opens. */
    private long outageNanos() {
      long longest = longestOutage == null ? Long.MAX_VALUE : longestOutage.toNanos();
      return everOpened ? longest : Math.max(longest, OPENING.toNanos());
    }

    /** It is gone; it may have been silent for as long as the client waits for an answer. */
    void closed() {
      synchronized (Node.this) {
        if (!lost) {
          lost = true;
          lostNanos = nanoClock.getAsLong() - timeout.toNanos();
        }
      }
    }
  }

  Client client() {
    return client;
  }

  /** Who changes the same item one after the other. */
  Turns turns() {
    return turns;
  }

  /** Whether it lets us in, or has refused that for good. */
  boolean hasAnswered() {
    return client.isConnected() || client.isRefused();
  }

  /** Whether it could not be reached at least once. */
  boolean hasFailed() {
    return failed;
  }

  /** How often it had been away for longer than its rows may be kept unseen. */
  int outages() {
    return outages;
  }

  /**
   * What to do when it is back after such a time.
   *
   * @param action called by the thread that serves the connection, before anything can be sent
   */
  void whenBack(Runnable action) {
    whenBack = action;
  }

  /** When it was back from the last of these, milliseconds since 1970. */
  long backMillis() {
    return backMillis;
  }

  /** Items under different keys, together with what others read. */
  CompletableFuture<Items> read(List<String> keys) {
    return batches.get(keys);
  }

  /** The same, and what is sent next is behind it. */
  CompletableFuture<Items> readNow(List<String> keys) {
    return batches.getNow(keys);
  }

  /** Stores an item behind a question for a key, together with what others ask and store. */
  Batches.Put put(String asked, String key, byte[] value, int seconds) {
    return batches.put(asked, key, value, seconds);
  }

  /** How many calls wait to be sent. */
  int waiting() {
    return batches.waiting();
  }

  /** The most bytes that a value under this key may have. */
  long mostBytes(String key) {
    return limits.itemBytes() - ITEM_OVERHEAD - key.length();
  }

  /** The server's limit for an item, of the value with its key and overhead. */
  long itemBytes() {
    return limits.itemBytes();
  }

  /** Whether its limits have been asked for over this connection. */
  boolean knowsLimits() {
    return limits.connection() == connections.get();
  }

  /**
   * Asks the server for its limits, once for each connection: of a value that is too large it would
   * take what it had before away.
   */
  void requireLimits(Deadline deadline) throws ClientException {
    if (!knowsLimits()) {
      var _ = deadline.await(askForLimits(), client);
    }
  }

  /** The same without waiting: everybody's question is one; each gets an answer of his own. */
  CompletableFuture<Limits> askForLimits() {
    while (true) {
      int connection = connections.get();
      Question last = asked.get();
      if (last != null
          && last.connection() == connection
          && !last.answer().isCompletedExceptionally()) {
        return last.answer().copy();
      }
      Question mine = new Question(connection, new CompletableFuture<>());
      if (asked.compareAndSet(last, mine)) {
        ask(mine);
        return mine.answer().copy();
      }
    }
  }

  private void ask(Question question) {
    var _ =
        client
            .statistics("settings")
            .whenComplete((settings, failure) -> {
              if (failure != null) {
                question.answer().completeExceptionally(failure);
                return;
              }
              try {
                Limits told = Limits.of(settings, question.connection(), address);
                limits = told;
                question.answer().complete(told);
              } catch (ClientException | RuntimeException e) {
                question.answer().completeExceptionally(e);
              }
            });
  }

  @Override
  public void close() {
    client.close();
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
