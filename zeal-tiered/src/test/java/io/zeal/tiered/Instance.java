package io.zeal.tiered;

import io.zeal.Entry;
import io.zeal.OperationTimeoutException;
import io.zeal.Outcome;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Schema;
import io.zeal.StoreOptions;
import io.zeal.spi.Announcement;
import io.zeal.spi.Announcer;
import io.zeal.spi.Condition;
import io.zeal.spi.Rows;
import io.zeal.spi.Sequence;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One instance whose messages are delivered by hand, over a server of one bucket and a clock that a
 * test moves. What a test hangs into a call runs there, as if another thread did it.
 */
final class Instance {

  static final Schema<SimRow> SCHEMA = Schema.of(SimRow.class, MethodHandles.lookup());
  static final long SECOND = 1_000_000_000L;

  /** What all instances of a test share. */
  static final class Server {
    final Map<String, SimRow> data = new HashMap<>();
    final List<byte[]> published = new ArrayList<>();
    long epoch = 7;
    long number;
    long ttlNanos;
    final boolean signed;

    Server() {
      this(false);
    }

    Server(boolean signed) {
      this.signed = signed;
    }

    /** Changes a row in somebody else's name, and publishes that. */
    void foreignPut(String key, SimRow row) {
      data.put(key, row);
      foreignFrame(key);
    }

    /** Publishes what somebody else's change of a key would. */
    void foreignFrame(String key) {
      foreignFrame(key, ++foreignCounter);
    }

    /** The same for the frame that took its number as the so-and-so-many-th of its writer. */
    void foreignFrame(String key, long counter) {
      number++;
      publish(new Frame.Keys(FOREIGN, counter, 0, new long[] {KeyHash.of(key)}));
    }

    /** Says, before it happens and without the secret, what the next foreign change will be. */
    void forgeNextForeignFrame(String key) {
      Frame frame = new Frame.Keys(FOREIGN, foreignCounter + 1, 0, new long[] {KeyHash.of(key)});
      published.add(
          Sequence.append(
              frame.bytes(CHANNEL, Secrets.none()), List.of(new Sequence(0, epoch, number + 1))));
    }

    void publish(Frame frame) {
      Secrets secrets = SimNode.settings(Duration.ofSeconds(5), signed).secrets();
      published.add(
          Sequence.append(frame.bytes(CHANNEL, secrets), List.of(new Sequence(0, epoch, number))));
    }

    private long foreignCounter;
  }

  private static final UUID FOREIGN = new UUID(1, 1);
  private static final byte[] CHANNEL =
      "zeal:tiered:one".getBytes(java.nio.charset.StandardCharsets.UTF_8);

  final Server server;
  final TieredStore store;
  final TieredRows<SimRow> rows;
  final Map<String, NearRow<SimRow>> copies = new HashMap<>();

  /** What happens next within a read or write: before it takes effect, and before its answer. */
  final Deque<Runnable> beforeEffect = new ArrayDeque<>();

  final Deque<Runnable> beforeAnswer = new ArrayDeque<>();

  /** What happens when a copy was read and is not yet looked at. */
  final Deque<Runnable> afterCopyRead = new ArrayDeque<>();

  /** What happens before the clock is read. */
  final Deque<Runnable> beforeClock = new ArrayDeque<>();

  /** What happens when the count of a slot was looked at. */
  final Deque<Runnable> afterCountRead = new ArrayDeque<>();

  /** What happens before the count of a slot is moved. */
  final Deque<Runnable> beforeBump = new ArrayDeque<>();

  /** What happens while it begins to listen; who throws there refuses it. */
  final Deque<Runnable> whileListenBegins = new ArrayDeque<>();

  /** Every one it began. */
  final List<TestSubscription> subscriptions = new ArrayList<>();

  /** How often a thread for its heart was asked for; there is none. */
  int heartStarts;

  boolean answersFail;
  long now = 5 * SECOND;
  private int delivered;

  Instance(Server server) {
    this.server = server;
    LateAnnouncer announcer = new LateAnnouncer();
    StoreSpec<SimRow> spec = new StoreSpec<>("one", SCHEMA, StoreOptions.defaults(), null);
    Rows<SimRow> far = new Far(spec.withAnnouncer(announcer));
    TieredSettings settings = SimNode.settings(Duration.ofSeconds(5), server.signed);
    Fence fence =
        new Fence(1, settings.leaseNanos()) {
          @Override
          long nanos() {
            run(beforeClock);
            return now;
          }

          @Override
          long lease(int bucket) {
            run(afterCopyRead);
            return super.lease(bucket);
          }

          @Override
          long stripe(int slot) {
            long stripe = super.stripe(slot);
            run(afterCountRead);
            return stripe;
          }

          @Override
          long bump(int slot) {
            run(beforeBump);
            return super.bump(slot);
          }
        };
    this.store =
        new TieredStore(
            "one",
            settings,
            fence,
            UUID.randomUUID(),
            UUID::randomUUID,
            far::announce,
            (channel, options, handler) -> listen(),
            task -> heartStarts++);
    announcer.become(store.steps());
    this.rows = new TieredRows<>(spec, store, new Near(), far);
  }

