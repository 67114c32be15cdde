package io.zeal.tiered;

import io.zeal.BackendUnavailableException;
import io.zeal.Outcome;
import io.zeal.Schema;
import io.zeal.StoreOptions;
import io.zeal.Subscription;
import io.zeal.spi.Rows;
import io.zeal.spi.Sequence;
import io.zeal.spi.StoreSpec;
import io.zeal.tiered.Faults.Failover;
import java.lang.invoke.MethodHandles;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One instance of a simulation: the real store and rows, and the messages on their way to it. */
final class SimNode {

  private static final Schema<SimRow> SCHEMA = Schema.of(SimRow.class, MethodHandles.lookup());
  private static final long USUAL_DELAY_NANOS = 500_000;
  private static final long LONGEST_DELAY_NANOS = 30_000_000_000L;

  /** A message, or the word that some may be missing. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Arriving(long dueNanos, long order, byte @Nullable [] message, int era) {}

  /** Where its threads stop and others go on. */
  private final class SteppedFence extends Fence {

    SteppedFence(int buckets, long leaseNanos) {
      super(buckets, leaseNanos);
    }

    @Override
    long nanos() {
      fibers.step();
      return fibers.now();
    }

    @Override
    long stripe(int slot) {
      fibers.step();
      return super.stripe(slot);
    }

    @Override
    long bump(int slot) {
      fibers.step();
      return super.bump(slot);
    }

    @Override
    long generation(int bucket) {
      fibers.step();
      return super.generation(bucket);
    }

    @Override
    void flush(int bucket) {
      fibers.step();
      super.flush(bucket);
    }

    @Override
    long lease(int bucket) {
      fibers.step();
      return super.lease(bucket);
    }

    @Override
    void setLease(int bucket, long sentNanos) {
      if (sentNanos != NONE && sentNanos < listensSince) {
        throw new AssertionError("a lease of a heartbeat that was sent before anybody listened");
      }
      fibers.step();
      super.setLease(bucket, sentNanos);
    }
  }

  private final Fibers fibers;
  private final Faults faults;
  private final SimServer server;
  private final TieredStore store;
  private final TieredRows<SimRow> rows;
  private final PriorityQueue<Arriving> inbox =
      new PriorityQueue<>(
          Comparator.comparingLong(Arriving::dueNanos).thenComparingLong(Arriving::order));
  private final Fibers.Fiber receiver;
  private final Fibers.Fiber heart;
  private final int[] eraOfLast;
  private final Map<String, Long> ownOrders = new HashMap<>();
  private long orders;
  private long lastDue;
  private long notBefore;
  private boolean deaf;
  private boolean wanted;
  private long listensSince = Long.MAX_VALUE;

  SimNode(Fibers fibers, Faults faults, SimServer server, TieredSettings settings, int number) {
    this.fibers = fibers;
    this.faults = faults;
    this.server = server;
    this.eraOfLast = new int[server.buckets()];
    LateAnnouncer announcer = new LateAnnouncer();
    StoreSpec<SimRow> spec = new StoreSpec<>("sim", SCHEMA, StoreOptions.defaults(), null);
    Rows<SimRow> far = server.rows(spec.withAnnouncer(announcer));
    this.store =
        new TieredStore(
            "sim",
            settings,
            new SteppedFence(server.buckets(), settings.leaseNanos()),
            id(),
            this::id,
            far::announce,
            (channel, options, handler) -> listen(),
            task -> beginToBeat());
    announcer.become(store.steps());
    this.rows = new TieredRows<>(spec, store, new SimNear(fibers, 12), far);
    this.receiver = fibers.start("receiver-" + number, this::receive);
    this.heart = fibers.start("heart-" + number, this::beat);
    server.add(this);
  }

  private UUID id() {
    return new UUID(fibers.random().nextLong(), fibers.random().nextLong());
  }

  static TieredSettings settings(Duration nearTtl, boolean signed) {
    byte[] secret = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    return new TieredSettings(
        "near",
        "far",
        nearTtl,
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        100,
        100,
        signed ? new Secrets(List.of(secret)) : Secrets.none());
  }

  TieredRows<SimRow> rows() {
    return rows;
  }

  TieredStore store() {
    return store;
  }

  /** What this instance wrote last of a key; nothing older may be served to it. */
  long ownOrder(String key) {
    return ownOrders.getOrDefault(key, 0L);
  }

