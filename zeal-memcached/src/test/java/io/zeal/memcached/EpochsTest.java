package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.StoreOptions;
import io.zeal.spi.StoreSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a store begins anew on a server that was away for too long. */
class EpochsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final MemoryClient client = new MemoryClient();
  private final AtomicReference<Node.Connection> connection = new AtomicReference<>();
  private final Node node =
      new Node(
          new Address("localhost", 11211),
          opened -> {
            connection.set(opened);
            return client;
          },
          Duration.ofNanos(1),
          Duration.ofMillis(1),
          new AtomicLong());
  private final KnownEpochs known = new KnownEpochs(1);
  private final Epochs epochs = epochs();
  private Epoch before;

  private Epochs epochs() {
    return new Epochs(
        new StoreSpec<>("players", Player.SCHEMA, StoreOptions.defaults(), null),
        new Keys("zeal"),
        List.of(node),
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
    long now = System.currentTimeMillis();
    Await.until("the next millisecond", () -> System.currentTimeMillis() > now);
    connection.get().closed();
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
    return client.getAll(List.of(epochs.name())).toCompletableFuture().join().first();
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
    Await.until(
        "both to wait",
        () -> threads.stream().allMatch(one -> one.getState() == Thread.State.TIMED_WAITING));
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

  @Test
  void aStoreThatIsOpenedAfterwardsTakesWhatIsThere() throws ClientException {
    outage();
    Epoch now = at();
    assertThat(epochs().make(0, Deadline.in(LIMIT)).isSame(now)).isTrue();
  }
}
