package io.zeal.cache;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A log over segments: it grows at its newest segment and loses its oldest, never one in between.
 *
 * <p>So a record that ends an older one (a removal, a newer value) is never deleted before the
 * record that it ends, and needs no book-keeping. Whatever of the oldest segment is still wanted is
 * appended again before the segment goes.
 *
 * <p>Everything is guarded by the lock of the {@link FileTier}, except what says otherwise.
 */
final class SegmentLog {

  private static final SecureRandom RANDOM = new SecureRandom();

  private final SegmentFiles files;
  private final LogSettings settings;
  private final LogReserve reserve;

  private final Deque<Segment> segments;
  // Marks may be read without the lock.
  private final Map<String, LogMark> marks;
  private int markBytes;
  private long generation;
  private long nextNumber;
  private long nextId;
  // Changed under the lock, read by anyone.
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong weight = new AtomicLong();

  private SegmentLog(
      SegmentFiles files,
      LogSettings settings,
      InstantSource clock,
      long generation,
      @Nullable LogReplay replay) {
    this.files = files;
    this.settings = settings;
    this.generation = generation;
    this.reserve = new LogReserve(files, settings.reserveBytes(), clock);
    this.segments = new ArrayDeque<>(replay == null ? List.of() : replay.segments());
    this.marks = replay == null ? new ConcurrentHashMap<>() : replay.content().marks();
    this.nextNumber = replay == null ? 1 : replay.nextNumber();
    this.nextId = replay == null ? 1 : replay.nextId();
    bytes.set(segments.stream().mapToLong(Segment::length).sum());
    weight.set(segments.stream().mapToLong(Segment::weight).sum());
    marks.keySet().forEach(name -> markBytes += markRecordBytes(name));
  }

  /** A log that goes on where the replayed one ended. */
  static SegmentLog after(
      LogReplay replay,
      LogState state,
      SegmentFiles files,
      LogSettings settings,
      InstantSource clock)
      throws IOException {
    var log = new SegmentLog(files, settings, clock, state.generation(), replay);
    var begun = false;
    try {
      log.goOn(state);
      begun = true;
      return log;
    } finally {
      if (!begun) {
        log.letGo();
      }
    }
  }

  private void goOn(LogState state) throws IOException {
    if (settings.sync() && !(state.closed() || state.synced())) {
      // What was appended before is promised to be as safe as what comes.
      for (var segment : segments) {
        segment.forceAll();
      }
      files.forceNames();
    }
    begin();
  }

  /** A log of which nothing is there yet. */
  static SegmentLog empty(SegmentFiles files, LogSettings settings, InstantSource clock)
      throws IOException {
    var log = new SegmentLog(files, settings, clock, RANDOM.nextLong(), null);
    log.begin();
    log.deleteSegments();
    return log;
  }

  private void begin() throws IOException {
    // What an earlier process kept helps to write the state on a disk that is full by now.
    reserve.release();
    writeState(false);
    try {
      reserve.hold();
    } catch (IOException e) {
      // Whoever puts something is told; reading and removing need not wait for that.
    }
  }

  /** The bytes of all segments. Needs no lock. */
  long bytes() {
    return bytes.get();
  }

  /** What all segments count as ({@link Segment#weight}). Needs no lock. */
  long weight() {
    return weight.get();
  }

  /** The marks as they are. Needs no lock. */
  Map<String, LogMark> marks() {
    return marks;
  }

  LogSettings settings() {
    return settings;
  }

  /** Appends an entry. If the disk is full, space is kept for records that must not fail. */
  LogLocation appendEntry(byte[] record) throws IOException {
    reserve.hold();
    return append(record, LogRecord.OWN_NUMBER);
  }

  /** Appends an entry again, under the version that it has. */
  LogLocation appendAgain(byte[] record, long version) throws IOException {
    reserve.hold();
    return append(record, version);
  }

