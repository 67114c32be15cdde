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
      Servers servers =
          new Servers(
              nodes,
              new Ring(settings.servers()),
              new Keys(settings.prefix()),
              errors,
              settings.timeout(),
              settings.maxWaiting() / 2,
              counts,
              new ConcurrentHashMap<>());
      for (int i = 0; i < nodes.size(); i++) {
        int node = i;
        nodes.get(i).whenBack(() -> context.executor().execute(() -> servers.renewEpochs(node)));
      }
      return new MemcachedBackend(servers, connector, closed);
    } catch (RuntimeException | Error e) {
      nodes.forEach(Node::close);
      connector.close();
      throw e;
    }
  }

  private static void ask(List<Node> nodes, Errors errors, Duration timeout) {
    await(nodes, timeout);
    ClientException failure = null;
    boolean found = false;
    for (Node node : nodes) {
      try {
        Deadline.requireNotInterrupted();
        node.requireLimits(Deadline.in(timeout));
        found = true;
      } catch (ClientException e) {
        failure = e;
        switch (e.kind()) {
          case AUTHENTICATION, INTERRUPTED, REFUSED -> throw errors.ofRead(e, OPENING_IT);
          case UNREACHABLE, TLS, OVERLOADED, TIMEOUT -> {} // that of a later one may do
        }
      }
    }
    if (!found && failure != null) {
      throw errors.ofRead(failure, OPENING_IT);
    }
  }

  /** Until one server has answered, and then for those of the others that may still do so. */
  private static void await(List<Node> nodes, Duration timeout) {
    Deadline patience = Deadline.in(timeout);
    Deadline loading = Deadline.in(OPENING);
    until(() ->
        nodes.stream().anyMatch(Node::hasAnswered)
            || (patience.hasPassed()
                && (loading.hasPassed() || nodes.stream().allMatch(Node::hasFailed))));
    Deadline others = Deadline.in(timeout);
    until(() ->
        others.hasPassed()
            || nodes.stream().allMatch(node -> node.hasAnswered() || node.hasFailed()));
  }

  private static void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
  }
}
