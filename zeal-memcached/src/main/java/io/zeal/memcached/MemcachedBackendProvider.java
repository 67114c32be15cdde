package io.zeal.memcached;

import io.zeal.BackendUnavailableException;
import io.zeal.ServerRefusedException;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Offers the backend {@code memcached}: Memcached 1.6 or newer. */
public final class MemcachedBackendProvider implements BackendProvider {

  /**
   * The first connection of a JVM loads the client, which on a small busy machine takes longer than
   * any call should.
   */
  private static final Duration OPENING = Duration.ofSeconds(10);

  private static final String OPENING_IT = "Opening the backend 'memcached'";
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

  @Override
  public String name() {
    return "memcached";
  }

  @Override
  public List<Setting<?>> settings() {
    return MemcachedSettings.all();
  }

  /**
   * Opens it if one server can be reached: keys of the others fail until those are there.
   *
   * @throws BackendUnavailableException if none can
   * @throws ServerRefusedException if one refuses the login
   */
  @Override
  public Backend open(BackendContext context) {
    MemcachedSettings settings = MemcachedSettings.of(context);
    Counts counts = new Counts();
    Connector connector = new Connector(settings, counts.connections());
    List<Node> nodes = new ArrayList<>();
    try {
      for (Address address : settings.servers()) {
        nodes.add(
            new Node(
                address,
                connection -> connector.connect(address, connection),
                settings.longestOutage().orElse(null),
                settings.timeout(),
                counts.merged()));
      }
      AtomicBoolean closed = new AtomicBoolean();
      Errors errors = new Errors(closed::get);
      ask(nodes, errors, settings.timeout());
      return new MemcachedBackend(
          new Servers(
              nodes,
              new Ring(settings.servers()),
              new Keys(settings.prefix()),
              errors,
              settings.timeout(),
              counts,
              new ConcurrentHashMap<>()),
          connector,
          closed);
    } catch (RuntimeException | Error e) {
      nodes.forEach(Node::close);
      connector.close();
      throw e;
    }
  }

  /** Waits for the first to be there, and then for the others only as long as a call would. */
  private static void ask(List<Node> nodes, Errors errors, Duration timeout) {
    Deadline deadline = Deadline.in(timeout.compareTo(OPENING) > 0 ? timeout : OPENING);
    ClientException failure = null;
    boolean found = false;
    try {
      await(() -> nodes.stream().anyMatch(MemcachedBackendProvider::isSettled), deadline);
      await(
          () -> nodes.stream().allMatch(MemcachedBackendProvider::isSettled), Deadline.in(timeout));
      for (Node node : nodes) {
        try {
          node.requireLimits(Deadline.in(timeout));
          found = true;
        } catch (ClientException e) {
          failure = e;
          requireMendable(e);
        }
      }
    } catch (ClientException e) {
      throw errors.ofRead(e, OPENING_IT);
    }
    if (!found && failure != null) {
      throw errors.ofRead(failure, OPENING_IT);
    }
  }

  /** What no server that comes later can mend ends it. */
  private static void requireMendable(ClientException e) throws ClientException {
    switch (e.kind()) {
      case AUTHENTICATION, INTERRUPTED, REFUSED -> throw e;
      case UNREACHABLE, TLS, OVERLOADED, TIMEOUT -> {}
    }
  }

  /** Whether there is a connection, or one was refused; the question then says why not. */
  private static boolean isSettled(Node node) {
    return node.client().isConnected() || node.client().isRefused();
  }

  private static void await(BooleanSupplier condition, Deadline deadline) throws ClientException {
    while (!condition.getAsBoolean() && !deadline.hasPassed()) {
      Deadline.requireNotInterrupted();
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
  }
}
