package io.zeal.table;

import io.zeal.CapacityException;
import io.zeal.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileLock;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The processes that share a table. Each has a place, which is its own as long as the kernel holds
 * the lock of that place's byte; whoever gets the lock of a dead one's place first ends what that
 * one left.
 */
final class SharedProcesses implements Processes {

  private static final long INCARNATION = 0;
  private static final long PID = 8;
  private static final long START = 16;
  private static final long NAMESPACE = 24;

  /** 1 while somebody has the place, or died having it. */
  static final long TAKEN = 32;

  /** In which start of the system it was taken. */
  private static final long BOOT = 40;

  private final MemorySegment segment;
  private final TableHeader header;
  private final TableLayout layout;
  private final Recovery recovery;
  private final LockFile lockFile;
  private final ReentrantLock probing = new ReentrantLock();
  private final int own;
  private final FileLock ownLock;

  private SharedProcesses(
      LockFile lockFile,
      TableLayout layout,
      TableHeader header,
      Recovery recovery,
      int own,
      FileLock ownLock) {
    this.segment = header.segment();
    this.header = header;
    this.layout = layout;
    this.recovery = recovery;
    this.lockFile = lockFile;
    this.own = own;
    this.ownLock = ownLock;
  }

  /**
   * Takes a place.
   *
   * @throws CapacityException if others have all of them
   */
  static SharedProcesses join(
      LockFile lockFile, TableLayout layout, TableHeader header, Recovery recovery, String what)
      throws IOException {
    for (int process = 0; process < layout.processes(); process++) {
      Optional<FileLock> lock = lockIfGone(lockFile, header, process);
      if (lock.isPresent()) {
        return taking(new SharedProcesses(lockFile, layout, header, recovery, process, lock.get()));
      }
    }
    throw new CapacityException(
        ErrorCode.OUT_OF_SPACE,
        what
            + ": "
            + layout.processes()
            + " processes share it already, and more cannot. Close it in one of them.");
  }

  private static SharedProcesses taking(SharedProcesses processes) {
    try {
      processes.take();
      return processes;
    } catch (RuntimeException | Error e) {
      LockFile.release(processes.ownLock);
      throw e;
    }
  }

  private void take() {
    recover(own);
    ProcessIdentity identity = ProcessIdentity.own();
    long at = TableHeader.place(own);
    Memory.setVolatile(segment, at + PID, identity.pid());
    Memory.setVolatile(segment, at + START, identity.startTicks());
    Memory.setVolatile(segment, at + NAMESPACE, identity.namespace());
    Memory.setVolatile(segment, at + BOOT, BootId.current());
    Memory.setVolatile(segment, at + TAKEN, 1);
    header.raiseLastProcess(own);
  }

  /** The lock of a place whose process is no longer there; empty if it is. */
  private static Optional<FileLock> lockIfGone(LockFile lockFile, TableHeader header, int process)
      throws IOException {
    Optional<FileLock> lock = lockFile.tryLock(process);
    if (lock.isPresent() && isCertainlyThere(header.segment(), process)) {
      LockFile.release(lock.get()); // it lost its lock, and lives
      return Optional.empty();
    }
    return lock;
  }

  private static boolean isCertainlyThere(MemorySegment segment, int process) {
    return isTaken(segment, process)
        && Memory.getVolatile(segment, TableHeader.place(process) + BOOT) == BootId.current()
        && identity(segment, process).isCertainlyThere();
  }

  /** Whether nobody is there, as far as can be seen. */
  private static boolean isDeserted(LockFile lockFile, TableHeader header, TableLayout layout)
      throws IOException {
    for (int process = 0; process < layout.processes(); process++) {
      Optional<FileLock> lock = lockIfGone(lockFile, header, process);
      if (lock.isEmpty()) {
        return false;
      }
      LockFile.release(lock.get());
    }
    return true;
  }

  private static boolean isTaken(MemorySegment segment, int process) {
    return Memory.getVolatile(segment, TableHeader.place(process) + TAKEN) != 0;
  }

  private static ProcessIdentity identity(MemorySegment segment, int process) {
    long at = TableHeader.place(process);
    return new ProcessIdentity(
        Memory.getVolatile(segment, at + PID),
        Memory.getVolatile(segment, at + START),
        Memory.getVolatile(segment, at + NAMESPACE));
  }

  /**
   * Ends what the last incarnation of a place left, and begins the next one. The caller has the
   * lock of the place. If it ends as well, the next one does all of it again.
   */
  private void recover(int process) {
    long incarnation = incarnation(process);
    for (int i = 0; i < layout.intentsOfProcess(); i++) {
      recovery.end(Intents.of(header, layout, process, incarnation, i));
    }
    if ((incarnation + 1) % Owner.INCARNATIONS == 0) {
      recovery.takeAll(process);
    }
    long at = TableHeader.place(process);
    Memory.setVolatile(segment, at + INCARNATION, incarnation + 1);
    Memory.setVolatile(segment, at + TAKEN, 0);
  }

  @Override
  public int own() {
    return own;
  }

  @Override
  public long incarnation(int process) {
    return Memory.getVolatile(segment, TableHeader.place(process) + INCARNATION);
  }

  @Override
  public void probe(int process) {
    if (process == own || !isTaken(segment, process) || !probing.tryLock()) {
      return;
    }
    try {
      Optional<FileLock> lock = lockIfGone(lockFile, header, process);
      if (lock.isPresent()) {
        try {
          recover(process);
        } finally {
          LockFile.release(lock.get());
        }
      }
    } catch (IOException | UncheckedIOException e) {
      // Who cannot be asked for counts as there: the caller goes on waiting, and asks again.
    } finally {
      probing.unlock();
    }
  }

  @Override
  public void probeAll() {
    for (int process = 0; process <= header.lastProcess(); process++) {
      probe(process);
    }
  }

  /**
   * Gives a place up whose process uses the table no more: ends what calls left that were cut off.
   *
   * @param again the same table, in memory that is still there
   */
  void leave(TableMemory again) {
    try {
      new SharedProcesses(lockFile, layout, again.header, again.recovery, own, ownLock)
          .recover(own);
    } finally {
      LockFile.release(ownLock);
    }
  }

  /**
   * Whether nobody has a place any more, once this process has left.
   *
   * @param again the same table, in memory that is still there
   */
  boolean isDeserted(TableMemory again) throws IOException {
    return isDeserted(lockFile, again.header, layout);
  }
}