  /** Appends a record that may use the reserve. */
  LogLocation appendControl(byte[] record) throws IOException {
    try {
      return append(record, LogRecord.OWN_NUMBER);
    } catch (IOException e) {
      reserve.release();
      return append(record, LogRecord.OWN_NUMBER);
    }
  }

  boolean markFits(String name) {
    return marks.containsKey(name) || markBytes + markRecordBytes(name) <= settings.largestMarks();
  }

  /** Appends the numbers of a mark. They hold in memory even if that fails. */
  LogLocation appendMark(String name, long first, long second) throws IOException {
    // In no segment yet, so that an append that lets the oldest segment go does not carry it along.
    if (marks.put(name, new LogMark(first, second, null)) == null) {
      markBytes += markRecordBytes(name);
    }
    var location = appendControl(markRecord(name, first, second));
    marks.put(name, new LogMark(first, second, location.segment));
    return location;
  }

  LogLocation appendUnmark(String name) throws IOException {
    if (marks.remove(name) != null) {
      markBytes -= markRecordBytes(name);
    }
    return appendControl(
        LogRecord.unnumbered(LogRecord.Kind.UNMARK, utf8(name), LogRecord.NOTHING, 0));
  }

  /** Appends that nothing holds any more. What is older may go now. */
  LogLocation appendClear() throws IOException {
    marks.clear();
    markBytes = 0;
    var location =
        appendControl(
            LogRecord.unnumbered(LogRecord.Kind.CLEAR, LogRecord.NOTHING, LogRecord.NOTHING, 0));
    segments.forEach(Segment::allDied);
    return location;
  }

  private LogLocation append(byte[] record, long version) throws IOException {
    int counted = Math.max(record.length, isEntry(record) ? settings.leastEntryBytes() : 0);
    return write(segmentFor(record.length, counted), record, version);
  }

  private static boolean isEntry(byte[] record) {
    return LogRecord.kind(record) == LogRecord.Kind.PUT;
  }

  private LogLocation write(Segment segment, byte[] record, long version) throws IOException {
    long number = nextNumber;
    long stamped = version == LogRecord.OWN_NUMBER ? number : version;
    LogRecord.number(record, number, stamped, segment.seed());
    long before = segment.weight();
    int offset = segment.append(record);
    nextNumber++;
    bytes.addAndGet(record.length);
    segment.weigh(LogRecord.kind(record), record.length);
    weight.addAndGet(segment.weight() - before);
    return new LogLocation(
        segment, offset, record.length, LogRecord.expireAtMillis(record), stamped);
  }

  private Segment segmentFor(int recordBytes, int counted) throws IOException {
    var newest = segments.peekLast();
    if (newest != null && newest.isWritable() && hasRoom(newest, recordBytes, counted)) {
      return newest;
    }
    return beginSegment(recordBytes);
  }

  private boolean hasRoom(Segment segment, int recordBytes, int counted) {
    return segment.length() == Segment.HEADER_BYTES
        ? recordBytes <= settings.largestRecord()
        : segment.weight() + counted <= settings.segmentBytes();
  }

  /** Begins a segment. If there would be too many bytes, the oldest go, with what they hold. */
  private Segment beginSegment(int recordBytes) throws IOException {
    var newest = segments.peekLast();
    if (newest != null && settings.sync()) {
      newest.forceAll();
    }
    var next =
        Segment.create(files, new Segment.Header(nextId++, nextNumber, generation), settings);
    segments.addLast(next);
    bytes.addAndGet(Segment.HEADER_BYTES);
    weight.addAndGet(Segment.HEADER_BYTES);
    if (settings.sync()) {
      files.forceNames();
    }
    long coming = Math.max(settings.segmentBytes(), (long) recordBytes + Segment.HEADER_BYTES);
    while (segments.size() > 1 && weight.get() + coming > settings.boundBytes()) {
      dropOldest();
    }
    return next;
  }

  /** The oldest segment, unless it is the one that grows. */
  @Nullable Segment oldest() {
    return segments.size() > 1 ? segments.peekFirst() : null;
  }

