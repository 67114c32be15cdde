package io.zeal.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

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

  private final FileChannel channel;

  private LockFile(FileChannel channel) {
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
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE));
    holdForever(channel);
    return new LockFile(channel);
  }

  /**
   * Keeps a channel from being collected, and so closed, even if the class loader of this class is.
   * A hook that does nothing holds it, made of the JDK's classes alone.
   */
  private static void holdForever(FileChannel channel) {
    Thread hook = new Thread(new FutureTask<>(new Thread(), channel), "zeal-table-locks");
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
        : new IllegalStateException("a lock file", cause);
  }
}
