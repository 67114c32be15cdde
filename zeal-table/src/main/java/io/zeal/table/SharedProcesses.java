package io.zeal.table;

import io.zeal.CapacityException;
import io.zeal.ErrorCode;
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

  private static final long NOBODY = 0;

  private final MemorySegment segment;
  private final TableHeader header;
  private final TableLayout layout;
  private final Recovery recovery;
  private final LockFile lockFile;
  private final ReentrantLock probing;
  private final int own;
  private final FileLock ownLock;

  private SharedProcesses(
      LockFile lockFile, TableLayout layout, TableHeader header, Recovery recovery, String what) {
    this.segment = header.segment();
    this.header = header;
    this.layout = layout;
    this.recovery = recovery;
    this.lockFile = lockFile;
    this.probing = new ReentrantLock();
    int process = 0;
    Optional<FileLock> lock = Optional.empty();
    while (lock.isEmpty()) {
      if (process == layout.processes()) {
        throw new CapacityException(
            ErrorCode.OUT_OF_SPACE,
            what
                + ": "
                + process
                + " processes share it already, and more cannot. Close it in one of them.");
      }
      lock = lockIfGone(process);
      process++;
    }
    this.own = process - 1;
    this.ownLock = lock.get();
    try {
      take();
    } catch (RuntimeException | Error e) {
      LockFile.release(ownLock);
      throw e;
    }
  }

  /** Takes a place. */
  static SharedProcesses join(
      LockFile lockFile, TableLayout layout, TableHeader header, Recovery recovery, String what) {
    return new SharedProcesses(lockFile, layout, header, recovery, what);
  }

  private void take() {
    recover(own);
    sign(own);
    header.raiseLastProcess(own);
  }

  /** Says that this process has the place, so that it keeps it even if it loses the lock. */
  void sign(int process) {
    ProcessIdentity identity = ProcessIdentity.own();
    long at = TableHeader.place(process);
    Memory.setVolatile(segment, at + PID, identity.pid());
    Memory.setVolatile(segment, at + START, identity.startTicks());
    Memory.setVolatile(segment, at + NAMESPACE, identity.namespace());
    Memory.setVolatile(segment, at + BOOT, BootId.current());
    Memory.setVolatile(segment, at + TAKEN, 1);
  }

  /** The lock of a place whose process is no longer there; empty if it is. */
  private Optional<FileLock> lockIfGone(int process) {
    Optional<FileLock> lock = lockFile.tryLock(process);
    if (lock.isPresent() && isCertainlyThere(process)) {
      LockFile.release(lock.get()); // it lost its lock, and lives
      return Optional.empty();
    }
    return lock;
  }

  /**
   * Whether a place is somebody's who lives, although the caller got its lock. In this process
   * nobody loses a lock unnoticed: what it has signed for was to be ended, and was cut off.
   */
  private boolean isCertainlyThere(int process) {
    return isTaken(process)
        && Memory.getVolatile(segment, TableHeader.place(process) + BOOT) == BootId.current()
        && !isSignedHere(process)
        && identity(process).isCertainlyThere();
  }

  private boolean isSignedHere(int process) {
    return identity(process).equals(ProcessIdentity.own());
  }

  /** Whether nobody else is there, as far as can be seen. */
  boolean isAlone() {
    for (int process = 0; process < layout.processes(); process++) {
      Optional<FileLock> lock = lockIfGone(process);
      if (lock.isEmpty()) {
        return false;
      }
      LockFile.release(lock.get());
    }
    return true;
  }

  private boolean isTaken(int process) {
    return Memory.getVolatile(segment, TableHeader.place(process) + TAKEN) != 0;
  }

  private ProcessIdentity identity(int process) {
    long at = TableHeader.place(process);
    return new ProcessIdentity(
        Memory.getVolatile(segment, at + PID),
        Memory.getVolatile(segment, at + START),
        Memory.getVolatile(segment, at + NAMESPACE));
  }

  /**
   * Ends what the last incarnation of a place left, and begins the next one. The caller has the
   * lock of the place, and signs for it first: a second one who did the same at the same time would
   * undo what came after the first. If the caller ends as well, the next one does all of it again.
   */
  private void recover(int process) {
    sign(process);
    try {
      recoverSigned(process);
    } catch (RuntimeException | Error e) {
      Memory.setVolatile(segment, TableHeader.place(process) + PID, NOBODY);
      throw e;
    }
  }

  private void recoverSigned(int process) {
    long incarnation = incarnation(process);
    for (int i = 0; i < layout.intentsOfProcess(); i++) {
      recovery.end(Intents.of(header, layout, process, incarnation, i));
    }
    if ((incarnation + 1) % Owner.INCARNATIONS == 0) {
      recovery.takeAll(process);
    }
    long at = TableHeader.place(process);
    if (Memory.compareAndSet(segment, at + INCARNATION, incarnation, incarnation + 1)) {
      Memory.setVolatile(segment, at + TAKEN, 0);
    }
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
    if (process == own || !isTaken(process) || !probing.tryLock()) {
      return;
    }
    try {
      Optional<FileLock> lock = lockIfGone(process);
      if (lock.isPresent()) {
        try {
          recover(process);
        } finally {
          LockFile.release(lock.get());
        }
      }
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
   * @return who can tell whether others are there
   */
  SharedProcesses leave(TableMemory again) {
    SharedProcesses left = new SharedProcesses(this, again);
    left.recover(own);
    LockFile.release(ownLock);
    left.endCutOff();
    return left;
  }

  /**
   * Ends what somebody else left, where this process had signed for it and was cut off: to others
   * it looks as if it were being ended, for as long as this process lives.
   */
  private void endCutOff() {
    probing.lock(); // for no longer than it takes to find the memory gone
    try {
      for (int process = 0; process <= header.lastProcess(); process++) {
        if (isTaken(process) && isSignedHere(process)) {
          probe(process);
        }
      }
    } finally {
      probing.unlock();
    }
  }

  private SharedProcesses(SharedProcesses other, TableMemory again) {
    this.segment = again.header.segment();
    this.header = again.header;
    this.layout = other.layout;
    this.recovery = again.recovery;
    this.lockFile = other.lockFile;
    this.probing = other.probing;
    this.own = other.own;
    this.ownLock = other.ownLock;
  }
}
