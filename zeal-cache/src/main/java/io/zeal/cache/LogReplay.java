package io.zeal.cache;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log from its oldest segment to its newest.
 *
 * <p>The rule that everything here serves: a value comes back only if no later record of its key
 * can have been lost. Records have numbers without gaps, so what was lost shows. A record whose
 * header is whole tells which key it was about, and only that key is forgotten. Otherwise nobody
 * knows what stood in the lost part, and all that is older is forgotten, by deleting its segments,
 * oldest first: whenever that is cut off, the next replay finds the same damage.
 *
 * <p>A tail that ends in the middle of the last record is no damage: its append did not return.
 */
final class LogReplay {

  /** More damaged records than this are no accident that is worth working around. */
  private static final int MOST_DAMAGED = 64;

  private static final long NUMBERS_SKIPPED = 1L << 32;

  private final SegmentFiles files;
  private final LogState state;
  private final boolean tornAnywhere;
  private final LogContent content;

  private final List<Candidate> candidates = new ArrayList<>();
  private final List<Segment> segments = new ArrayList<>();
  private long nextNumber = 1;
  private long nextId = 1;
  private int damagedRecords;
  private int lostSegments;

  /** A file that may be a segment. The header is null if it is damaged. */
  private record Candidate(
      long id, SegmentFile file, int length, Segment.@Nullable Header header) {}

  /** How reading a segment ended. */
  private enum End {
    /** After a whole record. */
    CLEAN,
    /** In the middle of a record, as a killed append leaves it. */
    TORN,
    /** At bytes that are no header, where one has to be. */
    DAMAGED
  }

  /**
   * A replay of the log in {@code files}.
   *
   * @param tornAnywhere whether power was lost: then what follows the last forced record may be
   *     anything, and was never acknowledged
   */
  LogReplay(SegmentFiles files, LogState state, boolean tornAnywhere, long nowMillis) {
    this.files = files;
    this.state = state;
    this.tornAnywhere = tornAnywhere;
    this.content = new LogContent(nowMillis);
  }

  LogContent content() {
    return content;
  }

  /** The segments that stay, oldest first. */
  List<Segment> segments() {
    return segments;
  }

  long nextNumber() {
    return nextNumber;
  }

  long nextId() {
    return nextId;
  }

  /** Records of which only the header was whole. */
  int damagedRecords() {
    return damagedRecords;
  }

  /** Segments that were given up because of damage in them or behind them. */
  int lostSegments() {
    return lostSegments;
  }

  /** Reads everything. Throws only if the files cannot be worked with at all. */
  void run() throws IOException {
    findCandidates();
    for (int i = 0; i < candidates.size(); i++) {
      replay(i);
    }
    if (state.closed() && nextNumber != state.lastNumber() + 1) {
      loseAll();
    }
    if (segments.isEmpty() && lostSegments > 0) {
      // What was given up must never fit to what comes, even if a deletion is undone.
      nextNumber += NUMBERS_SKIPPED;
    }
  }

  private void findCandidates() throws IOException {
    for (var name : files.names()) {
      var id = Segment.idOf(name);
      if (id.isPresent()) {
        nextId = Math.max(nextId, id.getAsLong() + 1);
        findCandidate(id.getAsLong(), name);
      }
    }
    candidates.sort(Comparator.comparingLong(Candidate::id));
  }

  private void findCandidate(long id, String name) throws IOException {
    var file = files.open(name);
    long length = file.length();
    if (length < Segment.HEADER_BYTES) {
      // Killed while it was made; it cannot hold a record. If it did, the gap in numbers tells.
      delete(file, name);
      return;
    }
    var header = length > Integer.MAX_VALUE ? null : Segment.readHeader(file);
    if (header != null && header.generation() != state.generation()) {
      // Left over from a log that was given up.
      delete(file, name);
      return;
    }
    var damaged = header == null || header.id() != id;
    candidates.add(new Candidate(id, file, (int) length, damaged ? null : header));
  }

