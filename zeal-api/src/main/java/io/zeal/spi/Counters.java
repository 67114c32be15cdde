package io.zeal.spi;

import io.zeal.BulkResult;
import io.zeal.ZealException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/** The counters of a backend. */
public interface Counters {

  /**
   * Attaches to a counter, or creates it.
   *
   * @throws io.zeal.SchemaException if it exists with other options
   */
  CounterCell counter(CounterSpec spec);

  /** Reads many; a remote backend makes it one trip. */
  default BulkResult<Long> getAll(Collection<CounterSpec> specs) {
    return each(specs, spec -> counter(spec).get());
  }

  /** Adds to many, each atomically; a remote backend makes it one trip. Answers the sums. */
  default BulkResult<Long> addAll(Map<CounterSpec, Long> deltas) {
    return each(deltas.keySet(), spec -> counter(spec).add(deltas.getOrDefault(spec, 0L)));
  }

  private static BulkResult<Long> each(
      Collection<CounterSpec> specs, ToLongFunction<CounterSpec> action) {
    Map<String, Long> values = new LinkedHashMap<>();
    Map<String, ZealException> failures = new LinkedHashMap<>();
    for (CounterSpec spec : specs) {
      try {
        values.put(spec.name(), action.applyAsLong(spec));
      } catch (ZealException e) {
        failures.put(spec.name(), e);
      }
    }
    return new BulkResult<>(values, failures);
  }
}