  void wrote(String key, long order) {
    ownOrders.merge(key, order, Math::max);
  }

  /** From its first read on that a copy might answer. */
  private void beginToBeat() {
    wanted = true;
    fibers.wake(heart);
  }

  /** What is published before it is in force is not heard, and the caller learns of it later. */
  private Subscription listen() {
    server.travel();
    if (deaf || fibers.chance(faults.lost())) {
      server.travel();
      throw new BackendUnavailableException("the server cannot be reached", Outcome.NOT_SENT, null);
    }
    listensSince = fibers.now();
    server.travel();
    return new TestSubscription();
  }

  private boolean listens() {
    return listensSince != Long.MAX_VALUE;
  }

  /** The server published a message. */
  void send(byte[] message, int era) {
    if (!listens() || deaf || fibers.chance(faults.drop())) {
      return;
    }
    long delay = 20_000 + fibers.some(USUAL_DELAY_NANOS);
    if (fibers.chance(faults.delay())) {
      delay += fibers.some(LONGEST_DELAY_NANOS);
    }
    long due = Math.max(fibers.now() + delay, notBefore);
    if (!faults.reorder()) {
      due = Math.max(due, lastDue);
      lastDue = due;
    }
    arrive(due, message, era);
    if (fibers.chance(faults.duplicate())) {
      arrive(due + fibers.some(LONGEST_DELAY_NANOS), message, era);
    }
  }

  /** Somebody who hears what it hears says something right behind. */
  void forge(byte[] message) {
    if (!listens()) {
      return;
    }
    lastDue = Math.max(lastDue, fibers.now());
    arrive(lastDue, message, server.era());
  }

  private void arrive(long due, byte @Nullable [] message, int era) {
    inbox.add(new Arriving(due, orders++, message, era));
    fibers.wake(receiver);
  }

  /** Its subscription ends; what is on its way is lost, or still comes before it knows. */
  void goDeaf() {
    deaf = true;
    inbox.removeIf(_ -> fibers.random().nextBoolean());
  }

  /** Its subscription is back, and it will be told that there was a gap. */
  void hearAgain() {
    deaf = false;
    if (!listens()) {
      return; // nothing was missed
    }
    long due = fibers.now() + fibers.some(2_000_000);
    inbox.removeIf(arriving -> arriving.dueNanos > due);
    notBefore = due;
    lastDue = Math.max(due, fibers.now());
    arrive(due, null, server.era());
  }

  /** The server went back: what this instance wrote may be gone. */
  void serverWentBack(boolean breaks) {
    ownOrders.clear();
    if (breaks) {
      goDeaf();
      hearAgain();
    }
  }

  private void receive() {
    while (true) {
      Arriving next = inbox.peek();
      if (next == null) {
        fibers.sleep(1_000_000_000L);
      } else if (next.dueNanos > fibers.now()) {
        fibers.sleep(next.dueNanos - fibers.now());
      } else {
        inbox.remove();
        handle(next);
      }
      fibers.step();
    }
  }

  private void handle(Arriving arriving) {
    if (arriving.message == null) {
      store.receiver().gap();
      return;
    }
    if (faults.failover() == Failover.SHOWS_IN_NUMBERS) {
      breakIfNumbersFit(arriving);
    }
    store.receiver().receive(arriving.message);
  }

  /** Numbers alone cannot tell one server's from another's that go on where the first stopped. */
  private void breakIfNumbersFit(Arriving arriving) {
    byte[] message = Objects.requireNonNull(arriving.message);
    Frame frame;
    try {
      frame = store.receiver().read(message);
    } catch (Frame.Refused e) {
      throw new IllegalStateException(e);
    }
    boolean heartbeat = frame instanceof Frame.Heartbeat;
    if (heartbeat && !store.steps().isOwn(frame)) {
      return; // says nothing to it
    }
    for (Sequence sequence : Sequence.read(message)) {
      int bucket = sequence.bucket();
      long next = store.receiver().last(bucket) + (heartbeat ? 0 : 1);
      if (arriving.era != eraOfLast[bucket] && sequence.number() == next) {
        store.receiver().gap();
      }
      eraOfLast[bucket] = arriving.era;
    }
  }

  private void beat() {
    while (!wanted) {
      fibers.sleep(Duration.ofDays(1).toNanos());
    }
    while (true) {
      store.beat();
      fibers.sleep(store.settings().heartbeat().toNanos());
    }
  }
}
