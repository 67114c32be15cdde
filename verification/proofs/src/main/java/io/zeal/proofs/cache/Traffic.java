package io.zeal.proofs.cache;

import io.zeal.BackendUnavailableException;
import io.zeal.BulkResult;
import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.CapacityException;
import io.zeal.LoadContext;
import io.zeal.LoaderFailedException;
import io.zeal.OperationTimeoutException;
import io.zeal.Outcome;
import io.zeal.ValueType;
import io.zeal.ZealException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Calls of caches at random, each told to a {@link Recorder}; what they throw is judged here. */
final class Traffic {

  /** The cache that all of this is about. */
  static final String CACHE = "proof";

  private static final ValueType<String> TEXT = ValueType.of(String.class);

  /** Which errors may come. */
  enum Weather {
    /** None. */
    CALM,
    /** A value may not fit; a change may fail. */
    DISK_FULL,
    /** A change may fail, and says whether it may have happened. */
    FAULTS
  }

  private final Keyspace keys;
  private final Recorder recorder;
  private final AtomicLong versions;
  private final long longestNanos;
  private volatile Weather weather = Weather.CALM;
  private volatile boolean oneTag;

  /**
   * Traffic.
   *
   * @param versions the next value's version
   * @param longest what no call may take longer than
   */
  Traffic(Keyspace keys, Recorder recorder, AtomicLong versions, Duration longest) {
    this.keys = keys;
    this.recorder = recorder;
    this.versions = versions;
    this.longestNanos = longest.toNanos();
  }

  /** Invalidates one tag alone from now on, and never everything. */
  void oneTag() {
    oneTag = true;
  }

  void weather(Weather next) {
    weather = next;
  }

  static CacheOptions options() {
    return CacheOptions.defaults()
        .withMaxStale(Duration.ofHours(1))
        .withHardTimeout(Duration.ofSeconds(5));
  }

  /** The loader that is meant to fail. */
  private static final class MeantException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /** One call by one of the threads. */
  void step(Cache cache, Random random, int thread) {
    boolean own = random.nextInt(keys.own() + keys.shared()) < keys.own();
    String key =
        own
            ? Keyspace.own(thread, random.nextInt(keys.own()))
            : Keyspace.shared(random.nextInt(keys.shared()));
    int dice = random.nextInt(1_000);
    if (dice < 300) {
      compute(cache, key, random.nextInt(8) == 0, random.nextInt(10) == 0);
    } else if (dice < 550) {
      put(cache, key);
    } else if (dice < 800) {
      get(cache, key);
    } else if (dice < 900) {
      change(Kind.REMOVE, key, () -> cache.remove(key));
    } else if (dice < 960 && own) {
      change(Kind.EXPIRE, key, () -> cache.expire(key) ? null : Ending.NOTHING_TO_DO);
    } else if (dice < 970) {
      putAll(cache, several(random, thread));
    } else if (dice < 980) {
      getAll(cache, several(random, thread));
    } else if (dice < 987) {
      getAllOrCompute(cache, several(random, thread), random.nextInt(10) == 0);
    } else if (dice < 996) {
      String tag = Keyspace.tags().get(random.nextInt(Keyspace.tags().size()));
      removeTag(cache, oneTag ? Keyspace.tags().getFirst() : tag);
    } else if (dice < 998 && !oneTag) {
      clear(cache);
    } else {
      get(cache, key);
    }
  }

  private static @Nullable Ending done(Runnable call) {
    call.run();
    return null;
  }

  void removeTag(Cache cache, String tag) {
    change(Kind.REMOVE_TAG, tag, () -> done(() -> cache.removeTag(tag)));
  }

  void clear(Cache cache) {
    change(Kind.CLEAR, "", () -> done(cache::clear));
  }

  /** Invalidates a tag that nothing has, so that nobody has to remember it. */
  void removeUnusedTag(Cache cache, long number) {
    try {
      cache.removeTag("unused-" + number);
    } catch (RuntimeException | Error e) {
      wrong(Kind.REMOVE_TAG, "unused-" + number, e);
    }
  }

  private CacheOptions options(String key, long version) {
    CacheOptions options = options().withTags(Keyspace.tagsOf(key).toArray(String[]::new));
    if (Keyspace.isShortLived(version)) {
      return options
          .withTtl(Duration.ofMillis(Keyspace.SHORT_LIFE_MILLIS))
          .withMaxStale(Duration.ZERO);
    }
    return Keyspace.isLong(version) ? options.withTtl(Duration.ofHours(2)) : options;
  }

  void put(Cache cache, String key) {
    long version = versions.incrementAndGet();
    String value = Keyspace.value(key, version);
    long call = recorder.begin(Kind.PUT, key, version);
    changed(
        Kind.PUT, key, call, () -> done(() -> cache.put(key, value, TEXT, options(key, version))));
  }

