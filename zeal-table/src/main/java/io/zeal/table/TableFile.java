package io.zeal.table;

import io.zeal.CapacityException;
import io.zeal.ErrorCode;
import io.zeal.SchemaException;
import io.zeal.table.Waits.Purpose;
import io.zeal.table.Waits.Wait;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;

/**
 * A table in a file that processes share: made whole before it has its name, checked before it is
 * believed, given up if the system was started anew since and nobody had closed it.
 *
 * <p>What identifies it is in front, in {@value TableHeader#IDENTITY_BYTES} bytes; what its store
 * has to say is text at its end.
 */
final class TableFile {

  /** The layout of all that follows; a file of another one is refused. */
  static final int VERSION = 1;

  /** {@code ZEALTABL}, the first character lowest. */
  static final long MAGIC = 0x4c42_4154_4c41_455aL;

  private static final int ORDER_MARK = 0x0102_0304;

  private static final long AT_MAGIC = 0;
  private static final long AT_VERSION = 8;
  private static final long AT_ORDER = 12;
  private static final long AT_BYTES = 16;
  private static final long AT_SEED = 24;
  private static final long AT_BOOT = 32;
  private static final long AT_CLEAN = 40;
  private static final long AT_TEXT_BYTES = 48;

  private static final int ZEROS = 1 << 20;

  private final Path path;
  private final String what;
  private final String text;
  private final TableLayout layout;
  private final LockFile lockFile;
  private final Waits waits;

