package io.zeal.pubsub.spi;

import io.zeal.ConsumeOptions.Order;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages that wait for a handler, in their order. By key there is a lane for each key that is
 * under way: its next message is not ready before the former is {@linkplain #done done}. Not safe
 * for concurrent use; guarded by the consumption's lock.
 */
final class Lanes {

  private final Order order;
  private final ArrayDeque<Held> ready = new ArrayDeque<>();
  private final Map<String, ArrayDeque<Held>> behind = new HashMap<>(); // those that are not ready

  Lanes(Order order) {
    this.order = order;
  }

  void add(Held held) {
    String key = lane(held);
    if (key == null) {
      ready.add(held);
      return;
    }
    ArrayDeque<Held> lane = behind.get(key);
    if (lane == null) {
      behind.put(key, new ArrayDeque<>());
      ready.add(held);
    } else {
      lane.add(held);
    }
  }

  boolean isReady() {
    return !ready.isEmpty();
  }

  /** The next that may be handled; whoever takes it has to say when it is done. */
  @Nullable Held poll() {
    return ready.poll();
  }

  /** A message that was ready, or polled, is out of the way. */
  void done(Held held) {
    String key = lane(held);
    ArrayDeque<Held> lane = key == null ? null : behind.get(key);
    if (lane != null) {
      Held next = lane.poll();
      if (next == null) {
        behind.remove(key);
      } else {
        ready.add(next);
      }
    }
  }

  private @Nullable String lane(Held held) {
    return order == Order.BY_KEY ? held.claimed.key() : null;
  }

  /** Takes out everything that waits. Lanes of what is being handled stay, and are empty. */
  List<Held> drain() {
    List<Held> all = new ArrayList<>();
    behind
        .values()
        .forEach(lane -> {
          all.addAll(lane);
          lane.clear();
        });
    all.addAll(0, ready);
    List<Held> first = List.copyOf(ready);
    ready.clear();
    first.forEach(this::done);
    return all;
  }
}
