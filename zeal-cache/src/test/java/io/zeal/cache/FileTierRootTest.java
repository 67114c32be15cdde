package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zeal.cache.FileTierException.Reason;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The directory of all caches, on a disk. */
class FileTierRootTest {

  private static final FileTierOptions OPTIONS =
      new FileTierOptions(
          FileTierOptions.LEAST_BYTES, false, InstantSource.system(), Runnable::run);

  @TempDir private Path directory;

  @Test
  void everythingIsThereAfterOpeningAnew() {
    try (var root = FileTierRoot.take(directory)) {
      try (var tier = root.open("users", OPTIONS)) {
        tier.put("key", new byte[100], 0);
      }
    }
    try (var root = FileTierRoot.take(directory);
        var tier = root.open("users", OPTIONS);
        var other = root.open("others", OPTIONS)) {
      assertThat(tier.get("key").orElseThrow().bytes()).hasSize(100);
      assertThat(other.count()).isZero();
    }
  }

  @Test
  void directoryThatAnotherProcessHasIsRefusedAndSaysWhichProcess() throws Exception {
    try (var other = FileTierProcess.start(directory, FileTierOptions.LEAST_BYTES, 1, 1)) {
      assertThat(other.awaitOpened()).isEqualTo("OPEN");

      assertRefused(() -> FileTierRoot.take(directory), Reason.TAKEN, "belongs to process ");
      // To look does not take the lock away.
      assertRefused(() -> FileTierRoot.take(directory), Reason.TAKEN, "belongs to process ");
      other.kill();
    }

    FileTierRoot.take(directory).close();
  }

  @Test
  void processKeepsTheDirectoryEvenWhileNobodyInItUsesIt() throws Exception {
    FileTierRoot.take(directory).close();
    System.gc();

    try (var other = FileTierProcess.start(directory, FileTierOptions.LEAST_BYTES, 1, 1)) {
      assertThat(other.awaitOpened()).isEqualTo("TAKEN");
    }
  }

  @Test
  void directoryHasOneOwnerInAProcess() {
    var root = FileTierRoot.take(directory);

    assertRefused(
        () -> FileTierRoot.take(directory),
        Reason.TAKEN,
        "belongs to another part of this process");
    root.close();
    FileTierRoot.take(directory).close();
  }

  @Test
  void anotherPathToTheSameDirectoryIsTheSameDirectory() throws IOException {
    var link = directory.resolve("link");
    var real = Files.createDirectory(directory.resolve("real"));
    try {
      Files.createSymbolicLink(link, real);
    } catch (UnsupportedOperationException | IOException e) {
      assumeTrue(false, "no symbolic links here: " + e);
    }
    var root = FileTierRoot.take(real);

    assertRefused(() -> FileTierRoot.take(link), Reason.TAKEN, "another part of this process");
    root.close();
  }

  /** Each class loader has static fields of its own; the lock is one for all. */
  @Test
  void ownersInTwoClassLoadersAreToldApart() throws Exception {
    var root = FileTierRoot.take(directory);
    try (var loader = new OtherLoader()) {
      assertThat(loader.tryTake(directory)).isEmpty();
    }
    root.close();
    AutoCloseable lock;
    try (var loader = new OtherLoader()) {
      lock = (AutoCloseable) loader.tryTake(directory).orElseThrow();
    }
    assertRefused(() -> FileTierRoot.take(directory), Reason.TAKEN, "another part of this process");
    lock.close();
    FileTierRoot.take(directory).close();
  }

  @Test
  void lockHoldsAlsoIfSomebodyThrowsSystemPropertiesAway() throws Exception {
    var root = FileTierRoot.take(directory);
    System.getProperties().keySet().removeIf(it -> it.toString().startsWith("io.zeal.cache.lock."));

    assertRefused(() -> FileTierRoot.take(directory), Reason.TAKEN, "another part of this process");
    try (var other = FileTierProcess.start(directory, FileTierOptions.LEAST_BYTES, 1, 1)) {
      assertThat(other.awaitOpened()).isEqualTo("TAKEN");
    }
    root.close();
    FileTierRoot.take(directory).close();
  }

  /** A directory that was there already may hold a link to anywhere. */
  @Test
  void holderFileIsNotWrittenThroughALink() throws IOException {
    var victim = Files.writeString(directory.resolve("victim"), "precious");
    var root = Files.createDirectory(directory.resolve("linked"));
    Files.createSymbolicLink(root.resolve("zeal.holder"), victim);

    FileTierRoot.take(root).close();

    assertThat(victim).content().isEqualTo("precious");
    assertThat(root.resolve("zeal.holder")).isRegularFile().content().contains("process ");
  }

  @Test
  void lockFileThatIsALinkIsRefused() throws IOException {
    var victim = directory.resolve("not-there");
    var root = Files.createDirectory(directory.resolve("linked"));
    Files.createSymbolicLink(root.resolve(FileTierLock.NAME), victim);

    assertThatThrownBy(() -> FileTierRoot.take(root))
        .isInstanceOf(FileTierException.class)
        .hasMessageContaining("symbolic link");
    assertThat(victim).doesNotExist();
  }

