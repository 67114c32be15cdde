package io.zeal.cache;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Another virtual machine that has a tier, and is killed. It says what it is about to do and what
 * is done, line by line; it ends by itself when the one that started it does.
 */
final class FileTierProcess implements AutoCloseable {

  static final int THREADS = 3;
  static final int KEYS = 40;

  private static final long DEADLINE_SECONDS = 60;

  private final Process process;
  // A file, not a pipe: it never makes the process wait, and what was said is there after its end.
  private final Path said;

  private FileTierProcess(Process process, Path said) {
    this.process = process;
    this.said = said;
  }

  static FileTierProcess start(Path directory, long maxBytes, long seed, int firstVersion)
      throws IOException {
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            placeOf(FileTier.class) + java.io.File.pathSeparator + placeOf(FileTierProcess.class),
            FileTierProcess.class.getName(),
            directory.toString(),
            Long.toString(maxBytes),
            Long.toString(seed),
            Integer.toString(firstVersion));
    var said = Files.createTempFile("said", ".txt");
    var process =
        new ProcessBuilder(command)
            .redirectOutput(said.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return new FileTierProcess(process, said);
  }

  private static String placeOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first line, which says how opening went. */
  String awaitOpened() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (System.nanoTime() < deadline) {
      var lines = lines();
      if (!lines.isEmpty()) {
        return lines.getFirst();
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    throw new IllegalStateException("The process says nothing");
  }

  /** SIGKILL, where there is one. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("The process does not end");
    }
  }

  /** What it said so far; a line that was cut off is left out. */
  List<String> lines() throws IOException {
    var all = Files.readString(said, StandardCharsets.US_ASCII);
    var lines = new ArrayList<>(Arrays.asList(all.split("\n", -1)));
    lines.removeLast();
    return lines;
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    Files.deleteIfExists(said);
  }

  /** The value of a key in a version: nothing else has these bytes. */
  static byte[] value(int key, int version) {
    var random = new Random(key * 1_000_003L + version);
    var value = new byte[8 + random.nextInt(2_000)];
    random.nextBytes(value);
    LogBytes.putInt(value, 0, key);
    LogBytes.putInt(value, 4, version);
    return value;
  }

  /** The process itself. */
  public static void main(String[] args) throws Exception {
    endWithTheOther();
    var out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.US_ASCII);
    FileTierRoot root;
    try {
      root = FileTierRoot.take(Path.of(args[0]));
    } catch (FileTierException e) {
      out.println(e.reason());
      return;
    }
    var executor = Executors.newVirtualThreadPerTaskExecutor();
    var options =
        new FileTierOptions(Long.parseLong(args[1]), false, InstantSource.system(), executor);
    var tier = root.open("users", options);
    out.println("OPEN");
    for (int thread = 0; thread < THREADS; thread++) {
      int first = thread;
      var random = new Random(Long.parseLong(args[2]) * THREADS + thread);
      int version = Integer.parseInt(args[3]);
      Thread.ofPlatform().start(() -> write(tier, first, version, random, out));
    }
  }

  /** Each thread has keys of its own, so that what comes last is known. */
  private static void write(
      FileTier tier, int first, int firstVersion, Random random, PrintStream out) {
    for (int version = firstVersion; ; version++) {
      int key = random.nextInt(KEYS / THREADS) * THREADS + first;
      if (random.nextInt(4) == 0) {
        out.print("R " + key + " 0\n");
        tier.remove("key" + key);
      } else {
        out.print("P " + key + " " + version + "\n");
        tier.put("key" + key, value(key, version), 0);
      }
      out.print("D " + key + " 0\n");
    }
  }

  private static void endWithTheOther() {
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try (var in = new FileInputStream(FileDescriptor.in)) {
            while (in.read() >= 0) {
              // Nothing is ever sent.
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          } finally {
            Runtime.getRuntime().halt(0);
          }
        });
  }
}
