package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.BackendUnavailableException;
import io.zeal.BulkResult;
import io.zeal.Counter;
import io.zeal.OperationTimeoutException;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealClosedException;
import io.zeal.ZealException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Closing while many are in calls (S15.4), and what is left behind: nothing. */
class ClosingTest {

  private static final int CALLERS = 200;

  private OwnServers servers;
  private final Set<Thread> before = threads();
  private final ConcurrentLinkedQueue<Throwable> ofReads = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Throwable> ofWrites = new ConcurrentLinkedQueue<>();
  private final AtomicInteger inCalls = new AtomicInteger();

  @BeforeEach
  void start() {
    servers = OwnServers.start(2);
  }

  @AfterEach
  void close() {
    servers.close();
  }

  private static Set<Thread> threads() {
    Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
    threads.removeIf(thread -> !thread.getName().startsWith("zeal-memcached"));
    return threads;
  }

  private boolean areOwnThreadsGone() {
    Set<Thread> now = threads();
    now.removeAll(before);
    return now.isEmpty();
  }

  private List<Thread> callers(Zeal zeal) {
    Store<Player> store = zeal.store("players", Player.SCHEMA);
    Counter counter = zeal.counter("hits");
    Map<String, Player> rows = new HashMap<>();
    for (int i = 0; i < 20; i++) {
      rows.put("key-" + i, Player.of(i));
    }
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      String key = "key-" + i;
      callers.add(
          switch (i % 8) {
            case 0 -> caller(ofReads, () -> store.get(key));
            case 1 -> caller(ofReads, () -> store.getAll(rows.keySet()).orThrow());
            case 2 -> caller(ofReads, counter::get);
            case 3 -> caller(ofWrites, () -> store.put(key, Player.of(1)));
            case 4 -> caller(ofWrites, () -> store.increment(key, "score", 1));
            case 5 -> caller(ofWrites, () -> firstFailure(store.putAll(rows)));
            case 6 -> caller(ofWrites, counter::increment);
            default -> caller(ofWrites, store::clear);
          });
    }
    return callers;
  }

  private static void firstFailure(BulkResult<?> result) {
    for (ZealException failure : result.failures().values()) {
      throw failure;
    }
  }

  /** Calls until a call fails. */
  private Thread caller(ConcurrentLinkedQueue<Throwable> failures, Runnable call) {
    return Thread.ofVirtual()
        .start(() -> {
          try {
            while (true) {
              inCalls.incrementAndGet();
              call.run();
            }
          } catch (Throwable e) {
            failures.add(e);
          }
        });
  }

  private void assertGoodEnds() {
    assertThat(ofReads.size() + ofWrites.size()).isEqualTo(CALLERS);
    assertThat(ofReads).allSatisfy(e -> assertThat(e).isInstanceOf(ZealException.class));
    assertThat(ofWrites)
        .allSatisfy(e -> {
          if (!(e instanceof ZealClosedException)) {
            assertThat(e)
                .isInstanceOfAny(
                    BackendUnavailableException.class, OperationTimeoutException.class);
            assertThat(((ZealException) e).outcome()).isPresent();
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void everyCallThatMeetsItEndsAndNoThreadIsLeft(String protocol) {
    Zeal zeal = servers.open("zeal.memcached.protocol", protocol);
    List<Thread> callers = callers(zeal);
    Await.until("calls", () -> inCalls.get() > 3 * CALLERS);
    zeal.close();
    callers.forEach(Await::end);
    assertGoodEnds();
    Await.until("the end of the event loop", this::areOwnThreadsGone);
  }

  @Test
  void callsThatWaitForASilentServerEndWithIt() {
    Zeal zeal = servers.open("zeal.memcached.timeout", "1h");
    List<Thread> callers = callers(zeal);
    Await.until("calls", () -> inCalls.get() > 3 * CALLERS);
    servers.pause(0);
    servers.pause(1);
    Await.until("all to wait", () -> callers.stream().allMatch(Await::isWaiting));
    zeal.close();
    callers.forEach(Await::end);
    assertGoodEnds();
    Await.until("the end of the event loop", this::areOwnThreadsGone);
  }

  @Test
  void nothingIsLeftWhereAServerIsAway() {
    servers.get(0).kill();
    Zeal zeal = servers.open("zeal.memcached.timeout", "300ms");
    assertThat(areOwnThreadsGone()).isFalse();
    zeal.close();
    Await.until("the end of the event loop", this::areOwnThreadsGone);
  }

  @Test
  void nothingIsLeftWhereNoServerCouldBeReached() {
    servers.get(0).kill();
    servers.get(1).kill();
    assertThatThrownBy(() -> servers.open("zeal.memcached.timeout", "300ms"))
        .isInstanceOf(BackendUnavailableException.class);
    Await.until("the end of the event loop", this::areOwnThreadsGone);
  }
}
