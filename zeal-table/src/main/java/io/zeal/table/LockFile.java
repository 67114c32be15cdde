package io.zeal.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * A file whose bytes are locked by the kernel for as long as a process lives, one for each place of
 * a table, and one for whoever makes or gives up the table's file.
 *
 * <p>The kernel's locks belong to a process and a file, not to a channel: closing any channel of
 * this process on the file frees all of them. So the file is opened once and never closed, nobody
 * reads it, and it is only ever tried for. A thread that is interrupted in the middle of some of
 * these calls would close the channel, so they are made in threads that nobody else knows.
 */
final class LockFile {

  /** The byte of whoever makes or gives up the table's file. */
  static final int MAKING = Owner.PROCESSES;

  private static final Map<Path, LockFile> OPENED = new ConcurrentHashMap<>();

  private final Path path;
  private final @Nullable Object key;
  private final FileChannel channel;

  LockFile(Path path, @Nullable Object key, FileChannel channel) {
    this.path = path;
    this.key = key;
    this.channel = channel;
  }

  /**
   * The lock file of a path, which exists afterwards; the same one for every caller. If the one
   * that was there has been removed, and nobody has a lock of it, it is a new one.
   */
  static LockFile of(Path path) throws IOException {
    LockFile opened = OPENED.get(path);
    if (opened != null && !opened.isInPlace() && !opened.isAnyLocked(MAKING + 1)) {
      OPENED.remove(path, opened);
    }
    try {
      return OPENED.computeIfAbsent(path, LockFile::open);
    } catch (UncheckedIOException e) {
      throw Objects.requireNonNull(e.getCause());
    }
  }

  private static LockFile open(Path path) {
    try {
      FileChannel channel =
          Undisturbed.call(() ->
              FileChannel.open(
                  path,
                  Set.of(
                      StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                  OwnerOnly.file(path)));
      holdForever(channel);
      return new LockFile(path, fileKey(path), channel);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable Object fileKey(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  /**
   * Whether it still has its name. If it was removed, or another one has its name, locks of this
   * one and of others exclude nobody.
   */
  boolean isInPlace() throws IOException {
    return !Files.notExists(path) && Objects.equals(fileKey(path), key);
  }

  /** Whether anybody, this process included, has the lock of one of the first bytes. */
  boolean isAnyLocked(int bytes) throws IOException {
    for (int number = 0; number < bytes; number++) {
      Optional<FileLock> lock = tryLock(number);
      if (lock.isEmpty()) {
        return true;
      }
      release(lock.get());
    }
    return false;
  }

  /**
   * Keeps a channel from being collected, and so closed, even if the class loader of this class is.
   * A hook that does nothing holds it, made of the JDK's classes alone.
   */
  private static void holdForever(FileChannel channel) {
    Thread nothing = new Thread(null, null, "nothing", 0, false);
    nothing.setContextClassLoader(null);
    Thread hook =
        new Thread(null, new FutureTask<>(nothing, channel), "zeal-table-locks", 0, false);
    hook.setContextClassLoader(null);
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The virtual machine is ending, with the class loader of whoever opens a table now.
    }
  }

  /** Takes the lock of a byte; empty if another process has it, or this one. */
  Optional<FileLock> tryLock(int number) throws IOException {
    return Undisturbed.call(() -> {
      try {
        return Optional.ofNullable(channel.tryLock(number, 1, false));
      } catch (OverlappingFileLockException e) {
        return Optional.empty();
      }
    });
  }

  /** Lets a lock go, which the kernel does in any case when the process ends. */
  static void release(FileLock lock) {
    try {
      var _ =
          Undisturbed.call(() -> {
            lock.release();
            return true;
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
