package io.zeal.redis.jedis;

import io.zeal.Outcome;
import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.LinkSetup;
import io.zeal.redis.spi.RedisLink;
import io.zeal.redis.spi.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * One connection of Jedis, used below everything that could send a second time.
 *
 * <p>The deadline holds for an exchange as a whole, writing included, which a read timeout of a
 * socket does not offer: at the deadline another thread breaks the connection. So that this costs
 * next to nothing, the look at the clock is set up once and moves itself on while exchanges follow
 * each other.
 */
final class JedisLink implements RedisLink {

  private static final long NOTHING_SENT = -1;

  private sealed interface State {}

  private enum Idle implements State {
    IDLE
  }

  /** An exchange under way; told from others by identity. */
  private static final class Busy implements State {
    final long deadline;

    Busy(long deadline) {
      this.deadline = deadline;
    }
  }

  /** From the first {@link #send} on. */
  private static final class Listening implements State {

    /** When whoever reads or writes just now gives up; null while nobody does. */
    volatile @Nullable Long receiveBy;

    volatile @Nullable Long sendBy;
  }

  private record Ended(Kind kind, String message, @Nullable Throwable cause) implements State {
    Ended(Kind kind, String message) {
      this(kind, message, null);
    }
  }

  private final Connection connection;
  private final Wire wire;
  private final Endpoint peer;
  private final Executor executor;

  /** Held while commands are written by those who send, and while the wire is ended after that. */
  private final ReentrantLock sending = new ReentrantLock();

  /**
   * Whoever moves it to {@link Ended} from idle ends the wire; from busy, cuts it; from listening,
   * does both.
   */
  private final AtomicReference<State> state = new AtomicReference<>(Idle.IDLE);

  /** When the clock is looked at next; null for never. */
  private volatile @Nullable Long lookAt;

  JedisLink(Connection connection, Wire wire, Endpoint peer, Executor executor) {
    this.connection = connection;
    this.wire = wire;
    this.peer = peer;
    this.executor = executor;
  }

  @Override
  public List<Reply> exchange(List<Command> commands, long deadline) {
    if (commands.isEmpty()) {
      return List.of();
    }
    Busy mine = new Busy(deadline);
    if (!state.compareAndSet(Idle.IDLE, mine)) {
      if (state.get() instanceof Listening) {
        throw new IllegalStateException("the link listens");
      }
      Ended ended = end(mine, Kind.CLOSED, "the connection is used by another thread");
      return fill(new ArrayList<>(), commands, NOTHING_SENT, ended, null);
    }
    long from = NOTHING_SENT;
    List<Reply> replies = new ArrayList<>(commands.size());
    Ended ended;
    Throwable cause = null;
    try {
      ended = unfit(mine);
      if (ended == null) {
        watch(deadline);
        from = wire.position();
        send(commands);
        receive(commands.size(), replies);
        if (state.compareAndSet(mine, Idle.IDLE)) {
          return replies;
        }
        ended = end(mine, Kind.UNREACHABLE, "");
      }
    } catch (RuntimeException | Error e) {
      cause = e;
      ended = afterTrouble(mine, e);
    }
    wire.end(false);
    return fill(replies, commands, from, ended, cause);
  }

  /** Why nothing should be sent; null if all is well. */
  private @Nullable Ended unfit(Busy mine) {
    if (Thread.currentThread().isInterrupted()) {
      return end(mine, Kind.INTERRUPTED, "interrupted");
    }
    if (mine.deadline - System.nanoTime() <= 0) {
      return end(mine, Kind.REPLY_TIMEOUT, "no time left to send");
    }
    if (wire.isEnded()) {
      return end(mine, Kind.UNREACHABLE, peer + " had ended the connection");
    }
    return null;
  }

