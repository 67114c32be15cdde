package io.zeal.cache;

import io.zeal.Stats;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** What a cache counts. */
final class CacheMeters {

  /** What is counted, under the name {@link Stats} shows. */
  enum Meter {
    /** Of the rows of the backend, wherever those are. */
    HITS_MEMORY,
    HITS_FILE,
    MISSES,
    STALE_SERVED,
    LOADS,
    LOAD_FAILURES,
    LOADS_THROTTLED,
    FLIGHTS_JOINED,
    REFRESHES,
    /** Values that the files alone have: too long for memory, or it had no room. */
    SPILLS,
    /** Entries that were there and could not be read. */
    DECODE_FAILURES,
    /** Loaded values that could not be stored. */
    STORE_FAILURES,
    /** Looks at a backend that could not be asked. */
    BACKEND_FAILURES;

    private final String title = camelCase(name());

    private static String camelCase(String name) {
      StringBuilder title = new StringBuilder();
      for (String word : name.toLowerCase(Locale.ROOT).split("_", -1)) {
        title.append(
            title.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
      }
      return title.toString();
    }
  }

  private final Map<Meter, LongAdder> adders = new EnumMap<>(Meter.class);

  CacheMeters() {
    for (Meter meter : Meter.values()) {
      adders.put(meter, new LongAdder());
    }
  }

  void count(Meter meter) {
    adder(meter).increment();
  }

  void hit(Tier tier) {
    count(tier == Tier.FILE ? Meter.HITS_FILE : Meter.HITS_MEMORY);
  }

  long sum(Meter meter) {
    return adder(meter).sum();
  }

  @SuppressWarnings("NullAway") // there is one for each
  private LongAdder adder(Meter meter) {
    return adders.get(meter);
  }

  /** All numbers, with those of the tiers. */
  Stats stats(String cache, Map<String, Long> tiers) {
    Map<String, Long> numbers = new TreeMap<>(tiers);
    adders.forEach((meter, adder) -> numbers.put(meter.title, adder.sum()));
    return Stats.of(cache, numbers);
  }
}