  private static void run(Deque<Runnable> hooks) {
    Runnable hook = hooks.poll();
    if (hook != null) {
      hook.run();
    }
  }

  /** What was published before is not heard. */
  private TestSubscription listen() {
    run(whileListenBegins);
    delivered = server.published.size();
    TestSubscription subscription = new TestSubscription();
    subscriptions.add(subscription);
    return subscription;
  }

  /** Delivers everything that was published since, if it listens. */
  void deliver() {
    if (subscriptions.isEmpty()) {
      return;
    }
    while (delivered < server.published.size()) {
      store.receiver().receive(server.published.get(delivered++));
    }
  }

  /** Everything that was published since is lost to this instance. */
  void lose() {
    delivered = server.published.size();
  }

  /** Asks for a lease and gets it. */
  void renewLease() {
    store.beat();
    deliver();
  }

  Optional<SimRow> get(String key) {
    return rows.get(key);
  }

  /** Whether the next read is answered from a copy. */
  boolean hits(String key) {
    long before = store.numbers().hits.sum();
    var _ = rows.get(key);
    return store.numbers().hits.sum() > before;
  }

  void put(String key, SimRow row) {
    var _ = rows.write(new Write.Put<>(key, row, 0, new Condition.Always<>()));
  }

  void remove(String key) {
    var _ = rows.write(new Write.Remove<>(key, new Condition.Always<>()));
  }

  long number(String name) {
    return Objects.requireNonNull(store.numbers().all().get(name), name);
  }

  private final class Near implements Rows<NearRow<SimRow>> {

    @Override
    public Optional<NearRow<SimRow>> get(String key) {
      return Optional.ofNullable(copies.get(key));
    }

    @Override
    public WriteResult write(Write<NearRow<SimRow>> write) {
      copies.put(write.key(), ((Write.Put<NearRow<SimRow>>) write).row());
      return WriteResult.APPLIED;
    }

    @Override
    public Optional<Reading<NearRow<SimRow>>> read(String key, ReadOptions options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long count() {
      return copies.size();
    }

    @Override
    public List<Entry<NearRow<SimRow>>> page(String after, int limit) {
      return List.of();
    }

    @Override
    public void clear() {}

    @Override
    public StoreSpec<NearRow<SimRow>> spec() {
      throw new UnsupportedOperationException();
    }
  }

  private final class Far implements Rows<SimRow> {

    private final StoreSpec<SimRow> spec;

    Far(StoreSpec<SimRow> spec) {
      this.spec = spec;
    }

    @Override
    public Optional<Reading<SimRow>> read(String key, ReadOptions options) {
      run(beforeEffect);
      @Nullable SimRow row = server.data.get(key);
      Duration remaining = server.ttlNanos == 0 ? null : Duration.ofNanos(server.ttlNanos);
      run(beforeAnswer);
      return Optional.ofNullable(row).map(found -> Reading.fresh(found, remaining));
    }

    @Override
    public WriteResult write(Write<SimRow> write) {
      Announcement announcement =
          Objects.requireNonNull(spec.announcer())
              .announce(0, Announcer.Kind.of(write), List.of(write.key()));
      run(beforeEffect);
      if (answersFail) {
        OperationTimeoutException error =
            new OperationTimeoutException(
                OperationTimeoutException.Stage.SERVER, "late", Outcome.UNKNOWN, null);
        announcement.failed(error);
        late = () -> effect(write, announcement);
        throw error;
      }
      Sequence sequence = effect(write, announcement);
      run(beforeAnswer);
      announcement.published(sequence);
      return WriteResult.APPLIED;
    }

    private Sequence effect(Write<SimRow> write, Announcement announcement) {
      if (write instanceof Write.Put<SimRow> put) {
        server.data.put(put.key(), put.row());
      } else {
        server.data.remove(write.key());
      }
      Sequence sequence = new Sequence(0, server.epoch, ++server.number);
      server.published.add(Sequence.append(announcement.frame(), List.of(sequence)));
      return sequence;
    }

    @Override
    public void announce(Announcement announcement) {
      server.published.add(
          Sequence.append(
              announcement.frame(), List.of(new Sequence(0, server.epoch, server.number))));
    }

    @Override
    public long count() {
      return server.data.size();
    }

    @Override
    public List<Entry<SimRow>> page(String after, int limit) {
      return List.of();
    }

    @Override
    public void clear() {}

    @Override
    public StoreSpec<SimRow> spec() {
      return spec;
    }
  }

  /** What a write whose answer failed does in the end. */
  Runnable late = () -> {};
}
