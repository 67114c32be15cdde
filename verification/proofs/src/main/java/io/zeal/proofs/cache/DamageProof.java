package io.zeal.proofs.cache;

import io.zeal.proofs.Proof;
import io.zeal.proofs.cache.CacheLife.Invalidations;
import io.zeal.proofs.cache.CacheLife.Lives;
import io.zeal.proofs.cache.CacheLife.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** K8.4: bytes of the files are changed, zeroed, shortened or exchanged between lives. */
public final class DamageProof implements Proof {

  private static final int LIVES = 4;
  private static final int MOST_PLACES = 4;

  /** As small as may be, so that there are many segments, and room for few marks. */
  private static final long BYTES = 1L << 20;

  /** How far behind the end of the log its last record is looked for. */
  private static final int LAST_BYTES = 64;

  @Override
  public String area() {
    return "cache";
  }

  @Override
  public String name() {
    return "damage";
  }

  @Override
  public String claim() {
    return "bytes of the files are damaged between lives; no value is wrong or old";
  }

  @Override
  public Tally round(long seed) throws Exception {
    Random random = new Random(seed);
    Lives lives = new Lives();
    // Room is made all the time, so anything may be gone; what is there has to be right.
    lives.history().lossy();
    Invalidations invalidations =
        random.nextBoolean() ? Invalidations.ONE_TAG : Invalidations.MANY_TAGS;
    try (Directory directory = Directory.create()) {
      for (int life = 0; life < LIVES; life++) {
        boolean closed = live(lives, directory.path(), invalidations, random);
        damage(directory.path(), closed, random);
      }
      live(lives, directory.path(), invalidations, random);
    }
    return lives.tally();
  }

  /** Returns whether it closed its cache. */
  private static boolean live(
      Lives lives, Path directory, Invalidations invalidations, Random random) throws Exception {
    Plan plan = new Plan(directory, BYTES, 8, random.nextLong(), lives.next(), "", invalidations);
    boolean closes = random.nextBoolean();
    try (CacheLife life = CacheLife.begin(plan, List.of())) {
      life.awaitSaid(CacheLife.READY);
      LockSupport.parkNanos(random.nextInt(300_000_000));
      if (closes) {
        life.end();
      } else {
        life.kill();
      }
      lives.over(life, true);
    }
    return closes;
  }

  private static void damage(Path directory, boolean closed, Random random) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(directory)) {
      files =
          all.filter(Files::isRegularFile)
              .filter(file -> !file.getFileName().toString().startsWith("zeal."))
              .sorted(Comparator.comparing(Path::toString))
              .toList();
    }
    if (random.nextInt(3) == 0) {
      damageTheLastRecord(files, random);
      return;
    }
    for (int places = random.nextInt(MOST_PLACES); places >= 0; places--) {
      damage(files, closed, random);
    }
  }

  /** Which is a stamp, if the life was closed. */
  private static void damageTheLastRecord(List<Path> files, Random random) throws IOException {
    List<Path> segments = segments(files);
    if (segments.isEmpty()) {
      return;
    }
    byte[] bytes = Files.readAllBytes(segments.getLast());
    if (bytes.length > LAST_BYTES) {
      int at = bytes.length - 1 - random.nextInt(LAST_BYTES);
      bytes[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(segments.getLast(), bytes);
    }
  }

  private static void damage(List<Path> files, boolean closed, Random random) throws IOException {
    Path file = files.get(random.nextInt(files.size()));
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length == 0) {
      return;
    }
    int at = random.nextInt(bytes.length);
    int count = 1 + random.nextInt(Math.min(bytes.length - at, 1 << random.nextInt(14)));
    switch (random.nextInt(5)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> Arrays.fill(bytes, at, at + count, (byte) 0);
      case 2 -> {
        for (int i = at; i < at + count; i++) {
          bytes[i] = (byte) random.nextInt();
        }
      }
      case 3 -> {
        // The end of a log that was not closed is where it ends: nobody can miss what was behind.
        if (closed || isNotTheLastSegment(file, files)) {
          bytes = Arrays.copyOf(bytes, at);
        }
      }
      default -> {
        byte[] others = Files.readAllBytes(files.get(random.nextInt(files.size())));
        if (others.length > 0) {
          int from = random.nextInt(others.length);
          int length = Math.min(count, others.length - from);
          System.arraycopy(others, from, bytes, at, length);
        }
      }
    }
    Files.write(file, bytes);
  }

  /** Segments are numbered, and their names sort as their numbers do. */
  private static boolean isNotTheLastSegment(Path file, List<Path> files) {
    List<Path> segments = segments(files);
    return !segments.isEmpty() && !segments.getLast().equals(file);
  }

  private static List<Path> segments(List<Path> files) {
    return files.stream().filter(it -> it.toString().endsWith(SEGMENT)).toList();
  }

  private static final String SEGMENT = ".log";
}
