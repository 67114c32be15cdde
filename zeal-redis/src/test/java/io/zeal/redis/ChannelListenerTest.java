package io.zeal.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zeal.SubscribeOptions;
import io.zeal.pubsub.spi.Mailbox;
import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.RedisLink;
import io.zeal.redis.spi.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What reads goes on, whatever fails beside it. */
class ChannelListenerTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Logger LOGGER = Logger.getLogger("io.zeal.redis");

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Links links = new Links();
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final AtomicInteger readers = new AtomicInteger();

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  /** Confirms what it is asked for, until it is broken. */
  private static final class Link implements RedisLink {

    private static final Reply END = new Reply.Nil();

    private final BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
    private volatile Kind ended = Kind.CLOSED;

    void breaks() {
      ended = Kind.UNREACHABLE;
      replies.add(END);
    }

    @Override
    public List<Reply> exchange(List<Command> commands, long deadline) {
      throw new UnsupportedOperationException("it listens");
    }

    @Override
    public void send(List<Command> commands, long deadline) {
      for (Command command : commands) {
        List<byte[]> parts = command.parts();
        String name = new String(parts.getFirst(), StandardCharsets.UTF_8);
        for (byte[] topic : parts.subList(1, parts.size())) {
          replies.add(
              new Reply.Items(
                  List.of(
                      new Reply.Bytes(Names.bytes(name.toLowerCase(Locale.ROOT))),
                      new Reply.Bytes(topic),
                      new Reply.Whole(1))));
        }
      }
    }

    @Override
    public Reply receive(long deadline) throws LinkException {
      try {
        Reply reply = replies.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (reply instanceof Reply.Items items) {
          return items;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new LinkException(ended, "the link ended", null);
    }

    @Override
    public void close() {
      replies.add(END);
    }
  }

  /** Connects, or says that nobody is there. */
  private static final class Links implements ChannelListener.Connector {

    final List<Link> made = new CopyOnWriteArrayList<>();
    final AtomicInteger refusals = new AtomicInteger();
    volatile boolean away;

    @Override
    public RedisLink connect(boolean again, long deadline) throws LinkException {
      if (away) {
        refusals.incrementAndGet();
        throw new LinkException(Kind.UNREACHABLE, "nobody is there", null);
      }
      Link link = new Link();
      made.add(link);
      return link;
    }

    @Override
    public void look() {}
  }

  /** Keeps what is logged. */
  private class Lines extends Handler implements AutoCloseable {

    Lines() {
      LOGGER.addHandler(this);
    }

    @Override
    public void publish(LogRecord line) {
      lines.add(line.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      LOGGER.removeHandler(this);
    }
  }

  private ChannelListener listener(Executor reader) {
    return new ChannelListener(
        links,
        ChannelListener.Shards.NONE,
        task ->
            reader.execute(() -> {
              readers.incrementAndGet();
              try {
                task.run();
              } finally {
                readers.decrementAndGet();
              }
            }),
        threads,
        TIMEOUT);
  }

  private Route route(String name) {
    Mailbox mailbox =
        Mailbox.open(name, SubscribeOptions.defaults(), message -> {}, threads, closed -> {});
    return new Route(new Topic(Topic.Kind.CHANNEL, name), mailbox, "", null);
  }

  private static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("waiting for %s", what).isNegative();
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static void awaitInForce(Route route) {
    await("a subscription to be in force", () -> route.state == Route.State.IN_FORCE);
  }

  @Test
  void afterAThreadThatWasNotToBeHadTheNextSubscriptionTriesAgain() {
    AtomicInteger attempts = new AtomicInteger();
    try (ChannelListener listener =
        listener(task -> {
          if (attempts.getAndIncrement() == 0) {
            throw new OutOfMemoryError("unable to create native thread");
          }
          threads.execute(task);
        })) {
      Route refused = route("a");
      assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> listener.add(refused));
      assertThat(listener.topics()).as("what is left of it").isEmpty();

      Route next = route("b");
      listener.add(next);

      awaitInForce(next);
      assertThat(refused.state).isEqualTo(Route.State.NEW);
    }
  }

  @Test
  void aLoggerThatFailsEndsNoSubscription() {
    try (ChannelListener listener = listener(threads);
        Lines _ =
            new Lines() {
              @Override
              public void publish(LogRecord line) {
                super.publish(line);
                throw new IllegalStateException("the disk is full");
              }
            }) {
      Route route = route("a");
      listener.add(route);
      awaitInForce(route);
      links.away = true;
      links.made.getFirst().breaks();
      await("attempts in vain", () -> links.refusals.get() >= 2);
      links.away = false;
      awaitInForce(route);
      await("the return to be logged", () -> lines.size() >= 2);
      assertThat(links.made).hasSize(2);
    }
  }

  @Test
  void anOutageEndsWithTheLastOfItsSubscriptionsAndSoDoesTheThread() {
    try (ChannelListener listener = listener(threads);
        Lines _ = new Lines()) {
      Route route = route("a");
      listener.add(route);
      awaitInForce(route);
      links.away = true;
      links.made.getFirst().breaks();
      await("attempts in vain", () -> links.refusals.get() >= 2);
      listener.remove(route);
      await("the reader to end", () -> readers.get() == 0);
      assertThat(listener.trouble()).isNull();

      links.away = false;
      Route next = route("a");
      listener.add(next);

      awaitInForce(next);
      await("the line about the outage", () -> !lines.isEmpty());
      assertThat(lines).singleElement().asString().contains("is lost");
    }
    await("the reader to end", () -> readers.get() == 0);
  }
}
