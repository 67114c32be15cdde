package io.zeal.tiered;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.CapacityException;
import io.zeal.ErrorCode;
import io.zeal.Finding;
import io.zeal.Overflow;
import io.zeal.Scripts;
import io.zeal.Stats;
import io.zeal.StoreOptions;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.ZealClosedException;
import io.zeal.spi.Backend;
import io.zeal.spi.Counters;
import io.zeal.spi.Messaging;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;

/** Stores of a far level with copies in a near one; everything else is the far level's. */
final class TieredBackend implements Backend {

  /** How the stores of copies are named. */
  private static final String COPIES = "zeal:tiered:";

  private static final int LONGEST_NAME = 127;

  private final TieredSettings settings;
  private final Backend near;
  private final Backend far;
  private final BackendInfo info;
  private final Executor executor;
  private final UUID writer = UUID.randomUUID();
  private final Map<String, TieredStore> stores = new ConcurrentHashMap<>();
  private final Map<String, Opener> openers = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /** One thread opens a store of a name at a time; the far level knows one announcer of it. */
  private static final class Opener {
    final ReentrantLock lock = new ReentrantLock();
    final LateAnnouncer announcer = new LateAnnouncer();
  }

  TieredBackend(TieredSettings settings, Backend near, Backend far, Executor executor) {
    this.settings = settings;
    this.near = near;
    this.far = far;
    this.executor = executor;
    this.info = Levels.together(far.info());
  }

  @Override
  public BackendInfo info() {
    return info;
  }

  @Override
  public <R> Rows<R> rows(StoreSpec<R> spec) {
    requireOpen();
    if (spec.announcer() != null) {
      throw new UnsupportedCapabilityException(
          Capability.ANNOUNCE,
          "Store '"
              + spec.name()
              + "' asks for ANNOUNCE, which backend 'tiered' does not have: it announces for itself."
              + " Use its far level, '"
              + far.info().name()
              + "'.");
    }
    Opener opener = openers.computeIfAbsent(spec.name(), name -> new Opener());
    opener.lock.lock();
    try {
      return open(spec, opener.announcer);
    } finally {
      opener.lock.unlock();
    }
  }

  /**
   * Opens a store with its one announcer, which is complete before anything can find the store. The
   * far level comes first: it knows what is refused.
   */
  private <R> Rows<R> open(StoreSpec<R> spec, LateAnnouncer announcer) {
    Rows<R> distant = far.rows(withoutCopies(spec).withAnnouncer(announcer));
    TieredStore store = stores.get(spec.name());
    if (store != null) {
      store.requireBuckets(distant.buckets());
    }
    Rows<NearRow<R>> copies = nearRows(spec);
    if (store == null) {
      store = begin(spec.name(), distant);
      announcer.become(store.steps());
      stores.put(spec.name(), store);
      if (closed) { // who closes may not have seen it
        store.close();
      }
    }
    requireOpen();
    return new TieredRows<>(spec, store, copies, distant);
  }

  private TieredStore begin(String name, Rows<?> distant) {
    return new TieredStore(
        name,
        settings,
        new Fence(distant.buckets(), settings.leaseNanos()),
        writer,
        UUID::randomUUID,
        distant::announce,
        (channel, onGap, listener) -> far.messaging().listen(channel, onGap, listener),
        executor);
  }

  /** A near level without memory is told about in the words of who opens the store. */
  private <R> Rows<NearRow<R>> nearRows(StoreSpec<R> spec) {
    try {
      return near.rows(copies(spec));
    } catch (CapacityException e) {
      throw new CapacityException(
          ErrorCode.OUT_OF_SPACE,
          "Store '"
              + spec.name()
              + "' finds no place for its copies in backend '"
              + near.info().name()
              + "': "
              + settings.nearEntries()
              + " rows ("
              + TieredSettings.NEAR_ENTRIES.key()
              + ") with texts and bytes of up to "
              + settings.nearValueBytes()
              + " ("
              + TieredSettings.NEAR_VALUE_BYTES.key()
              + "). The cause says what they take. Lower one of them, or give the near level more"
              + " memory (zeal.table.memory for table). At the far level the store is there now,"
              + " with this schema.",
          e);
    }
  }

  private <R> StoreSpec<NearRow<R>> copies(StoreSpec<R> spec) {
    return new StoreSpec<>(
        copiesName(spec.name()),
        NearMapper.schema(spec.schema(), settings.nearValueBytes()),
        StoreOptions.defaults()
            .accepting(Capability.EXACT_COUNT)
            .withCapacity(settings.nearEntries())
            .withOverflow(Overflow.EVICT)
            .withKeyLimit(spec.options().keyLimit()),
        null);
  }

  /** Readable, unless that is too long: a cache's store has a long name already. */
  private static String copiesName(String store) {
    String name = COPIES + store;
    return name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME
        ? name
        : COPIES + UUID.nameUUIDFromBytes(store.getBytes(StandardCharsets.UTF_8));
  }

  /** The far level has no copies, so it is not asked for them. */
  private static <R> StoreSpec<R> withoutCopies(StoreSpec<R> spec) {
    return new StoreSpec<>(spec.name(), spec.schema(), withoutCopies(spec.options()), null);
  }

  /** The options but for the wish for copies. */
  static StoreOptions withoutCopies(StoreOptions asked) {
    if (!asked.requested().contains(Capability.CACHED_READS)) {
      return asked;
    }
    StoreOptions rest =
        StoreOptions.defaults()
            .withTtl(asked.ttl().orElse(Duration.ZERO))
            .withCapacity(asked.capacity())
            .withOverflow(asked.overflow())
            .withKeyLimit(asked.keyLimit());
    for (Capability accepted : asked.accepted()) {
      rest = rest.accepting(accepted);
    }
    for (Capability requested : asked.requested()) {
      rest = requested == Capability.CACHED_READS ? rest : rest.requesting(requested);
    }
    return rest;
  }

  @Override
  public Counters counters() {
    return far.counters();
  }

  @Override
  public Messaging messaging() {
    return far.messaging();
  }

  @Override
  public Scripts scripts() {
    return new TieredScripts(far.scripts(), stores);
  }

  @Override
  public Stats stats() {
    requireOpen();
    Map<String, Stats> all = new TreeMap<>();
    stores.forEach((name, store) -> all.put(name, store.stats()));
    return new Stats(
        TieredBackendProvider.NAME,
        Map.of("stores", (long) all.size()),
        Map.of(
            "stores",
            new Stats("stores", Map.of(), all),
            "near",
            near.stats(),
            "far",
            far.stats()));
  }

  @Override
  public List<Finding> inspect() {
    requireOpen();
    List<Finding> findings = new ArrayList<>(TieredFindings.of(settings, stores.values()));
    findings.addAll(near.inspect());
    findings.addAll(far.inspect());
    return List.copyOf(findings);
  }

  private void requireOpen() {
    if (closed) {
      throw new ZealClosedException("Backend 'tiered' is closed. Open another, or close it later.");
    }
  }

  /** Everything ends first and is waited for then; both levels are closed whatever throws. */
  @Override
  public void close() {
    closed = true;
    Closing closing = new Closing();
    stores.values().forEach(store -> closing.run(store::end));
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (TieredStore store : stores.values()) {
      closing.run(() -> ends.add(CompletableFuture.runAsync(store::close, this::runClosing)));
    }
    ends.forEach(end -> closing.run(end::join));
    closing.run(near::close);
    closing.run(far::close);
    closing.end();
  }

  private void runClosing(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      task.run(); // the instance's threads have ended
    }
  }
}
