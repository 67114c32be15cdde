package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.BackendUnavailableException;
import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Outcome;
import io.zeal.ValueType;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tags on a server: what their stamps cost, and that changes at the same time lose nothing. */
@Timeout(60)
class SharedTagsTest {

  private static final ValueType<String> TEXT = ValueType.of(String.class);
  private static final CacheOptions PLAIN = CacheOptions.defaults();

  private final ManualClock clock = new ManualClock();
  private final HeapServer server = HeapServer.rich();
  private final Zeal zeal = server.open(ZealConfig.builder().clock(clock));
  private final Zeal otherZeal = server.open(ZealConfig.builder().clock(clock));
  private final Cache cache = zeal.cache("users");
  private final Cache other = otherZeal.cache("users");

  @AfterEach
  void close() {
    zeal.close();
    otherZeal.close();
  }

  @Test
  void tagsOfManyLoadsDoNotTakeTripsEach() {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      keys.add("k" + i);
    }
    CountDownLatch loaded = new CountDownLatch(100);
    server.beforeEach(call -> {
      if (call.key().startsWith("t")) {
        await(loaded);
      }
    });
    long before = server.calls();
    cache
        .getAllOrCompute(
            keys,
            TEXT,
            PLAIN,
            load -> {
              load.tags("user:" + load.key());
              loaded.countDown();
              return "v";
            })
        .orThrow();
    assertThat(server.calls() - before).as("calls of the backend").isLessThan(60);
    assertThat(cache.getAll(keys, TEXT).values()).hasSize(100);
  }

  @Test
  void tagsOfManyPutsAreTwoTripsMoreWhereTheyAreNew() {
    Map<String, String> values = new LinkedHashMap<>();
    List<String> tags = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      values.put("k" + i, "v");
      tags.add("tag" + i);
    }
    CacheOptions tagged = PLAIN.withTags(tags.toArray(String[]::new));
    cache.contains("k");
    long before = server.calls();
    cache.putAll(values, TEXT, tagged).orThrow();
    assertThat(server.calls() - before).as("trips with new tags").isEqualTo(4);
    before = server.calls();
    cache.putAll(values, TEXT, tagged).orThrow();
    assertThat(server.calls() - before).as("trips with known tags").isEqualTo(2);
    assertThat(cache.getAll(values.keySet(), TEXT).values()).hasSize(100);
  }

  @Test
  void aPutWithANewTagOutlivesTheInvalidationOfAnother() {
    for (int step = 0; step < 20; step++) {
      String tag = "new" + step;
      AtomicInteger steps = new AtomicInteger(step);
      server.beforeEach(call -> {
        if (steps.getAndDecrement() == 0) {
          other.removeTag("unrelated");
        }
      });
      cache.put("k", "v", TEXT, PLAIN.withTags(tag));
      server.beforeEach(call -> {});
      assertThat(cache.get("k", TEXT).isHit()).as("before step %s", step).isTrue();
    }
  }

  /** The tag's stamp is lost, and the tag invalidated, before each step of a put with the tag. */
  @Test
  void aTagThatIsInvalidatedWhileItsStampIsMadeStaysSo() {
    for (int step = 0; step < 20; step++) {
      cache.put("k", "old", TEXT, PLAIN.withTags("red"));
      AtomicInteger steps = new AtomicInteger(step);
      AtomicBoolean invalidated = new AtomicBoolean();
      server.lose(row -> row.startsWith("t"));
      server.beforeEach(call -> {
        if (steps.getAndDecrement() == 0) {
          other.removeTag("red");
          invalidated.set(true);
        }
        if (invalidated.get() && call.what().equals("Put") && call.key().startsWith("k")) {
          invalidated.set(false);
          assertThat(other.get("k", TEXT).isHit()).as("between the steps").isFalse();
        }
      });
      cache.put("other", "v", TEXT, PLAIN.withTags("red"));
      server.beforeEach(call -> {});
      assertThat(steps.get()).isLessThan(step);
      if (steps.get() < 0) {
        assertThat(cache.get("k", TEXT).isHit()).as("before step %s", step).isFalse();
      }
      server.lose(row -> row.startsWith("t"));
    }
  }

  @Test
  void aPutWithATagThatIsInvalidatedJustThenIsThereOrNotAndTheNextOneIs() {
    for (int step = 0; step < 20; step++) {
      AtomicInteger steps = new AtomicInteger(step);
      server.beforeEach(call -> {
        if (steps.getAndDecrement() == 0) {
          other.removeTag("red");
          other.removeTag("new");
        }
      });
      cache.put("k", "v", TEXT, PLAIN.withTags("red", "new"));
      server.beforeEach(call -> {});
      cache.put("k", "next", TEXT, PLAIN.withTags("red", "new"));
      assertThat(cache.get("k", TEXT).toOptional()).contains("next");
      other.removeTag("new");
      assertThat(cache.get("k", TEXT).isHit()).isFalse();
      server.lose(row -> row.startsWith("t"));
    }
  }

  /** The epoch ends before the first attempt, which is void; the second one cannot be begun. */
  @Test
  void aPutWhoseSecondAttemptFailsDoesNotSayThatNothingWasSent() {
    cache.put("k", "v", String.class);
    other.clear();
    AtomicBoolean stored = new AtomicBoolean();
    server.beforeEach(call -> {
      if (call.what().equals("Put") && call.key().startsWith("k")) {
        stored.set(true);
      }
      if (stored.get() && call.what().equals("read")) {
        throw new BackendUnavailableException("away", Outcome.NOT_SENT, null);
      }
    });
    assertThatThrownBy(() -> cache.put("k", "next", String.class))
        .isInstanceOfSatisfying(
            BackendUnavailableException.class,
            error -> assertThat(error.outcome()).contains(Outcome.UNKNOWN));
  }

  @Test
  void removeTagOfATagThatNothingHasLeavesNothing() {
    for (int i = 0; i < 100; i++) {
      cache.removeTag("user:" + i);
    }
    assertThat(cache.count()).as("entries of a cache that never had one").isZero();
  }

  @Test
  void aRefreshThatOutlivesItsEntryIsKept() {
    CacheOptions shortly =
        PLAIN.withTtl(Duration.ofSeconds(1)).withJitter(0).withRefreshAhead(Duration.ofMillis(100));
    cache.put("k", "1", TEXT, shortly);
    clock.advance(Duration.ofMillis(950));
    CountDownLatch release = new CountDownLatch(1);
    String served =
        cache.getOrCompute(
            "k",
            TEXT,
            shortly,
            load -> {
              await(release);
              return "2";
            });
    assertThat(served).isEqualTo("1");
    clock.advance(Duration.ofMillis(100)); // the entry expires while it is loaded anew
    assertThat(cache.contains("k")).isFalse();
    release.countDown();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (cache.explain("k").contains("load is under way") && System.nanoTime() < deadline) {
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(cache.get("k", TEXT).toOptional()).contains("2");
  }

  @Test
  void aRefreshThatOutlivesItsEntryDoesNotUndoARemoval() {
    CacheOptions shortly = PLAIN.withTtl(Duration.ofSeconds(1)).withJitter(0);
    cache.put("k", "1", TEXT, shortly.withMaxStale(Duration.ofSeconds(1)));
    clock.advance(Duration.ofMillis(1_500));
    cache.getOrCompute(
        "k",
        TEXT,
        shortly.withMaxStale(Duration.ofSeconds(1)),
        load -> {
          other.remove("k");
          clock.advance(Duration.ofMinutes(4));
          return "2";
        });
    assertThat(cache.get("k", TEXT).isHit()).isFalse();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
