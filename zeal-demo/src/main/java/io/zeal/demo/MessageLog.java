package io.zeal.demo;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this process received, newest last: a fixed number of lines, counted from 1. Safe for
 * concurrent use.
 */
final class MessageLog {

  /** The most lines that are kept. */
  static final int CAPACITY = 200;

  /** What a line is about. */
  enum Kind {
    /** Something was said in the room. */
    SAID,
    /** Something that was said may have been missed. */
    GAP,
    /** An order was handled. */
    ORDER
  }

  /**
   * One line.
   *
   * @param number one more than that of the line before
   * @param atMillis when, by the clock of this process
   * @param said what was said; absent for other kinds
   * @param handled which order, and how it was answered; absent for other kinds
   */
  record Line(
      String number,
      String atMillis,
      Kind kind,
      Room.@Nullable Said said,
      Orders.@Nullable Handled handled) {}

  /**
   * The newest lines behind a number.
   *
   * @param lines oldest first
   * @param last the number of the newest line there is, 0 before the first
   * @param missed how many lines behind that number are not among them: they were too many, or are
   *     no longer kept
   */
  record Lines(List<Line> lines, String last, String missed) {}

  private final Deque<Line> lines = new ArrayDeque<>(); // guarded by this
  private long last; // guarded by this

  void said(Room.Said said) {
    add(Kind.SAID, said, null);
  }

  void gap() {
    add(Kind.GAP, null, null);
  }

  void handled(Orders.Handled handled) {
    add(Kind.ORDER, null, handled);
  }

  private synchronized void add(
      Kind kind, Room.@Nullable Said said, Orders.@Nullable Handled handled) {
    if (lines.size() == CAPACITY) {
      lines.removeFirst();
    }
    String now = String.valueOf(System.currentTimeMillis());
    lines.addLast(new Line(String.valueOf(++last), now, kind, said, handled));
  }

  /** The newest lines whose number is greater, at most {@code most}. */
  synchronized Lines behind(long number, int most) {
    long newer = Math.max(0, last - number);
    long shown = Math.min(newer, Math.min(most, lines.size()));
    List<Line> found = new ArrayList<>(lines).subList((int) (lines.size() - shown), lines.size());
    return new Lines(List.copyOf(found), String.valueOf(last), String.valueOf(newer - shown));
  }
}
