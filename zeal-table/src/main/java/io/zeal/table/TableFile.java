package io.zeal.table;

import io.zeal.CapacityException;
import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.SchemaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A table in a file that processes share: made whole before it has its name, checked before it is
 * believed ({@link TableIdentity}), given up if the system was started anew since and nobody had
 * closed it.
 */
final class TableFile {

  private static final System.Logger LOG = System.getLogger("io.zeal.table");

  private static final int ZEROS = 1 << 20;

  /** How long who leaves waits for others who leave or open, in order to be the last. */
  private static final Duration LEAVING = Duration.ofSeconds(2);

  private final Path path;
  private final String what;
  private final String text;
  private final TableLayout layout;
  private final LockFile lockFile;

  private TableFile(Path path, String what, String text, TableLayout layout, LockFile lockFile) {
    this.path = path;
    this.what = what;
    this.text = text;
    this.layout = layout;
    this.lockFile = lockFile;
  }

  /** What is said to whoever opened a file with another text than it has. */
  interface Comparison {

    /**
     * Compares.
     *
     * @throws SchemaException if they differ; it shows both
     */
    void requireSame(String found);
  }

  /** A table in a file, with this process's place in it. */
  static final class Opened {

    final TableMemory memory;
    private final TableFile file;
    private final Arena arena;
    private final SharedProcesses processes;

    // The same memory once more, for what is to be done when nobody can reach the first any more.
    private final Arena lastArena;
    private final MemorySegment last;

    private Opened(
        TableFile file,
        Arena arena,
        TableMemory memory,
        SharedProcesses processes,
        Arena lastArena,
        MemorySegment last) {
      this.file = file;
      this.arena = arena;
      this.memory = memory;
      this.processes = processes;
      this.lastArena = lastArena;
      this.last = last;
    }

    /** Leaves it; calls under way are cut off, and what they left is ended. */
    void close() throws IOException {
      arena.close(); // as long as it cannot be, calls may be in it, and the place stays theirs
      try {
        TableMemory again = file.memory(last, (header, recovery) -> Processes.alone());
        Places places = file.places(again.header);
        processes.leave(places, again.recovery);
        file.closeIfLast(last, places);
      } finally {
        lastArena.close();
      }
    }
  }

  /**
   * Opens a table, which is made if it is not there.
   *
   * @param what what is in it, for messages
   * @param text what its store has to say
   * @throws CapacityException if there is no room for it
   * @throws ConfigurationException if the files of a table of this name were removed while
   *     processes use them, or belong to somebody else
   * @throws SchemaException if the file is none of this layout, or its text is another one
   */
  static Opened open(
      Path path,
      String what,
      String text,
      TableLayout layout,
      Comparison comparison,
      Patience patience)
      throws IOException {
    Path locks = path.resolveSibling(path.getFileName() + ".lock");
    requireOurs(locks, what);
    LockFile lockFile = LockFile.of(locks);
    FileLock making = lockMaking(lockFile, patience);
    try {
      return new TableFile(path, what, text, layout, lockFile).open(comparison);
    } finally {
      LockFile.release(making);
    }
  }

  private static void requireOurs(Path path, String what) {
    Optional<String> stranger = OwnerOnly.strangerOfFile(path, OwnerOnly.user());
    if (stranger.isPresent()) {
      throw FileTrouble.unusable(
          what,
          path,
          stranger.get(),
          "Run all processes of the directory as one user, or give each user a directory",
          null);
    }
  }

  private static FileLock lockMaking(LockFile lockFile, Patience patience) throws IOException {
    while (true) {
      Optional<FileLock> lock = lockFile.tryLock(LockFile.MAKING);
      if (lock.isPresent()) {
        return lock.get();
      }
      patience.step();
    }
  }

