package io.zeal.cache;

import java.util.Optional;
import java.util.UUID;

/**
 * What the file {@code state} says of a log: which segments belong to it, and how far they can be
 * believed after an end that nobody saw.
 *
 * @param generation of the log; segments of another are left over from a log that was given up
 * @param closed whether everything was forced to disk and nothing was appended since
 * @param synced whether every append was forced before it returned
 * @param boot which run of the machine wrote it, or {@link #UNKNOWN_BOOT}
 * @param lastNumber of the last record, if closed
 */
record LogState(long generation, boolean closed, boolean synced, UUID boot, long lastNumber) {

  static final String NAME = "state";
  static final UUID UNKNOWN_BOOT = new UUID(0, 0);

  private static final int BYTES = 64;
  private static final long MAGIC = 0x3154_5453_4c41_455aL; // "ZEALSTT1"
  private static final int FORMAT = 1;
  private static final int CLOSED = 1;
  private static final int SYNCED = 2;
  private static final int SUM_AT = 60;

  byte[] bytes() {
    var bytes = new byte[BYTES];
    LogBytes.putLong(bytes, 0, MAGIC);
    LogBytes.putInt(bytes, 8, FORMAT);
    LogBytes.putInt(bytes, 12, (closed ? CLOSED : 0) | (synced ? SYNCED : 0));
    LogBytes.putLong(bytes, 16, generation);
    LogBytes.putLong(bytes, 24, boot.getMostSignificantBits());
    LogBytes.putLong(bytes, 32, boot.getLeastSignificantBits());
    LogBytes.putLong(bytes, 40, lastNumber);
    LogBytes.putInt(bytes, SUM_AT, LogBytes.checksum(bytes, 0, SUM_AT));
    return bytes;
  }

  /** What the bytes say; empty if they are damaged or of another format. */
  static Optional<LogState> of(byte[] bytes) {
    if (bytes.length != BYTES
        || LogBytes.getLong(bytes, 0) != MAGIC
        || LogBytes.getInt(bytes, 8) != FORMAT
        || LogBytes.getInt(bytes, SUM_AT) != LogBytes.checksum(bytes, 0, SUM_AT)) {
      return Optional.empty();
    }
    int flags = LogBytes.getInt(bytes, 12);
    return Optional.of(
        new LogState(
            LogBytes.getLong(bytes, 16),
            (flags & CLOSED) != 0,
            (flags & SYNCED) != 0,
            new UUID(LogBytes.getLong(bytes, 24), LogBytes.getLong(bytes, 32)),
            LogBytes.getLong(bytes, 40)));
  }

  /** Whether the machine has been running since this was written. */
  boolean isOf(UUID currentBoot) {
    return !boot.equals(UNKNOWN_BOOT) && boot.equals(currentBoot);
  }

  /** Whether all that was appended is on disk, or at least in the memory of a running machine. */
  boolean isTrusted(UUID currentBoot) {
    return closed || synced || isOf(currentBoot);
  }
}