  private TableFile(
      Path path, String what, String text, TableLayout layout, LockFile lockFile, Waits waits) {
    this.path = path;
    this.what = what;
    this.text = text;
    this.layout = layout;
    this.lockFile = lockFile;
    this.waits = waits;
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
    void close() {
      arena.close();
      try {
        TableMemory again = file.memory(last, (header, recovery) -> Processes.alone());
        file.closeIfLast(last, processes.leave(again));
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
   * @throws SchemaException if the file is none of this layout, or its text is another one
   */
  static Opened open(
      Path path, String what, String text, TableLayout layout, Comparison comparison, Waits waits)
      throws IOException {
    LockFile lockFile = LockFile.of(path.resolveSibling(path.getFileName() + ".lock"));
    TableFile file = new TableFile(path, what, text, layout, lockFile, waits);
    FileLock making = file.lockMaking();
    try {
      return file.open(comparison);
    } finally {
      LockFile.release(making);
    }
  }

  private FileLock lockMaking() throws IOException {
    Wait wait = null;
    while (true) {
      Optional<FileLock> lock = lockFile.tryLock(LockFile.MAKING);
      if (lock.isPresent()) {
        return lock.get();
      }
      wait = waits.pause(wait, Purpose.READ);
    }
  }

  private Opened open(Comparison comparison) throws IOException {
    lockFile.requireInPlace();
    if (Files.exists(path) && isOfAnEarlierBoot()) {
      Files.delete(path);
    }
    if (Files.notExists(path)) {
      make();
    }
    Arena arena = Arena.ofShared();
    Arena lastArena = Arena.ofShared();
    try {
      MemorySegment all = map(arena);
      MemorySegment last = map(lastArena);
      requireFitting(all, comparison);
      all.set(ValueLayout.JAVA_LONG, AT_BOOT, BootId.current());
      all.set(ValueLayout.JAVA_LONG, AT_CLEAN, 0);
      all.asSlice(0, TableHeader.IDENTITY_BYTES).force(); // before any page of a change
      SharedProcesses[] joined = new SharedProcesses[1];
      TableMemory memory =
          memory(
              all,
              (header, recovery) ->
                  joined[0] = SharedProcesses.join(lockFile, layout, header, recovery, what));
      return new Opened(this, arena, memory, joined[0], lastArena, last);
    } catch (RuntimeException | IOException | Error e) {
      arena.close();
      lastArena.close();
      throw e;
    }
  }

  private TableMemory memory(MemorySegment all, TableMemory.Joining joining) {
    return TableMemory.of(all, layout, all.get(ValueLayout.JAVA_LONG, AT_SEED), joining);
  }

  private MemorySegment map(Arena arena) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (channel.size() < TableHeader.IDENTITY_BYTES) {
        throw refused("is " + channel.size() + " bytes long");
      }
      return channel.map(MapMode.READ_WRITE, 0, channel.size(), arena);
    }
  }

  /**
   * Pages of a file that nobody closed may be from before and after a change, once the system has
   * ended without writing all of them. Where nobody says which start of the system this is, or
   * somebody uses the file, it is of this one.
   */
  private boolean isOfAnEarlierBoot() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment all = map(arena);
      long boot = all.get(ValueLayout.JAVA_LONG, AT_BOOT);
      return all.get(ValueLayout.JAVA_LONG, AT_MAGIC) == MAGIC
          && all.get(ValueLayout.JAVA_INT, AT_VERSION) == VERSION
          && all.get(ValueLayout.JAVA_LONG, AT_CLEAN) == 0
          && boot != BootId.current()
          && BootId.current() != 0
          && !isInUse();
    }
  }

  private boolean isInUse() {
    for (int process = 0; process < layout.processes(); process++) {
      Optional<FileLock> lock = lockFile.tryLock(process);
      if (lock.isEmpty()) {
        return true;
      }
      LockFile.release(lock.get());
    }
    return false;
  }

  private void requireFitting(MemorySegment all, Comparison comparison) {
    if (all.get(ValueLayout.JAVA_INT, AT_ORDER) == Integer.reverseBytes(ORDER_MARK)) {
      throw refused("was made by a machine of another byte order");
    }
    if (all.get(ValueLayout.JAVA_LONG, AT_MAGIC) != MAGIC
        || all.get(ValueLayout.JAVA_INT, AT_ORDER) != ORDER_MARK) {
      throw refused("does not begin as a table does");
    }
    int version = all.get(ValueLayout.JAVA_INT, AT_VERSION);
    if (version != VERSION) {
      throw refused("has layout " + version + ", and this version of Zeal has layout " + VERSION);
    }
    comparison.requireSame(text(all));
    if (all.byteSize() != bytes() || all.get(ValueLayout.JAVA_LONG, AT_BYTES) != bytes()) {
      throw refused("is " + all.byteSize() + " bytes long, and should be " + bytes());
    }
  }

  private String text(MemorySegment all) {
    long length = all.get(ValueLayout.JAVA_LONG, AT_TEXT_BYTES);
    if (length < 0 || length > all.byteSize() - TableHeader.IDENTITY_BYTES) {
      throw refused("has a text of " + length + " bytes");
    }
    byte[] utf8 = all.asSlice(all.byteSize() - length, length).toArray(ValueLayout.JAVA_BYTE);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private SchemaException refused(String found) {
    return new SchemaException(
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
    return layout.memoryBytes() + text.getBytes(StandardCharsets.UTF_8).length;
  }

  /**
   * All pages are written before the file has its name: whoever finds it need not fear for room.
   */
  private void make() throws IOException {
    requireRoom();
    Path unfinished = path.resolveSibling(path.getFileName() + ".new"); // one at a time is made
    Files.deleteIfExists(unfinished);
    try {
      write(unfinished);
      Files.createLink(path, unfinished);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private void requireRoom() throws IOException {
    long usable = Files.getFileStore(path.getParent()).getUsableSpace();
    if (usable < bytes()) {
      throw noRoom(usable + " bytes are left there");
    }
  }

  private CapacityException noRoom(String found) {
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
            + " zeal.table.directory.");
  }

  private void write(Path unfinished) throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                unfinished,
                Set.of(
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE),
                OwnerOnly.file(path));
        Arena arena = Arena.ofConfined()) {
      writeZeros(channel);
      MemorySegment all = channel.map(MapMode.READ_WRITE, 0, bytes(), arena);
      long seed = new SecureRandom().nextLong();
      TableMemory.prepare(all, layout, seed);
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      MemorySegment.copy(
          utf8, 0, all, ValueLayout.JAVA_BYTE, all.byteSize() - utf8.length, utf8.length);
      all.set(ValueLayout.JAVA_LONG, AT_MAGIC, MAGIC);
      all.set(ValueLayout.JAVA_INT, AT_VERSION, VERSION);
      all.set(ValueLayout.JAVA_INT, AT_ORDER, ORDER_MARK);
      all.set(ValueLayout.JAVA_LONG, AT_BYTES, bytes());
      all.set(ValueLayout.JAVA_LONG, AT_SEED, seed);
      all.set(ValueLayout.JAVA_LONG, AT_BOOT, BootId.current());
      all.set(ValueLayout.JAVA_LONG, AT_TEXT_BYTES, utf8.length);
      all.force();
    }
  }

  private void writeZeros(FileChannel channel) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS);
    try {
      for (long left = bytes(); left > 0; ) {
        zeros.clear().limit((int) Math.min(ZEROS, left));
        left -= channel.write(zeros);
      }
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      CapacityException noRoom = noRoom("writing it failed (" + e.getMessage() + ")");
      noRoom.addSuppressed(e);
      throw noRoom;
    }
  }

  /**
   * Says that the file is whole on its disk, if nobody else uses it; it may as well be left out.
   */
  private void closeIfLast(MemorySegment all, SharedProcesses left) {
    Optional<FileLock> making = lockFile.tryLock(LockFile.MAKING);
    if (making.isEmpty()) {
      return; // somebody is opening it
    }
    try {
      if (left.isAlone()) {
        all.force();
        all.set(ValueLayout.JAVA_LONG, AT_CLEAN, 1);
        all.asSlice(0, TableHeader.IDENTITY_BYTES).force();
      }
    } finally {
      LockFile.release(making.get());
    }
  }
}
