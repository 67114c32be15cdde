package io.zeal.cache;

import io.zeal.cache.FileTierException.Reason;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/**
 * The directory under which each cache has its own. One process has it, and within it one owner;
 * the next gets it when this one is closed.
 */
final class FileTierRoot implements AutoCloseable {

  private static final String HOLDER = "zeal.holder";
  private static final int HOLDER_BYTES = 200;
  private static final Pattern PLAIN = Pattern.compile("[a-z0-9-]{1,63}");
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private final Path directory;
  private final FileTierLock lock;

  private final ReentrantLock life = new ReentrantLock();
  private final Set<String> open = new HashSet<>(); // guarded by life
  private boolean closed; // guarded by life

  private FileTierRoot(Path directory, FileTierLock lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Takes a directory, and makes it if it is not there.
   *
   * @throws FileTierException if somebody has it, or it cannot be used
   */
  static FileTierRoot take(Path directory) {
    try {
      var absolute = directory.toAbsolutePath();
      if (!Files.isDirectory(absolute)) {
        Files.createDirectories(absolute.getParent());
        SegmentDirectory.makeDirectory(absolute);
      }
      var lock = FileTierLock.tryTake(absolute);
      if (lock.isEmpty()) {
        throw new FileTierException(
            Reason.TAKEN, directory + " belongs to " + holder(absolute), null);
      }
      var root = new FileTierRoot(absolute, lock.get());
      root.writeHolder();
      return root;
    } catch (IOException e) {
      throw new FileTierException(
          Reason.UNUSABLE,
          directory + " cannot be used for the files of caches: " + FileTrouble.of(e),
          e);
    }
  }

  /**
   * Opens the tier of a cache.
   *
   * @throws FileTierException if it is open, or its files cannot be used
   */
  FileTier open(String cache, FileTierOptions options) {
    var name = directoryName(cache);
    begin(cache, name);
    var opened = false;
    try {
      var files = SegmentDirectory.at(directory.resolve(name));
      var settings =
          LogSettings.of(
              options.maxBytes(), Runtime.getRuntime().maxMemory(), options.sync(), currentBoot());
      var tier = FileTier.open(files, options, settings, () -> end(name));
      opened = true;
      return tier;
    } catch (IOException e) {
      throw new FileTierException(
          Reason.UNUSABLE,
          "The files of cache '"
              + cache
              + "' in "
              + directory.resolve(name)
              + " cannot be used: "
              + FileTrouble.of(e),
          e);
    } finally {
      if (!opened) {
        end(name);
      }
    }
  }

  private void begin(String cache, String name) {
    life.lock();
    try {
      if (closed) {
        throw new FileTierException(Reason.CLOSED, directory + " was let go", null);
      }
      if (!open.add(name)) {
        throw new FileTierException(
            Reason.TAKEN, "The files of cache '" + cache + "' are open already", null);
      }
    } finally {
      life.unlock();
    }
  }

  private void end(String name) {
    life.lock();
    try {
      if (open.remove(name) && closed && open.isEmpty()) {
        lock.close();
      }
    } finally {
      life.unlock();
    }
  }

  /**
   * The directory of a cache: different for different names on every file system, be they told
   * apart by case or accents or not, and never a name that a system reserves.
   */
  static String directoryName(String cache) {
    return PLAIN.matcher(cache).matches()
        ? "n-" + cache
        : "x-" + HexFormat.of().formatHex(cache.getBytes(StandardCharsets.UTF_8));
  }

  /** Which run of the machine this is; another after each start, where the system tells. */
  static UUID currentBoot() {
    try (var in = new FileInputStream(BOOT_ID.toFile())) {
      return UUID.fromString(new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip());
    } catch (IOException | IllegalArgumentException e) {
      return LogState.UNKNOWN_BOOT;
    }
  }

  /** In a file of its own: reading the locked one would let the lock go. */
  private void writeHolder() {
    var file = directory.resolve(HOLDER);
    var text = "process " + ProcessHandle.current().pid() + "\n";
    try {
      // What is there may be a link: a new file is never written through one.
      Files.deleteIfExists(file);
      SegmentDirectory.makeFile(file);
      Files.writeString(
          file,
          text,
          StandardCharsets.US_ASCII,
          StandardOpenOption.WRITE,
          LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      // Only a message gets poorer.
    }
  }

  private static String holder(Path directory) {
    try (var in = Files.newInputStream(directory.resolve(HOLDER), LinkOption.NOFOLLOW_LINKS)) {
      var text = new String(in.readNBytes(HOLDER_BYTES), StandardCharsets.US_ASCII).strip();
      var own = "process " + ProcessHandle.current().pid();
      return text.equals(own) ? "another part of this process" : text;
    } catch (IOException e) {
      return "another process";
    }
  }

  /**
   * Lets the directory go, for the next owner within this process, as soon as no tier in it is open
   * or being opened.
   */
  @Override
  public void close() {
    life.lock();
    try {
      if (!closed && open.isEmpty()) {
        lock.close();
      }
      closed = true;
    } finally {
      life.unlock();
    }
  }
}
