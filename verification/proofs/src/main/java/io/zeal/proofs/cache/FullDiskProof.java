package io.zeal.proofs.cache;

import io.zeal.proofs.Proof;
import io.zeal.proofs.cache.CacheLife.Invalidations;
import io.zeal.proofs.cache.CacheLife.Lives;
import io.zeal.proofs.cache.CacheLife.Plan;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** K8.5: the disk is full, and has room again, and is full, while processes live and are killed. */
public final class FullDiskProof implements Proof {

  private static final int LIVES = 3;
  private static final String DISK = "3m";

  /** More than the disk has, and so little that there is room for few marks. */
  private static final long BYTES = 4L << 20;

  @Override
  public String area() {
    return "cache";
  }

  @Override
  public String name() {
    return "full-disk";
  }

  @Override
  public String claim() {
    return "the disk is full now and then; no put fails that fits into memory, no value is wrong or old";
  }

  @Override
  public Tally round(long seed) throws Exception {
    Random random = new Random(seed);
    Lives lives = new Lives();
    lives.history().lossy();
    try (Directory directory = Directory.create();
        TinyDisk disk = TinyDisk.mount(directory.path(), DISK)) {
      for (int life = 0; life < LIVES; life++) {
        live(lives, disk, random);
      }
    }
    return lives.tally();
  }

  private static void live(Lives lives, TinyDisk disk, Random random) throws Exception {
    Plan plan =
        new Plan(
            disk.path().resolve("cache"),
            BYTES,
            random.nextBoolean() ? 8 : 1_000,
            random.nextLong(),
            lives.next(),
            disk.path().resolve("ballast").toString(),
            Invalidations.MANY_TAGS);
    boolean closes = random.nextInt(3) == 0;
    try (CacheLife life = CacheLife.begin(plan, disk.entrance())) {
      life.awaitSaid(CacheLife.READY);
      LockSupport.parkNanos(200_000_000 + random.nextInt(600_000_000));
      if (closes) {
        life.end();
      } else {
        life.kill();
      }
      lives.over(life, true);
    }
  }
}
