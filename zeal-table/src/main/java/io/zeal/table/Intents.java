package io.zeal.table;

import io.zeal.table.Supply.Missing;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The intents of a table: those of this process, which its threads lease, and where others are. */
final class Intents {

  /** Where no intent begins. */
  static final long NONE = -1;

  /** How often rows are counted that come at the same time. */
  private static final int COUNTS = 8;

  /** Many times what a change takes whose thread is not kept from running. */
  private static final int SPINS = 1_000;

  private final MemorySegment segment;
  private final TableHeader header;
  private final TableLayout layout;
  private final Recovery recovery;
  private final Intent[] own;
  private final int process;
  private final long incarnation;
  private final int withoutIntent;

  Intents(TableHeader header, TableLayout layout, Processes processes, Recovery recovery) {
    this.segment = header.segment();
    this.recovery = recovery;
    this.header = header;
    this.layout = layout;
    this.process = processes.own();
    this.incarnation = processes.incarnation(process);
    this.withoutIntent = Owner.of(process, incarnation, Owner.NO_INTENT);
    this.own = new Intent[layout.intentsOfProcess()];
    for (int i = 0; i < own.length; i++) {
      own[i] = of(header, layout, process, incarnation, i);
    }
  }

  /** An intent of any process, as one of its incarnations has it. */
  static Intent of(
      TableHeader header, TableLayout layout, int process, long incarnation, int number) {
    return new Intent(
        header.segment(),
        layout.intents(process) + number * layout.intentBytes(),
        TableHeader.comeCell(process, number),
        TableHeader.goneCell(process, number),
        Owner.of(process, incarnation, number + 1),
        layout.columns().size());
  }

  /** This process as the owner of a row or bucket for which it needs no intent. */
  int withoutIntent() {
    return withoutIntent;
  }

  /** Where a row would begin whose columns are those of an owner's intent. */
  long asRow(int owner) {
    return layout.intents(Owner.process(owner))
        + (Owner.intent(owner) - 1) * layout.intentBytes()
        + Intent.COLUMNS
        - TableLayout.EXPIRES;
  }

  /** Takes an intent of this process; null if all are taken. */
  @Nullable Intent tryLease() {
    int first = (int) Thread.currentThread().threadId();
    for (int i = 0; i < own.length; i++) {
      Intent intent = own[(first + i) & (own.length - 1)];
      if (intent.tryLease()) {
        end(intent);
        return intent;
      }
    }
    return null;
  }

  /** Whatever happened: a row that is held must not stay so. */
  void endAfter(Throwable failure, Intent intent) {
    try {
      recovery.end(intent);
    } catch (RuntimeException e) {
      failure.addSuppressed(e); // the memory is gone, and the row with it
    }
  }

  /** Nothing to end, unless whoever had the intent before ran out of stack. */
  private void end(Intent intent) {
    try {
      recovery.end(intent);
      VarHandle.storeStoreFence(); // what the last one stored is not overtaken
    } catch (RuntimeException | Error e) {
      intent.giveBack();
      throw e;
    }
  }

  /**
   * Rows that are there, those that have expired and were not removed yet included. It is the
   * number of one moment, unless rows come all the time: then it is at most what there was at one.
   */
  long count() {
    long come = come();
    long count = 0;
    for (int i = 0; i < COUNTS; i++) {
      count = come - gone();
      long comeNow = come();
      if (comeNow == come) {
        break;
      }
      come = comeNow;
    }
    return count;
  }

  private long come() {
    return sum(0);
  }

  private long gone() {
    return sum(Owner.INTENTS);
  }

  /**
   * Whether there was a moment at which so many rows were there: none was counted that had yet to
   * come, and none came until those that went were counted.
   *
   * @param known rows whose holders stand still
   */
  boolean wereThere(long many, RowMemory rows, List<Missing> known) {
    long come = come();
    return !isAnyFilling(rows, known) && come - gone() >= many && come() == come;
  }

  /** How many of them are not among those that were counted as come and not as gone. */
  long uncounted(List<Missing> missing) {
    return missing.stream().filter(each -> each.intent() != NONE && !hasCountedCome(each)).count();
  }

  private boolean hasCountedCome(Missing missing) {
    long number = (missing.intent() - layout.intents(missing.process())) / layout.intentBytes();
    return RowWord.state(missing.word()) == RowWord.FILLING
        && of(header, layout, missing.process(), 0, (int) number).hasCountedCome();
  }

  private long sum(int firstCell) {
    long sum = 0;
    int last = header.lastProcess();
    for (int of = 0; of <= last; of++) {
      for (int i = 0; i < own.length; i++) {
        sum += Memory.getVolatile(segment, TableHeader.comeCell(of, firstCell + i));
      }
    }
    return sum;
  }

  /** Whether the holder of a row that is still there has counted it as gone already. */
  boolean hasCountedGone(int owner) {
    int number = Owner.intent(owner) - 1;
    return number >= 0 // an expired row that nobody holds has none
        && number < own.length
        && of(header, layout, Owner.process(owner), 0, number).hasCountedGone();
  }

  /**
   * Has changes of other processes ended that stand still because their process is gone: they may
   * have counted what did not happen.
   */
  void endStanding(RowMemory rows, Processes processes) {
    int last = header.lastProcess();
    for (int of = 0; of <= last; of++) {
      for (int i = 0; i < own.length && of != process; i++) {
        long at = layout.intents(of) + i * layout.intentBytes();
        if (isStanding(at, rows)) {
          processes.probe(of);
        }
      }
    }
  }

  /**
   * Whether the intent there is in the middle of a change, and stays so for longer than one takes.
   */
  private boolean isStanding(long at, RowMemory rows) {
    int row = Intent.rowAt(segment, at);
    long word = row == 0 ? 0 : rows.word(row);
    if (RowWord.owner(word) == Owner.NOBODY) {
      return false;
    }
    for (int i = 0; i < SPINS; i++) {
      if (Intent.rowAt(segment, at) != row || rows.word(row) != word) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
  }

  /**
   * A row that somebody fills, frees, or is about to do either with; null if there is none but
   * those that are known.
   */
  @Nullable Missing missing(RowMemory rows, List<Missing> known) {
    int last = header.lastProcess();
    for (int of = 0; of <= last; of++) {
      for (int i = 0; i < own.length; i++) {
        long at = layout.intents(of) + i * layout.intentBytes();
        int row = Intent.rowAt(segment, at);
        long word = row == 0 ? 0 : rows.word(row);
        Missing missing = new Missing(of, at, row, word);
        if (row != 0 && !RowWord.isThere(word) && !known.contains(missing)) {
          return missing;
        }
      }
    }
    return null;
  }

  /** Whether nothing has changed since. */
  boolean isStill(Missing missing, RowMemory rows) {
    return rows.word(missing.row()) == missing.word()
        && (missing.intent() == NONE || Intent.rowAt(segment, missing.intent()) == missing.row());
  }

  /**
   * Whether a row is counted that is not there yet, by somebody who is about to let it be there.
   */
  private boolean isAnyFilling(RowMemory rows, List<Missing> known) {
    int last = header.lastProcess();
    for (int of = 0; of <= last; of++) {
      for (int i = 0; i < own.length; i++) {
        long at = layout.intents(of) + i * layout.intentBytes();
        int row = Intent.rowAt(segment, at);
        long word = row == 0 ? 0 : rows.word(row);
        if (RowWord.state(word) == RowWord.FILLING
            && !known.contains(new Missing(of, at, row, word))) {
          return true;
        }
      }
    }
    return false;
  }
}
