package io.zeal.table;

import io.zeal.CapacityException;
import io.zeal.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileLock;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/**
 * The processes that share a table. Each has a place, which is its own as long as the kernel holds
 * the lock of that place's byte; whoever gets the lock of a dead one's place first ends what that
 * one left.
 */
final class SharedProcesses implements Processes {

  final Places places; // for tests as well
  private final Recovery recovery;
  private final ReentrantLock probing = new ReentrantLock();
  private final int own;
  private final long joined; // the incarnation that is this process's
  private final FileLock ownLock;

  private SharedProcesses(Places places, Recovery recovery, int own, FileLock ownLock) {
    this.places = places;
    this.recovery = recovery;
    this.own = own;
    this.joined = places.incarnation(own);
    this.ownLock = ownLock;
  }

  /**
   * Takes a place.
   *
   * @throws CapacityException if others have all of them
   */
  static SharedProcesses join(Places places, Recovery recovery, String what) throws IOException {
    for (int place = 0; place < places.count(); place++) {
      Optional<FileLock> lock = places.lockIfGone(place);
      if (lock.isPresent()) {
        take(places, recovery, place, lock.get());
        return new SharedProcesses(places, recovery, place, lock.get());
      }
    }
    throw new CapacityException(
        ErrorCode.OUT_OF_SPACE,
        what
            + ": "
            + places.count()
            + " processes share it already, and more cannot. Close it in one of them.");
  }

  private static void take(Places places, Recovery recovery, int place, FileLock lock) {
    try {
      places.take(place, recovery);
    } catch (RuntimeException | Error e) {
      LockFile.release(lock);
      throw e;
    }
  }

  @Override
  public int own() {
    return own;
  }

  @Override
  public long incarnation(int process) {
    return places.incarnation(process);
  }

  @Override
  public long pid(int owner) {
    if (owner == Owner.NOBODY || isGone(owner)) {
      return 0;
    }
    long pid = places.pidOfAnother(Owner.process(owner));
    return isGone(owner) ? 0 : pid; // somebody else may have signed meanwhile
  }

  @Override
  public int taken() {
    return (int) IntStream.rangeClosed(0, places.last()).filter(places::isTaken).count();
  }

  @Override
  public void probe(int process) {
    if (process == own || !places.isTaken(process) || !probing.tryLock()) {
      return;
    }
    try {
      Optional<FileLock> lock = places.lockIfGone(process);
      if (lock.isPresent()) {
        try {
          places.end(process, recovery);
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
    for (int process = 0; process <= places.last(); process++) {
      probe(process);
    }
  }

  /**
   * Gives the place up when this process uses the table no more: ends what calls left that were cut
   * off.
   *
   * @param again the same places, in memory that is still there
   * @param recoveryAgain the recovery of that memory
   */
  void leave(Places again, Recovery recoveryAgain) throws IOException {
    try {
      if (again.incarnation(own) == joined) { // else it lost lock and place, and another one has it
        again.end(own, recoveryAgain);
      }
    } finally {
      LockFile.release(ownLock);
    }
    probing.lock(); // for no longer than it takes to find the memory gone
    try {
      again.endCutOff(recoveryAgain);
    } finally {
      probing.unlock();
    }
  }
}
