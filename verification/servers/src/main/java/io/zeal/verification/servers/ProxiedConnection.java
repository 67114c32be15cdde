package io.zeal.verification.servers;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * One connection through a {@link FaultProxy}: a thread for what the client sends, one for what the
 * server answers.
 *
 * <p>Which reply belongs to which request is known by counting: a server answers in order. Messages
 * that nobody asked for, and the confirmations of subscriptions, which look like them, do not
 * count.
 */
final class ProxiedConnection {

  private static final Pattern SUBSCRIPTION = Pattern.compile("[PS]?(UN)?SUBSCRIBE");
  private static final Pattern MESSAGE =
      Pattern.compile("\\*\\d+\r\n\\$\\d+\r\n[ps]?((un)?subscribe|message)\r\n");
  private static final Pattern PUBLISHED =
      Pattern.compile("[*>]\\d+\r\n\\$\\d+\r\n[ps]?message\r\n");

  /** What follows these is no sequence of replies: a replica goes through here, too. */
  private static final Set<String> STREAMING = Set.of("PSYNC", "SYNC", "MONITOR");

  private static final int MESSAGE_HEAD = 40;
  private static final long LOOK_NANOS = 1_000_000;

  private final FaultProxy proxy;
  private final Socket client;
  private final Socket server;

  private volatile boolean hasSubscribed;
  private volatile boolean isOpaque; // what comes is no sequence of replies
  private volatile boolean isReplica;
  private volatile boolean hasLost; // request or reply: later ones would be taken for it
  private volatile long cutAt = Long.MAX_VALUE; // the number of the reply not to pass on
  private final Queue<Late> late = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger(); // messages that are late
  private boolean hasLate; // by the replies' thread alone
  private long sent; // by the requests' thread alone
  private long answered; // by the replies' thread alone

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Late(byte[] message, long arrivalNanos) {}

  /** Takes over both sockets; {@code server} need not be connected in a black hole. */
  ProxiedConnection(FaultProxy proxy, Socket client, Socket server) {
    this.proxy = proxy;
    this.client = client;
    this.server = server;
  }

  void start() {
    Thread.ofVirtual().name("proxy-requests").start(() -> relay(this::requests));
    if (server.isConnected()) {
      Thread.ofVirtual().name("proxy-replies").start(() -> relay(this::replies));
    }
  }

  boolean hasLost() {
    return hasLost;
  }

  /** Ends both sides. */
  void cut() {
    try (client;
        server) {
      proxy.ended(this);
    } catch (IOException ignored) {
      // They are closed, which is all that is wanted.
    }
  }

  private interface Relay {
    void run() throws IOException;
  }

  private void relay(Relay relay) {
    try {
      relay.run();
    } catch (IOException ended) {
      cut();
    }
  }

  private void requests() throws IOException {
    var input = new WireReader(client.getInputStream());
    for (var request = input.request(); request != null; request = input.request()) {
      awaitDelay(input.arrivalNanos());
      if (proxy.isBlackHole() || !server.isConnected()) {
        hasLost = true;
        continue;
      }
      switch (proxy.faultFor(request)) {
        case NONE -> forward(request);
        case CUT_BEFORE_SENDING -> {
          cut();
          return;
        }
        case EXECUTE_THEN_CUT -> {
          cutAt = sent + 1;
          forward(request);
          // What the client sent behind it must not reach the server; the other thread cuts.
          return;
        }
      }
    }
    cut();
  }

  private void forward(Request request) throws IOException {
    if (!request.isCommand() || STREAMING.contains(request.name())) {
      isOpaque = true;
      isReplica |= request.name().equals("PSYNC");
    } else if (SUBSCRIPTION.matcher(request.name()).matches()) {
      hasSubscribed = true;
    } else {
      sent++;
    }
    proxy.forwarding(request);
    server.getOutputStream().write(request.bytes());
  }

  private void replies() throws IOException {
    var input = new WireReader(server.getInputStream());
    while (input.hasMore()) {
      var reply = isOpaque ? input.chunk() : input.reply();
      if (endsWith(reply)) {
        break;
      }
      if (proxy.isBlackHole() || (isReplica && proxy.isStarvingReplicas())) {
        hasLost = true;
      } else if (isPublished(reply)) {
        pass(reply, input.arrivalNanos());
      } else {
        write(reply);
      }
    }
    cut();
  }

  private void write(byte[] reply) throws IOException {
    synchronized (client) {
      client.getOutputStream().write(reply);
    }
  }

  private boolean isPublished(byte[] reply) {
    return !isOpaque
        && (hasSubscribed || reply[0] == '>')
        && PUBLISHED.matcher(head(reply)).lookingAt();
  }

  /** Passes a message on, or loses it, or puts it behind those that are late. */
  private void pass(byte[] message, long arrivalNanos) throws IOException {
    if (proxy.drops(new String(message, StandardCharsets.ISO_8859_1))) {
      return;
    }
    if (proxy.messageDelayNanos() == 0 && waiting.get() == 0) {
      write(message);
      return;
    }
    proxy.delays();
    waiting.incrementAndGet();
    late.add(new Late(message, arrivalNanos));
    if (!hasLate) {
      hasLate = true;
      Thread.ofVirtual().name("proxy-late").start(() -> relay(this::lateMessages));
    }
  }

  private void lateMessages() throws IOException {
    while (!client.isClosed()) {
      Late next = late.peek();
      if (next == null || System.nanoTime() - next.arrivalNanos < proxy.messageDelayNanos()) {
        LockSupport.parkNanos(LOOK_NANOS);
        continue;
      }
      late.remove();
      write(next.message);
      waiting.decrementAndGet(); // from here on others need not stand behind it
    }
  }

  /** Counts a reply; whether it is the one that is not to be passed on. */
  private boolean endsWith(byte[] reply) {
    if (isOpaque) {
      return cutAt != Long.MAX_VALUE;
    }
    return isAnswer(reply) && ++answered >= cutAt;
  }

  private boolean isAnswer(byte[] reply) {
    if (reply[0] == '>') {
      return false;
    }
    return !(hasSubscribed && MESSAGE.matcher(head(reply)).lookingAt());
  }

  private static String head(byte[] reply) {
    int length = Math.min(reply.length, MESSAGE_HEAD);
    return new String(reply, 0, length, StandardCharsets.ISO_8859_1);
  }

  /** Waits until the proxy's delay after the arrival is over, or there is no delay any more. */
  private void awaitDelay(long arrivalNanos) {
    while (System.nanoTime() - arrivalNanos < proxy.delayNanos() && !client.isClosed()) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
