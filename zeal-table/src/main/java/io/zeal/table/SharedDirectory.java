package io.zeal.table;

import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.table.Waits.Purpose;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

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

  /** The tables of this process by their files; under {@link #CHANGING}. */
  private static final Map<Path, Shared> OPEN = new HashMap<>();

  private static final ReentrantLock CHANGING = new ReentrantLock();

  private final Path directory;

  private SharedDirectory(Path directory) {
    this.directory = directory;
  }

  /** A table and how many instances use it. */
  private static final class Shared {

    private final TableFile.Opened opened;
    private final String text;
    private int users;

    private Shared(TableFile.Opened opened, String text) {
      this.opened = opened;
      this.text = text;
    }
  }

  /** One instance's use of a table. */
  static final class Use {

    final TableMemory memory;
    private final Path path;
    private boolean ended;

    private Use(Path path, TableMemory memory) {
      this.path = path;
      this.memory = memory;
    }

    /** Ends it; with the last one of this process it leaves the table. */
    void end() {
      CHANGING.lock();
      try {
        Shared shared = OPEN.get(path);
        if (ended || shared == null) {
          return;
        }
        ended = true;
        shared.users--;
        if (shared.users == 0) {
          OPEN.remove(path);
          shared.opened.close();
        }
      } finally {
        CHANGING.unlock();
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
      Path directory = Files.createDirectories(path).toRealPath();
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

  private static ConfigurationException unusable(
      Path path, String why, @org.jspecify.annotations.Nullable Throwable cause) {
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
      TableFile.Comparison comparison,
      Waits waits) {
    Path path = directory.resolve(fileName(kind, name));
    waits.lock(CHANGING, Purpose.READ);
    try {
      Shared shared = OPEN.get(path);
      if (shared == null) {
        shared = new Shared(TableFile.open(path, what, text, layout, comparison, waits), text);
        OPEN.put(path, shared);
      } else {
        comparison.requireSame(shared.text);
      }
      shared.users++;
      return new Use(path, shared.opened.memory);
    } catch (IOException e) {
      throw new UncheckedIOException(what + ": " + path, e);
    } finally {
      CHANGING.unlock();
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
