package io.zeal.proofs.cache;

import io.zeal.proofs.Proof;
import io.zeal.proofs.cache.CacheLife.Invalidations;
import io.zeal.proofs.cache.CacheLife.Lives;
import io.zeal.proofs.cache.CacheLife.Plan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** K8.1, K8.2: several lives over one directory, each killed at some instant or closed. */
public final class KillProof implements Proof {

  private static final int LIVES = 4;
  private static final long PLENTY = 256L << 20;

  @Override
  public String area() {
    return "cache";
  }

  @Override
  public String name() {
    return "kill";
  }

  @Override
  public String claim() {
    return "processes are killed while they write; nothing acknowledged is lost, nothing old comes back";
  }

  @Override
  public Tally round(long seed) throws Exception {
    Random random = new Random(seed);
    Lives lives = new Lives();
    // In every other round memory is so small that most is read from the files.
    int entries = random.nextBoolean() ? 8 : 1_000;
    try (Directory directory = Directory.create()) {
      for (int life = 0; life < LIVES; life++) {
        live(lives, directory.path(), entries, random);
      }
      look(lives, directory.path(), random);
    }
    return lives.tally();
  }

  private static void live(Lives lives, Path directory, int entries, Random random)
      throws Exception {
    Plan plan =
        new Plan(
            directory, PLENTY, entries, random.nextLong(), lives.next(), "", Invalidations.CLEARS);
    boolean early = random.nextInt(5) == 0;
    boolean closes = random.nextInt(5) == 0;
    long nanos = random.nextInt(400_000_000);
    try (CacheLife life = CacheLife.begin(plan, List.of())) {
      if (early) {
        // While it begins, and maybe takes up what an earlier life left.
        var _ = life.awaitSaid(CacheLife.READY, Duration.ofNanos(2 * nanos));
      } else {
        life.awaitSaid(CacheLife.READY);
        LockSupport.parkNanos(nanos);
      }
      if (closes && !early) {
        life.end();
      } else {
        life.kill();
      }
      lives.over(life, false);
    }
  }

  /** A last life that only looks. */
  private static void look(Lives lives, Path directory, Random random) throws Exception {
    Plan plan =
        new Plan(directory, PLENTY, 8, random.nextLong(), lives.next(), "", Invalidations.CLEARS);
    try (CacheLife life = CacheLife.begin(plan, List.of())) {
      life.awaitSaid(CacheLife.READY);
      life.kill();
      lives.over(life, false);
    }
  }
}
