package io.zeal.pubsub;

import io.zeal.pubsub.spi.Claimed;
import io.zeal.pubsub.spi.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A group of a stream: what it has not been given yet, what was given and not answered, and what it
 * gave up. Guarded by the stream's lock, like everything of the stream.
 */
final class StreamGroup {

  /** A message that was given to a consumer and is not settled. */
  static final class Pending {
    final StreamEntry entry;
    private long count = 1;
    private long dueMillis; // if nobody holds it
    private boolean held = true;

    Pending(StreamEntry entry) {
      this.entry = entry;
    }
  }

  private final MemoryStream stream;
  private final StreamClock clock;

  private long next; // every entry from this number on has not been given yet
  private final TreeMap<Long, Pending> pending = new TreeMap<>();
  private final PriorityQueue<Pending> again =
      new PriorityQueue<>(
          Comparator.<Pending>comparingLong(p -> p.dueMillis)
              .thenComparingLong(p -> p.entry.number));
  private final Set<StreamMember> members = new LinkedHashSet<>();
  private final TreeMap<Long, BuriedMessage> deadLetters = new TreeMap<>();
  private long lastDeadLetter;
  private long retries;

  StreamGroup(MemoryStream stream, StreamClock clock, long next) {
    this.stream = stream;
    this.clock = clock;
    this.next = next;
  }

  void join(StreamMember member) {
    members.add(member);
  }

  void leave(StreamMember member) {
    members.remove(member);
  }

  /** Those that are due again or whose consumer fell silent, and then new ones. */
  List<Claimed> take(StreamMember member, int most) {
    long now = clock.millis();
    takeOverFromSilent(member, now);
    List<Claimed> taken = new ArrayList<>();
    for (Pending due = again.peek();
        due != null && due.dueMillis <= now && taken.size() < most;
        due = again.peek()) {
      again.poll();
      due.held = true;
      taken.add(claim(member, due, false));
    }
    next = Math.max(next, stream.first());
    while (next <= stream.last() && taken.size() < most) {
      Pending fresh = new Pending(stream.entry(next++));
      pending.put(fresh.entry.number, fresh);
      taken.add(claim(member, fresh, true));
    }
    return taken;
  }

  private static Claimed claim(StreamMember member, Pending message, boolean fresh) {
    StreamEntry entry = message.entry;
    member.held.put(entry.number, message);
    return new Claimed(entry.id(), entry.payload.clone(), entry.key, message.count, fresh);
  }

  private void takeOverFromSilent(StreamMember asking, long now) {
    Iterator<StreamMember> each = members.iterator();
    while (each.hasNext()) {
      StreamMember member = each.next();
      if (!member.equals(asking) && member.silentAtMillis() <= now) {
        each.remove();
        member.held.values().forEach(message -> giveBack(message, now));
        member.expel("the consumer was silent for " + member.claimAfter());
      }
    }
  }

  private void giveBack(Pending message, long dueMillis) {
    if (message.entry.cut) {
      pending.remove(message.entry.number);
      return;
    }
    message.held = false;
    message.dueMillis = dueMillis;
    again.add(message);
  }

  /** When there is something to take for {@code member} at the latest, if nothing is published. */
  long nextDueMillis(StreamMember member) {
    Pending first = again.peek();
    long due = first == null ? Long.MAX_VALUE : first.dueMillis;
    for (StreamMember other : members) {
      if (!other.equals(member)) { // one that holds nothing may take something meanwhile
        due = Math.min(due, other.silentAtMillis());
      }
    }
    return due;
  }

  long begin(Pending message) {
    if (message.count > 0) {
      retries++;
    }
    return ++message.count;
  }

  void settle(Pending message, Settlement answer) {
    switch (answer) {
      case Settlement.Done _ -> pending.remove(message.entry.number);
      case Settlement.Retry(_, Duration delay) -> giveBack(message, clock.in(delay));
      case Settlement.Release(Claimed claimed) -> {
        message.count -= claimed.fresh() ? 1 : 0;
        giveBack(message, clock.millis());
      }
      case Settlement.Bury(_, String reason, String hash) -> bury(message, reason, hash);
    }
  }

  private void bury(Pending message, String reason, @Nullable String hash) {
    pending.remove(message.entry.number);
    long number = ++lastDeadLetter;
    deadLetters.put(
        number,
        new BuriedMessage(
            number,
            stream.name(),
            message.entry,
            message.count,
            reason,
            hash,
            Instant.ofEpochMilli(clock.millis())));
    stream.addBytes(message.entry.bytes());
  }

  List<BuriedMessage> deadLetters(long after, int limit) {
    return deadLetters.tailMap(after, false).values().stream().limit(limit).toList();
  }

  boolean removeDeadLetter(long number) {
    BuriedMessage removed = deadLetters.remove(number);
    if (removed != null) {
      stream.addBytes(-removed.entry().bytes());
    }
    return removed != null;
  }

  /** It is removed: nobody is its member any more, and its dead letters are gone. */
  void end() {
    members.forEach(member -> member.expel("the group was removed"));
    members.clear();
    deadLetters.values().forEach(letter -> stream.addBytes(-letter.entry().bytes()));
    deadLetters.clear();
  }

  /** Every entry below this number is settled. */
  long settledBelow() {
    return pending.isEmpty() ? next : Math.min(next, pending.firstKey());
  }

  /** An entry was cut off; whoever holds it may still answer. */
  void cut(StreamEntry entry) {
    Pending message = pending.get(entry.number);
    if (message != null && !message.held) {
      again.remove(message);
      pending.remove(entry.number);
    }
  }

  Map<String, Long> numbers() {
    long first = Math.max(next, stream.first());
    long lag = Math.max(0, stream.last() - first + 1);
    long oldest = Long.MAX_VALUE;
    if (lag > 0) {
      oldest = stream.entry(first).publishedMillis;
    }
    if (!pending.isEmpty()) {
      oldest = Math.min(oldest, pending.firstEntry().getValue().entry.publishedMillis);
    }
    Map<String, Long> numbers = new HashMap<>();
    numbers.put("lag", lag);
    numbers.put("pending", (long) pending.size());
    numbers.put(
        "oldestMillis", oldest == Long.MAX_VALUE ? 0 : Math.max(0, clock.millis() - oldest));
    numbers.put("retries", retries);
    numbers.put("deadLetters", (long) deadLetters.size());
    return numbers;
  }
}
