package io.zeal.cache;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the records of a log add up to while it is replayed: the last word on each key and mark. */
final class LogContent {

  private final Map<String, LogLocation> entries = new ConcurrentHashMap<>();
  private final Map<String, LogMark> marks = new ConcurrentHashMap<>();
  private final long nowMillis;
  private boolean markLost;

  LogContent(long nowMillis) {
    this.nowMillis = nowMillis;
  }

  Map<String, LogLocation> entries() {
    return entries;
  }

  Map<String, LogMark> marks() {
    return marks;
  }

  /**
   * Whether there may have been a mark, since everything was last cleared, of which nobody knows
   * any more.
   */
  boolean isMarkLost() {
    return markLost;
  }

  /** Applies a record whose key and, for a mark, value are whole. */
  void apply(LogRecord.Header header, byte[] bytes, int keyAt, Segment segment, int offset) {
    switch (header.kind()) {
      case PUT -> put(text(header, bytes, keyAt), locate(header, segment, offset));
      case REMOVE -> remove(text(header, bytes, keyAt));
      case MARK ->
          marks.put(
              text(header, bytes, keyAt), LogMark.read(bytes, keyAt + header.keyBytes(), segment));
      case UNMARK -> marks.remove(text(header, bytes, keyAt));
      case CLEAR -> clear();
    }
  }

  /** Forgets what a record may have been about whose header alone is whole. */
  void lose(LogRecord.Header header) {
    switch (header.kind()) {
      case PUT, REMOVE ->
          entries.keySet().stream().filter(key -> isOf(key, header)).toList().forEach(this::remove);
      case MARK, UNMARK -> markLost = true;
      case CLEAR -> clear();
    }
  }

  void clear() {
    entries.values().forEach(LogContent::uncount);
    entries.clear();
    marks.clear();
    markLost = false;
  }

  private void put(String key, LogLocation location) {
    // Even an expired value ends what was there before.
    remove(key);
    if (!location.isExpired(nowMillis)) {
      entries.put(key, location);
      location.segment.lives(location);
    }
  }

  private void remove(String key) {
    var previous = entries.remove(key);
    if (previous != null) {
      uncount(previous);
    }
  }

  private static void uncount(LogLocation location) {
    location.segment.died(location);
  }

  private static LogLocation locate(LogRecord.Header header, Segment segment, int offset) {
    return new LogLocation(
        segment, offset, header.length(), header.expireAtMillis(), header.version());
  }

  private static boolean isOf(String key, LogRecord.Header header) {
    var bytes = key.getBytes(StandardCharsets.UTF_8);
    return LogBytes.hash(bytes, 0, bytes.length) == header.keyHash();
  }

  private static String text(LogRecord.Header header, byte[] bytes, int at) {
    return new String(bytes, at, header.keyBytes(), StandardCharsets.UTF_8);
  }
}