  private void change(Kind kind, String target, Supplier<@Nullable Object> work) {
    long call = recorder.begin(kind, target, 0);
    changed(kind, target, call, work);
  }

  private void changed(Kind kind, String target, long call, Supplier<@Nullable Object> work) {
    long begin = System.nanoTime();
    Ending ending;
    try {
      ending = work.get() == Ending.NOTHING_TO_DO ? Ending.NOTHING_TO_DO : Ending.DONE;
    } catch (RuntimeException | Error e) {
      ending = failed(kind, target, e);
    }
    recorder.end(call, ending, State.ABSENT);
    requireInTime(kind, target, begin);
  }

  /** How a change ended that threw, and whether it may throw that. */
  private Ending failed(Kind kind, String target, Throwable error) {
    if (error instanceof CapacityException && kind == Kind.PUT && weather == Weather.DISK_FULL) {
      return Ending.GONE;
    }
    if (weather != Weather.FAULTS || !isOutage(error)) {
      wrong(kind, target, error);
      return Ending.UNKNOWN;
    }
    Optional<Outcome> outcome = ((ZealException) error).outcome();
    if (outcome.isEmpty()) {
      wrong(kind, target, "failed without saying whether it may have happened", error);
    }
    return outcome.filter(it -> it == Outcome.NOT_SENT).isPresent()
        ? Ending.NOT_SENT
        : Ending.UNKNOWN;
  }

  private static boolean isOutage(Throwable error) {
    return error instanceof BackendUnavailableException
        || error instanceof OperationTimeoutException;
  }

  private void wrong(Kind kind, String target, Throwable error) {
    wrong(kind, target, "threw", error);
  }

  private void wrong(Kind kind, String target, String what, Throwable error) {
    List<String> trace = new ArrayList<>();
    for (Throwable e = error; e != null; e = e.getCause()) {
      trace.add(e.toString());
      for (int i = 0; i < Math.min(8, e.getStackTrace().length); i++) {
        trace.add("  at " + e.getStackTrace()[i]);
      }
    }
    recorder.wrong(kind + " of '" + target + "' " + what + ": " + String.join(" | ", trace));
  }

  private void requireInTime(Kind kind, String target, long begin) {
    long took = System.nanoTime() - begin;
    if (took > longestNanos) {
      recorder.wrong(
          "%s of '%s' took %d ms, more than %d"
              .formatted(kind, target, took / 1_000_000, longestNanos / 1_000_000));
    }
  }

  void get(Cache cache, String key) {
    long call = recorder.begin(Kind.GET, key, 0);
    long begin = System.nanoTime();
    try {
      State state = look(cache, key);
      recorder.end(call, Ending.ANSWERED, state);
    } catch (RuntimeException | Error e) {
      recorder.end(call, Ending.UNKNOWN, State.ABSENT);
      wrong(Kind.GET, key, e);
    }
    requireInTime(Kind.GET, key, begin);
  }

  /** What a cache says of a key; a version of -1 is a value that nobody put. */
  static State look(Cache cache, String key) {
    return state(key, cache.get(key, TEXT));
  }

  private static State state(String key, @Nullable Cached<String> found) {
    return found instanceof Cached.Hit<String> hit
        ? new State(versionOf(key, hit.value()), hit.stale())
        : State.ABSENT;
  }

  private static long versionOf(String key, @Nullable String value) {
    return value == null ? -1 : Keyspace.version(key, value);
  }

  void compute(Cache cache, String key, boolean shortLived, boolean fails) {
    CacheOptions options = options().withTags(Keyspace.tagsOf(key).toArray(String[]::new));
    CacheOptions mine = shortLived ? options.withMaxStale(Duration.ZERO) : options;
    long call = recorder.begin(Kind.COMPUTE, key, 0);
    long begin = System.nanoTime();
    try {
      String value = cache.getOrCompute(key, TEXT, mine, load -> load(load, shortLived, fails));
      recorder.end(call, Ending.ANSWERED, new State(versionOf(key, value), false));
    } catch (LoaderFailedException e) {
      recorder.end(call, Ending.LOAD_FAILED, State.ABSENT);
      if (!(e.getCause() instanceof MeantException)) {
        wrong(Kind.COMPUTE, key, e);
      }
    } catch (RuntimeException | Error e) {
      recorder.end(call, Ending.UNKNOWN, State.ABSENT);
      wrong(Kind.COMPUTE, key, e);
    }
    requireInTime(Kind.COMPUTE, key, begin);
  }

  // --- Many keys ---