  private Ended afterTrouble(Busy mine, Throwable e) {
    return Thread.currentThread().isInterrupted()
        ? end(mine, Kind.INTERRUPTED, "interrupted while " + peer + " was asked")
        : end(mine, Kind.UNREACHABLE, LinkSetup.broken(peer, e));
  }

  private void send(List<Command> commands) {
    commands.forEach(this::send);
  }

  private void send(Command command) {
    List<byte[]> parts = command.parts();
    CommandArguments arguments = new CommandArguments(parts::getFirst);
    for (int i = 1; i < parts.size(); i++) {
      arguments.add(parts.get(i));
    }
    connection.sendCommand(arguments);
  }

  /** One by one: a batch read would throw away what came before a connection broke. */
  private void receive(int count, List<Reply> replies) {
    for (int i = 0; i < count; i++) {
      try {
        replies.add(reply(i == 0 ? connection.getOne() : connection.getUnflushedObject()));
      } catch (JedisDataException e) {
        replies.add(reply(e));
      }
    }
  }

  private static Reply reply(@Nullable Object value) {
    return switch (value) {
      case null -> new Reply.Nil();
      case byte[] bytes -> new Reply.Bytes(bytes);
      case Long number -> new Reply.Whole(number);
      case List<?> items -> items(items);
      case JedisDataException e -> new Reply.Failure(String.valueOf(e.getMessage()));
      default -> throw new IllegalStateException("not a value of RESP2: " + value.getClass());
    };
  }

  private static Reply items(List<?> values) {
    List<Reply> items = new ArrayList<>(values.size());
    for (Object value : values) {
      items.add(reply(value));
    }
    return new Reply.Items(items);
  }

  /** Adds what became of the commands without a reply; their first byte was to be at {@code at}. */
  private List<Reply> fill(
      List<Reply> replies,
      List<Command> commands,
      long at,
      Ended ended,
      @Nullable Throwable cause) {
    LinkException why = new LinkException(ended.kind, ended.message, cause);
    long position = at;
    for (int i = 0; i < commands.size(); i++) {
      if (i >= replies.size()) {
        boolean left = at != NOTHING_SENT && wire.mayHaveLeft(position);
        replies.add(new Reply.Lost(left ? Outcome.UNKNOWN : Outcome.NOT_SENT, why));
      }
      position += encodedLength(commands.get(i));
    }
    return replies;
  }

  private static long encodedLength(Command command) {
    long length = headerLength(command.parts().size());
    for (byte[] part : command.parts()) {
      length += headerLength(part.length) + part.length + 2;
    }
    return length;
  }

  /** A mark, a number and an end of line. */
  private static int headerLength(int number) {
    return 1 + Integer.toString(number).length() + 2;
  }

  /** Ends the exchange, unless somebody else did: then that is the reason that counts. */
  private Ended end(Busy mine, Kind kind, String message) {
    state.compareAndSet(mine, new Ended(kind, message));
    return state.get() instanceof Ended ended ? ended : new Ended(kind, message);
  }

  /** Writing and reading each have a stream of their own; so two threads may do both at once. */
  @Override
  public void send(List<Command> commands, long deadline) throws LinkException {
    Listening listening = listening();
    boolean locked = false;
    try {
      locked = sending.tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (!locked) {
        throw broken(listening, Kind.REPLY_TIMEOUT, peer + " took nothing more in time", null);
      }
      listening.sendBy = deadline;
      watch(deadline);
      for (Command command : commands) {
        requireListening(); // a pool's connection that was closed would connect anew
        send(command);
      }
      List<Object> _ = connection.getMany(0); // only flushes
      listening.sendBy = null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw broken(listening, Kind.INTERRUPTED, "interrupted before anything was sent", e);
    } catch (RuntimeException | Error e) {
      throw afterTrouble(listening, e);
    } finally {
      if (locked) {
        sending.unlock();
      }
    }
  }

