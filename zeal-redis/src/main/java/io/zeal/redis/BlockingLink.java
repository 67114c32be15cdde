package io.zeal.redis;

import io.zeal.Outcome;
import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.RedisLink;
import io.zeal.redis.spi.Reply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a consumer's own, to the node that has a key, on which it waits. One thread asks,
 * another may end the wait. It is made when it is needed, and anew after a failure; nothing is sent
 * a second time, but where a node said that another has the key.
 */
final class BlockingLink implements AutoCloseable {

  private static final Command WHO = Command.named("CLIENT").add("ID").build();
  private static final long FIRST_PAUSE = Duration.ofMillis(1).toNanos();
  private static final int UNBLOCKINGS = 8;

  private final Server server;
  private final byte[] key;

  // Written by the thread that asks.
  private volatile @Nullable RedisLink link;
  private volatile @Nullable Node node;
  private volatile long client = -1;
  private volatile boolean asking;
  private boolean again; // only of that thread: whether the last one failed

  private volatile boolean ended;

  BlockingLink(Server server, byte[] key) {
    this.server = server;
    this.key = key;
  }

  /** Asks and waits; never throws. By one thread at a time. */
  Reply ask(Command command, long deadline) {
    asking = true;
    try {
      Reply reply = exchange(command, deadline);
      if (reply instanceof Reply.Failure(String words) && words.startsWith("MOVED ")) {
        Node asked = node;
        drop();
        if (asked != null && server.moved(key, words, asked) != null) {
          again = false; // it is known who has it
        }
        reply = exchange(command, deadline);
      }
      return server.whileOpen(reply);
    } finally {
      asking = false;
    }
  }

  private Reply exchange(Command command, long deadline) {
    RedisLink current = link;
    try {
      if (current == null) {
        current = connect(deadline);
      }
      if (ended) {
        throw new LinkException(Kind.CLOSED, "the consumer takes nothing any more", null);
      }
    } catch (LinkException e) {
      again = true;
      return new Reply.Lost(Outcome.NOT_SENT, e);
    }
    Reply reply = current.exchange(List.of(command), deadline).getFirst();
    if (reply instanceof Reply.Lost || isOfTheWrongNode(reply)) {
      again = true;
      drop();
    }
    return reply;
  }

  private static boolean isOfTheWrongNode(Reply reply) {
    return reply instanceof Reply.Failure(String words)
        && (words.startsWith("READONLY ")
            || words.startsWith("UNBLOCKED ")
            || words.startsWith("MASTERDOWN ")
            || words.startsWith("CLUSTERDOWN "));
  }

  private RedisLink connect(long deadline) throws LinkException {
    Topology topology = server.topology();
    if (again) {
      topology.doubt();
    }
    Node target = again ? topology.nodeAfterDoubt(key, deadline) : topology.node(key, deadline);
    RedisLink fresh = target.listen(deadline);
    link = fresh;
    node = target;
    Reply id = fresh.exchange(List.of(WHO), deadline).getFirst();
    if (id instanceof Reply.Lost(Outcome ignored, LinkException cause)) {
      drop();
      throw cause;
    }
    client = id instanceof Reply.Whole(long number) ? number : -1; // it may be forbidden
    again = false;
    return fresh;
  }

  private void drop() {
    RedisLink current = link;
    link = null;
    node = null;
    if (current != null) {
      current.close();
    }
  }

  /** Whether somebody waits. */
  boolean isAsking() {
    return asking;
  }

  /** From here on nothing more is asked; does not end a wait that is under way. */
  void end() {
    ended = true;
  }

  /**
   * Ends a wait that is under way. The server is asked to end it, since a connection that is broken
   * while a message comes would take the message with it; only if that fails the connection is
   * broken.
   */
  void interrupt(long deadline) {
    long pause = FIRST_PAUSE;
    for (int i = 0; i < UNBLOCKINGS && asking; i++) {
      Node current = node;
      if (current == null || client < 0) {
        break;
      }
      Command unblock = Command.named("CLIENT").add("UNBLOCK").add(client).build();
      if (!(current.execute(List.of(unblock), deadline).getFirst() instanceof Reply.Whole)) {
        break;
      }
      if (asking) {
        LockSupport.parkNanos(pause); // it may not wait yet, or its answer is on its way
        pause *= 2;
      }
    }
    RedisLink current = link;
    if (asking && current != null) {
      current.close();
    }
  }

  /** By any thread. */
  @Override
  public void close() {
    ended = true;
    RedisLink current = link;
    if (current != null) {
      current.close();
    }
  }
}
