package io.zeal.resilience;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** What was last read, by store: whoever writes a store finds what others remember of it. */
final class Memories {

  private final ResilienceSettings settings;
  private final LongSupplier nanoTime;
  private final Map<String, StoreMemory> byStore = new ConcurrentHashMap<>();
  private final AtomicLong answers = new AtomicLong();

  Memories(ResilienceSettings settings, LongSupplier nanoTime) {
    this.settings = settings;
    this.nanoTime = nanoTime;
  }

  StoreMemory of(String store) {
    return byStore.computeIfAbsent(store, _ -> new StoreMemory(settings));
  }

  ResilienceSettings settings() {
    return settings;
  }

  /** Scripts say by name what they may have changed. */
  void forget(Collection<String> stores) {
    stores.forEach(store -> of(store).forgetAll());
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /** A read was answered by what was remembered. */
  void countAnswer() {
    answers.incrementAndGet();
  }

  long answers() {
    return answers.get();
  }

  long rows() {
    return byStore.values().stream().mapToLong(StoreMemory::rows).sum();
  }

  long bytes() {
    return byStore.values().stream().mapToLong(StoreMemory::bytes).sum();
  }
}
