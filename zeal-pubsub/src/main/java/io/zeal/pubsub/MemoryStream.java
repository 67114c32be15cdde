package io.zeal.pubsub;

import io.zeal.CapacityException;
import io.zeal.ConsumeOptions;
import io.zeal.ConsumeOptions.Start;
import io.zeal.ErrorCode;
import io.zeal.PublishOptions;
import io.zeal.PublishOptions.Trim;
import io.zeal.pubsub.spi.Membership;
import io.zeal.spi.Texts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A stream in memory. Safe for concurrent use; one lock guards it with its groups and members, and
 * nothing but their own bookkeeping runs under it.
 *
 * <p>The entries there are have consecutive numbers: they are added at the end, and cut off at the
 * beginning only.
 */
final class MemoryStream {

  /** A publication that is not to be repeated, for as long as its window. */
  private record Remembered(String publisherId, long number, long untilMillis) {}

  private final String name;
  private final long maxBytes;
  private final StreamClock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();

  // All guarded by lock.
  private final Map<Long, StreamEntry> entries = new HashMap<>();
  private long first = 1;
  private long last;
  private long bytes;
  private final Map<String, StreamGroup> groups = new HashMap<>();
  private final Map<String, Remembered> remembered = new HashMap<>();
  private final PriorityQueue<Remembered> forgotten =
      new PriorityQueue<>(Comparator.comparingLong(Remembered::untilMillis));

  MemoryStream(String name, long maxBytes, StreamClock clock) {
    this.name = name;
    this.maxBytes = maxBytes;
    this.clock = clock;
  }

  String name() {
    return name;
  }

  /** Publishes all of them or none; the payloads are the stream's own from here on. */
  List<String> publish(List<byte[]> payloads, PublishOptions options) {
    String key = options.key().orElse(null);
    lock.lock();
    try {
      Optional<String> publisherId = options.publisherId();
      if (publisherId.isPresent()) {
        forget();
        Remembered former = remembered.get(publisherId.get());
        if (former != null) {
          return List.of(Long.toString(former.number));
        }
      }
      makeRoom(payloads, key);
      List<String> ids = new ArrayList<>(payloads.size());
      for (byte[] payload : payloads) {
        ids.add(add(payload, key));
      }
      publisherId.ifPresent(
          id -> remember(new Remembered(id, last, clock.in(options.duplicateWindow()))));
      options.maxMessages().ifPresent(most -> cutTo(most, options.trim()));
      news.signalAll();
      return ids;
    } finally {
      lock.unlock();
    }
  }

  private String add(byte[] payload, @Nullable String key) {
    StreamEntry entry = new StreamEntry(++last, payload, key, clock.millis());
    entries.put(entry.number, entry);
    bytes += entry.bytes();
    return entry.id();
  }

  private void remember(Remembered publication) {
    remembered.put(publication.publisherId, publication);
    forgotten.add(publication);
    bytes += bytes(publication);
  }

  private void forget() {
    long now = clock.millis();
    for (Remembered oldest = forgotten.peek();
        oldest != null && oldest.untilMillis < now;
        oldest = forgotten.peek()) {
      forgotten.poll();
      remembered.remove(oldest.publisherId);
      bytes -= bytes(oldest);
    }
  }

  private static long bytes(Remembered publication) {
    return 128 + 2L * publication.publisherId.length();
  }

  /** Where there is no room, what every group is done with makes some. */
  private void makeRoom(List<byte[]> payloads, @Nullable String key) {
    long needed = 0;
    for (byte[] payload : payloads) {
      needed += StreamEntry.bytes(payload, key);
    }
    if (bytes + needed > maxBytes) {
      forget();
    }
    long settled = groups.isEmpty() ? first : settledByAll();
    while (bytes + needed > maxBytes && first < settled) {
      cutFirst();
    }
    if (bytes + needed > maxBytes) {
      throw new CapacityException(
          ErrorCode.OUT_OF_SPACE,
          "Stream "
              + Texts.quote(name)
              + " holds "
              + bytes
              + " bytes, and "
              + needed
              + " more would pass the limit of "
              + maxBytes
              + ". Nothing was published. "
              + (groups.isEmpty()
                  ? "No group consumes it: begin to consume it first, or cut it by"
                      + " PublishOptions.withMaxMessages."
                  : "What is there waits for a group, or is a dead letter: see"
                      + " ReliablePubSub.stats, and removeGroup for a group that nobody uses. Or"
                      + " raise "
                      + InProcessStreams.STREAM_BYTES.key()
                      + "."));
    }
  }

  private void cutTo(long most, Trim trim) {
    long settled =
        switch (trim) {
          case ANY -> last + 1;
          case ACKNOWLEDGED -> groups.isEmpty() ? last + 1 : settledByAll();
        };
    while (entries.size() > most && first < settled) {
      cutFirst();
    }
  }

  private long settledByAll() {
    return groups.values().stream().mapToLong(StreamGroup::settledBelow).min().orElse(first);
  }

  private void cutFirst() {
    StreamEntry entry = Objects.requireNonNull(entries.remove(first++));
    entry.cut = true;
    bytes -= entry.bytes();
    groups.values().forEach(group -> group.cut(entry));
  }

  Membership join(String group, ConsumeOptions options) {
    lock.lock();
    try {
      StreamGroup joined =
          groups.computeIfAbsent(
              group,
              _ ->
                  new StreamGroup(
                      this, clock, options.start() == Start.BEGINNING ? first : last + 1));
      StreamMember member = new StreamMember(joined, lock, news, clock, options.claimAfter());
      joined.join(member);
      news.signalAll(); // the others have to know when this one falls silent
      return member;
    } finally {
      lock.unlock();
    }
  }

  /** Asks a group; empty if there is none. */
  <T> Optional<T> ask(String group, Function<StreamGroup, T> question) {
    lock.lock();
    try {
      return Optional.ofNullable(groups.get(group)).map(question);
    } finally {
      lock.unlock();
    }
  }

  /** Removes a group; whether there was one. */
  boolean remove(String group) {
    lock.lock();
    try {
      StreamGroup removed = groups.remove(group);
      if (removed == null) {
        return false;
      }
      removed.end();
      news.signalAll(); // its members wait for messages
      return true;
    } finally {
      lock.unlock();
    }
  }

  long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  // For groups, which hold the lock.

  long first() {
    return first;
  }

  long last() {
    return last;
  }

  StreamEntry entry(long number) {
    return Objects.requireNonNull(entries.get(number));
  }

  void addBytes(long more) {
    bytes += more;
  }
}
