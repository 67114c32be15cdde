package io.zeal.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/** Small tiers over files in memory, whose background work is done by whoever causes it. */
final class FileTierFixture {

  static final UUID BOOT = new UUID(1, 1);
  static final UUID NEXT_BOOT = new UUID(2, 2);
  static final int SEGMENT_BYTES = 600;

  /** A clock that stands still until it is moved. */
  static final class Clock implements InstantSource {
    private final AtomicLong millis = new AtomicLong(1_000_000);

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(millis.get());
    }

    void move(long byMillis) {
      millis.addAndGet(byMillis);
    }
  }

  final Clock clock = new Clock();
  long maxBytes = 1_000_000;
  int segmentBytes = SEGMENT_BYTES;
  int leastEntryBytes;
  boolean sync;
  UUID boot = BOOT;
  Executor executor = Runnable::run;

  FileTier open(SegmentFiles files) {
    var options = new FileTierOptions(FileTierOptions.LEAST_BYTES, sync, clock, executor);
    try {
      return FileTier.open(
          files,
          options,
          new LogSettings(maxBytes, segmentBytes, 100, leastEntryBytes, sync, boot),
          () -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
