package io.zeal.redis;

import io.zeal.pubsub.spi.Backoff;
import io.zeal.redis.Wishes.Ask;
import io.zeal.redis.Wishes.Round;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.RedisLink;
import io.zeal.redis.spi.Reply;
import io.zeal.spi.Texts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one connection on which messages come, however many subscriptions there are, and its return
 * after an outage.
 *
 * <p>Two threads while there is a connection, none where nothing is wanted. The <em>reader</em>
 * connects, receives, tells the wishes what was confirmed and hands messages over; where a
 * subscription's queue is full and its policy is to block, it waits, and everything that shares the
 * connection with it. The <em>writer</em> sends what the wishes say: whoever subscribes only leaves
 * a wish and waits, since interrupting a thread breaks the connection that it writes to.
 */
final class ChannelListener implements Receiver {

  /** Where the connection comes from. */
  interface Connector {
    /** Connects to a server that has the messages; asks anew which if the last attempt failed. */
    RedisLink connect(boolean again, long deadline) throws LinkException;

    /** Now and then while a connection is there: whether it leads to the right server still. */
    void look();
  }

  /** Who knows where sharded channels are. */
  interface Shards {
    Shards NONE = (topic, words) -> false;

    /**
     * A node says that another one has this topic. Called with the lock of the wishes held.
     *
     * @param words what the node says
     * @return whether the topic's routes will be taken there
     */
    boolean moved(Topic topic, String words);
  }

  static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

  /** After this long without a word the server is asked for one. */
  private static final Duration QUIET = Duration.ofSeconds(3);

  private static final Duration LOOK = Duration.ofSeconds(15);

  /** How long the connection outlives the last subscription. */
  private static final Duration LINGER = Duration.ofSeconds(10);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /** No longer pause than this while somebody waits for a subscription to be in force. */
  private static final long AWAITED_PAUSE = Duration.ofMillis(100).toNanos();

  /** How often the writer looks at what else there is to do. */
  private static final long TICK = Duration.ofMillis(500).toNanos();

  private static final int MOST_TOPICS = 500;
  private static final int MOST_ASKS = 4;

  private final Connector connector;
  private final Shards shards;
  private final Executor reader;
  private final Executor executor;
  private final long timeoutNanos;
  private final Wishes wishes = new Wishes(MOST_TOPICS);

  /** Held while the reader is started, and while it ends; then comes the lock of the wishes. */
  private final ReentrantLock starting = new ReentrantLock();

  private boolean reading; // guarded by starting
  private final LongAdder reconnections = new LongAdder();

  private volatile boolean closed;
  private volatile @Nullable RedisLink link;

  /** Whether the connection ended because nobody needed it. */
  private volatile boolean unused;

  /** Why there is no connection; null while there is one, or nobody wanted one. */
  private volatile @Nullable LinkException trouble;

  /**
   * When an outage that was logged began; null while there is none. Only of the reader's thread;
   * from one reader to the next it goes by the lock.
   */
  private @Nullable Long outageSince;

  /** When something came last. */
  private volatile long heardAt;

  /**
   * @param reader runs what waits for messages
   * @param executor runs everything else
   */
  ChannelListener(
      Connector connector, Shards shards, Executor reader, Executor executor, Duration timeout) {
    this.connector = connector;
    this.shards = shards;
    this.reader = reader;
    this.executor = executor;
    this.timeoutNanos = timeout.toNanos();
  }

  @Override
  public void add(Route route) {
    wishes.add(route);
    if (closed) {
      close();
      return;
    }
    try {
      start();
    } catch (RejectedExecutionException e) {
      close(); // the instance closes already
    } catch (RuntimeException | Error e) { // no thread can be had: whoever comes next tries again
      wishes.remove(route);
      throw e;
    }
  }

  private void start() {
    starting.lock();
    try {
      if (!reading) {
        reader.execute(this::run);
        reading = true;
      }
    } finally {
      starting.unlock();
    }
  }

  /** Whether the reader ends because nothing is wanted. */
  private boolean isDone() {
    starting.lock();
    try {
      if (closed || wishes.isAnyWanted()) {
        return false;
      }
      outageSince = null; // nobody is left who could come back
      trouble = null;
      reading = false;
      return true;
    } finally {
      starting.unlock();
    }
  }

  @Override
  public void remove(Route route) {
    wishes.remove(route);
  }

  /** What is wanted here. */
  List<Topic> topics() {
    return wishes.topics();
  }

  /** Takes the routes of a topic away, which are not in force from here on. */
  List<Route> take(Topic topic) {
    return wishes.take(topic);
  }

