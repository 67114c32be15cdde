package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.zeal.CapacityException;
import io.zeal.ConfigurationException;
import io.zeal.CounterOptions;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.SchemaException;
import io.zeal.StoreOptions;
import io.zeal.spi.CounterSpec;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the files of a directory may be like, and who may be in the way when they are opened. */
class TableFileTest extends TableFixture {

  private static final int SOME_PLACE = 5;

  @TempDir Path directory;

  private final List<FileChannel> others = new ArrayList<>();
  private Path file;
  private Path lockFile;

  @BeforeEach
  void names() {
    file = directory.resolve("store-players");
    lockFile = directory.resolve("store-players.lock");
  }

  @AfterEach
  void othersEnd() throws IOException {
    for (FileChannel other : others) {
      other.close();
    }
  }

  private TableBackend open() {
    return open(Duration.ofSeconds(5));
  }

  private TableBackend open(Duration timeout) {
    return new TableBackend(
        new TableSettings(64L << 20, 2, timeout, Optional.of(directory), 1 << 10), clock);
  }

  private static StoreSpec<Player> spec(String name) {
    return new StoreSpec<>(name, PLAYER, StoreOptions.defaults().withCapacity(100), null);
  }

  /** Locks a byte as another process would, so far as this one can see. */
  private void lockAsAnother(Path path, int number) throws IOException {
    FileChannel other =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    others.add(other);
    assertThat(other.tryLock(number, 1, false)).isNotNull();
  }

  /** In the page of errors this directory is called otherwise. */
  private void requireOnPage(Throwable error) {
    requireOnPage(error.getMessage());
  }

