package io.zeal.proofs.kill;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What the processes of one slot, of which one lives at a time, have begun and what returned:
 * numbers in a file that is mapped, so that nothing is lost when a process is killed.
 *
 * <p>Each hand, a thread, has numbers of its own.
 */
final class Journal {

  /** Threads of a process. */
  static final int HANDS = 2;

  /** Rows that everybody adds to. */
  static final int TOTALS = 4;

  /** Keys that everybody puts and removes, if they are absent or present. */
  static final int RACES = 8;

  /** Keys of one hand. */
  static final int OWN = 12;

  private static final int READY = 0;
  private static final int STOPPED = 1;

  // Of a hand.
  private static final int UNDER_WAY = 0;
  private static final int CALLS = 1;
  private static final int FIRST_TALLY = 8;
  private static final int HAND_LONGS = 256;

  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

  private final MemorySegment all;

  private Journal(MemorySegment all) {
    this.all = all;
  }

  /** That of a file, which is made if it is not there. */
  static Journal open(Path file) throws IOException {
    long bytes = (1 + HANDS) * (long) HAND_LONGS * Long.BYTES;
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new Journal(channel.map(MapMode.READ_WRITE, 0, bytes, Arena.ofAuto()));
    }
  }

  private long get(long at) {
    return (long) LONG.getVolatile(all, at * Long.BYTES);
  }

  private void set(long at, long value) {
    LONG.setVolatile(all, at * Long.BYTES, value);
  }

  /** Which life of this slot is doing something; those before it do nothing any more. */
  long ready() {
    return get(READY);
  }

  void setReady(long life) {
    set(READY, life);
  }

  /** Which life of this slot stopped where it was told to. */
  long stopped() {
    return get(STOPPED);
  }

  void setStopped(long life) {
    set(STOPPED, life);
  }

  Hand hand(int number) {
    return new Hand((1L + number) * HAND_LONGS);
  }

  /** The numbers of one thread. */
  final class Hand {

    private final long start;

    private Hand(long start) {
      this.start = start;
    }

    /** What it is doing, 0 for nothing. */
    long underWay() {
      return get(start + UNDER_WAY);
    }

    void setUnderWay(long act) {
      set(start + UNDER_WAY, act);
    }

    long calls() {
      return get(start + CALLS);
    }

    void called() {
      set(start + CALLS, calls() + 1);
    }

    /** Additions to a total. */
    Tally total(int number) {
      return new Tally(start + FIRST_TALLY + number * 3L);
    }

    /** Additions to the counter without a window, and to the one with. */
    Tally counter(boolean windowed) {
      return total(TOTALS + (windowed ? 1 : 0));
    }

    Tally racePuts(int number) {
      return total(TOTALS + 2 + number);
    }

    Tally raceRemoves(int number) {
      return total(TOTALS + 2 + RACES + number);
    }

    /** A key of its own: the number of a state is begun, then acknowledged. */
    Tally own(int number) {
      return total(TOTALS + 2 + 2 * RACES + number);
    }
  }

  /** Three numbers about one thing. */
  final class Tally {

    private final long at;

    private Tally(long at) {
      this.at = at;
    }

    long begun() {
      return get(at);
    }

    long returned() {
      return get(at + 1);
    }

    long won() {
      return get(at + 2);
    }

    /** Calls that did not return. */
    long lost() {
      return begun() - returned();
    }

    void begin() {
      set(at, begun() + 1);
    }

    void returned(boolean won) {
      if (won) {
        set(at + 2, won() + 1);
      }
      set(at + 1, returned() + 1);
    }

    void setBegun(long number) {
      set(at, number);
    }

    void setReturned(long number) {
      set(at + 1, number);
    }
  }
}
