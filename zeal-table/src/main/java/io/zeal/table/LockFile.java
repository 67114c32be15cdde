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
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
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

  private LockFile(Path path, @Nullable Object key, FileChannel channel) {
    this.path = path;
    this.key = key;
    this.channel = channel;
  }

  /** The lock file of a path, which exists afterwards; the same one for every caller. */
  static LockFile of(Path path) {
    return OPENED.computeIfAbsent(path, LockFile::open);
  }

  private static LockFile open(Path path) {
    FileChannel channel =
        undisturbed(() ->
            FileChannel.open(
                path,
                Set.of(
                    StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                OwnerOnly.file(path)));
    holdForever(channel);
    return new LockFile(path, fileKey(path), channel);
  }

  private static @Nullable Object fileKey(Path path) {
    return undisturbed(() ->
            Optional.ofNullable(Files.readAttributes(path, BasicFileAttributes.class).fileKey()))
        .orElse(null);
  }

  /**
   * Refuses to go on if the file was removed, or another one has its name: then locks of this one
   * and of others exclude nobody.
   */
  void requireInPlace() throws IOException {
    if (Files.notExists(path) || !Objects.equals(fileKey(path), key)) {
      throw new IOException(
          "the lock file "
              + path
              + " was removed while this process had it open. Its processes cannot see others any"
              + " more. End all of them, then start them again");
    }
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
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Takes the lock of a byte; empty if another process has it, or this one. */
  Optional<FileLock> tryLock(int number) {
    return undisturbed(() -> {
      try {
        return Optional.ofNullable(channel.tryLock(number, 1, false));
      } catch (OverlappingFileLockException e) {
        return Optional.empty();
      }
    });
  }

  static void release(FileLock lock) {
    var _ =
        undisturbed(() -> {
          lock.release();
          return true;
        });
  }

  private static <T> T undisturbed(Callable<T> call) {
    FutureTask<T> task = new FutureTask<>(call);
    Thread.ofPlatform().name("zeal-table-lock").daemon().start(task);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw failure(Objects.requireNonNull(e.getCause()));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException failure(Throwable cause) {
    return cause instanceof IOException e
        ? new UncheckedIOException(e)
        : new IllegalArgumentException("a lock file could not be used: " + cause, cause);
  }
}