  private void requireOnPage(String message) {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("mvnw"))) {
      root = root.getParent();
    }
    try {
      assertThat(Files.readString(root.resolve("docs/errors.md")))
          .contains("\n> " + message.replace(directory.toString(), "/dev/shm/my-app") + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatTheSystemRefusesIsShownWithWhatToDo() throws IOException {
    Files.createDirectory(lockFile);

    try (TableBackend table = open()) {
      assertThatThrownBy(() -> table.rows(spec("players")))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageStartingWith("Store 'players': " + file + " cannot be used: ")
          .hasMessageContaining("FileSystemException: " + lockFile + ": ")
          .hasMessageContaining("See that the directory is there and writable")
          .hasMessageEndingWith("ZEAL-104")
          .hasCauseInstanceOf(FileSystemException.class);
    }
  }

  @Test
  void directoryThatWasRemovedAfterOpeningIsNamed() throws IOException {
    try (TableBackend table = open()) {
      Files.delete(directory);

      assertThatThrownBy(() -> table.rows(spec("players")))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("NoSuchFileException: " + directory)
          .satisfies(this::requireOnPage);
    } finally {
      Files.createDirectory(directory);
    }
  }

  @Test
  void directoryInWhichOneMayNotWriteIsNamed() throws IOException {
    assumeFalse(isRoot(), "root may write anywhere: run it as another user");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-x------"));

    try (TableBackend table = open()) {
      assertThatThrownBy(() -> table.rows(spec("players")))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("AccessDeniedException: " + lockFile)
          .hasMessageContaining("writable for this user");
    } finally {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
  }

  private static boolean isRoot() {
    return OwnerOnly.user().equals(OptionalInt.of(0));
  }

  @Test
  void interruptedThreadMakesAndOpensFilesAllTheSame() {
    try {
      for (int i = 0; i < 2; i++) {
        Thread.currentThread().interrupt();
        try (TableBackend table = open()) {
          Rows<Player> rows = table.rows(spec("players"));
          assertThat(rows.get("a").isPresent()).isEqualTo(i == 1);
          put(rows, "a", 1);
          assertThat(
                  table.counters().counter(new CounterSpec("c", CounterOptions.defaults())).get())
              .isZero();
        }
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
      }
    } finally {
      boolean _ = Thread.interrupted();
    }
  }

  @Test
  void interruptedThreadKnowsWhoIsThere() {
    long boot = BootId.current();
    ProcessIdentity own = ProcessIdentity.own();
    Thread.currentThread().interrupt();
    try {
      assertThat(BootId.current()).isEqualTo(boot);
      assertThat(ProcessIdentity.own()).isEqualTo(own);
      assertThat(own.isCertainlyThere()).isEqualTo(own.startTicks() != 0);
    } finally {
      boolean _ = Thread.interrupted();
    }
  }

  @Test
  void whoWaitsInVainForAFileIsToldForWhom() throws IOException {
    lockAsAnother(lockFile, LockFile.MAKING);
    Patience patience = new Patience("Store 'players'", Duration.ofMillis(50));

    assertThatThrownBy(() -> use(patience))
        .isInstanceOfSatisfying(
            OperationTimeoutException.class,
            e -> assertThat(e.stage()).isEqualTo(OperationTimeoutException.Stage.QUEUE))
        .hasMessageContaining("opening, making or leaving it for more than 50 ms")
        .hasMessageContaining("a process of its directory that is stopped")
        .hasMessageNotContaining("zeal.table.timeout")
        .satisfies(e -> requireOnPage(e.getMessage().replace("50 ms", "60000 ms")));
  }

  @Test
  void interruptEndsTheWaitForAFile() throws IOException {
    lockAsAnother(lockFile, LockFile.MAKING);
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> use(Patience.ofOpening("Store 'players'")))
          .isInstanceOf(OperationInterruptedException.class)
          .hasMessageContaining("Nothing was opened");
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      boolean _ = Thread.interrupted();
    }
  }

  private SharedDirectory.Use use(Patience patience) {
    TableLayout layout = new TableLayout(PLAYER.columns(), 100, 63, Owner.PROCESSES);
    return SharedDirectory.of(directory)
        .use("store-", "players", "Store 'players'", "text", layout, _ -> {}, patience);
  }

  @Test
  void stepOfWaitingForAFileIsLong() {
    Patience patience = new Patience("A test", LIMIT);
    long begin = System.nanoTime();
    for (int i = 0; i < 10; i++) {
      patience.step();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isGreaterThanOrEqualTo(Duration.ofMillis(20));
  }

  @Test
  void storesAreOpenedWhileAnotherIsWaitedFor() throws Exception {
    lockAsAnother(directory.resolve("store-slow.lock"), LockFile.MAKING);
    try (TableBackend table = open(Duration.ofMillis(1))) {
      FutureTask<Rows<Player>> first = parked(() -> table.rows(spec("slow")));
      FutureTask<Rows<Player>> second = parked(() -> table.rows(spec("slow")));

      put(table.rows(spec("players")), "a", 1);
      othersEnd();

      put(result(first), "b", 2);
      assertThat(result(second).get("b")).isPresent();
    }
  }

  @Test
  void countersAreWaitedForLongerThanForARow() throws Exception {
    lockAsAnother(directory.resolve("counters.lock"), LockFile.MAKING);
    try (TableBackend table = open(Duration.ofMillis(1))) {
      CounterSpec spec = new CounterSpec("c", CounterOptions.defaults());
      FutureTask<Long> first = parked(() -> table.counters().counter(spec).add(1));
      FutureTask<Long> second = parked(() -> table.counters().counter(spec).add(1));

      othersEnd();

      assertThat(result(first) + result(second)).isEqualTo(3);
    }
  }

  /** Something that waits for something. */
  private <T> FutureTask<T> parked(Callable<T> call) throws InterruptedException {
    FutureTask<T> task = new FutureTask<>(call);
    Thread thread = new Thread(task, "waiting");
    thread.start();
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (thread.getState() != Thread.State.TIMED_WAITING && thread.isAlive()) {
      assertThat(System.nanoTime()).as("it waits").isLessThan(deadline);
      Thread.onSpinWait();
    }
    return task;
  }

  private static <T> T result(FutureTask<T> task)
      throws ExecutionException, InterruptedException, TimeoutException {
    return task.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void fileThatWasRemovedWhileProcessesUseItIsNotMadeAnew() throws IOException {
    try (TableBackend table = open()) {
      put(table.rows(spec("players")), "a", 1);
    }
    lockAsAnother(lockFile, SOME_PLACE);
    Files.delete(file);

    try (TableBackend table = open()) {
      assertThatThrownBy(() -> table.rows(spec("players")))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("was removed while processes use it")
          .satisfies(this::requireOnPage);
      assertThat(file).doesNotExist();
      othersEnd();
      assertThat(table.rows(spec("players")).count()).isZero();
    }
  }

  @Test
  void lockFileThatWasRemovedWhileProcessesUseItIsNotMadeAnew() throws IOException {
    try (TableBackend table = open()) {
      put(table.rows(spec("players")), "a", 1);
    }
    lockAsAnother(lockFile, SOME_PLACE);
    Files.delete(lockFile);

    try (TableBackend table = open()) {
      assertThatThrownBy(() -> table.rows(spec("players")))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("its lock file was removed")
          .satisfies(this::requireOnPage);
      assertThat(lockFile).doesNotExist();
      othersEnd();
      assertThat(table.rows(spec("players")).get("a")).isPresent();
    }
  }

  @Test
  void directoryMayBeRemovedOnceNobodyUsesIt() throws IOException {
    for (int i = 0; i < 3; i++) {
      try (TableBackend table = open()) {
        Rows<Player> rows = table.rows(spec("players"));
        assertThat(rows.count()).isZero();
        put(rows, "a", 1);
      }
      try (Stream<Path> all = Files.list(directory)) {
        for (Path each : all.toList()) {
          Files.delete(each);
        }
      }
      Files.delete(directory);
    }
    Files.createDirectory(directory);
  }

  @Test
  void whatIsWrongWithAFileIsTold() throws IOException {
    try (TableBackend table = open()) {
      put(table.rows(spec("players")), "a", 1);
    }
    byte[] good = Files.readAllBytes(file);

    assertRefused(changed(good, 0, 8, 0), "does not begin as a table does");
    assertRefused(changed(good, 8, 4, 2), "has layout 2, and this version of Zeal has layout 1");
    assertRefused(changed(good, 12, 4, 0x0403_0201), "was made by a machine of another byte order");
    assertRefused(changed(good, 12, 4, 7), "does not begin as a table does");
    assertRefused(changed(good, 16, 8, 1), "is " + good.length + " bytes long, and should be");
    assertRefused(Arrays.copyOf(good, good.length - 4096), "opened as");
    assertRefused(Arrays.copyOf(good, 127), "is 127 bytes long");
    assertRefused(new byte[0], "is 0 bytes long");
    assertRefused(changed(good, 48, 8, -1), "has a text of -1 bytes, which is too many");
    assertRefused(
        changed(good, 48, 8, good.length), "has a text of " + good.length + " bytes, which is too");
    byte[] large = changed(Arrays.copyOf(good, 3 << 20), 48, 8, (1 << 20) + 1);
    assertRefused(large, "has a text of 1048577 bytes, which is too many");
  }

  private static byte[] changed(byte[] good, int at, int bytes, long value) {
    byte[] changed = good.clone();
    ByteBuffer buffer = ByteBuffer.wrap(changed).order(ByteOrder.nativeOrder());
    var _ = bytes == 4 ? buffer.putInt(at, (int) value) : buffer.putLong(at, value);
    return changed;
  }

  private void assertRefused(byte[] bytes, String found) throws IOException {
    Files.write(file, bytes);
    try (TableBackend table = open()) {
      assertThatThrownBy(() -> table.rows(spec("players")))
          .isInstanceOf(SchemaException.class)
          .hasMessageContaining(found);
    }
    assertThat(file).hasBinaryContent(bytes);
  }

  @Test
  void countersOfADirectoryCannotSimplyBeMore() {
    try (TableBackend table = open()) {
      for (String name : List.of("a", "b")) {
        assertThat(table.counters().counter(new CounterSpec(name, CounterOptions.defaults())).get())
            .isZero();
      }
      assertThatThrownBy(
              () -> table.counters().counter(new CounterSpec("hits", CounterOptions.defaults())))
          .isInstanceOf(CapacityException.class)
          .hasMessageContaining("remove its file 'counters'")
          .satisfies(this::requireOnPage);
    }
  }

  @Test
  void nameOfAStoreIsShownWithoutWhatDoesNotPrint() {
    try (TableBackend table = open()) {
      put(table.rows(spec("a\nb")), "a", 1);
      lockAsAnotherAndRemove(directory.resolve("store-a_0ab"));
    }
    try (TableBackend table = open()) {
      assertThatThrownBy(() -> table.rows(spec("a\nb")))
          .hasMessageStartingWith("Store 'a\\u000ab': ");
    }
  }

  private void lockAsAnotherAndRemove(Path path) {
    try {
      lockAsAnother(path.resolveSibling(path.getFileName() + ".lock"), SOME_PLACE);
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatWasNotBroughtToItsDiskIsTold() {
    IOException cause = new IOException("Input/output error");

    ConfigurationException error =
        FileTrouble.left("Store 'players'", Path.of("/srv/tables/store-players"), cause);

    assertThat(error).hasCause(cause).satisfies(this::requireOnPage);
  }

  @Test
  void emptyNameOfADirectoryIsRefused() {
    assertThatThrownBy(() -> TableSettings.path("  "))
        .isInstanceOf(ConfigurationException.class)
        .satisfies(this::requireOnPage);
    assertThat(TableSettings.path("here")).isAbsolute();
  }

  @Test
  void filesAndDirectoriesAreOfTheUserAlone() throws IOException {
    Path inside = directory.resolve("a/b");
    try (TableBackend table =
        new TableBackend(
            new TableSettings(64L << 20, 2, LIMIT, Optional.of(inside), 1 << 10), clock)) {
      put(table.rows(spec("players")), "a", 1);
      assertThat(permissions(directory.resolve("a"))).isEqualTo("rwx------");
      assertThat(permissions(inside)).isEqualTo("rwx------");
      assertThat(permissions(inside.resolve("store-players"))).isEqualTo("rw-------");
      assertThat(permissions(inside.resolve("store-players.lock"))).isEqualTo("rw-------");
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void whatBelongsToSomebodyElseIsAStrangers() throws IOException {
    assumeFalse(OwnerOnly.user().isEmpty(), "the system does not tell who this process is");
    OptionalInt own = OwnerOnly.user();
    OptionalInt another = OptionalInt.of(own.getAsInt() + 12345);
    Files.createFile(file);

    assertThat(OwnerOnly.strangerOfFile(file, own)).isEmpty();
    assertThat(OwnerOnly.strangerOfFile(file, OptionalInt.empty())).isEmpty();
    assertThat(OwnerOnly.strangerOfFile(lockFile, another)).isEmpty();
    assertThat(OwnerOnly.strangerOfFile(file, another))
        .contains(
            "it belongs to user "
                + own.getAsInt()
                + ", and this process is user "
                + another.getAsInt());
    assertThat(OwnerOnly.strangerOfDirectory(directory, own)).isEmpty();
    assertThat(OwnerOnly.strangerOfDirectory(directory, OptionalInt.of(0))).isEmpty();
    assertThat(OwnerOnly.strangerOfDirectory(Path.of("/"), another)).isEmpty();
    assertThat(OwnerOnly.strangerOfDirectory(directory, another).isEmpty()).isEqualTo(isRoot());
  }

  @Test
  void fileOfSomebodyElseIsNotUsed() throws IOException {
    assumeFalse(!isRoot(), "only root can give a file away: run it as root");
    Files.createFile(file);
    Files.setAttribute(file, "unix:uid", 12345);

    try (TableBackend table = open()) {
      assertThatThrownBy(() -> table.rows(spec("players")))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("it belongs to user 12345, and this process is user 0")
          .satisfies(e ->
              requireOnPage(
                  e.getMessage().replace("12345", "1001").replace("user 0", "user 1000")));
    }
    assertThat(file).isEmptyFile();
  }

  @Test
  void allIsEndedThoughSomeFail() {
    AtomicReference<String> ended = new AtomicReference<>("");
    RuntimeException first = new IllegalStateException("first");
    Error second = new InternalError("second");
    List<Runnable> endings =
        List.of(
            () -> ended.accumulateAndGet("a", String::concat),
            () -> {
              throw first;
            },
            () -> ended.accumulateAndGet("b", String::concat),
            () -> {
              throw second;
            },
            () -> ended.accumulateAndGet("c", String::concat));

    assertThatThrownBy(() -> Endings.run(endings)).isSameAs(first).hasSuppressedException(second);
    assertThat(ended).hasValue("abc");
    assertThatThrownBy(() -> Endings.run(endings.subList(3, 5))).isSameAs(second);
    Endings.run(endings.subList(0, 1));
  }
}
