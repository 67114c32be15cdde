package io.zeal.cache;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;

/**
 * One process at a time has a directory, and one owner in it.
 *
 * <p>Between processes the kernel's lock on a file decides. The kernel lets it go when the process
 * closes <em>any</em> descriptor of that file, so the file is opened once, never read, and never
 * closed before the process ends. Within the process a system property says whether it has the lock
 * and whether somebody uses it: class loaders do not share static fields, but they share those.
 * What keeps the channel open is registered with the virtual machine for the same reason: if the
 * class loader that opened it went, the channel would be collected, and closed.
 */
final class FileTierLock implements AutoCloseable {

  static final String NAME = "zeal.lock";

  private static final String PROPERTY = "io.zeal.cache.lock.";
  private static final String USED = "used";
  private static final String FREE = "free";

  private final String property;

  private FileTierLock(String property) {
    this.property = property;
  }

  /** Takes the lock of a directory; empty if somebody has it. Never waits. */
  static Optional<FileTierLock> tryTake(Path directory) throws IOException {
    var file = directory.resolve(NAME);
    if (Files.isSymbolicLink(file)) {
      // Locking follows it, and would lock, or make, a file somewhere else.
      throw new IOException(NAME + " is a symbolic link");
    }
    if (Files.notExists(file)) {
      try {
        SegmentDirectory.makeFile(file);
      } catch (FileAlreadyExistsException e) {
        // Somebody else made it just now.
      }
    }
    var lock = new FileTierLock(PROPERTY + identity(file));
    var properties = System.getProperties();
    if (properties.replace(lock.property, FREE, USED)) {
      return Optional.of(lock);
    }
    if (properties.putIfAbsent(lock.property, USED) != null) {
      return Optional.empty();
    }
    var known = false;
    try {
      known = lockFile(file);
      return known ? Optional.of(lock) : Optional.empty();
    } catch (OverlappingFileLockException e) {
      // Used it is, as far as anybody can tell; its owner says when no longer.
      known = true;
      return Optional.empty();
    } finally {
      if (!known) {
        properties.remove(lock.property);
      }
    }
  }

  /** What tells a file from every other, whatever the paths that lead to it; does not open it. */
  private static String identity(Path file) throws IOException {
    var key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    return key != null ? key.toString() : file.toRealPath().toString();
  }

  private static boolean lockFile(Path file) throws IOException {
    @SuppressWarnings("resource") // Closing it would let the lock go.
    var channel = new RandomAccessFile(file.toFile(), "rw").getChannel();
    var keep = false;
    try {
      keep = channel.tryLock() != null && keepForEver(channel);
      return keep;
    } catch (OverlappingFileLockException e) {
      // This process has the lock, but somebody threw the property away. Closing would free it.
      keep = keepForEver(channel);
      throw e;
    } finally {
      if (!keep) {
        // Nothing of this process is locked yet, so there is nothing to lose.
        channel.close();
      }
    }
  }

  /**
   * Makes the channel reachable until the process ends, by nothing that this class's loader made: a
   * thread that runs at shutdown and does nothing.
   */
  private static boolean keepForEver(FileChannel channel) {
    var keeper = new Thread(new FutureTask<>(Executors.callable(new Thread(), channel)));
    keeper.setContextClassLoader(null);
    try {
      Runtime.getRuntime().addShutdownHook(keeper);
      return true;
    } catch (IllegalStateException e) {
      // The process is ending.
      return false;
    }
  }

  /** Lets the next owner in this process have it; the process keeps it. */
  @Override
  public void close() {
    System.getProperties().replace(property, USED, FREE);
  }
}
