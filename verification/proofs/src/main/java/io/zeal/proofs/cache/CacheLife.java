package io.zeal.proofs.cache;

import io.zeal.Cache;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.proofs.Proof;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A process with a cache over the table and files: says what it finds, then uses the cache until it
 * is killed, or closes it when a byte comes. Ends when the process that started it does.
 */
public final class CacheLife implements AutoCloseable {

  static final Keyspace KEYS = new Keyspace(3, 12, 6);

  private static final int CLEARS_AT_ONCE = 3;
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final Duration LONGEST_CALL = Duration.ofSeconds(30);

  /** What is invalidated. */
  enum Invalidations {
    /** Everything now and then, by several threads at the same time, and a few tags. */
    CLEARS,
    /** As well so many tags that their marks are dropped, which may cost any tagged entry. */
    MANY_TAGS,
    /** One tag alone: if the mark of its stamp is lost, no other has a number near it. */
    ONE_TAG
  }

  /**
   * How it lives.
   *
   * @param fileBytes the most bytes of the files
   * @param memoryEntries the most entries in memory
   * @param seed of the calls
   * @param firstVersion which no earlier life reached
   * @param ballast a file that grows until the disk is full, and goes, again and again; empty for
   *     none
   * @param invalidations what else is invalidated
   */
  record Plan(
      Path directory,
      long fileBytes,
      int memoryEntries,
      long seed,
      long firstVersion,
      String ballast,
      Invalidations invalidations) {

    private List<String> toArguments() {
      return List.of(
          directory.toString(),
          Long.toString(fileBytes),
          Integer.toString(memoryEntries),
          Long.toString(seed),
          Long.toString(firstVersion),
          ballast,
          invalidations.name());
    }

    private static Plan of(String[] arguments) {
      return new Plan(
          Path.of(arguments[0]),
          Long.parseLong(arguments[1]),
          Integer.parseInt(arguments[2]),
          Long.parseLong(arguments[3]),
          Long.parseLong(arguments[4]),
          arguments[5],
          Invalidations.valueOf(arguments[6]));
    }
  }

  private final Process process;
  // A file, not a pipe: it never makes the process wait, and what was said is there after its end.
  private final Path said;
  private final Path errors;

  private CacheLife(Process process, Path said, Path errors) {
    this.process = process;
    this.said = said;
    this.errors = errors;
  }

