package io.zeal.cache;

import io.zeal.cache.FileTierException.Reason;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
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
  private final Set<String> open = ConcurrentHashMap.newKeySet();

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
    if (!open.add(name)) {
      throw new FileTierException(
          Reason.TAKEN, "The files of cache '" + cache + "' are open already", null);
    }
    var opened = false;
    try {
      var files = SegmentDirectory.at(directory.resolve(name));
      var settings = LogSettings.of(options.maxBytes(), options.sync(), currentBoot());
      var tier = FileTier.open(files, options, settings, () -> open.remove(name));
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
        open.remove(name);
      }
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
      if (Files.notExists(file)) {
        SegmentDirectory.makeFile(file);
      }
      try (var out = new FileOutputStream(file.toFile())) {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      // Only a message gets poorer.
    }
  }

  private static String holder(Path directory) {
    try (var in = new FileInputStream(directory.resolve(HOLDER).toFile())) {
      var text = new String(in.readNBytes(HOLDER_BYTES), StandardCharsets.US_ASCII).strip();
      var own = "process " + ProcessHandle.current().pid();
      return text.equals(own) ? "another part of this process" : text;
    } catch (IOException e) {
      return "another process";
    }
  }

  /** Lets the directory go, for the next owner within this process. Close its tiers first. */
  @Override
  public void close() {
    lock.close();
  }
}
