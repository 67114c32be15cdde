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
 * knows what stood in the lost part: it may have been a mark, which says of any entry, also of one
 * that was appended again later, that it is over. So the log is lost as a whole. Nothing is deleted
 * for that here: whoever is told begins another log in one step ({@link SegmentLog#empty}), and if
 * that is cut off the next replay finds the same damage.
 *
 * <p>A tail that ends in the middle of the last record is no damage: its append did not return.
 */
final class LogReplay {

  /** More damaged records than this are no accident that is worth working around. */
  private static final int MOST_DAMAGED = 64;

  private final SegmentFiles files;
  private final LogState state;
  private final boolean tornAnywhere;
  private final LogContent content;
  private final LogSettings settings;

  private final List<Candidate> candidates = new ArrayList<>();
  private final List<String> shortFiles = new ArrayList<>();
  private final List<Segment> segments = new ArrayList<>();
  private long nextNumber = 1;
  private long nextId = 1;
  private int damagedRecords;
  private boolean lost;

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
  LogReplay(
      SegmentFiles files,
      LogState state,
      LogSettings settings,
      boolean tornAnywhere,
      long nowMillis) {
    this.files = files;
    this.settings = settings;
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

  /** Segments that were given up because of damage. */
  int lostSegments() {
    return lost ? candidates.size() : 0;
  }

  /** Whether something is missing of which nobody knows what it said: nothing can be believed. */
  boolean isLost() {
    return lost;
  }

  /**
   * Reads everything, and has no file open afterwards if that fails or the log is lost. Throws only
   * if the files cannot be worked with at all.
   */
  void run() throws IOException {
    var whole = false;
    try {
      readAll();
      whole = !lost;
    } finally {
      if (!whole) {
        candidates.forEach(candidate -> candidate.file().close());
      }
    }
  }

  private void readAll() throws IOException {
    findCandidates();
    for (int i = 0; i < candidates.size() && !lost; i++) {
      replay(i);
    }
    lost |= content.isMarkLost();
    lost |= state.closed() && nextNumber != state.lastNumber() + 1;
    for (var name : lost ? List.<String>of() : shortFiles) {
      files.delete(name);
    }
  }

  private void findCandidates() throws IOException {
    long firstShort = Long.MAX_VALUE;
    for (var name : files.names()) {
      var id = Segment.idOf(name);
      if (id.isPresent()) {
        nextId = Math.max(nextId, id.getAsLong() + 1);
        if (!findCandidate(id.getAsLong(), name)) {
          firstShort = Math.min(firstShort, id.getAsLong());
        }
      }
    }
    candidates.sort(Comparator.comparingLong(Candidate::id));
    // Before the oldest segment there is none whose numbers would tell that records are missing.
    lost = !candidates.isEmpty() && firstShort < candidates.getFirst().id();
  }

  /** Returns false for a file that is too short to be a segment; it stays where it is. */
  private boolean findCandidate(long id, String name) throws IOException {
    var file = files.open(name);
    var keep = false;
    try {
      long length = file.length();
      if (length < Segment.HEADER_BYTES) {
        // Killed while it was made; it cannot hold a record. If it did, the gap in numbers tells.
        shortFiles.add(name);
        return false;
      }
      var header = length > Integer.MAX_VALUE ? null : Segment.readHeader(file);
      if (header != null && header.generation() != state.generation()) {
        file.close();
        // Left over from a log that was given up.
        files.delete(name);
        return true;
      }
      var damaged = header == null || header.id() != id;
      candidates.add(new Candidate(id, file, (int) length, damaged ? null : header));
      keep = true;
      return true;
    } finally {
      if (!keep) {
        file.close();
      }
    }
  }

  private void replay(int index) throws IOException {
    var candidate = candidates.get(index);
    var last = index == candidates.size() - 1;
    var header = candidate.header();
    if (header == null) {
      if (last && tornAnywhere) {
        // Begun before power was lost, and nothing in it was forced.
        candidates.remove(index);
        candidate.file().close();
        files.delete(Segment.name(candidate.id()));
      } else {
        lost = true;
      }
      return;
    }
    var segment = Segment.of(candidate.file(), header, candidate.length(), settings);
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
      lost = true;
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
      lost = true;
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
    segment.weigh(header.kind(), header.length());
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
}
