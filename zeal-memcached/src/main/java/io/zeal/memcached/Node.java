package io.zeal.memcached;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One server: its connection, the reads that go together, and how long it was away. */
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
  private final MultiGets reads;
  private final Turns turns = new Turns();
  private final @Nullable Duration longestOutage;
  private final Duration timeout;
  private final AtomicInteger connections = new AtomicInteger();
  private volatile Limits limits = UNKNOWN;
  private volatile int outages;
  private volatile long backMillis;
  private boolean everOpened; // guarded by this
  private volatile boolean failed;
  private boolean lost = true; // guarded by this
  private long lostNanos = System.nanoTime(); // guarded by this; since when it is away, if it is

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
    this.address = address;
    this.longestOutage = longestOutage;
    this.timeout = timeout;
    this.client = client.apply(new Connection());
    this.reads = new MultiGets(this.client, merged);
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
      synchronized (Node.this) {
        if (lost && longestOutage != null && System.nanoTime() - lostNanos > outageNanos()) {
          backMillis = System.currentTimeMillis();
          outages++; // written under the lock alone
        }
        lost = false;
        everOpened = true;
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
          lostNanos = System.nanoTime() - timeout.toNanos();
        }
      }
    }
  }

  Address address() {
    return address;
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

  /** When it was back from the last of these, milliseconds since 1970. */
  long backMillis() {
    return backMillis;
  }

  /** Items under different keys, together with what others read. */
  CompletionStage<Items> read(List<String> keys) {
    return reads.get(keys);
  }

  /** The same, with something that is sent behind it. */
  CompletionStage<Items> read(List<String> keys, Runnable behind) {
    return reads.get(keys, behind);
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
    int connection = connections.get();
    if (limits.connection() != connection) {
      limits =
          Limits.of(deadline.await(client.statistics("settings"), client), connection, address);
    }
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