  @Override
  public Reply receive(long deadline) throws LinkException {
    if (!(state.get() instanceof Listening listening)) {
      throw notListening();
    }
    listening.receiveBy = deadline;
    watch(deadline);
    try {
      Reply reply = reply(connection.getUnflushedObject());
      listening.receiveBy = null;
      return reply;
    } catch (JedisDataException e) {
      listening.receiveBy = null;
      return reply(e);
    } catch (RuntimeException | Error e) {
      throw afterTrouble(listening, e);
    }
  }

  private Listening listening() throws LinkException {
    Listening fresh = new Listening();
    if (state.compareAndSet(Idle.IDLE, fresh)) {
      return fresh;
    }
    if (state.get() instanceof Listening listening) {
      return listening;
    }
    throw notListening();
  }

  private void requireListening() throws LinkException {
    if (!(state.get() instanceof Listening)) {
      throw notListening();
    }
  }

  private LinkException notListening() {
    return switch (state.get()) {
      case Ended(Kind kind, String message, Throwable cause) ->
          new LinkException(kind, message, cause);
      default -> throw new IllegalStateException("the link does not listen");
    };
  }

  private LinkException afterTrouble(Listening listening, Throwable e) {
    return Thread.currentThread().isInterrupted()
        ? broken(listening, Kind.INTERRUPTED, "interrupted while listening to " + peer, e)
        : broken(listening, Kind.UNREACHABLE, LinkSetup.broken(peer, e), e);
  }

  /** Breaks a connection that listens; returns why it is broken, which may be another reason. */
  private LinkException broken(
      Listening listening, Kind kind, String message, @Nullable Throwable cause) {
    if (state.compareAndSet(listening, new Ended(kind, message, cause))) {
      endListening();
    }
    return notListening();
  }

  /** A pool's connection is given back once nobody writes any more, who might open it again. */
  private void endListening() {
    wire.cut();
    try {
      executor.execute(this::endWire);
    } catch (RuntimeException | Error e) {
      endWire(); // no thread, or the instance closes; who writes notices the cut
    }
  }

  private void endWire() {
    sending.lock();
    try {
      wire.end(false);
    } finally {
      sending.unlock();
    }
  }

  private void watch(long deadline) {
    Long next = lookAt;
    if (next == null || deadline - next < 0) {
      lookAt = deadline;
      long nanos = Math.max(0, deadline - System.nanoTime());
      CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, executor)
          .execute(() -> look(deadline));
    }
  }

  private void look(long at) {
    Long next = lookAt;
    if (next != null && next == at) {
      lookAt = null;
    }
    State now = state.get();
    Long deadline = earliest(now);
    if (deadline == null) {
      return;
    }
    if (deadline - System.nanoTime() > 0) {
      watch(deadline);
    } else if (now instanceof Listening listening) {
      LinkException _ =
          broken(
              listening, Kind.REPLY_TIMEOUT, "nothing came or went by " + peer + " in time", null);
    } else if (state.compareAndSet(
        now, new Ended(Kind.REPLY_TIMEOUT, "no reply from " + peer + " in time"))) {
      wire.cut();
    }
  }

  /** When whoever uses the connection just now gives up; null if nobody does. */
  private static @Nullable Long earliest(State state) {
    return switch (state) {
      case Busy busy -> Long.valueOf(busy.deadline);
      case Listening listening -> {
        Long receiveBy = listening.receiveBy;
        Long sendBy = listening.sendBy;
        yield receiveBy == null || (sendBy != null && sendBy - receiveBy < 0) ? sendBy : receiveBy;
      }
      case Idle _, Ended _ -> null;
    };
  }

  @Override
  public void close() {
    Ended closed = new Ended(Kind.CLOSED, "the connection was closed");
    State before = state.getAndUpdate(s -> s instanceof Ended ? s : closed);
    switch (before) {
      case Idle _ -> wire.end(true);
      case Busy _ -> wire.cut();
      case Listening _ -> endListening();
      case Ended _ -> {}
    }
  }
}
