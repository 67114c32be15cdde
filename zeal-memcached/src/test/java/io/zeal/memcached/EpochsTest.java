package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.OperationTimeoutException;
import io.zeal.StoreOptions;
import io.zeal.spi.StoreSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a store begins anew on a server that was away for too long. */
class EpochsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final MemoryClient client = new MemoryClient();
  private final AtomicReference<Node.Connection> connection = new AtomicReference<>();
  private final AtomicLong nanos = new AtomicLong();
  private final Node node =
      new Node(
          new Address("localhost", 11211),
          opened -> {
            connection.set(opened);
            return client;
          },
          LONGEST,
          TIMEOUT,
          new AtomicLong(),
          nanos::get);
  private final Servers servers =
      new Servers(
          List.of(node),
          new Ring(List.of(new Address("localhost", 11211))),
          new Keys("zeal"),
          new Errors(() -> false),
          LIMIT,
          1_000,
          new Counts(),
          new ConcurrentHashMap<>());
  private final Epochs epochs = epochs();
  private Epoch before;

  private Epochs epochs() {
    return epochs(servers.epochs("players"));
  }

  private Epochs epochs(KnownEpochs known) {
    return new Epochs(
        new StoreSpec<>("players", Player.SCHEMA, StoreOptions.defaults(), null),
        servers.keys(),
        servers.nodes(),
        known,
        new AtomicLong());
  }

  @BeforeEach
  void begin() throws ClientException {
    connection.get().opened();
    before = epochs.make(0, Deadline.in(LIMIT));
  }

  /** An epoch of the same millisecond would be taken for one from afterwards. */
  private void outage() {
    outage(LONGEST.minus(TIMEOUT).plusNanos(1));
  }

  private void outage(Duration length) {
    long now = System.currentTimeMillis();
    Await.until("the next millisecond", () -> System.currentTimeMillis() > now);
    connection.get().closed();
    nanos.addAndGet(length.toNanos());
    connection.get().opened();
  }

  private Epoch at() {
    try {
      return epochs.at(0, Deadline.in(LIMIT));
    } catch (ClientException e) {
      throw new IllegalStateException(e);
    }
  }

  private Item item() {
    return client.ask(() -> List.of(epochs.name())).toCompletableFuture().join().first();
  }

  @Test
  void withoutAnOutageTheEpochStays() {
    assertThat(at().isSame(before)).isTrue();
  }

  @Test
  void afterEachOutageItBeginsAnewOnce() {
    outage();
    assertThat(epochs.known(0)).isNull();
    Epoch first = at();
    assertThat(first.isSame(before)).isFalse();
    assertThat(at().isSame(first)).isTrue();
    outage();
    assertThat(at().isSame(first)).isFalse();
  }

  /** Else the second would end what the first has begun and written to. */
  @Test
  void thoseWhoFindOutAtOnceBeginOne() {
    outage();
    client.hold();
    Map<String, Epoch> found = new ConcurrentHashMap<>();
    List<Thread> threads =
        List.of("one", "other").stream()
            .map(name -> Thread.ofVirtual().start(() -> found.put(name, at())))
            .toList();
    Await.until("both to wait", () -> threads.stream().allMatch(Await::isWaiting));
    client.release();
    threads.forEach(Await::end);
    Epoch now = Epoch.decode(item().value(), new Keys("zeal"));
    assertThat(now.isSame(before)).isFalse();
    assertThat(found.values())
        .as("epochs that somebody else has ended meanwhile, and the one that there is")
        .allMatch(one -> one.isSame(before) || one.isSame(now));
  }

  /** The question came back over the new connection, but was asked before anybody knew of it. */
  @Test
  void whatIsFoundJustAfterAnOutageDoesNotCount() throws ClientException {
    Item item = item();
    outage();
    assertThat(epochs.seen(0, item, before, Deadline.in(LIMIT)).isSame(before)).isFalse();
  }

  /** The connection may have been silent for a timeout before it was given up. */
  @Test
  void aShorterOutageChangesNothing() {
    outage(LONGEST.minus(TIMEOUT));
    assertThat(at().isSame(before)).isTrue();
  }

  /** Whoever opens it here has failed to remove nothing from it. */
  @Test
  void aStoreThatIsOpenedAfterwardsTakesWhatIsThere() throws ClientException {
    outage();
    Epochs opened = epochs(new KnownEpochs(servers.nodes()));
    assertThat(opened.make(0, Deadline.in(LIMIT)).isSame(before)).isTrue();
  }

  @Test
  void aStoreThatIsOpenedDuringAnOutageBeginsAnew() throws ClientException {
    connection.get().closed();
    Epochs opened = epochs(new KnownEpochs(servers.nodes()));
    long now = System.currentTimeMillis();
    Await.until("the next millisecond", () -> System.currentTimeMillis() > now);
    nanos.addAndGet(LONGEST.toNanos());
    connection.get().opened();
    assertThat(opened.make(0, Deadline.in(LIMIT)).isSame(before)).isFalse();
  }

  /** Who touches the store days later must not end what others have begun meanwhile. */
  @Test
  void itBeginsAnewBeforeAnybodyTouchesIt() {
    servers.epochs("players").openedBy(epochs);
    node.whenBack(() -> servers.renewEpochs(0));
    outage();
    Epoch now = Epoch.decode(item().value(), new Keys("zeal"));
    assertThat(now.isSame(before)).isFalse();
    assertThat(at().isSame(now)).isTrue();
  }

  /** Else every writer asks after a reconnect, and most of them are refused as too many. */
  @Test
  void allWhoNeedTheLimitsAskForThemOnce() {
    client.hold();
    long before = client.statisticsAsked();
    List<CompletableFuture<Limits>> asked =
        IntStream.range(0, 100).mapToObj(i -> node.askForLimits()).toList();
    asked.getFirst().cancel(false);
    client.release();
    assertThat(client.statisticsAsked() - before).isLessThanOrEqualTo(1);
    assertThat(asked.subList(1, 100)).allMatch(one -> one.isDone() && !one.isCancelled());
    connection.get().closed();
    connection.get().opened();
    assertThat(node.knowsLimits()).isFalse();
    assertThat(node.askForLimits()).isCompleted();
    assertThat(node.knowsLimits()).isTrue();
  }

  @Test
  void whoseTurnDoesNotComeIsToldOfAServerThatIsAway() {
    for (boolean connected : List.of(true, false)) {
      Turns turns = new Turns(() -> connected);
      Deadline soon = Deadline.in(Duration.ofMillis(1));
      assertThatThrownBy(() ->
              turns.take(
                  "a",
                  Deadline.in(LIMIT),
                  "Store 'players'",
                  new Errors(() -> false),
                  () ->
                      other(() ->
                          turns.take(
                              "a", soon, "Store 'players'", new Errors(() -> false), () -> ""))))
          .isInstanceOfSatisfying(
              OperationTimeoutException.class,
              e ->
                  assertThat(e.stage())
                      .isEqualTo(
                          connected
                              ? OperationTimeoutException.Stage.ROW
                              : OperationTimeoutException.Stage.SERVER))
          .hasMessageContaining("its turn did not come");
    }
  }

  /** What a call in another thread comes to. */
  private static String other(Supplier<String> call) {
    AtomicReference<RuntimeException> failure = new AtomicReference<>();
    Await.end(
        Thread.ofVirtual()
            .start(() -> {
              try {
                var _ = call.get();
              } catch (RuntimeException e) {
                failure.set(e);
              }
            }));
    throw failure.get();
  }
}
