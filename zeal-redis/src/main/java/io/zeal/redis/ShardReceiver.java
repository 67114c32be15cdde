package io.zeal.redis;

import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.RedisLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Messages of sharded channels: each channel belongs to a slot, and only the node that holds the
 * slot has its messages, so there is a listener for each node that holds one that is wanted.
 *
 * <p>A route that is at the wrong node is no harm: the node says where the slot is ({@code MOVED}),
 * and the route is taken there, with a gap if it had been in force. The same happens where a node
 * takes a channel away because its slot has moved, and where a node cannot be reached.
 */
final class ShardReceiver implements Receiver {

  /** The listener at one node. */
  private final class Shard implements ChannelListener.Connector, ChannelListener.Shards {

    private final Node node;
    private final ChannelListener listener;

    Shard(Node node) {
      this.node = node;
      this.listener = new ChannelListener(this, this, reader, executor, timeout);
    }

    @Override
    public RedisLink connect(boolean again, long deadline) throws LinkException {
      if (again) {
        leave(deadline);
      }
      return node.listen(deadline);
    }

    /** Takes what belongs to other nodes by now there. */
    private void leave(long deadline) throws LinkException {
      server.topology().doubt();
      for (Topic topic : listener.topics()) {
        byte[] key = Names.bytes(topic.name());
        take(topic, this, server.topology().nodeAfterDoubt(key, deadline));
      }
    }

    @Override
    public void look() {
      server.look();
    }

    @Override
    public boolean moved(Topic topic, String words) {
      Node target = server.moved(Names.bytes(topic.name()), words, node);
      if (target == null) {
        return false;
      }
      try {
        executor.execute(() -> take(topic, this, target)); // who calls may hold a lock
      } catch (RejectedExecutionException e) {
        return false; // the instance closes
      }
      return true;
    }
  }

  private final Server server;
  private final Executor reader;
  private final Executor executor;
  private final Duration timeout;

  /** Held while routes change their place; then comes the lock of a listener's wishes. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Map<Node, Shard> shards = new HashMap<>(); // guarded by lock
  private final Map<Route, Shard> places = new HashMap<>(); // guarded by lock
  private long formerReconnections; // of those forgotten; guarded by lock
  private boolean closed; // guarded by lock

  ShardReceiver(Server server, Executor reader, Executor executor, Duration timeout) {
    this.server = server;
    this.reader = reader;
    this.executor = executor;
    this.timeout = timeout;
  }

  @Override
  public void add(Route route) {
    Node node;
    try {
      node = server.topology().node(Names.bytes(route.topic.name()), server.deadline());
    } catch (LinkException e) {
      route.fail(Errors.of(e, ChannelListener.what(route.topic)));
      return;
    }
    place(List.of(route), node);
  }

  private void place(List<Route> routes, Node node) {
    lock.lock();
    try {
      Shard shard = shards.computeIfAbsent(node, Shard::new);
      if (closed) {
        shard.listener.close();
      }
      for (Route route : routes) {
        places.put(route, shard);
        shard.listener.add(route);
      }
      forgetThoseThatLeft();
    } finally {
      lock.unlock();
    }
  }

  /** Nodes come and go; nobody has to listen for one that left. Holds the lock. */
  private void forgetThoseThatLeft() {
    shards
        .values()
        .removeIf(shard -> {
          if (!shard.node.isClosed() || places.containsValue(shard)) {
            return false;
          }
          formerReconnections += shard.listener.reconnections();
          shard.listener.close();
          return true;
        });
  }

  private void take(Topic topic, Shard from, Node target) {
    if (target == from.node) {
      return;
    }
    lock.lock();
    try {
      for (Route route : from.listener.take(topic)) {
        try {
          place(List.of(route), target);
        } catch (RuntimeException | Error e) {
          end(route, e);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** There is no thread to listen with, and nobody who would be told. Holds the lock. */
  private void end(Route route, Throwable why) {
    places.remove(route);
    String what = ChannelListener.what(route.topic);
    route.fail(
        Errors.of(new LinkException(Kind.UNREACHABLE, "no thread to listen with", why), what));
    route.mailbox.giveUp();
    Log.warn(
        what
            + ": a subscription has ended, since it moved to another node and no thread could be"
            + " had to listen there. Subscribe again.",
        why);
  }

  @Override
  public void remove(Route route) {
    lock.lock();
    try {
      Shard shard = places.remove(route);
      if (shard != null) {
        shard.listener.remove(route);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable LinkException trouble() {
    return listeners().stream()
        .filter(listener -> listener.lost() > 0)
        .map(ChannelListener::trouble)
        .filter(trouble -> trouble != null)
        .findFirst()
        .orElse(null);
  }

  @Override
  public long reconnections() {
    lock.lock();
    try {
      return formerReconnections + sum(ChannelListener::reconnections);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long lost() {
    return sum(ChannelListener::lost);
  }

  private long sum(ToLongFunction<ChannelListener> number) {
    return listeners().stream().mapToLong(number).sum();
  }

  private List<ChannelListener> listeners() {
    lock.lock();
    try {
      List<ChannelListener> all = new ArrayList<>();
      shards.values().forEach(shard -> all.add(shard.listener));
      return all;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    listeners().forEach(ChannelListener::close);
  }
}
