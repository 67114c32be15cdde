package io.zeal.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Outcome;
import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.RedisLink;
import io.zeal.redis.spi.Reply;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LaneTest {

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Echo echo = new Echo();

  @AfterEach
  void stop() {
    echo.gate.release(1_000_000);
    executor.close();
  }

  /** Answers each command with its argument, one exchange for each permit of its gate. */
  private static final class Echo implements AnsweringLink {
    final Semaphore gate = new Semaphore(0);
    final Semaphore begun = new Semaphore(0);
    final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());
    final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    final AtomicInteger closed = new AtomicInteger();

    @Override
    public List<Reply> exchange(List<Command> commands, long deadline) {
      batches.add(commands.size());
      threads.add(Thread.currentThread());
      begun.release();
      try {
        if (!gate.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          return lost(commands, Kind.REPLY_TIMEOUT);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return lost(commands, Kind.INTERRUPTED);
      }
      return commands.stream()
          .map(command -> (Reply) new Reply.Bytes(command.parts().getLast()))
          .toList();
    }

    private static List<Reply> lost(List<Command> commands, Kind kind) {
      return Collections.nCopies(
          commands.size(), new Reply.Lost(Outcome.UNKNOWN, new LinkException(kind, "lost", null)));
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }

  @Test
  void aCallAloneUsesItsOwnThread() {
    Lane lane = lane(10);
    echo.gate.release();

    assertThat(text(call(lane, "x"))).isEqualTo("x");
    assertThat(echo.threads).containsExactly(Thread.currentThread());
  }

  @Test
  void callsThatComeMeanwhileAreSentTogetherAndEachGetsItsOwn() throws Exception {
    Lane lane = lane(10);
    Future<Reply> first = executor.submit(() -> call(lane, "first"));
    acquire(echo.begun);
    List<Future<Reply>> others = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      String word = "w" + i;
      others.add(executor.submit(() -> call(lane, word)));
    }
    awaitWaiting(lane, 5);

    echo.gate.release(2);

    assertThat(text(first.get())).isEqualTo("first");
    for (int i = 0; i < 5; i++) {
      assertThat(text(others.get(i).get())).isEqualTo("w" + i);
    }
    assertThat(echo.batches).containsExactly(1, 5);
  }

  /** Answers the first call; then does what no driver should. */
  private final class Careless implements AnsweringLink {
    private final int replies;

    Careless(int replies) {
      this.replies = replies;
    }

    @Override
    public List<Reply> exchange(List<Command> commands, long deadline) {
      echo.begun.release();
      echo.gate.acquireUninterruptibly();
      Reply lost =
          new Reply.Lost(Outcome.UNKNOWN, new LinkException(Kind.UNREACHABLE, "lost", null));
      return Collections.nCopies(replies, lost);
    }

    @Override
    public void close() {
      throw new IllegalStateException("does not close");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aDriverThatThrowsOrAnswersShortLosesItsCallsAndNoOthers(int replies) throws Exception {
    AtomicInteger links = new AtomicInteger();
    Lane lane =
        new Lane(
            deadline -> links.incrementAndGet() <= 2 ? new Careless(replies) : echo, executor, 10);
    Future<Reply> first = executor.submit(() -> call(lane, "first"));
    acquire(echo.begun);
    Future<Reply> second = executor.submit(() -> call(lane, "second"));
    awaitWaiting(lane, 1);
    echo.gate.release(3);

    assertThat(first.get()).isInstanceOf(Reply.Lost.class);
    assertThat(second.get()).isInstanceOf(Reply.Lost.class);
    assertThat(text(call(lane, "third"))).isEqualTo("third");
  }

  @Test
  void aWornConnectionIsReplacedBeforeItIsUsedAgain() {
    Lane lane = lane(10);
    echo.gate.release(2);
    call(lane, "first");
    lane.renew();
    assertThat(echo.closed).hasValue(0);
    assertThat(text(call(lane, "second"))).isEqualTo("second");
    assertThat(echo.closed).hasValue(1);
  }

  @Test
  void nobodysThreadCarriesCallsOfOthers() throws Exception {
    Lane lane = lane(10);
    Future<Thread> first =
        executor.submit(() -> {
          call(lane, "first");
          return Thread.currentThread();
        });
    acquire(echo.begun);
    Future<Thread> second =
        executor.submit(() -> {
          call(lane, "second");
          return Thread.currentThread();
        });
    awaitWaiting(lane, 1);
    echo.gate.release(2);

    assertThat(echo.threads.getFirst()).isEqualTo(first.get());
    second.get();
    assertThat(echo.threads.get(1)).isNotEqualTo(first.get()).isNotEqualTo(second.get());
  }

  @Test
  void callsThatAreSentTogetherAskTheSameQuestionOnce() throws Exception {
    Lane lane = lane(10);
    Command question = command("question");
    Future<Reply> first = executor.submit(() -> call(lane, "first"));
    acquire(echo.begun);
    List<Future<List<Reply>>> asking = new ArrayList<>();
    for (String word : List.of("second", "third")) {
      asking.add(executor.submit(() -> ask(lane, word, question)));
      awaitWaiting(lane, asking.size());
    }
    asking.add(executor.submit(() -> ask(lane, "fourth", command("another"))));
    awaitWaiting(lane, 3);
    echo.gate.release(2);

    first.get();
    assertThat(asking.get(0).get().stream().map(LaneTest::text))
        .containsExactly("second", "question");
    assertThat(asking.get(1).get().stream().map(LaneTest::text))
        .containsExactly("third", "question");
    assertThat(asking.get(2).get().stream().map(LaneTest::text))
        .containsExactly("fourth", "another");
    assertThat(echo.batches).containsExactly(1, 5);
  }

  private static List<Reply> ask(Lane lane, String word, Command question) {
    return lane.execute(
        List.of(command(word)), question, System.nanoTime() + Duration.ofSeconds(30).toNanos());
  }

  @Test
  void aFullLineRefusesAtOnce() throws Exception {
    Lane lane = lane(1);
    Future<Reply> first = executor.submit(() -> call(lane, "first"));
    acquire(echo.begun);
    Future<Reply> second = executor.submit(() -> call(lane, "second"));
    awaitWaiting(lane, 1);

    assertLost(call(lane, "third"), Outcome.NOT_SENT, Kind.QUEUE_TIMEOUT);

    echo.gate.release(2);
    assertThat(text(first.get())).isEqualTo("first");
    assertThat(text(second.get())).isEqualTo("second");
  }

  @Test
  void aCallThatWaitsInLineForTooLongWasNotSent() throws Exception {
    Lane lane = lane(10);
    Future<Reply> first = executor.submit(() -> call(lane, "first"));
    acquire(echo.begun);

    assertLost(
        lane.execute(List.of(command("second")), System.nanoTime() + 1_000_000).getFirst(),
        Outcome.NOT_SENT,
        Kind.QUEUE_TIMEOUT);

    echo.gate.release(2);
    assertThat(text(first.get())).isEqualTo("first");
    assertThat(echo.batches).containsExactly(1);
  }

  @Test
  void anInterruptInLineConcernsItsCallAlone() throws Exception {
    Lane lane = lane(10);
    Future<Reply> first = executor.submit(() -> call(lane, "first"));
    acquire(echo.begun);
    CountDownLatch done = new CountDownLatch(1);
    List<Reply> replies = Collections.synchronizedList(new ArrayList<>());
    Thread waiting =
        Thread.startVirtualThread(() -> {
          replies.add(call(lane, "second"));
          done.countDown();
        });
    awaitWaiting(lane, 1);

    waiting.interrupt();

    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    assertLost(replies.getFirst(), Outcome.NOT_SENT, Kind.INTERRUPTED);
    echo.gate.release(2);
    assertThat(text(first.get())).isEqualTo("first");
    assertThat(echo.closed).hasValue(0);
  }

  @Test
  void aConnectionThatLostAReplyIsReplaced() {
    AtomicInteger opened = new AtomicInteger();
    Lane lane =
        new Lane(
            deadline -> {
              opened.incrementAndGet();
              return echo;
            },
            executor,
            10);

    assertLost(
        lane.execute(List.of(command("x")), System.nanoTime() + 1_000_000).getFirst(),
        Outcome.UNKNOWN,
        Kind.REPLY_TIMEOUT);
    echo.gate.release();

    assertThat(text(call(lane, "y"))).isEqualTo("y");
    assertThat(opened).hasValue(2);
    assertThat(echo.closed).hasValue(1);
  }

  @Test
  void aDriverThatFailsCostsItsConnection() {
    Deque<RedisLink> links = new ArrayDeque<>(List.of(new Failing(), echo));
    Lane lane = new Lane(deadline -> links.removeFirst(), executor, 10);
    echo.gate.release();

    assertLost(call(lane, "x"), Outcome.UNKNOWN, Kind.UNREACHABLE);
    assertThat(text(call(lane, "y"))).isEqualTo("y");
  }

  private static final class Failing implements AnsweringLink {
    @Override
    public List<Reply> exchange(List<Command> commands, long deadline) {
      throw new AssertionError("a mistake in the driver");
    }

    @Override
    public void close() {}
  }

  @Test
  void whoWaitsWhenItClosesWasNotSent() throws Exception {
    Lane lane = lane(10);
    Future<Reply> first = executor.submit(() -> call(lane, "first"));
    acquire(echo.begun);
    Future<Reply> second = executor.submit(() -> call(lane, "second"));
    awaitWaiting(lane, 1);

    lane.close();

    assertLost(second.get(), Outcome.NOT_SENT, Kind.CLOSED);
    assertThat(echo.closed).hasValue(1);
    echo.gate.release();
    first.get();
    assertLost(call(lane, "third"), Outcome.NOT_SENT, Kind.CLOSED);
  }

  private Lane lane(int mostWaiting) {
    return new Lane(deadline -> echo, executor, mostWaiting);
  }

  private static Command command(String word) {
    return Command.named("ECHO").add(word).build();
  }

  private static Reply call(Lane lane, String word) {
    return lane.execute(
            List.of(command(word)), System.nanoTime() + Duration.ofSeconds(30).toNanos())
        .getFirst();
  }

  private static String text(Reply reply) {
    return new String(((Reply.Bytes) reply).value(), java.nio.charset.StandardCharsets.UTF_8);
  }

  private static void acquire(Semaphore semaphore) throws InterruptedException {
    assertThat(semaphore.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
  }

  @SuppressWarnings("ThreadPriorityCheck") // nothing tells when a call has lined up
  private static void awaitWaiting(Lane lane, int calls) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (lane.waiting() < calls) {
      assertThat(System.nanoTime() - deadline).as("calls in line").isNegative();
      Thread.yield();
    }
  }

  private static void assertLost(Reply reply, Outcome outcome, Kind kind) {
    assertThat(reply)
        .isInstanceOfSatisfying(
            Reply.Lost.class,
            lost -> {
              assertThat(lost.outcome()).isEqualTo(outcome);
              assertThat(lost.cause().kind()).isEqualTo(kind);
            });
  }
}