  @Test
  void directoryStaysTakenUntilTheLastTierInItIsClosed() {
    var root = FileTierRoot.take(directory.resolve("root"));
    var tier = root.open("cache", OPTIONS);
    root.close();

    assertThatThrownBy(() -> FileTierRoot.take(directory.resolve("root")))
        .isInstanceOf(FileTierException.class);
    assertThatThrownBy(() -> root.open("other", OPTIONS)).isInstanceOf(FileTierException.class);
    tier.close();
    FileTierRoot.take(directory.resolve("root")).close();
  }

  @Test
  void cacheIsOpenOnceAtATime() {
    try (var root = FileTierRoot.take(directory)) {
      try (var tier = root.open("users", OPTIONS)) {
        assertRefused(() -> root.open("users", OPTIONS), Reason.TAKEN, "'users' are open already");
        assertThat(tier.count()).isZero();
      }
      root.open("users", OPTIONS).close();
    }
  }

  @Test
  void directoryThatCannotBeMadeIsRefused() throws IOException {
    var file = Files.createFile(directory.resolve("file"));

    assertRefused(() -> FileTierRoot.take(file), Reason.UNUSABLE, "cannot be used");
    assertRefused(
        () -> FileTierRoot.take(file.resolve("below")), Reason.UNUSABLE, "cannot be used");
  }

  @Test
  void filesAreForTheirOwnerAlone() throws IOException {
    assumeTrue(
        directory.getFileSystem().supportedFileAttributeViews().contains("posix"),
        "no owners on this file system");
    var made = directory.resolve("a").resolve("b");
    try (var root = FileTierRoot.take(made);
        var tier = root.open("users", OPTIONS)) {
      tier.put("key", new byte[10], 0);
      try (var all = Files.walk(made)) {
        for (var path : all.toList()) {
          var expected = Files.isDirectory(path) ? "rwx------" : "rw-------";
          assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
              .as("%s", path)
              .isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void namesOfCachesAreNamesOfDirectoriesEverywhere() {
    var names =
        List.of(
            "users",
            "Users",
            "USERS",
            "a/b",
            "..",
            ".",
            "con",
            "nul",
            "a:b",
            "a b",
            "a.",
            "ä",
            "a\u0308",
            "\u212a",
            "k",
            "K",
            "\ud83d\ude00",
            "\u0000",
            "x-61",
            "n-users",
            "\u20ac".repeat(21),
            "a".repeat(63),
            "A".repeat(63));

    var directories = names.stream().map(FileTierRoot::directoryName).toList();

    assertThat(directories)
        .allMatch(it -> it.matches("[a-z0-9-]{3,128}"))
        .doesNotHaveDuplicates()
        .allMatch(it -> it.equals(it.toLowerCase(Locale.ROOT)));
    try (var root = FileTierRoot.take(directory)) {
      for (var name : names) {
        root.open(name, OPTIONS).close();
      }
    }
  }

  @Test
  void interruptedThreadReadsAndWritesAndStaysInterrupted() {
    try (var root = FileTierRoot.take(directory)) {
      Thread.currentThread().interrupt();
      try (var tier = root.open("users", OPTIONS)) {
        for (int i = 0; i < 100; i++) {
          tier.put("key" + i, new byte[2_000], 0);
        }
        tier.remove("key0");
        assertThat(tier.get("key1").orElseThrow().bytes()).hasSize(2_000);
        assertThat(tier.get("key99").orElseThrow().bytes()).hasSize(2_000);
      }
      assertThat(Thread.interrupted()).isTrue();
      try (var tier = root.open("users", OPTIONS)) {
        assertThat(tier.count()).isEqualTo(99);
      }
    } finally {
      Thread.interrupted();
    }
  }

  @Test
  void fileThatSomebodyCutsIsAMiss() throws IOException {
    try (var root = FileTierRoot.take(directory);
        var tier = root.open("users", OPTIONS)) {
      tier.put("key", new byte[10_000], 0);
      var segment = directory.resolve("n-users").resolve(Segment.name(1));
      try (var file = new java.io.RandomAccessFile(segment.toFile(), "rw")) {
        file.setLength(100);
      }

      assertThat(tier.get("key")).isEmpty();
      assertThat(tier.stats().damaged()).isEqualTo(1);
    }
  }

  private static void assertRefused(Runnable call, Reason reason, String words) {
    assertThatThrownBy(call::run)
        .isInstanceOf(FileTierException.class)
        .hasMessageContaining(words)
        .satisfies(e -> assertThat(((FileTierException) e).reason()).isEqualTo(reason));
  }

  /** Loads the lock once more, as a second application in the same process would. */
  private static final class OtherLoader extends URLClassLoader {

    OtherLoader() {
      super(
          new URL[] {FileTierLock.class.getProtectionDomain().getCodeSource().getLocation()},
          ClassLoader.getPlatformClassLoader());
    }

    /** Our own first: the platform's loader would hand out the class of the module. */
    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(FileTierLock.class.getPackageName())) {
        return super.loadClass(name, resolve);
      }
      var loaded = findLoadedClass(name);
      return loaded != null ? loaded : findClass(name);
    }

    Optional<?> tryTake(Path directory) throws ReflectiveOperationException {
      var type = loadClass(FileTierLock.class.getName());
      assertThat(type).isNotSameAs(FileTierLock.class);
      var method = type.getDeclaredMethod("tryTake", Path.class);
      method.setAccessible(true);
      return (Optional<?>) method.invoke(null, directory);
    }
  }
}