  /** Waits in an interrupted thread as well: whoever closes often is one. */
  private Optional<FileLock> lockForLeaving() throws IOException {
    boolean isInterrupted = Thread.interrupted();
    try {
      return Optional.of(lockMaking(lockFile, new Patience(what, LEAVING)));
    } catch (OperationTimeoutException | OperationInterruptedException e) {
      return Optional.empty();
    } finally {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Opened open(Comparison comparison) throws IOException {
    if (!lockFile.isInPlace()) {
      throw removed("its lock file was removed while processes have it open, so they");
    }
    requireOurs(path, what);
    if (Files.exists(path) && isLeftFromEarlierBoot()) {
      LOG.log(
          Level.WARNING,
          "{0}: {1} is from before the system was started anew, and not everybody had closed it then:"
              + " its pages may be of different moments. It begins empty. Close Zeal before the"
              + " process ends, and rows on a disk are there again (docs/shared-tables.md).",
          what,
          path);
      Files.delete(path);
    }
    if (Files.notExists(path)) {
      if (isInUse()) {
        throw removed("it was removed while processes use it: they go on with it, and");
      }
      make();
    }
    Arena arena = Arena.ofShared();
    Arena lastArena = Arena.ofShared();
    try {
      MemorySegment all = map(path, arena);
      MemorySegment last = map(path, lastArena);
      TableIdentity identity = identity(all);
      requireFitting(identity, comparison);
      identity.markOpen();
      SharedProcesses[] joined = new SharedProcesses[1];
      TableMemory memory = memory(all, (header, recovery) -> joined[0] = join(header, recovery));
      return new Opened(this, arena, memory, joined[0], lastArena, last);
    } catch (RuntimeException | IOException | Error e) {
      arena.close();
      lastArena.close();
      throw e;
    }
  }

  private ConfigurationException removed(String found) {
    return FileTrouble.unusable(
        what,
        path,
        found + " would not see others",
        "End all of them, then remove the directory and start them again",
        null);
  }

  private SharedProcesses join(TableHeader header, Recovery recovery) {
    try {
      return SharedProcesses.join(places(header), recovery, what);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Places places(TableHeader header) {
    return new Places(lockFile, header, layout);
  }

  private TableIdentity identity(MemorySegment all) {
    return new TableIdentity(all, text);
  }

  private TableMemory memory(MemorySegment all, TableMemory.Joining joining) {
    return TableMemory.of(all, layout, identity(all).seed(), joining);
  }

  private static MemorySegment map(Path file, Arena arena) throws IOException {
    return Undisturbed.call(() -> {
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        return channel.map(MapMode.READ_WRITE, 0, channel.size(), arena);
      }
    });
  }

  /** If somebody uses the file, it is of this start of the system, whatever it says. */
  private boolean isLeftFromEarlierBoot() throws IOException {
    try (Arena arena = Arena.ofShared()) {
      TableIdentity identity = identity(map(path, arena));
      return identity.strangeness().isEmpty() && identity.isLeftFromEarlierBoot() && !isInUse();
    }
  }

  private boolean isInUse() throws IOException {
    return lockFile.isAnyLocked(layout.processes());
  }

  private void requireFitting(TableIdentity identity, Comparison comparison) {
    identity.strangeness().ifPresent(this::refuse);
    comparison.requireSame(identity.text());
    identity.wrongLength(bytes()).ifPresent(this::refuse);
  }

  private void refuse(String found) {
    throw new SchemaException(
        ErrorCode.SCHEMA_MISMATCH,
        what
            + ": the file "
            + path
            + " "
            + found
            + ". Nothing was read. Use another directory, or remove the file once nobody uses it.");
  }

  /** The table, then the text. */
  private long bytes() {
    return TableIdentity.bytes(layout.memoryBytes(), text);
  }

  /**
   * All pages are written before the file has its name: whoever finds it need not fear for room.
   */
  private void make() throws IOException {
    requireRoom();
    Path unfinished = path.resolveSibling(path.getFileName() + ".new"); // one at a time is made
    Files.deleteIfExists(unfinished);
    try {
      Files.createFile(unfinished, OwnerOnly.file(path));
      writeZeros(unfinished);
      writeTable(unfinished);
      name(unfinished);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private void requireRoom() throws IOException {
    long usable = Files.getFileStore(path.getParent()).getUsableSpace();
    if (usable < bytes()) {
      throw noRoom(usable + " bytes are left there", null);
    }
  }

  private CapacityException noRoom(String found, @Nullable Throwable cause) {
    return new CapacityException(
        ErrorCode.OUT_OF_SPACE,
        what
            + " takes "
            + layout
            + " in "
            + path.getParent()
            + ", and "
            + found
            + ". Nothing was created. Lower its capacity, make room, or use another"
            + " zeal.table.directory.",
        cause);
  }

  private void writeZeros(Path unfinished) {
    try {
      var _ =
          Undisturbed.call(() -> {
            try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
              ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS);
              for (long left = bytes(); left > 0; ) {
                zeros.clear().limit((int) Math.min(ZEROS, left));
                left -= channel.write(zeros);
              }
              return channel.position();
            }
          });
    } catch (IOException e) {
      throw noRoom("writing it failed (" + e.getMessage() + ")", e);
    }
  }

  private void writeTable(Path unfinished) throws IOException {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment all = map(unfinished, arena);
      long seed = new SecureRandom().nextLong();
      TableMemory.prepare(all, layout, seed);
      identity(all).write(seed);
      all.force();
    }
  }

  /** A link, unlike a renaming, never takes the place of a file that is there. */
  private void name(Path unfinished) throws IOException {
    try {
      Files.createLink(path, unfinished);
    } catch (UnsupportedOperationException e) {
      throw new IOException("no hard links: " + e, e);
    }
  }

  /**
   * Says that the file is whole on its disk, if nobody else uses it; it may as well be left out.
   * Who leaves or opens at the same time is waited for: of two that leave, one is the last.
   */
  private void closeIfLast(MemorySegment all, Places places) throws IOException {
    Optional<FileLock> making = lockForLeaving();
    if (making.isEmpty()) {
      return;
    }
    try {
      if (places.areDeserted()) {
        identity(all).markClosed();
      }
    } finally {
      LockFile.release(making.get());
    }
  }
}
