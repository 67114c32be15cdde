package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zeal.CapacityException;
import io.zeal.StoreOptions;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Who is taken for dead, and what is done then. Nobody has the kernel's lock of the places here but
 * this process of its own one: what a place says of its process decides.
 */
class PlacesTest extends SharedFixture {

  /** Where things are in a place; docs/table-format.md. */
  private static final long INCARNATION = 0;

  private static final long PID = 8;
  private static final long START = 16;
  private static final long NAMESPACE = 24;
  private static final long TAKEN = 32;
  private static final long BOOT = 40;

  private static final int OTHER = 1;

  private final ProcessIdentity own = ProcessIdentity.own();
  private TableBackend instance;
  private Rows<Player> rows;
  private @Nullable Process living;
  private Table table;

  @BeforeEach
  void openInstance() {
    instance = open();
    rows = rows(instance, spec(100));
    table = instance.table("shared");
    put(rows, "a", 1);
    assertThat(table.memory.processes.own()).isZero();
  }

  @AfterEach
  void closeInstance() throws IOException, InterruptedException {
    instance.close();
    if (living != null) {
      living.getOutputStream().close(); // it has read all
      living.waitFor();
    }
  }

  private long get(int process, long what) {
    return Memory.getVolatile(table.header.segment(), TableHeader.place(process) + what);
  }

  private void set(int process, long what, long value) {
    Memory.setVolatile(table.header.segment(), TableHeader.place(process) + what, value);
  }

  /** Says of a place that a process has it, of this start of the system. */
  private void occupy(int process, ProcessIdentity identity) {
    set(process, PID, identity.pid());
    set(process, START, identity.startTicks());
    set(process, NAMESPACE, identity.namespace());
    set(process, BOOT, BootId.current());
    set(process, TAKEN, 1);
    table.header.raiseLastProcess(process);
  }

  /** Another process, which lives as long as the test does. */
  private ProcessIdentity living() throws IOException {
    if (living == null) {
      living = new ProcessBuilder("cat").start();
    }
    return new ProcessIdentity(living.pid(), startTicks(living.pid()), own.namespace());
  }

  private void assumeProcessesAreSeen() {
    assumeTrue(own.isCertainlyThere(), "this system does not say which processes there are");
  }

  @Test
  void placeSaysWhoHasIt() {
    assertThat(get(0, TAKEN)).isEqualTo(1);
    assertThat(get(0, PID)).isEqualTo(ProcessHandle.current().pid());
    assertThat(get(0, BOOT)).isEqualTo(BootId.current());
    assertThat(get(0, START)).isEqualTo(own.startTicks());
    assertThat(get(0, NAMESPACE)).isEqualTo(own.namespace());
    assertThat(table.header.lastProcess()).isZero();
  }

  @Test
  void processThatLostItsLockAndLivesKeepsItsPlace() throws IOException {
    assumeProcessesAreSeen();
    occupy(OTHER, living());

    table.memory.processes.probe(OTHER);

    assertThat(get(OTHER, TAKEN)).isEqualTo(1);
    assertThat(get(OTHER, INCARNATION)).isZero();
    set(OTHER, TAKEN, 0);
  }

  private void assertTakenForDead() {
    table.memory.processes.probe(OTHER);

    assertThat(get(OTHER, TAKEN)).isZero();
    assertThat(get(OTHER, INCARNATION)).isEqualTo(1);
  }

  @Test
  void processOfAnEarlierStartOfTheSystemIsDead() throws IOException {
    assumeProcessesAreSeen();
    occupy(OTHER, living());
    set(OTHER, BOOT, BootId.current() + 1);

    assertTakenForDead();
  }

  @Test
  void processThatBeganAtAnotherTimeIsAnotherOne() {
    occupy(OTHER, new ProcessIdentity(own.pid(), own.startTicks() + 1, own.namespace()));

    assertTakenForDead();
  }

  /** Its number says nothing here; only its lock does. */
  @Test
  void processOfAnotherNamespaceIsDeadWithoutItsLock() {
    occupy(OTHER, new ProcessIdentity(own.pid(), own.startTicks(), own.namespace() + 1));

    assertTakenForDead();
  }

  @Test
  void processThatIsNoMoreIsDead() {
    occupy(OTHER, new ProcessIdentity(Integer.MAX_VALUE, own.startTicks(), own.namespace()));

    assertTakenForDead();
  }

  @Test
  void processOfWhichNothingIsKnownIsDeadWithoutItsLock() {
    occupy(OTHER, new ProcessIdentity(own.pid(), 0, own.namespace()));

    assertTakenForDead();
  }

  @Test
  void placeThatNobodyTookIsNotRecovered() {
    occupy(OTHER, new ProcessIdentity(Integer.MAX_VALUE, 1, own.namespace()));
    set(OTHER, TAKEN, 0);

    table.memory.processes.probe(OTHER);

    assertThat(get(OTHER, INCARNATION)).isZero();
  }