  /** Two of the thread's own, and one that all have. */
  private List<String> several(Random random, int thread) {
    Set<String> several = new TreeSet<>();
    several.add(Keyspace.own(thread, random.nextInt(keys.own())));
    several.add(Keyspace.own(thread, random.nextInt(keys.own())));
    several.add(Keyspace.shared(random.nextInt(keys.shared())));
    return List.copyOf(several);
  }

  /** All with the tags of none: each key has others. */
  private void putAll(Cache cache, List<String> several) {
    List<String> untagged = several.stream().filter(key -> Keyspace.tagsOf(key).isEmpty()).toList();
    Map<String, String> values = new LinkedHashMap<>();
    Map<String, Long> calls =
        begun(
            Kind.PUT,
            untagged,
            key -> {
              long version = versions.incrementAndGet();
              while (Keyspace.isShortLived(version)) {
                version = versions.incrementAndGet();
              }
              values.put(key, Keyspace.value(key, version));
              return version;
            });
    long begin = System.nanoTime();
    Map<String, Ending> endings = new HashMap<>();
    try {
      BulkResult<Boolean> result = cache.putAll(values, TEXT, options());
      result.values().keySet().forEach(key -> endings.put(key, Ending.DONE));
      result.failures().forEach((key, e) -> endings.put(key, failed(Kind.PUT, key, e)));
    } catch (RuntimeException | Error e) {
      Ending all = failed(Kind.PUT, untagged.toString(), e);
      untagged.forEach(key -> endings.put(key, all));
    }
    if (!endings.keySet().equals(calls.keySet())) {
      recorder.wrong("putAll of " + calls.keySet() + " answered for " + endings.keySet());
    }
    calls.forEach(
        (key, call) -> recorder.end(call, endings.getOrDefault(key, Ending.UNKNOWN), State.ABSENT));
    requireInTime(Kind.PUT, untagged.toString(), begin);
  }

  private Map<String, Long> begun(Kind kind, List<String> several, ToLongFunction<String> version) {
    Map<String, Long> calls = new LinkedHashMap<>();
    several.forEach(key -> calls.put(key, recorder.begin(kind, key, version.applyAsLong(key))));
    return calls;
  }

  private void getAll(Cache cache, List<String> several) {
    answered(Kind.GET, several, () -> cache.getAll(several, TEXT));
  }

  /** Only keys of one set of tags: they are those of the call. */
  private void getAllOrCompute(Cache cache, List<String> several, boolean fails) {
    List<String> untagged = several.stream().filter(key -> Keyspace.tagsOf(key).isEmpty()).toList();
    answered(
        Kind.COMPUTE,
        untagged,
        () -> cache.getAllOrCompute(untagged, TEXT, options(), load -> load(load, false, fails)));
  }

  private void answered(
      Kind kind, List<String> several, Supplier<BulkResult<Cached<String>>> work) {
    Map<String, Long> calls = begun(kind, several, key -> 0);
    long begin = System.nanoTime();
    try {
      BulkResult<Cached<String>> result = work.get();
      result
          .failures()
          .forEach((key, e) -> {
            boolean meant =
                e instanceof LoaderFailedException && e.getCause() instanceof MeantException;
            if (!meant && !(kind == Kind.GET && weather == Weather.FAULTS && isOutage(e))) {
              wrong(kind, key, e);
            }
          });
      calls.forEach((key, call) -> {
        Cached<String> found = result.values().get(key);
        if (result.failures().containsKey(key) || (found == null && kind == Kind.COMPUTE)) {
          recorder.end(call, Ending.UNKNOWN, State.ABSENT);
        } else {
          recorder.end(call, Ending.ANSWERED, state(key, found));
        }
      });
    } catch (RuntimeException | Error e) {
      calls.values().forEach(call -> recorder.end(call, Ending.UNKNOWN, State.ABSENT));
      if (!(kind == Kind.GET && weather == Weather.FAULTS && isOutage(e))) {
        wrong(kind, several.toString(), e);
      }
    }
    requireInTime(kind, several.toString(), begin);
  }

  private String load(LoadContext<String> load, boolean shortLived, boolean fails)
      throws MeantException {
    long version = versions.incrementAndGet();
    while (Keyspace.isShortLived(version) != shortLived) {
      version = versions.incrementAndGet();
    }
    recorder.loading(load.key(), version);
    // Long enough for others to come in between.
    LockSupport.parkNanos(version % 3 == 0 ? 500_000 : 20_000);
    if (fails) {
      recorder.loadFailed(load.key(), version);
      throw new MeantException();
    }
    if (shortLived) {
      load.ttl(Duration.ofMillis(Keyspace.SHORT_LIFE_MILLIS));
    }
    return Keyspace.value(load.key(), version);
  }
}
