package io.zeal.proofs.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.ValueType;
import io.zeal.ZealException;
import io.zeal.proofs.SkippedException;
import io.zeal.verification.servers.FaultProxy;
import io.zeal.verification.servers.Request;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the proofs found, one by one: two instances over one server. */
class SharedCacheTest {

  private static final ValueType<String> TEXT = ValueType.of(String.class);
  private static final Duration SHORT = Duration.ofMillis(40);
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private SharedCaches shared;
  private Cache quick;
  private Cache slow;
  private FaultProxy slowLine;

  @BeforeEach
  void open() {
    try {
      shared = SharedCaches.open(SharedCaches.Kept.NOTHING);
    } catch (SkippedException e) {
      Assumptions.abort("no server here: " + e.getMessage());
    }
    quick = shared.caches().getFirst();
    slow = shared.caches().getLast();
    slowLine = shared.lines().getLast();
    slow.put("warm", "up", String.class);
    quick.put("warm", "up", String.class);
  }

  @AfterEach
  void close() {
    if (shared != null) {
      shared.close();
    }
  }

  private static CacheOptions tagged(String... tags) {
    return Traffic.options().withTags(tags).withMaxStale(Duration.ZERO).withJitter(0);
  }

  /** Puts on the slow line, and does something else once the put has read what it has to know. */
  private void putSlowly(String key, CacheOptions options, Runnable meanwhile) throws Exception {
    slowLine.forget();
    slowLine.delay(Duration.ofMillis(30));
    Thread put = Thread.ofVirtual().start(() -> slow.put(key, "slow", TEXT, options));
    int rows = 2 + options.tags().size(); // the control row, a mark, and a stamp for each tag
    await(() -> slowLine.forwarded(SharedCacheTest::isRead) >= rows);
    meanwhile.run();
    assertThat(put.join(LIMIT)).isTrue();
    slowLine.delay(Duration.ZERO);
  }

  /** A script of one key is that which reads a row with its life. */
  private static boolean isRead(Request request) {
    return request.name().equals("EVALSHA") && request.words().get(2).equals("1");
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void anEntryOutlivesTheStampThatAShorterOneMade() throws Exception {
    putSlowly(
        "lasting",
        tagged("t"),
        () -> quick.put("passing", "quick", TEXT, tagged("t").withTtl(SHORT)));
    assertThat(quick.contains("lasting")).isTrue();

    quick.put("clock", "tick", TEXT, Traffic.options().withTtl(SHORT.multipliedBy(8)));
    await(() -> !quick.contains("clock"));

    assertThat(quick.contains("lasting")).isTrue();
  }

  @Test
  void aStampThatWasThereIsNotRaisedForOneThatIsNew() throws Exception { // K5.1
    quick.put("known", "quick", TEXT, tagged("old"));

    putSlowly("both", tagged("old", "new"), () -> quick.removeTag("other"));

    assertThat(quick.contains("known")).isTrue();
  }

  /** Changes of a cache. */
  enum Change {
    PUT,
    REMOVE,
    EXPIRE,
    REMOVE_TAG,
    CLEAR;

    void make(Cache cache) {
      switch (this) {
        case PUT -> cache.put("key", "value", TEXT, tagged("t"));
        case REMOVE -> cache.remove("key");
        case EXPIRE -> cache.expire("key");
        case REMOVE_TAG -> cache.removeTag("t");
        case CLEAR -> cache.clear();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aChangeThatFailsSaysWhetherItMayHaveHappened(Change change) {
    change.make(slow);
    slowLine.refuse();
    slowLine.cut();

    ZealException error = catchThrowableOfType(ZealException.class, () -> change.make(slow));

    assertThat(error.outcome()).as(error.toString()).isPresent();
  }
}
