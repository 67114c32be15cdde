package io.zeal.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.Ack;
import io.zeal.ConsumeOptions;
import io.zeal.SubscribeOptions;
import io.zeal.ZealClosedException;
import io.zeal.pubsub.spi.Mailbox;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The end of messages, and their beginning beside it. */
class RedisMessagingTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Names NAMES = new Names("zeal");

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final FakeLinks links = new FakeLinks();

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  private Server server(Executor executor) {
    return new Server(
        new SingleTopology(links.node(new Endpoint.Tcp("a", 1), executor)), executor, TIMEOUT);
  }

  private RedisMessaging messaging(Executor executor, boolean blocking) {
    return new RedisMessaging(server(executor), NAMES, executor, TIMEOUT, false, blocking);
  }

  /** Joins, and meanwhile does something else. */
  private RedisMessaging joiningWhile(Runnable other) {
    links.node(
        "a:1",
        words -> {
          if (words.contains(ServerScript.JOIN.digest())) {
            other.run();
          }
          return new Reply.Whole(1);
        });
    return messaging(threads, true);
  }

  @Test
  void aConsumerThatJoinsWhileTheMessagesCloseIsToldThatTheyAreClosed() {
    AtomicReference<RedisMessaging> messaging = new AtomicReference<>();
    messaging.set(joiningWhile(() -> messaging.get().close()));

    assertThatExceptionOfType(ZealClosedException.class)
        .isThrownBy(() ->
            messaging
                .get()
                .reliablePubSub()
                .consume("s", "g", ConsumeOptions.defaults(), delivery -> Ack.done()));
    assertThat(messaging.get().stats().toString()).doesNotContain("subscriptions=1");
  }

  @Test
  void aConsumerThatJoinsWhileTheThreadsEndIsToldThatTheMessagesAreClosed() {
    AtomicReference<RedisMessaging> messaging = new AtomicReference<>();
    messaging.set(
        joiningWhile(() -> {
          messaging.get().close();
          Objects.requireNonNull(messaging.get().threads()).close();
        }));

    assertThatExceptionOfType(ZealClosedException.class)
        .isThrownBy(() ->
            messaging
                .get()
                .reliablePubSub()
                .consume("s", "g", ConsumeOptions.defaults(), delivery -> Ack.done()));
  }

  @Test
  void whatFailsWhileTheMessagesCloseKeepsNothingElseFromItsEnd() {
    links.node("a:1", words -> new Reply.Whole(1));
    AtomicBoolean factoryClosed = new AtomicBoolean();
    Server server = server(threads);
    RedisMessaging messaging = new RedisMessaging(server, NAMES, threads, TIMEOUT, false, true);
    Mailbox failing =
        messaging.open(
            Mailbox::open,
            "a",
            SubscribeOptions.defaults(),
            message -> {},
            () -> {
              throw new IllegalStateException("it does not leave");
            });
    assertThat(failing.isActive()).isTrue();
    assertThat(server.execute(Request.read(ServerScript.GROUP, List.of(new byte[1]), List.of())))
        .isInstanceOf(Reply.Whole.class);
    RedisBackend backend =
        new RedisBackend(
            new FakeLinks.Ending(links, factoryClosed), server, NAMES, 1, 0, List.of(), messaging);

    assertThatThrownBy(backend::close).hasMessage("it does not leave");

    assertThat(links.closed).as("connections that ended").contains("a:1");
    assertThat(factoryClosed).isTrue();
  }

  @Test
  void nothingIsLeftOfASubscriptionForWhichThereIsNoThread() {
    AtomicInteger tasks = new AtomicInteger();
    RedisMessaging messaging =
        messaging(
            task -> {
              if (tasks.incrementAndGet() > 1) { // the mailbox has one, the reader has not
                throw new OutOfMemoryError("unable to create native thread");
              }
              threads.execute(task);
            },
            false);

    assertThatExceptionOfType(OutOfMemoryError.class)
        .isThrownBy(() -> messaging.pubSub().subscribe("room", message -> {}));

    assertThat(messaging.stats().toString()).doesNotContain("subscriptions=1");
    messaging.close();
  }
}
