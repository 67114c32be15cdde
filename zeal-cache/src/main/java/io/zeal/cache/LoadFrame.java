package io.zeal.cache;

import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.LoadContext;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;

/** What one run of a loader sees, and what it said. Used by the loader's thread alone. */
final class LoadFrame<T> implements LoadContext<T> {

  private final Loads.Order<T> order;
  private final Flight<T> flight;

  /** Checks and keeps what the loader says, as options check and keep it. */
  private CacheOptions said = CacheOptions.defaults();

  private boolean saidTtl;

  LoadFrame(Loads.Order<T> order, Flight<T> flight) {
    this.order = order;
    this.flight = flight;
  }

  @Override
  public String key() {
    return order.key().key();
  }

  @Override
  public Cached<T> previous() {
    return order.previous();
  }

  @Override
  public Instant deadline() {
    return Instant.ofEpochMilli(flight.deadlineMillis());
  }

  @Override
  public void ttl(Duration ttl) {
    said = said.withTtl(ttl);
    saidTtl = true;
  }

  @Override
  public void tags(String... more) {
    Set<String> all = new LinkedHashSet<>(flight.tags());
    all.addAll(said.withTags(more).tags());
    flight.tags(all);
  }

  /** The loader's time to live, else that of the options; 0 for no expiry. */
  long ttlMillis() {
    return (saidTtl ? said : order.options()).ttl().map(Values::millis).orElse(0L);
  }

  Set<String> allTags() {
    return flight.tags();
  }
}
