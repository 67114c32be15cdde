package io.zeal.verification.servers;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
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

  /** What follows these is no sequence of replies: a replica goes through here, too. */
  private static final Set<String> STREAMING = Set.of("PSYNC", "SYNC", "MONITOR");

  private static final int MESSAGE_HEAD = 40;
  private static final long LOOK_NANOS = 1_000_000;

  private final FaultProxy proxy;
  private final Socket client;
  private final Socket server;

  private volatile boolean hasSubscribed;
  private volatile boolean isOpaque; // what comes is no sequence of replies
  private volatile boolean hasLost; // request or reply: later ones would be taken for it
  private volatile long cutAt = Long.MAX_VALUE; // the number of the reply not to pass on
  private long sent; // by the requests' thread alone
  private long answered; // by the replies' thread alone

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
      if (proxy.isBlackHole()) {
        hasLost = true;
      } else {
        client.getOutputStream().write(reply);
      }
    }
    cut();
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
    int length = Math.min(reply.length, MESSAGE_HEAD);
    var head = new String(reply, 0, length, StandardCharsets.ISO_8859_1);
    return !(hasSubscribed && MESSAGE.matcher(head).lookingAt());
  }

  /** Waits until the proxy's delay after the arrival is over, or there is no delay any more. */
  private void awaitDelay(long arrivalNanos) {
    while (System.nanoTime() - arrivalNanos < proxy.delayNanos() && !client.isClosed()) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
