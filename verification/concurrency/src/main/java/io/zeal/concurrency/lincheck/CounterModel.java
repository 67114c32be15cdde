package io.zeal.concurrency.lincheck;

/** What {@link CounterHistory} has to answer, one call after the other. */
public class CounterModel {

  static final int MAX = 4;
  static final String NONE = "none";

  private long value;

  /** Called by Lincheck. */
  public CounterModel() {}

  /** As {@link CounterHistory#get}. */
  public long get() {
    return value;
  }

  /** As {@link CounterHistory#set}. */
  public void set(int number) {
    value = number;
  }

  /** As {@link CounterHistory#add}. */
  public long add(int number) {
    value += number;
    return value;
  }

  /** As {@link CounterHistory#addBounded}. */
  public String addBounded(int number) {
    return value + number <= MAX ? String.valueOf(add(number)) : NONE;
  }

  /** As {@link CounterHistory#compareAndSet}. */
  public boolean compareAndSet(int expected, int next) {
    boolean equal = value == expected;
    if (equal) {
      value = next;
    }
    return equal;
  }

  /** As {@link CounterHistory#reset}. */
  public void reset() {
    value = 0;
  }
}
