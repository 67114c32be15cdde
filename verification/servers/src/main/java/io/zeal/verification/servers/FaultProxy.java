package io.zeal.verification.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and a server on a loopback port of its own and does what networks do.
 *
 * <p>It begins by passing everything on, one request at a time; {@link #pass} returns to that. How
 * a request is told from the next: {@link Request}. All methods may be called by any thread and
 * take effect before they return.
 */
public final class FaultProxy implements AutoCloseable {

  /** What happens to a request instead of being passed on and answered. */
  enum Fault {
    NONE,
    CUT_BEFORE_SENDING,
    EXECUTE_THEN_CUT
  }

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
  private static final int BACKLOG = 128;
  private static final int MOST_REMEMBERED = 1_000_000;

  private enum Mode {
    PASS,
    REFUSE,
    BLACK_HOLE
  }

  private record Listener(ServerSocket socket, Thread acceptor) {}

  private static final class Trap {
    final Fault fault;
    final Predicate<Request> prey;
    int times;

    Trap(Fault fault, int times, Predicate<Request> prey) {
      this.fault = fault;
      this.times = times;
      this.prey = prey;
    }
  }

  private final InetSocketAddress target;
  private final int port;
  private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
  private final List<Trap> traps = new ArrayList<>(); // guarded by itself
  private final List<Request> forwarded = new ArrayList<>(); // guarded by itself
  private @Nullable Listener listener; // guarded by this
  private volatile Mode mode = Mode.PASS;
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong delayed = new AtomicLong();
  private final AtomicLong cut = new AtomicLong();
  private volatile long delayNanos;
  private volatile long messageDelayNanos;
  private volatile @Nullable Predicate<String> droppable;
  private volatile boolean starvesReplicas;

  private FaultProxy(InetSocketAddress target) {
    this.target = target;
    this.port = Ports.free();
  }

  /** Starts a proxy in front of a port of this machine. */
  public static FaultProxy start(int port) {
    return start("127.0.0.1", port);
  }

  /** Starts a proxy in front of a server, which need not be up yet. */
  public static FaultProxy start(String host, int port) {
    var proxy = new FaultProxy(new InetSocketAddress(host, port));
    proxy.listen();
    return proxy;
  }

  /** Where clients connect: {@code 127.0.0.1}. */
  public String host() {
    return "127.0.0.1";
  }

  /** Where clients connect. */
  public int port() {
    return port;
  }

  /** Host and port, for example {@code 127.0.0.1:17003}. */
  public String address() {
    return host() + ":" + port;
  }

  /**
   * Ends every fault: new connections are accepted, requests passed on at once, and what {@link
   * #executeThenCut} and {@link #cutBeforeSending} still waited for is forgotten. Messages that
   * were delayed are passed on. Connections that lost something in a black hole are cut: their next
   * reply would answer an earlier request.
   */
  public void pass() {
    synchronized (traps) {
      traps.clear();
    }
    delayNanos = 0;
    messageDelayNanos = 0;
    droppable = null;
    starvesReplicas = false;
    mode = Mode.PASS;
    listen();
    connections.stream().filter(ProxiedConnection::hasLost).forEach(this::cut);
  }

  /** Refuses new connections; those that exist go on. With {@link #cut} the server looks dead. */
  public void refuse() {
    mode = Mode.REFUSE;
    stopListening();
  }

  /**
   * Swallows everything, on connections that exist and on new ones: they are accepted, what comes
   * is read, nothing reaches the server, and no reply is passed on.
   */
  public void blackHole() {
    mode = Mode.BLACK_HOLE;
    listen();
  }

  /** Cuts every connection now. New ones are accepted as before. */
  public void cut() {
    connections.forEach(this::cut);
  }

  private void cut(ProxiedConnection connection) {
    if (connections.remove(connection)) {
      cut.incrementAndGet();
    }
    connection.cut();
  }

  /** How many connections were cut by {@link #cut()} or, behind a black hole, by {@link #pass}. */
  public long cutConnections() {
    return cut.get();
  }

  /** Passes each request on only this long after it came; zero ends that. */
  public void delay(Duration delay) {
    delayNanos = delay.toNanos();
  }

  /**
   * Loses messages on their way to subscribers, one by one: those whose bytes, a character for
   * each, match. The connection goes on, and neither side learns of it.
   */
  public void dropMessages(Predicate<String> prey) {
    droppable = prey;
  }

  /** How many messages were lost so. */
  public long droppedMessages() {
    return dropped.get();
  }

  /**
   * Passes each message to subscribers on only this long after it came, in their order; replies
   * pass them. Zero ends that, also for those that wait.
   */
  public void delayMessages(Duration delay) {
    messageDelayNanos = delay.toNanos();
  }

  /** How many messages stood behind others, or for a while, because of that. */
  public long delayedMessages() {
    return delayed.get();
  }

  /**
   * Swallows what the server sends to replicas: they keep their connection, and learn of nothing
   * that is written from now on.
   */
  public void starveReplicas() {
    starvesReplicas = true;
  }

  /**
   * Lets the server execute the next {@code times} matching requests, but cuts the connection when
   * the reply comes, without passing it on. What the client sent behind such a request on the same
   * connection does not reach the server.
   */
  public void executeThenCut(int times, Predicate<Request> prey) {
    set(new Trap(Fault.EXECUTE_THEN_CUT, times, prey));
  }

  /** Cuts the connection on which one of the next {@code times} matching requests comes, unsent. */
  public void cutBeforeSending(int times, Predicate<Request> prey) {
    set(new Trap(Fault.CUT_BEFORE_SENDING, times, prey));
  }

  /** How many requests are still to be cut by what was asked for. */
  public int pendingCuts() {
    synchronized (traps) {
      return traps.stream().mapToInt(trap -> trap.times).sum();
    }
  }

  /** How many connections there are. */
  public int connections() {
    return connections.size();
  }

  /**
   * The requests that were sent to the server, in order, since the start or since {@link #forget}.
   */
  public List<Request> forwarded() {
    synchronized (forwarded) {
      if (forwarded.size() == MOST_REMEMBERED) {
        throw new IllegalStateException(
            "More than %d requests since the last forget().".formatted(MOST_REMEMBERED));
      }
      return List.copyOf(forwarded);
    }
  }

  /** How many matching requests were sent to the server. */
  public int forwarded(Predicate<Request> matching) {
    return Math.toIntExact(forwarded().stream().filter(matching).count());
  }

  /** How many commands of that name were sent to the server. */
  public int forwarded(String name) {
    return forwarded(Request.named(name));
  }

  /** Counts anew from here. */
  public void forget() {
    synchronized (forwarded) {
      forwarded.clear();
    }
  }

  /** Ends the proxy and all its connections. */
  @Override
  public void close() {
    refuse();
    cut();
  }

  @Override
  public String toString() {
    return address() + " -> " + target.getHostString() + ":" + target.getPort();
  }

  boolean isBlackHole() {
    return mode == Mode.BLACK_HOLE;
  }

  long delayNanos() {
    return delayNanos;
  }

  boolean isStarvingReplicas() {
    return starvesReplicas;
  }

  long messageDelayNanos() {
    return messageDelayNanos;
  }

  /** Whether a message is lost. */
  boolean drops(String message) {
    Predicate<String> prey = droppable;
    boolean drops = prey != null && prey.test(message);
    if (drops) {
      dropped.incrementAndGet();
    }
    return drops;
  }

  void delays() {
    delayed.incrementAndGet();
  }

  Fault faultFor(Request request) {
    synchronized (traps) {
      for (var trap : traps) {
        if (trap.prey.test(request)) {
          trap.times--;
          traps.removeIf(it -> it.times == 0);
          return trap.fault;
        }
      }
      return Fault.NONE;
    }
  }

  void forwarding(Request request) {
    synchronized (forwarded) {
      if (forwarded.size() < MOST_REMEMBERED) {
        forwarded.add(request);
      }
    }
  }

  void ended(ProxiedConnection connection) {
    connections.remove(connection);
  }

  private void set(Trap trap) {
    if (trap.times < 1) {
      throw new IllegalArgumentException("times is " + trap.times + ". Use 1 or more.");
    }
    synchronized (traps) {
      traps.add(trap);
    }
  }

  private synchronized void listen() {
    if (listener != null) {
      return;
    }
    try {
      var socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
      var acceptor = Thread.ofVirtual().name("proxy-" + port).start(() -> accept(socket));
      listener = new Listener(socket, acceptor);
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot listen on port " + port, failure);
    }
  }

  private synchronized void stopListening() {
    if (listener == null) {
      return;
    }
    try {
      listener.socket().close();
      // The port is open until the virtual thread that waits on it has noticed.
      listener.acceptor().join();
      listener = null;
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot close port " + port, failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while closing port " + port, interrupted);
    }
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        connect(socket.accept());
      } catch (IOException closedOrGone) {
        // Either the loop ends now, or one client went away before it was served.
      }
    }
  }

  private void connect(Socket client) throws IOException {
    client.setTcpNoDelay(true);
    var server = new Socket();
    if (mode != Mode.BLACK_HOLE) {
      try {
        server.setTcpNoDelay(true);
        server.connect(target, Math.toIntExact(CONNECT_LIMIT.toMillis()));
      } catch (IOException serverIsDown) {
        client.close();
        return;
      }
    }
    var connection = new ProxiedConnection(this, client, server);
    connections.add(connection);
    connection.start();
    if (mode == Mode.REFUSE) {
      // Accepted while refuse() was called.
      connection.cut();
    }
  }
}