  @Override
  public @Nullable LinkException trouble() {
    return trouble;
  }

  @Override
  public long reconnections() {
    return reconnections.sum();
  }

  @Override
  public long lost() {
    return wishes.lost();
  }

  private void run() {
    boolean done = false;
    try {
      Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
      boolean again = false;
      while (!closed) {
        done = isDone();
        if (done) {
          return;
        }
        try {
          if (listen(connect(again))) {
            backoff.reset();
          }
        } catch (LinkException e) {
          failed(e);
        } catch (RuntimeException | Error e) { // thrown on, it would end all subscriptions
          Log.warn("A Redis driver failed to connect; it is tried again.", e);
          failed(new LinkException(Kind.UNREACHABLE, "the driver failed: " + e.getClass(), e));
        }
        tell();
        again = !unused; // what was not needed any more was not lost
        unused = false;
        if (Thread.currentThread().isInterrupted()) {
          return; // the instance closes
        }
        wishes.pause(backoff.nextNanos(), AWAITED_PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the instance closes
    } finally {
      if (!done) {
        close();
      }
    }
  }

  /** Each outage once, and each subscription that does not outlast it. */
  private void tell() {
    LinkException why = trouble;
    if (outageSince == null && why != null && !closed) {
      long lost = wishes.lost();
      if (lost > 0) {
        outageSince = System.nanoTime();
        Log.warn(
            "A connection for messages is lost; subscriptions that receive nothing now: "
                + lost
                + ". They come back by themselves, with a gap. Why: "
                + why.getMessage(),
            null);
      }
    }
    tellOfTheEnded();
  }

  private void tellOfTheEnded() {
    wishes
        .takeEnded()
        .forEach(topic ->
            Log.warn(
                what(topic)
                    + ": a subscription has ended, since none of its maxAttempts is left. Subscribe"
                    + " again, or leave maxAttempts at 0.",
                null));
  }

  private void tellOfTheReturn() {
    Long since = outageSince;
    if (since != null) {
      outageSince = null;
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
      Log.info("A connection for messages is back after " + millis + " ms.");
    }
  }

  private RedisLink connect(boolean again) throws LinkException {
    RedisLink fresh = connector.connect(again, System.nanoTime() + timeoutNanos);
    trouble = null;
    if (again) {
      reconnections.increment();
    }
    return fresh;
  }

  private void failed(LinkException e) {
    trouble = e;
    wishes.attemptFailed(helps(e.kind()) ? null : topic -> Errors.of(e, what(topic)));
  }

  /** Whether trying again may help somebody who waits. */
  private boolean helps(Kind kind) {
    return switch (kind) {
      case UNREACHABLE, CONNECT_TIMEOUT, QUEUE_TIMEOUT, REPLY_TIMEOUT -> true;
      case TLS, AUTHENTICATION, REFUSED, INTERRUPTED -> false;
      case CLOSED -> !closed; // only the node has left
    };
  }

  static String what(Topic topic) {
    return (topic.kind() == Topic.Kind.PATTERN ? "Pattern " : "Channel ")
        + Texts.quote(topic.name());
  }

  /** Until the connection is lost; whether it had been of use. */
  private boolean listen(RedisLink fresh) {
    link = fresh;
    Round round = wishes.begin();
    heardAt = System.nanoTime();
    try {
      if (closed) {
        return false;
      }
      fresh.send(List.of(), System.nanoTime() + timeoutNanos); // from here on it listens
      executor.execute(new Writer(fresh, round));
      while (true) {
        Reply reply = fresh.receive(System.nanoTime() + QUIET.toNanos() + timeoutNanos);
        heardAt = System.nanoTime();
        take(round, reply);
      }
    } catch (LinkException e) {
      trouble = e.kind() == Kind.CLOSED ? null : e; // closed by us: unused, or the node has left
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RejectedExecutionException e) {
      Thread.currentThread().interrupt(); // the instance closes
    } catch (RuntimeException | Error e) {
      trouble =
          new LinkException(Kind.UNREACHABLE, "listening failed: " + e.getClass().getName(), e);
      Log.warn("A connection for messages ends, and another is made.", e);
    } finally {
      fresh.close();
      link = null;
    }
    return wishes.lost(round);
  }

  /** What came; in the reader's thread. */
  private void take(Round round, Reply reply) throws InterruptedException {
    switch (reply) {
      case Reply.Items(List<Reply> parts)
          when parts.size() >= 3
              && parts.get(0) instanceof Reply.Bytes(byte[] kind)
              && parts.get(1) instanceof Reply.Bytes(byte[] topic) ->
          take(round, text(kind), text(topic), parts);
      case Reply.Failure(String words) -> refused(round, words);
      case Reply.Nil _, Reply.Whole _, Reply.Bytes _, Reply.Items _, Reply.Lost _ ->
          wishes.pong(round); // nothing else is asked that has any other answer
    }
  }

  private void take(Round round, String kind, String name, List<Reply> parts)
      throws InterruptedException {
    switch (kind) {
      case "message" -> deliver(new Topic(Topic.Kind.CHANNEL, name), name, parts.get(2));
      case "smessage" -> deliver(new Topic(Topic.Kind.SHARDED, name), name, parts.get(2));
      case "pmessage" -> {
        if (parts.size() == 4 && parts.get(2) instanceof Reply.Bytes(byte[] channel)) {
          deliver(new Topic(Topic.Kind.PATTERN, name), text(channel), parts.get(3));
        }
      }
      case "subscribe" -> confirmed(round, true, new Topic(Topic.Kind.CHANNEL, name));
      case "psubscribe" -> confirmed(round, true, new Topic(Topic.Kind.PATTERN, name));
      case "ssubscribe" -> confirmed(round, true, new Topic(Topic.Kind.SHARDED, name));
      case "unsubscribe" -> confirmed(round, false, new Topic(Topic.Kind.CHANNEL, name));
      case "punsubscribe" -> confirmed(round, false, new Topic(Topic.Kind.PATTERN, name));
      case "sunsubscribe" -> confirmed(round, false, new Topic(Topic.Kind.SHARDED, name));
      default -> {}
    }
  }

  private void deliver(Topic topic, String channel, Reply payload) throws InterruptedException {
    if (!(payload instanceof Reply.Bytes(byte[] bytes))) {
      return;
    }
    List<Route> routes = wishes.routes(topic);
    for (int i = 0; i < routes.size(); i++) {
      Route route = routes.get(i);
      if (route.takes(channel)) {
        // Each receiver has its own copy; the last one can have what came.
        route.deliver(channel, i == routes.size() - 1 ? bytes : bytes.clone());
      }
    }
  }

  private void confirmed(Round round, boolean subscribe, Topic topic) {
    if (wishes.confirmed(round, subscribe, topic)) {
      if (subscribe) {
        tellOfTheReturn();
      }
    } else if (!subscribe) {
      wishes.takenAway(topic);
    }
  }

  private void refused(Round round, String words) {
    wishes.refused(
        round,
        topic ->
            words.startsWith("MOVED ") && shards.moved(topic, words)
                ? null
                : Errors.ofChannel(words, topic));
    tellOfTheEnded();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Sends what the wishes say; on a thread of its own, as long as the connection is there. */
  private final class Writer implements Runnable {

    private final RedisLink to;
    private final Round round;
    private long lookAt = System.nanoTime() + LOOK.toNanos();
    private long askAgainAt = System.nanoTime() + QUIET.toNanos();
    private long neededAt = System.nanoTime();

    Writer(RedisLink to, Round round) {
      this.to = to;
      this.round = round;
    }

    @Override
    public void run() {
      try {
        while (true) {
          List<Ask> asks = wishes.next(round, System.nanoTime() + TICK, MOST_ASKS);
          if (asks == null) {
            return;
          }
          if (asks.isEmpty()) {
            asks = keepUp(System.nanoTime());
          }
          if (!asks.isEmpty()) {
            to.send(asks.stream().map(Ask::command).toList(), System.nanoTime() + timeoutNanos);
          }
        }
      } catch (LinkException e) {
        // The reader is told the same.
      } catch (InterruptedException | RejectedExecutionException e) {
        to.close(); // the instance closes
      } catch (RuntimeException | Error e) {
        Log.warn("A connection for messages ends, and another is made.", e);
        to.close();
      }
    }

    /** Nothing was to be sent for a while. */
    private List<Ask> keepUp(long now) {
      neededAt = wishes.isIdle() ? neededAt : now;
      if (now - neededAt > LINGER.toNanos()) {
        unused = true;
        to.close();
        return List.of();
      }
      if (now - lookAt >= 0) {
        lookAt = now + LOOK.toNanos();
        executor.execute(connector::look);
      }
      if (now - askAgainAt >= 0) {
        askAgainAt = now + QUIET.toNanos();
        wishes.askAgain();
      }
      return now - heardAt >= QUIET.toNanos() ? wishes.ping(round) : List.of();
    }
  }

  @Override
  public void close() {
    closed = true;
    wishes.close(topic -> Errors.of(new LinkException(Kind.CLOSED, "closed", null), what(topic)));
    RedisLink current = link;
    if (current != null) {
      current.close();
    }
  }
}
