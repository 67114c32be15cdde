package io.zeal.proofs.cache;

import io.zeal.proofs.Proof;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** K3.8, K3.9, K5: two instances over one server, under load, on the same few keys. */
public final class TwoInstancesProof implements Proof {

  private static final Keyspace KEYS = new Keyspace(40, 2, 6);
  private static final Duration LONGEST_CALL = Duration.ofSeconds(8);

  @Override
  public String area() {
    return "cache";
  }

  @Override
  public String name() {
    return "two-instances";
  }

  @Override
  public String claim() {
    return "two instances change the same keys; no answer is older than an invalidation that returned";
  }

  @Override
  public Tally round(long seed) throws Exception {
    Random random = new Random(seed);
    History history = new History(KEYS.all());
    history.shared();
    Traffic traffic = new Traffic(KEYS, history, new AtomicLong(), LONGEST_CALL);
    try (SharedCaches shared = SharedCaches.open(SharedCaches.Kept.NOTHING)) {
      // One line is slower: what it says comes after what was said later.
      shared.lines().getFirst().delay(Duration.ofNanos(random.nextInt(2_000_000)));
      SharedCaches.Users users = shared.use(KEYS, traffic, random);
      SharedCaches.pass(random, 600, 1_200);
      users.end();
      shared.caches().forEach(cache -> KEYS.all().forEach(key -> traffic.get(cache, key)));
      shared.requireNoFlight(KEYS);
    }
    history.check();
    return new Tally(history.calls(), history.checks());
  }
}
