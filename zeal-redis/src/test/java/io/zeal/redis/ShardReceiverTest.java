package io.zeal.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.SubscribeOptions;
import io.zeal.pubsub.spi.Mailbox;
import io.zeal.redis.spi.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Nodes come and go. */
class ShardReceiverTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger running = new AtomicInteger();
  private final Executor executor =
      task ->
          threads.execute(() -> {
            running.incrementAndGet();
            try {
              task.run();
            } finally {
              running.decrementAndGet();
            }
          });

  @Test
  void nobodyListensForANodeThatLeft() {
    FakeLinks links = new FakeLinks(); // nobody answers: each listener tries again and again
    MovingTopology topology = new MovingTopology();
    ShardReceiver receiver =
        new ShardReceiver(new Server(topology, executor, TIMEOUT), executor, executor, TIMEOUT);
    for (int i = 0; i < 20; i++) {
      Node node = links.node(new Endpoint.Tcp("n" + i, 1), executor);
      topology.node = node;
      Route route = route();
      receiver.add(route);
      receiver.remove(route);
      node.close();
    }
    // The last one's is forgotten when another comes.
    await(() -> running.get() <= 1);
    assertThat(running).hasValueLessThanOrEqualTo(1);
    receiver.close();
    await(() -> running.get() == 0);
    threads.close();
  }

  private Route route() {
    Mailbox mailbox =
        Mailbox.open("a", SubscribeOptions.defaults(), message -> {}, threads, closed -> {});
    mailbox.close();
    return new Route(new Topic(Topic.Kind.SHARDED, "a"), mailbox, "", null);
  }

  private static void await(java.util.function.BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).isNegative();
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Always the same node for everything. */
  private static final class MovingTopology implements Topology {

    volatile Node node;

    @Override
    public Node node(byte[] key, long deadline) {
      return node;
    }

    @Override
    public Node nodeAfterDoubt(byte[] key, long deadline) {
      return node;
    }

    @Override
    public boolean redirects() {
      return true;
    }

    @Override
    public Node at(Endpoint endpoint) {
      return node;
    }

    @Override
    public void moved(byte[] key, Endpoint endpoint) {}

    @Override
    public void doubt() {}

    @Override
    public List<Node> primaries(long deadline) {
      return List.of(node);
    }

    @Override
    public Connections connections() {
      return new Connections(0, 0);
    }

    @Override
    public void close() {}
  }
}
