package io.zeal.table;

import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.table.Waits.Purpose;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

  /** How long one waits for whoever makes a file, which may be large. */
  private static final Duration OPENING = Duration.ofSeconds(60);

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
  }

  /** One instance's use of a table. */
  static final class Use {

    final TableMemory memory;
    private final Shared shared;
    private boolean ended;

    private Use(Shared shared, TableMemory memory) {
      this.shared = shared;
      this.memory = memory;
    }

    /** Ends it; with the last one of this process it leaves the table. */
    void end() {
      shared.changing.lock();
      try {
        TableFile.Opened opened = shared.opened;
        if (ended || opened == null) {
          return;
        }
        ended = true;
        shared.users--;
        if (shared.users == 0) {
          shared.opened = null;
          opened.close();
        }
      } finally {
        shared.changing.unlock();
      }
    }
  }

  /**
   * A directory, which is made if it is not there.
   *
   * @throws ConfigurationException if it cannot be made, or is on a network
   */
  static SharedDirectory of(Path path) {
    try {
      Path directory = Files.createDirectories(path, OwnerOnly.directory(path)).toRealPath();
      String type = Files.getFileStore(directory).type().toLowerCase(Locale.ROOT);
      if (NETWORK.contains(type) || type.startsWith("fuse")) {
        throw unusable(
            path, "is on a file system of type " + type + ", where memory is not shared", null);
      }
      return new SharedDirectory(directory);
    } catch (IOException e) {
      throw unusable(path, "cannot be used: " + e, e);
    }
  }

  private static ConfigurationException unusable(Path path, String why, @Nullable Throwable cause) {
    return new ConfigurationException(
        ErrorCode.INVALID_SETTING,
        "Setting zeal.table.directory: "
            + path
            + " "
            + why
            + ". Use a directory of this machine, for example below /dev/shm.",
        cause);
  }

  /**
   * Uses a table, which is made if it is not there.
   *
   * @param kind what is in it, in the file's name
   * @throws io.zeal.SchemaException if it is there with another text
   */
  Use use(
      String kind,
      String name,
      String what,
      String text,
      TableLayout layout,
      TableFile.Comparison comparison) {
    Path path = directory.resolve(fileName(kind, name));
    Waits patience = new Waits(what + " in " + path + ": opening it", OPENING.toNanos());
    Shared shared = OPEN.computeIfAbsent(path, _ -> new Shared());
    patience.lock(shared.changing, Purpose.READ);
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
      return new Use(shared, opened.memory);
    } catch (IOException e) {
      throw new ConfigurationException(
          ErrorCode.INVALID_SETTING, what + ": " + path + " cannot be used: " + e.getMessage(), e);
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