  @Test
  void everybodyWhoIsDeadIsFoundAndNobodyElse() throws IOException {
    assumeProcessesAreSeen();
    occupy(1, new ProcessIdentity(Integer.MAX_VALUE, 1, own.namespace()));
    occupy(2, living());
    occupy(3, new ProcessIdentity(own.pid(), 1, own.namespace()));

    table.memory.processes.probeAll();

    assertThat(get(0, INCARNATION)).as("own").isEqualTo(table.memory.processes.incarnation(0));
    assertThat(get(0, TAKEN)).as("own").isEqualTo(1);
    assertThat(get(1, TAKEN)).isZero();
    assertThat(get(2, TAKEN)).isEqualTo(1);
    assertThat(get(3, TAKEN)).isZero();
    set(2, TAKEN, 0);
  }

  /** A child of a process that does not wait for it stays, as one that has ended. */
  @Test
  void processThatHasEndedAndWasNotWaitedForIsNotThere() throws Exception {
    assumeProcessesAreSeen();
    Process parent =
        new ProcessBuilder("sh", "-c", "exec 3<&0; cat <&3 & echo $!; exec sleep 60")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      long child = Long.parseLong(parent.inputReader(StandardCharsets.US_ASCII).readLine());
      await(() -> name(parent.pid()).equals("sleep")); // which waits for nobody
      ProcessIdentity identity = new ProcessIdentity(child, startTicks(child), own.namespace());
      assertThat(identity.isCertainlyThere()).as("the child that reads").isTrue();

      parent.getOutputStream().close(); // it has read all
      await(() -> state(child).orElse('Z') == 'Z');

      assumeTrue(state(child).isPresent(), "here nobody has to be waited for");
      assertThat(identity.isCertainlyThere()).as("the child that has ended").isFalse();
      assertThat(
              new ProcessIdentity(parent.pid(), startTicks(parent.pid()), own.namespace())
                  .isCertainlyThere())
          .as("its parent")
          .isTrue();
    } finally {
      parent.destroyForcibly();
      parent.waitFor();
    }
    assertThat(new ProcessIdentity(parent.pid(), 1, own.namespace()).isCertainlyThere()).isFalse();
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited for %s", LIMIT).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static String[] stat(long pid) throws IOException {
    String line = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
    return line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
  }

  private static Optional<Character> state(long pid) {
    try {
      return Optional.of(stat(pid)[0].charAt(0));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String name(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/comm")).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static long startTicks(long pid) throws IOException {
    return Long.parseLong(stat(pid)[19]);
  }

  @Test
  void whoComesTakesTheFirstPlaceWhoseProcessIsDeadAndEndsWhatItLeft() throws IOException {
    assumeProcessesAreSeen();
    leaveHeld(1, Owner.NO_INTENT);
    int row = table.find(new Key("a", table.seed));
    occupy(0, living()); // as if it had lost its lock
    occupy(1, new ProcessIdentity(Integer.MAX_VALUE, 1, own.namespace()));

    SharedProcesses joined = join();

    assertThat(joined.own()).isEqualTo(1);
    assertThat(get(1, PID)).isEqualTo(own.pid());
    assertThat(get(1, INCARNATION)).isEqualTo(1);
    assertThat(table.memory.processes.isGone(RowWord.owner(table.rows.word(row)))).isTrue();
    assertThat(add(rows, "a", 1)).hasToString("Added[bits=2]");
    set(1, TAKEN, 0);
  }

  /** By a lock file of its own: this process has a lock of the table's already. */
  private SharedProcesses join() throws IOException {
    return SharedProcesses.join(
        new Places(LockFile.of(directory.resolve("other.lock")), table.header, table.layout),
        table.memory.recovery,
        "Store 'shared'");
  }

  @Test
  void oneProcessTooManyIsToldSo() throws IOException {
    assumeProcessesAreSeen();
    for (int process = 0; process < Owner.PROCESSES; process++) {
      occupy(process, living());
    }

    assertThatThrownBy(this::join)
        .isInstanceOf(CapacityException.class)
        .hasMessageContaining("Store 'shared'")
        .hasMessageContaining("32 processes share it already");

    set(7, TAKEN, 0);
    SharedProcesses joined = join();
    assertThat(joined.own()).isEqualTo(7);
    for (int process = 1; process < Owner.PROCESSES; process++) {
      set(process, TAKEN, 0);
    }
  }

  /** Leaves the row {@code a} held by a place, with an intent or none. */
  private void leaveHeld(int process, int intent) {
    var _ = holdAs("a", Owner.of(process, get(process, INCARNATION), intent));
  }

  @Test
  void intentOfADeadProcessIsEnded() {
    occupy(OTHER, new ProcessIdentity(Integer.MAX_VALUE, 1, own.namespace()));
    Intent left = Intents.of(table.header, table.layout, OTHER, 0, 3);
    int row = table.find(new Key("a", table.seed));
    left.begin(row, Intent.NO_PLACE);
    leaveHeld(OTHER, 4); // intents are numbered from 1 there

    table.memory.processes.probe(OTHER);

    assertThat(left.row()).isZero();
    assertThat(RowWord.isLive(table.rows.word(row))).isTrue();
    assertThat(get(OTHER, INCARNATION)).isEqualTo(1);
  }

  @Test
  void rowOfAStoppedProcessIsToBeHadOnceThatHasEnded() throws Exception {
    assumeProcessesAreSeen();
    rows =
        rows(
            instance,
            new StoreSpec<>("few", PLAYER, StoreOptions.defaults().withCapacity(2), null));
    table = instance.table("few");
    put(rows, "a", 1);
    occupy(OTHER, living());
    assertThat(table.free.claim(Intents.of(table.header, table.layout, OTHER, 0, 2))).isPositive();
    assertThat(isRefused("b")).isTrue();

    Objects.requireNonNull(living).getOutputStream().close();
    living.waitFor();

    await(() -> !isRefused("b"));
    assertThat(rows.count()).isEqualTo(2);
    assertThat(isRefused("c")).isTrue();
  }

  private boolean isRefused(String key) {
    try {
      put(rows, key, 1);
      return false;
    } catch (CapacityException e) {
      return true;
    }
  }

  @Test
  void lockOfAPlaceIsGivenBackIfTheMemoryIsGone() throws IOException {
    LockFile lockFile = LockFile.of(directory.resolve("gone.lock"));
    Arena arena = Arena.ofShared();
    TableHeader gone = new TableHeader(arena.allocate(TableHeader.bytes(Owner.PROCESSES), 64));
    arena.close();

    assertThatThrownBy(() -> new Places(lockFile, gone, table.layout).lockIfGone(OTHER))
        .isInstanceOf(IllegalStateException.class);

    LockFile.release(lockFile.tryLock(OTHER).orElseThrow());
  }

  /** Before the bits of an incarnation come again, nothing may have them any more. */
  @Test
  void everythingIsTakenFromAPlaceBeforeTheBitsOfItsIncarnationsComeAgain() {
    occupy(OTHER, new ProcessIdentity(Integer.MAX_VALUE, 1, own.namespace()));
    set(OTHER, INCARNATION, Owner.INCARNATIONS - 1);
    int early = Owner.of(OTHER, 0, Owner.NO_INTENT);
    int row = holdAs("a", early);
    int bucket = 3;
    assertThat(table.index.tryLock(bucket, Owner.NOBODY, early)).isTrue();
    assertThat(table.header.trySweep(Owner.NOBODY, early)).isTrue();
    put(rows, "alive", 1);
    int alive = holdAs("alive", table.intents.withoutIntent());
    long aliveWord = table.rows.word(alive);
    assertThat(table.index.tryLock(4, Owner.NOBODY, table.intents.withoutIntent())).isTrue();

    table.memory.processes.probe(OTHER);

    assertThat(get(OTHER, INCARNATION)).isEqualTo(Owner.INCARNATIONS);
    assertThat(RowWord.isLive(table.rows.word(row))).isTrue();
    assertThat(table.index.holder(bucket)).isEqualTo(Owner.NOBODY);
    assertThat(table.header.sweeper()).isEqualTo(Owner.NOBODY);
    assertThat(table.memory.processes.isGone(early)).as("whose name it is again").isFalse();
    assertThat(table.rows.word(alive)).as("what another process holds").isEqualTo(aliveWord);
    assertThat(table.index.holder(4)).isEqualTo(table.intents.withoutIntent());
    table.rows.setWord(alive, RowWord.unchanged(aliveWord));
    table.index.unlock(4);
  }

  /** Otherwise it stays until somebody wants it, who sees that its holder is gone. */
  @Test
  void whatADeadProcessHoldsWithoutAnIntentIsTakenByWhoWantsIt() {
    occupy(OTHER, new ProcessIdentity(Integer.MAX_VALUE, 1, own.namespace()));
    set(OTHER, INCARNATION, 5);
    int left = Owner.of(OTHER, 5, Owner.NO_INTENT);
    int row = holdAs("a", left);
    int bucket = table.layout.bucketOf(new Key("new", table.seed).hash());
    assertThat(table.index.tryLock(bucket, Owner.NOBODY, left)).isTrue();
    assertThat(table.header.trySweep(Owner.NOBODY, left)).isTrue();
    assertThat(table.memory.processes.isGone(left)).isFalse();

    table.memory.processes.probe(OTHER);

    assertThat(table.memory.processes.isGone(left)).isTrue();
    assertThat(RowWord.isHeld(table.rows.word(row))).isTrue();
    assertThat(add(rows, "a", 1)).hasToString("Added[bits=2]");
    put(rows, "new", 1, 10);
    clock.advance(Duration.ofMillis(11));
    assertThat(rows.count()).isEqualTo(1);
    assertThat(table.header.sweeper()).isEqualTo(Owner.NOBODY);
  }

  private int holdAs(String key, int owner) {
    Key found = new Key(key, table.seed);
    int row = table.find(found);
    assertThat(
            table.rows.compareAndSet(
                row, found.word(), RowWord.held(found.word(), RowWord.HELD, owner)))
        .isTrue();
    return row;
  }
}
