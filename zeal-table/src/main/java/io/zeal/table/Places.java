package io.zeal.table;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileLock;
import java.util.Optional;

/**
 * The places for processes in a table: who has them is in its header, whether they are there is
 * known by the kernel's locks, and by what the system says of processes. Everything here may fail
 * because the kernel cannot be asked.
 */
final class Places {

  private static final long INCARNATION = 0;
  private static final long PID = 8;
  private static final long START = 16;
  private static final long NAMESPACE = 24;

  /** 1 while somebody has the place, or died having it. */
  static final long TAKEN = 32;

  /** In which start of the system it was taken. */
  private static final long BOOT = 40;

  private static final long NOBODY = 0;

  private final LockFile lockFile;
  private final TableHeader header;
  private final TableLayout layout;
  private final MemorySegment segment;

  Places(LockFile lockFile, TableHeader header, TableLayout layout) {
    this.lockFile = lockFile;
    this.header = header;
    this.layout = layout;
    this.segment = header.segment();
  }

  int count() {
    return layout.processes();
  }

  /** The highest one that was ever taken. */
  int last() {
    return header.lastProcess();
  }

  /** How many had a place before who has it now, or had it last. */
  long incarnation(int place) {
    return Memory.getVolatile(segment, TableHeader.place(place) + INCARNATION);
  }

  boolean isTaken(int place) {
    return Memory.getVolatile(segment, TableHeader.place(place) + TAKEN) != 0;
  }

  /** The lock of a place whose process is no longer there; empty if it is. */
  Optional<FileLock> lockIfGone(int place) throws IOException {
    Optional<FileLock> lock = lockFile.tryLock(place);
    boolean isOurs = false;
    try {
      isOurs = lock.isPresent() && !isCertainlyThere(place);
    } finally {
      if (lock.isPresent() && !isOurs) {
        LockFile.release(lock.get()); // it lost its lock, and lives; or the memory is gone
      }
    }
    return isOurs ? lock : Optional.empty();
  }

  /**
   * Whether a place is somebody's who lives, although the caller got its lock. In this process
   * nobody loses a lock unnoticed: what it has signed for was to be ended, and was cut off.
   */
  private boolean isCertainlyThere(int place) {
    return isTaken(place)
        && Memory.getVolatile(segment, TableHeader.place(place) + BOOT) == BootId.current()
        && !isSignedHere(place)
        && identity(place).isCertainlyThere();
  }

  /** Whether this process has signed for a place. */
  boolean isSignedHere(int place) {
    return identity(place).equals(ProcessIdentity.own());
  }

  /**
   * The number of the process that signed for a place; 0 if that is this process, or one that has
   * its number in another namespace.
   */
  long pidOfAnother(int place) {
    ProcessIdentity other = identity(place);
    ProcessIdentity own = ProcessIdentity.own();
    boolean isKnownHere = other.namespace() != 0 && other.namespace() == own.namespace();
    return isKnownHere && other.pid() != own.pid() ? other.pid() : 0;
  }

  private ProcessIdentity identity(int place) {
    long at = TableHeader.place(place);
    return new ProcessIdentity(
        Memory.getVolatile(segment, at + PID),
        Memory.getVolatile(segment, at + START),
        Memory.getVolatile(segment, at + NAMESPACE));
  }

  /** Whether nobody has a place, as far as can be seen. Nobody takes one meanwhile. */
  boolean areDeserted() throws IOException {
    for (int place = 0; place <= last(); place++) {
      Optional<FileLock> lock = lockIfGone(place);
      if (lock.isEmpty()) {
        return false;
      }
      LockFile.release(lock.get());
    }
    return true;
  }

  /** Takes a place for this process, after what was there was ended. The caller has its lock. */
  void take(int place, Recovery recovery) {
    end(place, recovery);
    sign(place);
    header.raiseLastProcess(place);
  }

  /** Says that this process has a place, so that it keeps it even if it loses the lock. */
  void sign(int place) {
    ProcessIdentity own = ProcessIdentity.own();
    long at = TableHeader.place(place);
    Memory.setVolatile(segment, at + PID, own.pid());
    Memory.setVolatile(segment, at + START, own.startTicks());
    Memory.setVolatile(segment, at + NAMESPACE, own.namespace());
    Memory.setVolatile(segment, at + BOOT, BootId.current());
    Memory.setVolatile(segment, at + TAKEN, 1);
  }

  /**
   * Ends what the last incarnation of a place left, and begins the next one. The caller has the
   * lock of the place, and signs for it first: a second one who did the same at the same time would
   * undo what came after the first. If the caller ends as well, the next one does all of it again.
   */
  void end(int place, Recovery recovery) {
    sign(place);
    try {
      endSigned(place, recovery);
    } catch (RuntimeException | Error e) {
      Memory.setVolatile(segment, TableHeader.place(place) + PID, NOBODY);
      throw e;
    }
  }

  private void endSigned(int place, Recovery recovery) {
    long incarnation = incarnation(place);
    for (int i = 0; i < layout.intentsOfProcess(); i++) {
      recovery.end(Intents.of(header, layout, place, incarnation, i));
    }
    if ((incarnation + 1) % Owner.INCARNATIONS == 0) {
      recovery.takeAll(place);
    }
    long at = TableHeader.place(place);
    if (Memory.compareAndSet(segment, at + INCARNATION, incarnation, incarnation + 1)) {
      Memory.setVolatile(segment, at + TAKEN, 0);
    }
  }

  /**
   * Ends what somebody else left, where this process had signed for it and was cut off: to others
   * it looks as if it were being ended, for as long as this process lives.
   */
  void endCutOff(Recovery recovery) throws IOException {
    for (int place = 0; place <= last(); place++) {
      Optional<FileLock> lock =
          isTaken(place) && isSignedHere(place) ? lockIfGone(place) : Optional.empty();
      if (lock.isPresent()) {
        try {
          end(place, recovery);
        } finally {
          LockFile.release(lock.get());
        }
      }
    }
  }
}