  long newestId() {
    return nextId - 1;
  }

  /** Every segment that no longer grows. */
  List<Segment> finished() {
    var finished = new ArrayList<>(segments);
    if (!finished.isEmpty()) {
      finished.removeLast();
    }
    return finished;
  }

  long liveBytes() {
    return segments.stream().mapToLong(Segment::liveBytes).sum();
  }

  long liveWeight() {
    return segments.stream().mapToLong(Segment::liveWeight).sum();
  }

  /**
   * Lets the oldest segment go. Marks in it are appended again; entries in it are lost, so whoever
   * wants them appends them again before.
   */
  void dropOldest() throws IOException {
    var oldest = segments.getFirst();
    carryMarks(oldest);
    if (settings.sync()) {
      segments.getLast().forceAll();
    }
    segments.removeFirst();
    bytes.addAndGet(-oldest.length());
    weight.addAndGet(-oldest.weight());
    oldest.close();
    // If this fails the file is found by the next replay, which sees by the numbers whether what
    // followed is still there.
    files.delete(oldest.name());
  }

  private void carryMarks(Segment from) throws IOException {
    for (var mark : marks.entrySet()) {
      var numbers = mark.getValue();
      if (numbers.segment() == from) {
        var record = markRecord(mark.getKey(), numbers.first(), numbers.second());
        var location = write(segments.getLast(), record, LogRecord.OWN_NUMBER);
        mark.setValue(new LogMark(numbers.first(), numbers.second(), location.segment));
      }
    }
  }

  /**
   * Gives up everything but the marks. Returns whether the log can go on; if not, not even the
   * marks are there when it is opened anew.
   *
   * @throws IOException if that is not possible: what was appended may come back
   */
  boolean startOver() throws IOException {
    segments.forEach(Segment::close);
    segments.clear();
    bytes.set(0);
    weight.set(0);
    reserve.release();
    disown();
    try {
      deleteSegments();
      writeState(false);
      appendMarks();
      return true;
    } catch (IOException e) {
      disown();
      return false;
    }
  }

  /**
   * Has nothing believed that was appended so far, in one step that needs next to no space: a new
   * generation, or, if not even that can be written, no state at all.
   */
  void disown() throws IOException {
    generation = RANDOM.nextLong();
    try {
      writeState(false);
    } catch (IOException e) {
      files.delete(LogState.NAME);
      if (settings.sync()) {
        files.forceNames();
      }
    }
  }

  private void appendMarks() throws IOException {
    for (var mark : marks.entrySet()) {
      var numbers = mark.getValue();
      var record = markRecord(mark.getKey(), numbers.first(), numbers.second());
      var location = append(record, LogRecord.OWN_NUMBER);
      mark.setValue(new LogMark(numbers.first(), numbers.second(), location.segment));
    }
  }

  /** Makes everything survive a loss of power, says so, and lets the files go. */
  void close() throws IOException {
    try {
      for (var segment : segments) {
        segment.forceAll();
      }
      files.forceNames();
      writeState(true);
    } finally {
      letGo();
    }
  }

  /** Lets the files go as they are. */
  void letGo() {
    segments.forEach(Segment::close);
  }

  private void writeState(boolean closed) throws IOException {
    var state = new LogState(generation, closed, settings.sync(), settings.boot(), nextNumber - 1);
    files.replace(LogState.NAME, state.bytes());
  }

  private void deleteSegments() throws IOException {
    for (var name : files.names()) {
      if (Segment.idOf(name).isPresent()) {
        files.delete(name);
      }
    }
  }

  private static int markRecordBytes(String name) {
    return LogRecord.HEADER_BYTES + utf8(name).length + LogMark.BYTES;
  }

  private static byte[] markRecord(String name, long first, long second) {
    return LogRecord.unnumbered(LogRecord.Kind.MARK, utf8(name), LogMark.bytes(first, second), 0);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
