package io.zeal.spi;

/** What is being done at a backend; what a decorator's hook is told ({@link ForwardingRows}). */
public enum Operation {
  /** {@link Rows#read}. */
  READ(false),
  /** {@link Rows#get}. */
  GET(false),
  /** {@link Rows#contains}. */
  CONTAINS(false),
  /** {@link Rows#number}, {@link Rows#text}, {@link Rows#bytes}. */
  READ_COLUMN(false),
  /** {@link Rows#readAll}; the result says what failed, nothing is thrown for a single key. */
  READ_ALL(false),
  /** {@link Rows#getAll}; the result says what failed, nothing is thrown for a single key. */
  GET_ALL(false),
  /** {@link Rows#count}. */
  COUNT(false),
  /** {@link Rows#page}. */
  PAGE(false),
  /** {@link Write.Put}. */
  PUT(true),
  /** {@link Write.Patch}. */
  PATCH(true),
  /** {@link Rows#add}, {@link Write.Add}. */
  INCREMENT(true),
  /** {@link Write.Remove}. */
  REMOVE(true),
  /** {@link Write.Touch}. */
  TOUCH(true),
  /** {@link Rows#writeAll}; the results say what failed, nothing is thrown for a single write. */
  WRITE_ALL(true),
  /** {@link Rows#clear}. */
  CLEAR(true),
  /** {@link Rows#announce}. */
  ANNOUNCE(true),
  /** {@link Counters#counter}. */
  OPEN_COUNTER(false),
  /** {@link CounterCell#get}. */
  COUNTER_GET(false),
  /** {@link CounterCell#apply}, {@link CounterCell#add}. */
  COUNTER_CHANGE(true),
  /** {@link Counters#getAll}; the result says what failed. */
  COUNTERS_GET_ALL(false),
  /** {@link Counters#addAll}; the result says what failed. */
  COUNTERS_ADD_ALL(true);

  private final boolean change;

  Operation(boolean change) {
    this.change = change;
  }

  /** Whether it may change or send something, so that it must not be made twice (S14). */
  public boolean isChange() {
    return change;
  }

  /** The operation of one write. */
  public static Operation of(Write<?> write) {
    return switch (write) {
      case Write.Put<?> _ -> PUT;
      case Write.Patch<?> _ -> PATCH;
      case Write.Add<?> _ -> INCREMENT;
      case Write.Remove<?> _ -> REMOVE;
      case Write.Touch<?> _ -> TOUCH;
    };
  }
}
