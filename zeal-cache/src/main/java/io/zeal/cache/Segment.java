package io.zeal.cache;

import java.io.EOFException;
import java.io.IOException;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One file of the log: a header, then records whose numbers follow each other without a gap.
 *
 * <p>Appending and closing are guarded by the log's lock, forcing by this segment's own; reading
 * takes neither.
 */
final class Segment {

  static final int HEADER_BYTES = 48;

  static final String SUFFIX = ".log";
  private static final long MAGIC = 0x3147_4553_4c41_455aL; // "ZEALSEG1"
  private static final int FORMAT = 1;
  private static final int SUM_AT = 44;

  private final SegmentFile file;
  private final long id;
  private final long firstNumber;
  private final long seed;
  private final int leastEntryBytes;
  private final AtomicLong liveBytes = new AtomicLong();
  private final AtomicLong liveWeight = new AtomicLong();
  private final AtomicLong weight = new AtomicLong(HEADER_BYTES);

  // Written under the log's lock.
  private volatile int length;
  private volatile boolean broken;
  private volatile boolean gone;

  private final ReentrantLock forcing = new ReentrantLock();
  // Written under forcing: everything before is on disk.
  private volatile int forced;

  /** What the header of a segment says. */
  record Header(long id, long firstNumber, long generation) {

    byte[] bytes() {
      var bytes = new byte[HEADER_BYTES];
      LogBytes.putLong(bytes, 0, MAGIC);
      LogBytes.putInt(bytes, 8, FORMAT);
      LogBytes.putLong(bytes, 16, id);
      LogBytes.putLong(bytes, 24, firstNumber);
      LogBytes.putLong(bytes, 32, generation);
      LogBytes.putInt(bytes, SUM_AT, LogBytes.checksum(bytes, 0, SUM_AT));
      return bytes;
    }

    private static @Nullable Header of(byte[] bytes) {
      if (LogBytes.getLong(bytes, 0) != MAGIC
          || LogBytes.getInt(bytes, 8) != FORMAT
          || LogBytes.getInt(bytes, SUM_AT) != LogBytes.checksum(bytes, 0, SUM_AT)) {
        return null;
      }
      return new Header(
          LogBytes.getLong(bytes, 16), LogBytes.getLong(bytes, 24), LogBytes.getLong(bytes, 32));
    }
  }

  private Segment(SegmentFile file, Header header, int length, int leastEntryBytes) {
    this.file = file;
    this.leastEntryBytes = leastEntryBytes;
    this.id = header.id();
    this.firstNumber = header.firstNumber();
    this.seed = (header.generation() ^ header.id()) * 0x9e37_79b9_7f4a_7c15L;
    this.length = length;
  }

  static String name(long id) {
    return HexFormat.of().toHexDigits(id) + SUFFIX;
  }

