package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.CapacityException;
import io.zeal.OperationTimeoutException;
import io.zeal.table.Waits.Purpose;
import io.zeal.table.Waits.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Places of processes, each of which this process plays itself. */
class SharedProcessesTest {

  private static final int OTHER = 3;
  private static final long PID = 8;
  private static final long NAMESPACE = 24;
  private static final long TAKEN = 32;

  private final Arena arena = Arena.ofShared();
  private final TableLayout layout =
      new TableLayout(TableFixture.PLAYER.columns(), 10, 63, Owner.PROCESSES);
  private final MemorySegment memory = arena.allocate(layout.memoryBytes(), 64);

  private FileChannel channel;
  private LockFile lockFile;

  @BeforeEach
  void emptyTable(@TempDir Path directory) throws IOException {
    TableMemory.prepare(memory, layout, 1);
    Path path = directory.resolve("table.lock");
    channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    lockFile = new LockFile(path, null, channel);
  }

  @AfterEach
  void end() throws IOException {
    channel.close();
    arena.close();
  }

  private TableMemory join() {
    return TableMemory.of(
        memory,
        layout,
        1,
        (header, recovery) -> {
          try {
            return SharedProcesses.join(new Places(lockFile, header, layout), recovery, "A test");
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private void set(long at, long value) {
    Memory.setVolatile(memory, TableHeader.place(OTHER) + at, value);
  }

  private long taken() {
    return Memory.getVolatile(memory, TableHeader.place(OTHER) + TAKEN);
  }

  @Test
  void eachHasAPlaceAndTheNextOneIsRefused() {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < Owner.PROCESSES; i++) {
      places.add(join().processes.own());
    }

    assertThat(places).doesNotHaveDuplicates();
    assertThatThrownBy(this::join)
        .isInstanceOf(CapacityException.class)
        .hasMessageContaining("32 processes share it already");
  }

  @Test
  void whoWaitsInVainIsToldWhichOtherProcessItWaitedFor() {
    Processes mine = join().processes;
    Processes theirs = join().processes;
    int owner = owner(theirs);
    long place = TableHeader.place(theirs.own());

    assertThat(waitFor(owner, mine)).as("this process").contains("for more than 1 ms. Nothing");
    Memory.setVolatile(memory, place + PID, 4711);
    assertThat(waitFor(owner, mine)).contains("for more than 1 ms, at last process 4711. Nothing");
    assertThat(waitFor(Owner.NOBODY, mine)).as("nobody").contains("for more than 1 ms. Nothing");
    long namespace = Memory.getVolatile(memory, place + NAMESPACE);
    Memory.setVolatile(memory, place + NAMESPACE, namespace + 1);
    assertThat(waitFor(owner, mine)).as("a number elsewhere").contains("more than 1 ms. Nothing");
    Memory.setVolatile(memory, place + NAMESPACE, namespace);
    Memory.setVolatile(memory, place, theirs.incarnation(theirs.own()) + 1);
    assertThat(waitFor(owner, mine)).as("one that is gone").contains("more than 1 ms. Nothing");
  }

  private static int owner(Processes processes) {
    int own = processes.own();
    return Owner.of(own, processes.incarnation(own), Owner.NO_INTENT);
  }

  /** What is said in the end. */
  private static String waitFor(int owner, Processes mine) {
    Waits waits = new Waits("Store 'held'", 1_000_000);
    return assertThatExceptionOfType(OperationTimeoutException.class)
        .isThrownBy(() -> {
          Wait wait = null;
          for (int i = 0; i < 1_000_000; i++) {
            wait = waits.pause(wait, owner, mine, Purpose.WRITE);
          }
        })
        .actual()
        .getMessage();
  }

  @Test
  void placeOfOneThatLeftIsTakenAgain() throws IOException {
    TableMemory joined = join();
    SharedProcesses processes = (SharedProcesses) joined.processes;
    int place = processes.own();
    long incarnation = processes.incarnation(place);
    TableMemory again = TableMemory.of(memory, layout, 1, (_, _) -> Processes.alone());

    Places places = new Places(lockFile, again.header, layout);
    assertThat(places.areDeserted()).isFalse();
    processes.leave(places, again.recovery);
    assertThat(places.areDeserted()).isTrue();

    Processes next = join().processes;
    assertThat(next.own()).isEqualTo(place);
    assertThat(next.incarnation(place)).isGreaterThan(incarnation);
  }

  @Test
  void whoCannotBeAskedForIsThere() throws IOException {
    Processes processes = join().processes;
    set(PID, Integer.MAX_VALUE); // nobody
    set(TAKEN, 1);
    channel.close();

    processes.probe(OTHER);
    processes.probeAll();

    assertThat(taken()).isOne();
    assertThat(processes.incarnation(OTHER)).isZero();
  }
}
