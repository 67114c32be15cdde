package io.zeal.table;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What identifies a table's file: {@value TableHeader#IDENTITY_BYTES} bytes in front, and at its
 * end, as text, what its store has to say. Nothing of it is believed before {@link #strangeness} is
 * empty. Who writes it has the lock of {@link LockFile#MAKING}.
 */
final class TableIdentity {

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

  /** A longer text is read only by whom has one as long. */
  private static final long LONGEST_TEXT = 1 << 20;

  private final MemorySegment all;
  private final byte[] utf8;

  /**
   * The identity of a file.
   *
   * @param all the whole file
   * @param text what the file's store should say
   */
  TableIdentity(MemorySegment all, String text) {
    this.all = all;
    this.utf8 = text.getBytes(StandardCharsets.UTF_8);
  }

  /** How long a file is that begins with a table of so many bytes. */
  static long bytes(long tableBytes, String text) {
    return tableBytes + text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** Writes it into a file that has none yet. */
  void write(long seed) {
    MemorySegment.copy(
        utf8, 0, all, ValueLayout.JAVA_BYTE, all.byteSize() - utf8.length, utf8.length);
    all.set(ValueLayout.JAVA_LONG, AT_MAGIC, MAGIC);
    all.set(ValueLayout.JAVA_INT, AT_VERSION, VERSION);
    all.set(ValueLayout.JAVA_INT, AT_ORDER, ORDER_MARK);
    all.set(ValueLayout.JAVA_LONG, AT_BYTES, all.byteSize());
    all.set(ValueLayout.JAVA_LONG, AT_SEED, seed);
    all.set(ValueLayout.JAVA_LONG, AT_BOOT, BootId.current());
    all.set(ValueLayout.JAVA_LONG, AT_TEXT_BYTES, utf8.length);
  }

  /** Why the file cannot be read, as the end of a sentence about it; empty if its text can. */
  Optional<String> strangeness() {
    if (all.byteSize() < TableHeader.IDENTITY_BYTES) {
      return Optional.of("is " + all.byteSize() + " bytes long");
    }
    int order = all.get(ValueLayout.JAVA_INT, AT_ORDER);
    if (order == Integer.reverseBytes(ORDER_MARK)) {
      return Optional.of("was made by a machine of another byte order");
    }
    if (all.get(ValueLayout.JAVA_LONG, AT_MAGIC) != MAGIC || order != ORDER_MARK) {
      return Optional.of("does not begin as a table does");
    }
    int version = all.get(ValueLayout.JAVA_INT, AT_VERSION);
    if (version != VERSION) {
      return Optional.of(
          "has layout " + version + ", and this version of Zeal has layout " + VERSION);
    }
    long length = textBytes();
    long most =
        Math.min(Math.max(LONGEST_TEXT, utf8.length), all.byteSize() - TableHeader.IDENTITY_BYTES);
    return length < 0 || length > most
        ? Optional.of("has a text of " + length + " bytes, which is too many")
        : Optional.empty();
  }

  /** How the file's length is another one than it should be, as {@link #strangeness}. */
  Optional<String> wrongLength(long bytes) {
    return all.byteSize() == bytes && all.get(ValueLayout.JAVA_LONG, AT_BYTES) == bytes
        ? Optional.empty()
        : Optional.of("is " + all.byteSize() + " bytes long, and should be " + bytes);
  }

  private long textBytes() {
    return all.get(ValueLayout.JAVA_LONG, AT_TEXT_BYTES);
  }

  String text() {
    long length = textBytes();
    byte[] found = all.asSlice(all.byteSize() - length, length).toArray(ValueLayout.JAVA_BYTE);
    return new String(found, StandardCharsets.UTF_8);
  }

  long seed() {
    return all.get(ValueLayout.JAVA_LONG, AT_SEED);
  }

  /**
   * Whether nobody had closed it when the system was last started anew: pages of such a file may be
   * from before and after a change. Where nobody says which start of the system this is, it is of
   * this one.
   */
  boolean isLeftFromEarlierBoot() {
    long boot = BootId.current();
    return all.get(ValueLayout.JAVA_LONG, AT_CLEAN) == 0
        && boot != 0
        && all.get(ValueLayout.JAVA_LONG, AT_BOOT) != boot;
  }

  /** Says on the disk that it is open, before any page of a change gets there. */
  void markOpen() {
    all.set(ValueLayout.JAVA_LONG, AT_BOOT, BootId.current());
    all.set(ValueLayout.JAVA_LONG, AT_CLEAN, 0);
    all.asSlice(0, TableHeader.IDENTITY_BYTES).force();
  }

  /** Brings all of the file to the disk, then says so. */
  void markClosed() {
    all.force();
    all.set(ValueLayout.JAVA_LONG, AT_CLEAN, 1);
    all.asSlice(0, TableHeader.IDENTITY_BYTES).force();
  }
}
