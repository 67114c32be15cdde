package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockFileTest {

  @TempDir Path directory;

  private Path path;

  @BeforeEach
  void name() {
    path = directory.resolve("a.lock");
  }

  @Test
  void byteIsLockedOnce() throws IOException {
    LockFile file = LockFile.of(path);
    FileLock lock = file.tryLock(3).orElseThrow();

    assertThat(file.tryLock(3)).isEmpty();
    assertThat(file.isAnyLocked(3)).isFalse();
    assertThat(file.isAnyLocked(4)).isTrue();
    LockFile.release(lock);
    assertThat(file.isAnyLocked(4)).isFalse();
  }

  @Test
  void interruptedThreadLocks() throws IOException {
    Thread.currentThread().interrupt();
    try {
      LockFile file = LockFile.of(path);
      FileLock lock = file.tryLock(3).orElseThrow();
      assertThat(lock.isValid()).isTrue();
      LockFile.release(lock);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void removedOneIsReplacedOnceNobodyHasALockOfIt() throws IOException {
    LockFile file = LockFile.of(path);
    FileLock lock = file.tryLock(3).orElseThrow();
    assertThat(file.isInPlace()).isTrue();

    Files.delete(path);
    assertThat(file.isInPlace()).isFalse();
    assertThat(LockFile.of(path)).isSameAs(file);

    Files.createFile(path); // another one
    assertThat(file.isInPlace()).isFalse();
    assertThat(LockFile.of(path)).isSameAs(file);

    LockFile.release(lock);
    LockFile next = LockFile.of(path);
    assertThat(next).isNotSameAs(file);
    assertThat(next.isInPlace()).isTrue();
    assertThat(LockFile.of(path)).isSameAs(next);
  }

  @Test
  void whatTheSystemSaysIsThrownAsItIs() throws IOException {
    Path missing = directory.resolve("missing/a.lock");
    assertThatThrownBy(() -> LockFile.of(missing)).isInstanceOf(NoSuchFileException.class);
    Files.createDirectory(path);
    assertThatThrownBy(() -> LockFile.of(path)).isInstanceOf(FileSystemException.class);
  }
}