  private void delete(SegmentFile file, String name) throws IOException {
    file.close();
    files.delete(name);
  }

  private void replay(int index) throws IOException {
    var candidate = candidates.get(index);
    var last = index == candidates.size() - 1;
    var header = candidate.header();
    if (header == null) {
      if (!(last && tornAnywhere)) {
        loseAll();
      }
      lose(candidate);
      return;
    }
    var segment = Segment.of(candidate.file(), header, candidate.length());
    segments.add(segment);
    nextNumber = header.firstNumber();
    read(segment, last ? Long.MAX_VALUE : firstNumberAfter(index));
  }

  /**
   * The number with which the next segment begins. What stands here under that number or a greater
   * one is an append that failed and could not be cut off.
   */
  private long firstNumberAfter(int index) {
    var next = candidates.get(index + 1).header();
    return next == null ? Long.MAX_VALUE : next.firstNumber();
  }

  private void read(Segment segment, long limit) throws IOException {
    var reader = new SegmentReader(segment);
    int offset = Segment.HEADER_BYTES;
    int damagedBefore = damagedRecords;
    var end = End.CLEAN;
    while (nextNumber < limit && end == End.CLEAN && reader.remaining(offset) > 0) {
      int length = readRecord(segment, reader, offset);
      if (length > 0) {
        offset += length;
        nextNumber++;
      } else {
        end = length == 0 ? End.TORN : End.DAMAGED;
      }
    }
    if (damagedRecords - damagedBefore > MOST_DAMAGED) {
      loseAll();
    } else {
      finish(segment, offset, end, limit);
    }
  }

  private void finish(Segment segment, int offset, End end, long limit) throws IOException {
    if (nextNumber == limit) {
      // Not a record is missing between this segment and the next.
      return;
    }
    var last = limit == Long.MAX_VALUE;
    var cut = last && (end == End.TORN || (end == End.DAMAGED && tornAnywhere));
    if (cut) {
      segment.truncate(offset);
    } else if (!last || end != End.CLEAN) {
      loseAll();
    }
  }

  /** Applies one record and returns its length; 0 if it is not all there, -1 if it is none. */
  private int readRecord(Segment segment, SegmentReader reader, int offset) throws IOException {
    int remaining = reader.remaining(offset);
    if (remaining < LogRecord.HEADER_BYTES) {
      return 0;
    }
    int at = reader.load(offset, LogRecord.HEADER_BYTES);
    var header = LogRecord.header(reader.bytes(), at, segment.seed());
    if (header == null || header.number() != nextNumber) {
      return -1;
    }
    if (header.length() > remaining) {
      return 0;
    }
    int bodyAt =
        reader.load(offset + LogRecord.HEADER_BYTES, header.keyBytes() + neededOfValue(header));
    if (isWhole(header, reader.bytes(), bodyAt)) {
      content.apply(header, reader.bytes(), bodyAt, segment, offset);
    } else {
      damagedRecords++;
      content.lose(header);
    }
    return header.length();
  }

  /** The value of an entry is checked by whoever reads it, so that opening need not read it. */
  private static int neededOfValue(LogRecord.Header header) {
    return header.kind() == LogRecord.Kind.PUT ? 0 : header.valueBytes();
  }

  private static boolean isWhole(LogRecord.Header header, byte[] bytes, int at) {
    return switch (header.kind()) {
      case PUT -> header.isKey(bytes, at);
      case MARK -> header.isBody(bytes, at) && header.valueBytes() == LogMark.BYTES;
      case REMOVE, UNMARK, CLEAR -> header.isBody(bytes, at);
    };
  }

  private void loseAll() throws IOException {
    content.clear();
    for (var segment : segments) {
      segment.close();
      files.delete(segment.name());
      lostSegments++;
    }
    segments.clear();
  }

  private void lose(Candidate candidate) throws IOException {
    candidate.file().close();
    files.delete(Segment.name(candidate.id()));
    lostSegments++;
  }
}
