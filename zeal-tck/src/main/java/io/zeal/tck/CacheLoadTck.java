package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.Loader;
import io.zeal.LoaderFailedException;
import io.zeal.OperationTimeoutException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Loaders, their errors, and what is served instead: {@code docs/contract/cache.md} K3, except for
 * what {@link CacheRaceTck} has.
 */
public abstract class CacheLoadTck extends CacheKit {

  private static final Duration SECOND = Duration.ofSeconds(1);

  /** For a subclass in the backend's tests. */
  protected CacheLoadTck() {}

  @Test
  void k3_1_whatIsFreshIsNotLoaded() {
    Cache cache = cache(expiring());
    AtomicInteger loads = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      String value =
          cache.getOrCompute("k", TEXT, expiring(), load -> "load " + loads.incrementAndGet());
      assertThat(value).as("K3.1 getOrCompute, time %s", i).isEqualTo("load 1");
    }
    assertThat(loads).as("K3.1 loads for three calls").hasValue(1);
    cache.put("put", "v", TEXT, expiring());
    String value = cache.getOrCompute("put", TEXT, expiring(), never());
    assertThat(value).as("K3.1 getOrCompute of what was put").isEqualTo("v");
  }

  @Test
  void k3_1_aLoadedValueHasTheLifeAndTheTagsOfItsOptions() {
    Cache cache = cache();
    for (String key : List.of("life", "tag")) {
      cache.getOrCompute(key, TEXT, expiring().withTags(key), load -> "v");
      assertFresh("K3.1 what was loaded", cache, key, "v");
    }
    cache.removeTag("tag");
    assertMiss("K3.1 what was loaded with a tag, after it was removed", cache, "tag");
    assertFresh("K3.1 what was loaded with another tag", cache, "life", "v");
    passBeyond(life(), cache, "life");
    assertMiss("K3.1 what was loaded with a ttl, after it", cache, "life");
  }

  @Test
  void k3_3_aLoadDelaysNobodyWhoAsksForAnotherKey() {
    Cache cache = cache();
    List<HeldLoader<String>> all = new ArrayList<>();
    List<Beside<String>> callers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String key = "held" + i;
      HeldLoader<String> held = HeldLoader.of("v");
      all.add(held);
      callers.add(Beside.call(() -> cache.getOrCompute(key, TEXT, PLAIN, held)));
    }
    all.forEach(held -> held.awaitBegun("K3.3"));
    Beside<String> others =
        Beside.call(() -> {
          cache.put("put", "v", TEXT, PLAIN);
          cache.remove("put");
          cache.get("held0", TEXT);
          cache.removeTag("red");
          return cache.getOrCompute("other", TEXT, PLAIN, load -> "v");
        });
    assertThat(others.value("K3.3 calls while 40 other keys are loaded"))
        .as("K3.3 what was loaded meanwhile")
        .isEqualTo("v");
    all.forEach(HeldLoader::release);
    callers.forEach(
        caller -> assertThat(caller.value("K3.3")).as("K3.3 what was held").isEqualTo("v"));
  }

  @Test
  void k3_4_anErrorReachesAllAndIsNotCached() {
    Cache cache = cache();
    IOException cause = new IOException("the source is down");
    HeldLoader<String> held =
        new HeldLoader<>(load -> {
          throw cause;
        });
    List<Beside<String>> callers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      callers.add(Beside.call(() -> cache.getOrCompute("k", TEXT, PLAIN, held)));
    }
    awaitJoined("K3.4", cache, 2);
    held.release();
    for (Beside<String> caller : callers) {
      LoaderFailedException error =
          caller.error("K3.4 a caller whose loader threw", LoaderFailedException.class);
      assertThat(error.code()).as("K3.4 the code").isEqualTo(ErrorCode.LOADER_FAILED.id());
      assertThat(error.getCause()).as("K3.4 the cause").isSameAs(cause);
    }
    assertThat(held.runs()).as("K3.4 loads").isEqualTo(1);
    assertMiss("K3.4 get after a load failed", cache, "k");
    String next = cache.getOrCompute("k", TEXT, PLAIN, load -> "v");
    assertThat(next).as("K3.4 the next call").isEqualTo("v");
  }

  @Test
  void k3_4_anErrorOfAnyKindIsOne() {
    Cache cache = cache();
    for (Throwable cause :
        List.of(new AssertionError("no"), new StackOverflowError(), new InterruptedException())) {
      LoaderFailedException error =
          Beside.call(() -> cache.getOrCompute("k", TEXT, PLAIN, throwing(cause)))
              .error("K3.4 a loader that throws " + cause, LoaderFailedException.class);
      assertThat(error.getCause()).as("K3.4 the cause").isSameAs(cause);
    }
  }

  private static <T> Loader<T> throwing(Throwable thrown) {
    return load -> {
      switch (thrown) {
        case Exception e -> throw e;
        case Error e -> throw e;
        default -> throw new IllegalStateException(thrown);
      }
    };
  }

  private static Loader<String> failing() {
    return throwing(new IOException("the source is down"));
  }

  @Test
  void k3_7_aLoaderMayLoadOtherKeys() {
    Cache cache = cache();
    Cache other = cache();
    Beside<String> value =
        Beside.call(() ->
            cache.getOrCompute(
                "a",
                TEXT,
                PLAIN,
                a ->
                    cache.getOrCompute(
                            "b",
                            TEXT,
                            PLAIN,
                            b -> other.getOrCompute("a", TEXT, PLAIN, c -> "of the other") + " b")
                        + " a"));
    assertThat(value.value("K3.7 a loader that loads other keys"))
        .as("K3.7 what was loaded through others")
        .isEqualTo("of the other b a");
    assertFresh("K3.7 the key in between", cache, "b", "of the other b");
    assertFresh("K3.7 the same key of another cache", other, "a", "of the other");
  }

  @Test
  void k3_7_aLoaderThatAsksForItsOwnKeyIsRefused() {
    Cache cache = cache();
    assertRecursion(
        "K3.7 a loader that asks for its key",
        Beside.call(() ->
            cache.getOrCompute(
                "a", TEXT, PLAIN, load -> cache.getOrCompute("a", TEXT, PLAIN, again -> "never"))));
    assertRecursion(
        "K3.7 a loader that asks for its key through another",
        Beside.call(() ->
            cache.getOrCompute(
                "b",
                TEXT,
                PLAIN,
                load ->
                    cache.getOrCompute(
                        "c",
                        TEXT,
                        PLAIN,
                        other -> cache.getOrCompute("b", TEXT, PLAIN, again -> "never")))));
    Beside<Integer> bulk =
        Beside.call(() ->
            cache
                .getAllOrCompute(
                    List.of("d"),
                    TEXT,
                    PLAIN,
                    load ->
                        cache
                            .getAllOrCompute(List.of("d", "e"), TEXT, PLAIN, again -> "v")
                            .orThrow()
                            .toString())
                .failures()
                .size());
    assertThat(bulk.value("K3.7 a bulk loader that asks for its key"))
        .as("K3.7 failures of a bulk loader that asks for its key")
        .isEqualTo(1);
  }

  @Test
  void k3_7_loadersThatWaitForEachOtherAreRefused() {
    Cache cache = cache();
    HeldLoader<String> a =
        new HeldLoader<>(load -> cache.getOrCompute("b", TEXT, PLAIN, other -> "never"));
    HeldLoader<String> b =
        new HeldLoader<>(load -> cache.getOrCompute("a", TEXT, PLAIN, other -> "never"));
    Beside<String> first = Beside.call(() -> cache.getOrCompute("a", TEXT, PLAIN, a));
    Beside<String> second = Beside.call(() -> cache.getOrCompute("b", TEXT, PLAIN, b));
    a.awaitBegun("K3.7");
    b.awaitBegun("K3.7");
    a.release();
    b.release();
    assertRecursion("K3.7 the first of two loaders that wait for each other", first);
    assertRecursion("K3.7 the second of two loaders that wait for each other", second);
  }

  private static void assertRecursion(String what, Beside<String> call) {
    LoaderFailedException error = call.error(what, LoaderFailedException.class);
    assertThat(error.code())
        .as("%s: the code of %s", what, error)
        .isEqualTo(ErrorCode.LOADER_RECURSION.id());
  }

  @Test
  void k3_10_staleIsServedInPlaceOfAnError() {
    Cache cache = cache();
    cache.put("k", "old", TEXT, stale());
    cache.put("late", "old", TEXT, stale());
    cache.put("null", null, TEXT, stale());
    cache.put("strict", "old", TEXT, stale());
    passBeyond(life(), cache, "strict");
    String failed = cache.getOrCompute("k", TEXT, stale(), failing());
    assertThat(failed).as("K3.10 getOrCompute whose load failed").isEqualTo("old");
    String nothing = cache.getOrCompute("null", TEXT, stale(), failing());
    assertThat(nothing).as("K3.10 getOrCompute of a stale null whose load failed").isNull();
    HeldLoader<String> held = HeldLoader.of("new");
    Beside<String> late =
        Beside.call(
            () -> cache.getOrCompute("late", TEXT, stale().withHardTimeout(SHORT_WAIT), held));
    assertThat(late.value("K3.10")).as("K3.10 what is served at the hard timeout").isEqualTo("old");
    held.release();
    assertComes("K3.10 the value whose caller was served stale", cache, "late", "new");
    Beside.call(() -> cache.getOrCompute("strict", TEXT, PLAIN, failing()))
        .error("K3.10 a failed load without maxStale", LoaderFailedException.class);
  }

  @Test
  void k3_10_theSoftTimeoutServesStaleSooner() {
    Cache cache = cache();
    CacheOptions options = stale().withSoftTimeout(SHORT_WAIT).withHardTimeout(LONG_WAIT);
    cache.put("k", "old", TEXT, options);
    passBeyond(life(), cache, "k");
    HeldLoader<String> held = HeldLoader.of("new");
    Beside<String> soft = Beside.call(() -> cache.getOrCompute("k", TEXT, options, held));
    assertThat(soft.value("K3.10")).as("K3.10 what is served at the soft timeout").isEqualTo("old");
    Beside<String> none = Beside.call(() -> cache.getOrCompute("none", TEXT, options, held));
    awaitRuns(held, 2);
    assertThat(Waiting.until(none::isOver, SHORT_WAIT.multipliedBy(2)))
        .as("K3.10 whether a soft timeout ended a wait without anything stale")
        .isFalse();
    held.release();
    assertThat(none.value("K3.10")).as("K3.10 what it got").isEqualTo("new");
    assertComes("K3.10 the value whose caller was served stale", cache, "k", "new");
  }

  private static void awaitRuns(HeldLoader<?> held, int runs) {
    Waiting.until(() -> held.runs() >= runs, LONG_WAIT);
  }

  @Test
  void k3_10_beyondMaxStaleTheErrorIsTold() {
    CacheOptions options = expiring().withMaxStale(life());
    Cache cache = cache(options);
    cache.put("k", "old", TEXT, stale());
    time().passBeyond(life().multipliedBy(2), () -> !cache.get("k", TEXT).isHit());
    Beside.call(() -> cache.getOrCompute("k", TEXT, options, failing()))
        .error("K3.10 a failed load beyond maxStale", LoaderFailedException.class);
    String served = cache.getOrCompute("k", TEXT, stale(), failing());
    assertThat(served).as("K3.10 a failed load within the maxStale of its call").isEqualTo("old");
  }

  @Test
  void k3_11_afterAFailureStaleIsServedWithoutALoad() {
    Cache cache = cache();
    cache.put("k", "old", TEXT, stale());
    passBeyond(life(), cache, "k");
    HeldLoader<String> counted = new HeldLoader<>(failing());
    counted.release();
    for (int attempt = 1; attempt <= 5; attempt++) {
      long start = System.nanoTime();
      int before = counted.runs();
      for (int i = 0; i < 10; i++) {
        String served = cache.getOrCompute("k", TEXT, stale(), counted);
        assertThat(served).as("K3.11 what is served after a failure").isEqualTo("old");
      }
      if (System.nanoTime() - start < SECOND.toNanos()) {
        assertThat(counted.runs() - before).as("K3.11 loads within a second").isEqualTo(1);
        break;
      }
      Waiting.forAtLeast(SECOND);
    }
    Beside.call(() -> cache.getOrCompute("k", TEXT, PLAIN, counted))
        .error("K3.11 a caller that cannot be served stale", LoaderFailedException.class);
    Waiting.forAtLeast(SECOND);
    String anew = cache.getOrCompute("k", TEXT, stale(), load -> "new");
    assertThat(anew).as("K3.11 a call after a second").isEqualTo("new");
  }

  @Test
  void k3_12_whatIsAboutToExpireIsLoadedInTheBackground() {
    CacheOptions options = expiring().withRefreshAhead(life().dividedBy(2));
    Cache cache = cache(options);
    cache.put("k", "old", TEXT, options);
    String early = cache.getOrCompute("k", TEXT, options, never());
    assertThat(early).as("K3.12 a hit long before its expiry").isEqualTo("old");
    time().pass(life().dividedBy(4).multipliedBy(3));
    HeldLoader<String> held = HeldLoader.of("new");
    for (int i = 0; i < 5; i++) {
      Beside<String> hit = Beside.call(() -> cache.getOrCompute("k", TEXT, options, held));
      assertThat(hit.value("K3.12")).as("K3.12 a hit shortly before its expiry").isEqualTo("old");
    }
    held.awaitBegun("K3.12");
    held.release();
    assertComes("K3.12 what was loaded in the background", cache, "k", "new");
    assertThat(held.runs()).as("K3.12 loads for five hits").isEqualTo(1);
    assertThat(number("K3.12", cache, "loadFailures")).as("K3.12 loads too early").isZero();
  }

  @Test
  void k3_12_whatExpiresWhileItIsLoadedAnewIsCached() {
    CacheOptions options = expiring().withRefreshAhead(life().dividedBy(2));
    Cache cache = cache(options);
    cache.put("expiring", "old", TEXT, options);
    time().pass(life().dividedBy(4).multipliedBy(3));
    HeldLoader<String> held = HeldLoader.of("new");
    Beside<String> hit = Beside.call(() -> cache.getOrCompute("expiring", TEXT, options, held));
    assertThat(hit.value("K3.12")).as("K3.12 a hit shortly before its expiry").isEqualTo("old");
    held.awaitBegun("K3.12");
    time().passBeyond(life().dividedBy(4), () -> !cache.contains("expiring"));
    assertThat(cache.contains("expiring")).as("K3.12 contains after the expiry").isFalse();
    held.release();
    assertComes("K3.12 what was loaded meanwhile", cache, "expiring", "new");
  }

  @Test
  void k3_13_aLoaderSeesItsKeyAndWhatWasBefore() {
    Cache cache = cache(stale());
    List<Object> seen = new CopyOnWriteArrayList<>();
    Loader<String> loader =
        load -> {
          seen.add(load.key());
          seen.add(load.previous());
          return "v" + seen.size();
        };
    cache.getOrCompute("k", TEXT, stale(), loader);
    cache.expire("k");
    cache.getOrCompute("k", TEXT, stale(), loader);
    assertThat(seen)
        .as("K3.13 key and previous value, of nothing and of a stale entry")
        .containsExactly("k", new Cached.Miss<>(), "k", new Cached.Hit<>("v2", true));
    seen.clear();
    CacheOptions refreshed = stale().withRefreshAhead(life());
    cache.getOrCompute("k", TEXT, refreshed, loader);
    Waiting.until(() -> seen.size() >= 2, LONG_WAIT);
    assertThat(seen)
        .as("K3.13 key and previous value, of a fresh entry")
        .containsExactly("k", new Cached.Hit<>("v4", false));
  }

  @Test
  void k3_13_theDeadlineIsThatOfTheLastWhoWaits() {
    Cache cache = cache();
    CompletableFuture<Instant> first = new CompletableFuture<>();
    HeldLoader<String> held =
        new HeldLoader<>(load -> Long.toString(load.deadline().toEpochMilli()));
    Loader<String> loader =
        load -> {
          first.complete(load.deadline());
          return held.load(load);
        };
    Duration more = Duration.ofSeconds(100);
    Beside<String> hasty =
        Beside.call(() -> cache.getOrCompute("k", TEXT, PLAIN.withHardTimeout(LONG_WAIT), loader));
    held.awaitBegun("K3.13");
    Beside<String> patient =
        Beside.call(() ->
            cache.getOrCompute("k", TEXT, PLAIN.withHardTimeout(LONG_WAIT.plus(more)), loader));
    awaitJoined("K3.13", cache, 1);
    held.release();
    long last = Long.parseLong(String.valueOf(patient.value("K3.13")));
    hasty.value("K3.13");
    Duration later = Duration.between(first.join(), Instant.ofEpochMilli(last));
    assertThat(later)
        .as("K3.13 how much later the deadline is after a caller with %s more joined", more)
        .isBetween(more, more.plus(LONG_WAIT));
  }

  @Test
  void k3_13_aLoaderSaysTheLifeAndAddsTags() {
    Cache cache = cache();
    CacheOptions options = PLAIN.withTtl(life().multipliedBy(10)).withTags("red");
    for (String key : List.of("life", "said")) {
      cache.getOrCompute(
          key,
          TEXT,
          options,
          load -> {
            load.ttl(life());
            load.tags("said " + load.key(), "x");
            load.tags("more");
            return "v";
          });
      assertFresh("K3.13 what was loaded", cache, key, "v");
    }
    cache.removeTag("said said");
    assertMiss("K3.13 an entry after a tag its loader gave it was removed", cache, "said");
    passBeyond(life(), cache, "life");
    assertMiss("K3.13 an entry after the life its loader gave it", cache, "life");
    String own =
        cache.getOrCompute(
            "own",
            TEXT,
            options,
            load -> {
              load.tags("more");
              return "v";
            });
    assertThat(own).as("K3.13 what was loaded with tags of both").isEqualTo("v");
    cache.removeTag("red");
    assertMiss("K3.13 an entry after a tag of its options was removed", cache, "own");
  }

  @Test
  void k3_13_whatALoaderSaysIsChecked() {
    Cache cache = cache();
    List<Loader<String>> loaders =
        List.of(
            load -> {
              load.ttl(Duration.ofMillis(-1));
              return "v";
            },
            load -> {
              load.tags("");
              return "v";
            });
    for (Loader<String> loader : loaders) {
      LoaderFailedException error =
          Beside.call(() -> cache.getOrCompute("k", TEXT, PLAIN, loader))
              .error("K3.13 a loader that says what no option may be", LoaderFailedException.class);
      assertThat(error.getCause())
          .as("K3.13 what it was told")
          .isInstanceOf(InvalidArgumentException.class);
    }
  }

  @Test
  void k3_14_aValueThatCannotBeStoredIsAnsweredAllTheSame() {
    Cache cache = cache();
    String unfit = "a\ud800";
    for (int i = 1; i <= 2; i++) {
      String value = cache.getOrCompute("k", TEXT, PLAIN, load -> unfit);
      assertThat(value).as("K3.14 a loaded value that cannot be encoded").isEqualTo(unfit);
      assertThat(number("K3.14", cache, "storeFailures")).as("K3.14 storeFailures").isEqualTo(i);
    }
    assertMiss("K3.14 what is cached", cache, "k");
  }

  @Test
  void k3_6_aLoadGoesOnThoughNobodyWaits() {
    Cache cache = cache();
    HeldLoader<String> held = HeldLoader.of("v");
    Beside.call(() -> cache.getOrCompute("alone", TEXT, PLAIN.withHardTimeout(SHORT_WAIT), held))
        .error("K3.6 the only caller, after its hard timeout", OperationTimeoutException.class);
    held.release();
    assertComes("K3.6 what was loaded for nobody", cache, "alone", "v");
  }
}