  /**
   * Begins a life.
   *
   * @param through a command that runs the command behind it, for example in another namespace
   */
  static CacheLife begin(Plan plan, List<String> through) throws IOException {
    List<String> command = new ArrayList<>(through);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            classPath(),
            CacheLife.class.getName()));
    command.addAll(plan.toArguments());
    Path said = Files.createTempFile("said", ".txt");
    Path errors = Files.createTempFile("errors", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(said.toFile())
            .redirectError(errors.toFile())
            .start();
    return new CacheLife(process, said, errors);
  }

  /** Absolute: whoever enters a namespace begins in another directory. */
  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Whether it said the word within the time. */
  boolean awaitSaid(String word, Duration limit) throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < deadline) {
      boolean alive = process.isAlive();
      if (lines().contains(word)) {
        return true;
      }
      if (!alive) {
        throw new IllegalStateException("The process ended by itself: " + Files.readString(errors));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    return false;
  }

  void awaitSaid(String word) throws IOException {
    if (!awaitSaid(word, DEADLINE)) {
      throw new IllegalStateException("The process does not say " + word);
    }
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("The process does not end");
    }
  }

  /** Lets it close its cache. */
  void end() throws IOException, InterruptedException {
    process.getOutputStream().write('.');
    process.getOutputStream().flush();
    if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS) || !lines().contains(CLOSED)) {
      throw new IllegalStateException(
          "The process does not close its cache: " + Files.readString(errors));
    }
  }

  /** What it said so far; a line that was cut off is left out. */
  List<String> lines() throws IOException {
    String all = Files.readString(said, StandardCharsets.UTF_8);
    return all.substring(0, all.lastIndexOf('\n') + 1).lines().toList();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    Files.deleteIfExists(said);
    Files.deleteIfExists(errors);
  }

  // --- The process itself ---

  static final String READY = "READY";
  static final String CLOSED = "CLOSED";

  /** Begins with the plan as its arguments. */
  public static void main(String[] args) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    Thread.ofPlatform().daemon().start(() -> awaitByte(over));
    Plan plan = Plan.of(args);
    if (!plan.ballast().isEmpty()) {
      Files.deleteIfExists(Path.of(plan.ballast())); // what an earlier life left when it was killed
    }
    LineRecorder recorder = new LineRecorder(new FileOutputStream(FileDescriptor.out));
    try (Zeal zeal = open(plan)) {
      Cache cache = zeal.cache(Traffic.CACHE, Traffic.options());
      for (String key : KEYS.all()) {
        recorder.found(key, Traffic.look(cache, key));
      }
      recorder.say(READY);
      use(cache, plan, recorder, over);
    }
    recorder.say(CLOSED);
    Runtime.getRuntime().halt(0);
  }

  private static Zeal open(Plan plan) {
    return Zeal.open(
        ZealConfig.builder()
            .set("zeal.backend", "table")
            .set("zeal.cache.directory", plan.directory().toString())
            .set("zeal.cache.entries", Integer.toString(plan.memoryEntries()))
            .set("zeal.cache.file-bytes", Long.toString(plan.fileBytes()))
            .set("zeal.cache.sweep", "50ms")
            .build());
  }

  private static void use(Cache cache, Plan plan, LineRecorder recorder, AtomicBoolean over)
      throws InterruptedException {
    Traffic traffic =
        new Traffic(KEYS, recorder, new AtomicLong(plan.firstVersion()), LONGEST_CALL);
    if (!plan.ballast().isEmpty()) {
      traffic.weather(Traffic.Weather.DISK_FULL);
    }
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < KEYS.threads(); i++) {
      int thread = i;
      Random random = new Random(plan.seed() * KEYS.threads() + thread);
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                while (!over.get()) {
                  traffic.step(cache, random, thread);
                }
              }));
    }
    if (plan.invalidations() == Invalidations.ONE_TAG) {
      traffic.oneTag();
    } else {
      Random pauses = new Random(~plan.seed());
      threads.add(Thread.ofPlatform().start(() -> clearTogether(traffic, cache, pauses, over)));
    }
    if (plan.invalidations() == Invalidations.MANY_TAGS) {
      threads.add(Thread.ofPlatform().start(() -> removeManyTags(traffic, cache, over)));
    }
    if (!plan.ballast().isEmpty()) {
      fillTheDisk(Path.of(plan.ballast()), new Random(plan.seed()), over);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    traffic.removeTag(cache, Keyspace.tags().getFirst()); // the last record, which may be damaged
  }

  /** Several clears at the same time, now and then. */
  private static void clearTogether(
      Traffic traffic, Cache cache, Random random, AtomicBoolean over) {
    int longestPause = random.nextBoolean() ? 15_000_000 : 150_000_000;
    while (!over.get()) {
      LockSupport.parkNanos(random.nextInt(longestPause));
      CyclicBarrier together = new CyclicBarrier(CLEARS_AT_ONCE);
      List<Thread> clearing = new ArrayList<>();
      for (int i = 0; i < CLEARS_AT_ONCE; i++) {
        clearing.add(
            Thread.ofPlatform()
                .start(() -> {
                  await(together);
                  traffic.clear(cache);
                }));
      }
      clearing.forEach(CacheLife::join);
    }
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Tags that nothing has: more of them than there is room for marks. */
  private static void removeManyTags(Traffic traffic, Cache cache, AtomicBoolean over) {
    for (long i = 0; !over.get(); i++) {
      traffic.removeUnusedTag(cache, i);
      LockSupport.parkNanos(100_000);
    }
  }

  /** Until it is over; the disk has room at the end. */
  private static void fillTheDisk(Path ballast, Random random, AtomicBoolean over) {
    byte[] part = new byte[64 * 1024];
    while (!over.get()) {
      try (OutputStream out = Files.newOutputStream(ballast)) {
        while (!over.get()) {
          out.write(part);
        }
      } catch (IOException full) {
        LockSupport.parkNanos(random.nextInt(40_000_000));
      }
      try {
        Files.deleteIfExists(ballast);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      LockSupport.parkNanos(random.nextInt(40_000_000));
    }
  }

  private static void awaitByte(AtomicBoolean over) {
    try (FileInputStream in = new FileInputStream(FileDescriptor.in)) {
      if (in.read() >= 0) {
        over.set(true);
        var _ = in.read();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Runtime.getRuntime().halt(0);
    }
  }

  /** What all lives so far left behind. */
  static final class Lives {

    private final History history = new History(KEYS.all());
    private long versions;

    History history() {
      return history;
    }

    /** A first version that no earlier life reached. */
    long next() {
      versions += 10_000_000;
      return versions;
    }

    Proof.Tally tally() {
      return new Proof.Tally(history.calls(), history.checks());
    }

    /**
     * Takes up what a life said, after it ended.
     *
     * @param mayBeLost whether what it did not find may have been damaged
     */
    void over(CacheLife life, boolean mayBeLost) throws IOException {
      List<String> lines = life.lines();
      if (!lines.contains(READY)) {
        return; // It changed nothing.
      }
      LineRecorder.Replay replay = new LineRecorder.Replay(history, mayBeLost);
      for (String line : lines) {
        if (!line.equals(READY) && !line.equals(CLOSED)) {
          replay.line(line);
        }
      }
      history.ended();
      history.check();
      // Until what lives shortly is gone.
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(Keyspace.SHORT_LIFE_MILLIS));
    }
  }
}