  /** The number in a file's name; empty if the file is no segment. */
  static OptionalLong idOf(String name) {
    if (name.length() != 16 + SUFFIX.length() || !name.endsWith(SUFFIX)) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(HexFormat.fromHexDigitsToLong(name, 0, 16));
    } catch (IllegalArgumentException e) {
      return OptionalLong.empty();
    }
  }

  /** Makes an empty segment; if that fails, nothing of it stays that could be taken for one. */
  static Segment create(SegmentFiles files, Header header, LogSettings settings)
      throws IOException {
    var name = name(header.id());
    var file = files.create(name);
    try {
      file.append(header.bytes());
    } catch (IOException e) {
      file.close();
      deleteAfter(e, files, name);
      throw e;
    }
    return new Segment(file, header, HEADER_BYTES, settings.leastEntryBytes());
  }

  private static void deleteAfter(IOException failure, SegmentFiles files, String name) {
    try {
      files.delete(name);
    } catch (IOException e) {
      // Replay knows it by its missing records.
      failure.addSuppressed(e);
    }
  }

  /** The header of a file that may be a segment, or null if it is damaged. */
  static @Nullable Header readHeader(SegmentFile file) throws IOException {
    var bytes = new byte[HEADER_BYTES];
    file.read(0, bytes, 0, HEADER_BYTES);
    return Header.of(bytes);
  }

  static Segment of(SegmentFile file, Header header, int length, LogSettings settings) {
    return new Segment(file, header, length, settings.leastEntryBytes());
  }

  String name() {
    return name(id);
  }

  long id() {
    return id;
  }

  long firstNumber() {
    return firstNumber;
  }

  long seed() {
    return seed;
  }

  int length() {
    return length;
  }

  /** The bytes of records that still say something of a key. */
  long liveBytes() {
    return liveBytes.get();
  }

  /** As {@link #liveBytes}, each entry counted as its weight. */
  long liveWeight() {
    return liveWeight.get();
  }

  /** What its records count as: short entries more than their bytes. */
  long weight() {
    return Math.max(weight.get(), length);
  }

  /** Has a record that was appended count. */
  void weigh(LogRecord.@Nullable Kind kind, int bytes) {
    weight.addAndGet(weightOf(kind, bytes));
  }

  private int weightOf(LogRecord.@Nullable Kind kind, int bytes) {
    return kind == LogRecord.Kind.PUT ? Math.max(bytes, leastEntryBytes) : bytes;
  }

  /** An entry of this segment says something of its key. */
  void lives(LogLocation entry) {
    liveBytes.addAndGet(entry.length);
    liveWeight.addAndGet(weightOf(LogRecord.Kind.PUT, entry.length));
  }

  /** An entry of this segment no longer says anything. */
  void died(LogLocation entry) {
    liveBytes.addAndGet(-entry.length);
    liveWeight.addAndGet(-weightOf(LogRecord.Kind.PUT, entry.length));
  }

  /** No entry of this segment says anything any more. */
  void allDied() {
    liveBytes.set(0);
    liveWeight.set(0);
  }

  /** Whether it was closed: what it held is no longer there. */
  boolean isGone() {
    return gone;
  }

  /** Whether something may be appended; not after a failed append that could not be undone. */
  boolean isWritable() {
    return !broken;
  }

  /** Appends and returns the offset. If it fails, nothing of it stays in what is read. */
  int append(byte[] record) throws IOException {
    int offset = length;
    try {
      file.append(record);
    } catch (IOException e) {
      undo(offset, e);
      throw e;
    }
    length = offset + record.length;
    return offset;
  }

  private void undo(int offset, IOException failure) {
    try {
      file.truncate(offset);
    } catch (IOException e) {
      // The next segment begins with the number that this record would have had, which tells
      // replay that what is here was never appended.
      broken = true;
      failure.addSuppressed(e);
    }
  }

  /** Cuts off a tail that was never appended whole. */
  void truncate(int newLength) throws IOException {
    file.truncate(newLength);
    length = newLength;
  }

  /** Reads, or returns null if the segment is gone. */
  byte @Nullable [] read(int offset, int count) throws IOException {
    var bytes = new byte[count];
    return read(offset, bytes, 0, count) ? bytes : null;
  }

  /** Reads, or returns false if the segment is gone. */
  boolean read(int offset, byte[] into, int from, int count) throws IOException {
    if (offset + (long) count > length) {
      throw new EOFException(
          name() + " has " + length + " bytes, asked for " + count + " at " + offset);
    }
    try {
      file.read(offset, into, from, count);
      return true;
    } catch (IOException e) {
      if (gone) {
        return false;
      }
      throw e;
    }
  }

  /** Returns when everything before {@code end} is on disk; one call serves all who wait. */
  void forceTo(int end) throws IOException {
    if (forced >= end) {
      return;
    }
    forcing.lock();
    try {
      if (forced >= end || gone) {
        return;
      }
      int reached = length;
      file.force();
      forced = reached;
    } finally {
      forcing.unlock();
    }
  }

  void forceAll() throws IOException {
    forceTo(length);
  }

  void close() {
    forcing.lock();
    try {
      gone = true;
      file.close();
    } finally {
      forcing.unlock();
    }
  }
}
