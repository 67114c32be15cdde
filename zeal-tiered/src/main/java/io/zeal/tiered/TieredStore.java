package io.zeal.tiered;

import io.zeal.ErrorCode;
import io.zeal.Message;
import io.zeal.Schema;
import io.zeal.SchemaException;
import io.zeal.Stats;
import io.zeal.Subscription;
import io.zeal.ZealException;
import io.zeal.spi.Announcement;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What all views of one store share: its fence, its steps, what it hears and when it beats.
 *
 * <p>It listens from its first heartbeat on, so from the first read that a copy might answer. What
 * was published before that is not missed: there is no copy without a lease, and no lease without a
 * heartbeat that was heard.
 */
final class TieredStore {

  /** How it begins to listen; as {@link io.zeal.spi.Messaging#listen}. */
  @FunctionalInterface
  interface Ear {
    Subscription listen(String channel, Runnable onGap, Consumer<? super Message> listener);
  }

  /** Below the backend's prefix. */
  private static final String CHANNELS = "zeal:tiered:";

  private final String name;
  private final String channel;
  private final TieredSettings settings;
  private final Fence fence;
  private final OwnSteps steps;
  private final Heartbeats heartbeats;
  private final Receiver receiver;
  private final Heart heart;
  private final Ear ear;
  private final StoreNumbers numbers = new StoreNumbers();
  private final HotCopiesOfTypes hot;
  private volatile int bucketsFound; // when it was opened last
  private volatile boolean closed;
  private volatile @Nullable Subscription subscription; // by the one thread that beats
  private volatile @Nullable Throwable listenFailure; // by the same
  private volatile long beatsWithoutLease; // by the one thread that beats
  private volatile @Nullable ZealException lastBeatFailure; // by the same

  TieredStore(
      String name,
      TieredSettings settings,
      Fence fence,
      UUID writer,
      Supplier<UUID> nonces,
      Consumer<Announcement> far,
      Ear ear,
      Executor executor) {
    this.name = name;
    this.ear = ear;
    this.channel = CHANNELS + name;
    this.settings = settings;
    this.hot = new HotCopiesOfTypes(settings.nearEntries());
    this.fence = fence;
    this.bucketsFound = fence.buckets();
    Secrets secrets = settings.secrets();
    this.steps = new OwnSteps(fence, writer, channel, secrets);
    this.heartbeats = new Heartbeats(fence, writer, channel, secrets, nonces, far);
    this.receiver = new Receiver(fence, steps, heartbeats, channel, secrets, numbers);
    this.heart =
        new Heart(executor, settings.heartbeat(), this::beat, numbers.heartbeatFailures::increment);
  }

  String name() {
    return name;
  }

  TieredSettings settings() {
    return settings;
  }

  Fence fence() {
    return fence;
  }

  OwnSteps steps() {
    return steps;
  }

  Receiver receiver() {
    return receiver;
  }

  Heart heart() {
    return heart;
  }

  StoreNumbers numbers() {
    return numbers;
  }

  /** The hot copies of all views with these rows. */
  <R> HotCopies<R> hotCopies(Schema<R> schema) {
    return hot.of(schema);
  }

  /**
   * Refuses a store that has other buckets than when this instance opened it first: its server lost
   * it, and somebody with another setting made it anew. What is known here is of the old buckets.
   */
  void requireBuckets(int found) {
    bucketsFound = found;
    requireBuckets();
  }

  /** Refuses it if it had other buckets the last time that it was opened. */
  void requireBuckets() {
    int found = bucketsFound;
    if (found != fence.buckets()) {
      throw new SchemaException(
          ErrorCode.SCHEMA_MISMATCH,
          "Store '"
              + name
              + "' has "
              + found
              + " buckets and had "
              + fence.buckets()
              + " when this Zeal instance opened it first: since then its far level lost it, and"
              + " somebody made it anew. Close this instance and open another; and give all"
              + " instances the same setting for it (zeal.redis.buckets for redis).");
    }
  }

  /** Sends a heartbeat, and listens before the first. What comes of it is heard or not. */
  void beat() {
    if (subscription == null && !listen()) {
      return; // nobody would hear it come back; the next one tries again
    }
    numbers.heartbeats.increment();
    beatsWithoutLease = isLeasedAnywhere() || !isHearing() ? 0 : beatsWithoutLease + 1;
    try {
      heartbeats.send();
      lastBeatFailure = null;
    } catch (ZealException e) {
      lastBeatFailure = e;
      numbers.heartbeatFailures.increment();
    }
  }

  /** Whether it listens from here on. */
  private boolean listen() {
    Subscription begun;
    try {
      begun = ear.listen(channel, receiver::gap, message -> receiver.receive(message.payload()));
    } catch (RuntimeException | Error e) {
      listenFailure = e;
      numbers.listenFailures.increment();
      if (e instanceof Error error) {
        throw error;
      }
      return false;
    }
    subscription = begun;
    listenFailure = null;
    if (closed) { // who closes may not have seen it
      begun.close();
      return false;
    }
    return true;
  }

  private boolean isLeasedAnywhere() {
    for (int bucket = 0; bucket < fence.buckets(); bucket++) {
      if (fence.isLeased(bucket)) {
        return true;
      }
    }
    return false;
  }

  /** How many heartbeats in a row found no lease when they were sent, though messages came. */
  long beatsWithoutLease() {
    return beatsWithoutLease;
  }

  /** Why the last heartbeat could not be sent; empty if it could. */
  Optional<ZealException> lastBeatFailure() {
    return Optional.ofNullable(lastBeatFailure);
  }

  /** Ends every copy, for changes that name no keys. */
  void flush() {
    for (int bucket = 0; bucket < fence.buckets(); bucket++) {
      fence.flush(bucket);
    }
  }

  /** Whether messages arrive. */
  boolean isHearing() {
    Subscription current = subscription;
    return current != null && current.isActive();
  }

  /** Whether messages should arrive and do not; never before it listens for the first time. */
  boolean isDeaf() {
    Subscription current = subscription;
    return current == null ? listenFailure != null : !current.isActive();
  }

  /** Why it could not begin to listen the last time; empty if it listens, or never tried. */
  Optional<Throwable> listenFailure() {
    return Optional.ofNullable(listenFailure);
  }

  /** The age of the oldest lease of its buckets in milliseconds, -1 if one has none. */
  private long leaseAgeMillis() {
    long oldest = 0;
    for (int bucket = 0; bucket < fence.buckets(); bucket++) {
      long lease = fence.lease(bucket);
      if (lease == Fence.NONE) {
        return -1;
      }
      oldest = Math.max(oldest, fence.nanos() - lease);
    }
    return oldest / 1_000_000;
  }

  /** How often all copies of a bucket ended, of all buckets together. */
  private long generation() {
    long sum = 0;
    for (int bucket = 0; bucket < fence.buckets(); bucket++) {
      sum += fence.generation(bucket);
    }
    return sum;
  }

  Stats stats() {
    Map<String, Long> all = numbers.all();
    all.put("generation", generation());
    all.put("leaseAgeMillis", leaseAgeMillis());
    return Stats.of(name, all);
  }

  /** Begins no heartbeat any more. */
  void end() {
    closed = true;
    heart.close();
  }

  /** Ends, and waits for a message that is being handled. */
  void close() {
    end();
    Subscription current = subscription;
    if (current != null) {
      current.close();
    }
  }
}
