package io.zeal.table;

import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A directory of tables. What this process has open of it, it has open once, however many instances
 * use it: each file gives a process one place.
 */
final class SharedDirectory {

  /** What is known to answer over a network, where neither memory nor locks are shared. */
  private static final Set<String> NETWORK =
      Set.of(
          "9p",
          "afs",
          "beegfs",
          "ceph",
          "cifs",
          "coda",
          "gfs2",
          "glusterfs",
          "gpfs",
          "lustre",
          "ncpfs",
          "nfs",
          "nfs4",
          "ocfs2",
          "orangefs",
          "smb",
          "smb2",
          "smb3",
          "smbfs",
          "vboxsf",
          "virtiofs",
          "webdav");

  private static final int LONGEST_NAME = 120;

  /** The tables of this process by their files; a table is opened and left under its own lock. */
  private static final Map<Path, Shared> OPEN = new ConcurrentHashMap<>();

  private final Path directory;

  private SharedDirectory(Path directory) {
    this.directory = directory;
  }

  /** A file that this process has used. */
  private static final class Shared {

    private final ReentrantLock changing = new ReentrantLock();
    private TableFile.@Nullable Opened opened;
    private String text = "";
    private int users;

    void end() throws IOException {
      users--;
      TableFile.Opened last = opened;
      if (users == 0 && last != null) {
        opened = null;
        last.close();
      }
    }
  }

  /** One instance's use of a table. */
  static final class Use {

    final TableMemory memory;
    private final Path path;
    private final String what;
    private final Shared shared;
    private final AtomicBoolean ended = new AtomicBoolean();

    private Use(Path path, String what, Shared shared, TableMemory memory) {
      this.path = path;
      this.what = what;
      this.shared = shared;
      this.memory = memory;
    }

    /** Ends it; with the last one of this process it leaves the table. */
    void end() {
      if (!ended.compareAndSet(false, true)) {
        return;
      }
      // Who waits for other processes in order to open has yet to open the file, and it is open as
      // long as there is a use that has not ended; who leaves has the lock for 2 s at most.
      shared.changing.lock();
      try {
        shared.end();
      } catch (IOException | UncheckedIOException e) {
        throw FileTrouble.left(what, path, e);
      } finally {
        shared.changing.unlock();
      }
    }
  }

  /**
   * A directory, which is made if it is not there.
   *
   * @throws ConfigurationException if it cannot be made, is on a network, or belongs to somebody
   *     else
   */
  static SharedDirectory of(Path path) {
    try {
      Path directory = Files.createDirectories(path, OwnerOnly.directory(path)).toRealPath();
      String type = Files.getFileStore(directory).type().toLowerCase(Locale.ROOT);
      if (NETWORK.contains(type) || type.startsWith("fuse")) {
        throw unusable(
            path, "is on a file system of type " + type + ", where memory is not shared", null);
      }
      Optional<String> stranger = OwnerOnly.strangerOfDirectory(directory, OwnerOnly.user());
      if (stranger.isPresent()) {
        throw unusable(path, "cannot be used: " + stranger.get(), null);
      }
      return new SharedDirectory(directory);
    } catch (IOException e) {
      throw unusable(path, "cannot be used: " + e, e);
    }
  }

  /**
   * The file system that a directory is on.
   *
   * @param totalBytes its size
   * @param usableBytes what is left of it
   */
  record Room(Path directory, long totalBytes, long usableBytes) {}

  /** How much room there is; empty if the system does not say. */
  Optional<Room> room() {
    try {
      FileStore store = Files.getFileStore(directory);
      return Optional.of(new Room(directory, store.getTotalSpace(), store.getUsableSpace()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static ConfigurationException unusable(Path path, String why, @Nullable Throwable cause) {
    return new ConfigurationException(
        ErrorCode.INVALID_SETTING,
        "Setting zeal.table.directory: "
            + path
            + " "
            + why
            + ". Use a directory of this machine and user, for example below /dev/shm.",
        cause);
  }

  /**
   * Uses a table, which is made if it is not there.
   *
   * @param kind what is in it, in the file's name
   * @throws ConfigurationException if its files cannot be used
   * @throws io.zeal.SchemaException if it is there with another text
   */
  Use use(
      String kind,
      String name,
      String what,
      String text,
      TableLayout layout,
      TableFile.Comparison comparison,
      Patience patience) {
    Path path = directory.resolve(fileName(kind, name));
    Shared shared = OPEN.computeIfAbsent(path, _ -> new Shared());
    patience.lock(shared.changing);
    try {
      TableFile.Opened opened = shared.opened;
      if (opened == null) {
        opened = TableFile.open(path, what, text, layout, comparison, patience);
        shared.opened = opened;
        shared.text = text;
      } else {
        comparison.requireSame(shared.text);
      }
      shared.users++;
      return new Use(path, what, shared, opened.memory);
    } catch (IOException | UncheckedIOException e) {
      throw FileTrouble.refused(what, path, e);
    } finally {
      shared.changing.unlock();
    }
  }

  /**
   * Small letters, digits and hyphens as they are, everything else in hexadecimal; a long name is
   * cut, with its hash behind it.
   */
  static String fileName(String kind, String name) {
    StringBuilder escaped = new StringBuilder(kind);
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      boolean isPlain = (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || b == '-';
      escaped.append(isPlain ? String.valueOf((char) b) : "_%02x".formatted(b & 0xff));
    }
    return escaped.length() <= LONGEST_NAME
        ? escaped.toString()
        : escaped.substring(0, LONGEST_NAME / 2) + "~" + hash(name);
  }

  private static String hash(String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
