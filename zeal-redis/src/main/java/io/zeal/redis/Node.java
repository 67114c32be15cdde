package io.zeal.redis;

import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.LinkFactory;
import io.zeal.redis.spi.LinkOptions;
import io.zeal.redis.spi.RedisLink;
import io.zeal.redis.spi.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One server process and the connections to it. A broken connection is replaced by the next call
 * that needs it; while the node refuses connections, attempts are spaced out (exponential backoff
 * with jitter) and calls in between fail at once.
 */
final class Node implements AutoCloseable {

  /** From this size on a call goes its own way, so that small calls do not wait behind it. */
  private static final int BULK = 100;

  private static final long FIRST_PAUSE = Duration.ofMillis(5).toNanos();
  private static final long LONGEST_PAUSE = Duration.ofMillis(500).toNanos();

  private final Endpoint endpoint;
  private final LinkFactory factory;
  private final LinkOptions options;
  private final List<Lane> lanes;
  private final Lane bulk;

  /** What consumers of streams say: the next message waits for it, and not behind other calls. */
  private final Lane aside;

  /** Connections that listen; closed with the node. */
  private final Set<RedisLink> listening = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;

  private final LongAdder opened = new LongAdder();
  private final LongAdder refused = new LongAdder();

  /** What keeps attempts apart; replaced whole. */
  private record Pause(long until, long length, LinkException cause) {}

  private volatile Pause pause =
      new Pause(System.nanoTime(), 0, new LinkException(Kind.UNREACHABLE, "", null));

  Node(
      Endpoint endpoint,
      LinkFactory factory,
      LinkOptions options,
      RedisSettings settings,
      Executor executor) {
    this.endpoint = endpoint;
    this.factory = factory;
    this.options = options;
    this.lanes =
        IntStream.range(0, settings.connections())
            .mapToObj(i -> new Lane(this::open, executor, settings.maxWaiting()))
            .toList();
    this.bulk = new Lane(this::open, executor, settings.maxWaiting());
    this.aside = new Lane(this::open, executor, settings.maxWaiting());
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** One reply for each command; never throws. */
  List<Reply> execute(List<Command> commands, long deadline) {
    return lane(commands.size()).execute(commands, deadline);
  }

  /** The same on a connection of its own, beside the calls of the application. */
  List<Reply> executeAside(List<Command> commands, long deadline) {
    return (commands.size() >= BULK ? bulk : aside).execute(commands, deadline);
  }

  /**
   * The same with a question at the end, which calls that are sent together ask once, after all
   * their commands; the last reply is its answer.
   */
  List<Reply> execute(List<Command> commands, Command question, long deadline) {
    return lane(commands.size()).execute(commands, question, deadline);
  }

  /** Connects anew before the next call of each connection, and looks its name up again. */
  void renew() {
    lanes.forEach(Lane::renew);
    bulk.renew();
    aside.renew();
  }

  /** A connection of the caller's own, which ends with the node at the latest. */
  RedisLink listen(long deadline) throws LinkException {
    RedisLink link = new Listening(open(deadline));
    listening.add(link);
    if (closed) {
      link.close();
    }
    return link;
  }

  /** Whether it has left the topology, or everything ends. */
  boolean isClosed() {
    return closed;
  }

  /** Forgotten when it is closed. */
  private final class Listening implements RedisLink {

    private final RedisLink link;

    Listening(RedisLink link) {
      this.link = link;
    }

    @Override
    public List<Reply> exchange(List<Command> commands, long deadline) {
      return link.exchange(commands, deadline);
    }

    @Override
    public void send(List<Command> commands, long deadline) throws LinkException {
      link.send(commands, deadline);
    }

    @Override
    public Reply receive(long deadline) throws LinkException {
      return link.receive(deadline);
    }

    @Override
    public void close() {
      listening.remove(this);
      link.close();
    }
  }

  private Lane lane(int commands) {
    if (commands >= BULK) {
      return bulk;
    }
    return lanes.size() == 1
        ? lanes.getFirst()
        : lanes.get(ThreadLocalRandom.current().nextInt(lanes.size()));
  }

  private RedisLink open(long deadline) throws LinkException {
    Pause before = pause;
    if (before.length > 0 && System.nanoTime() - before.until < 0) {
      // A new one for each caller: an exception has one stack, and one thread's interrupt is its
      // own.
      throw new LinkException(
          before.cause.kind(), String.valueOf(before.cause.getMessage()), before.cause);
    }
    long left = deadline - System.nanoTime();
    try {
      RedisLink link = factory.connect(endpoint, options.within(left));
      opened.increment();
      pause = new Pause(System.nanoTime(), 0, before.cause);
      return link;
    } catch (LinkException e) {
      refused.increment();
      if (!saysSomethingOfTheNode(e, left)) {
        throw e;
      }
      long length = Math.min(LONGEST_PAUSE, Math.max(FIRST_PAUSE, before.length * 2));
      long jittered = length / 2 + ThreadLocalRandom.current().nextLong(length / 2 + 1);
      pause = new Pause(System.nanoTime() + jittered, length, e);
      throw e;
    }
  }

  /** Not if the caller was interrupted, or had next to no time. */
  private static boolean saysSomethingOfTheNode(LinkException e, long nanosLeft) {
    return switch (e.kind()) {
      case INTERRUPTED, CLOSED, QUEUE_TIMEOUT -> false;
      case CONNECT_TIMEOUT, REPLY_TIMEOUT -> nanosLeft >= LONGEST_PAUSE;
      default -> true;
    };
  }

  /** Connections made so far. */
  long opened() {
    return opened.sum();
  }

  /** Connections that could not be made. */
  long refused() {
    return refused.sum();
  }

  /** The connections there are, and who waits for one. */
  Connections.Now now() {
    List<Lane.State> states =
        Stream.concat(lanes.stream(), Stream.of(bulk, aside)).map(Lane::state).toList();
    List<Lane.State> open = states.stream().filter(Lane.State::open).toList();
    long used = open.stream().filter(Lane.State::busy).count();
    return new Connections.Now(
        used,
        open.size() - used,
        listening.size(),
        states.stream().mapToLong(Lane.State::waiting).sum());
  }

  @Override
  public void close() {
    closed = true;
    lanes.forEach(Lane::close);
    bulk.close();
    aside.close();
    listening.forEach(RedisLink::close);
  }

  @Override
  public String toString() {
    return endpoint.toString();
  }
}
