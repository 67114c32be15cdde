package io.zeal.tiered;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.Finding;
import io.zeal.Message;
import io.zeal.OperationTimeoutException;
import io.zeal.Outcome;
import io.zeal.PubSub;
import io.zeal.ReliablePubSub;
import io.zeal.Script;
import io.zeal.Scripts;
import io.zeal.Stats;
import io.zeal.SubscribeOptions;
import io.zeal.Subscription;
import io.zeal.ZealException;
import io.zeal.spi.Announcement;
import io.zeal.spi.Announcer;
import io.zeal.spi.Announcer.Kind;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.Condition;
import io.zeal.spi.ForwardingBackend;
import io.zeal.spi.ForwardingRows;
import io.zeal.spi.Messaging;
import io.zeal.spi.MessagingProvider;
import io.zeal.spi.Plugin;
import io.zeal.spi.Role;
import io.zeal.spi.Rows;
import io.zeal.spi.Sequence;
import io.zeal.spi.Setting;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A server for real threads: a table that several instances share, announced step by step. */
final class FarServer implements AutoCloseable {

  private static final int BUCKETS = 4;
  private static final long EPOCH = 17;

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Backend table = plugin(BackendProvider.class, "table").open(new Context());
  private final Messaging messaging = plugin(MessagingProvider.class, "pubsub").open(new Context());
  private final Map<String, long[]> numbers = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Capability> capabilities = EnumSet.copyOf(table.info().capabilities());
  private final AtomicInteger scriptsRun = new AtomicInteger();
  private volatile @Nullable RuntimeException scriptFailure;
  private volatile boolean losesHeartbeats;
  private volatile @Nullable RuntimeException subscribeFailure;
  private final AtomicInteger begun = new AtomicInteger();
  private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();

  FarServer() {
    capabilities.remove(Capability.INJECTED_CLOCK);
    capabilities.addAll(Set.of(Capability.ANNOUNCE, Capability.PUB_SUB, Capability.SCRIPTS));
  }

  /** As Zeal finds plugins: the modules they are in are not read by the one under test. */
  private static <P extends Plugin> P plugin(Class<P> type, String name) {
    FarServer.class.getModule().addUses(type);
    for (P plugin : ServiceLoader.load(type)) {
      if (plugin.name().equals(name)) {
        return plugin;
      }
    }
    throw new IllegalStateException("no " + name + " on the path of the tests");
  }

  FarServer without(Capability capability) {
    capabilities.remove(capability);
    return this;
  }

  int scriptsRun() {
    return scriptsRun.get();
  }

  /** No heartbeat gets through. */
  void loseHeartbeats() {
    losesHeartbeats = true;
  }

  /** Nobody may subscribe; null for everybody. */
  void refuseSubscriptions(@Nullable RuntimeException failure) {
    subscribeFailure = failure;
  }

  /** How many subscriptions began. */
  int subscriptionsBegun() {
    return begun.get();
  }

  /** How many of them were not closed. */
  long subscriptionsLeft() {
    return subscriptions.stream().filter(Subscription::isActive).count();
  }

  /** Scripts run, and end in this. */
  void failScripts(RuntimeException failure) {
    scriptFailure = failure;
  }

  /** One instance's way to it. */
  Backend connect() {
    return new Connection();
  }

  @Override
  public void close() {
    messaging.close();
    table.close();
    executor.shutdownNow();
  }

  private final class Connection extends ForwardingBackend {

    /** Who announces what scripts of this instance change: whoever opened the store last. */
    private final Map<String, AnnouncedRows<?>> announced = new ConcurrentHashMap<>();

    Connection() {
      super(table);
    }

    @Override
    public BackendInfo info() {
      return new BackendInfo(
          "server", BackendInfo.Scope.CLUSTER, capabilities, table.info().limits());
    }

    @Override
    public <R> Rows<R> rows(StoreSpec<R> spec) {
      Announcer announcer = spec.announcer();
      StoreSpec<R> stored = new StoreSpec<>(spec.name(), spec.schema(), spec.options(), null);
      Rows<R> rows = table.rows(stored);
      if (announcer == null) {
        return rows;
      }
      AnnouncedRows<R> announcing =
          new AnnouncedRows<>(
              rows, announcer, numbers.computeIfAbsent(spec.name(), name -> new long[BUCKETS]));
      announced.put(spec.name(), announcing);
      return announcing;
    }

    @Override
    public Messaging messaging() {
      return new Counted();
    }

    @Override
    public Scripts scripts() {
      return (Script script, List<String> keys, List<String> arguments) -> {
        scriptsRun.incrementAndGet();
        for (String store : script.touchedStores()) {
          for (int bucket = 0; bucket < BUCKETS; bucket++) {
            Objects.requireNonNull(announced.get(store)).changed(bucket);
          }
        }
        RuntimeException failure = scriptFailure;
        if (failure != null) {
          throw failure;
        }
        return new Scripts.Reply.Nothing();
      };
    }

    @Override
    public void close() {}
  }

  /** Its subscriptions are counted, and may be refused. */
  private final class Counted implements Messaging, PubSub {

    @Override
    public PubSub pubSub() {
      return this;
    }

    @Override
    public Subscription subscribe(
        String channel, SubscribeOptions options, Consumer<? super Message> handler) {
      begun.incrementAndGet();
      RuntimeException failure = subscribeFailure;
      if (failure != null) {
        throw failure;
      }
      Subscription subscription = messaging.pubSub().subscribe(channel, options, handler);
      subscriptions.add(subscription);
      return subscription;
    }

    @Override
    public Subscription subscribePattern(
        String pattern, SubscribeOptions options, Consumer<? super Message> handler) {
      return messaging.pubSub().subscribePattern(pattern, options, handler);
    }

    @Override
    public long publish(String channel, byte[] payload) {
      return messaging.pubSub().publish(channel, payload);
    }

    @Override
    public PubSub raw() {
      return messaging.pubSub().raw();
    }

    @Override
    public ReliablePubSub reliablePubSub() {
      return messaging.reliablePubSub();
    }

    @Override
    public Stats stats() {
      return messaging.stats();
    }

    @Override
    public List<Finding> inspect() {
      return messaging.inspect();
    }

    @Override
    public void close() {}
  }

  private final class AnnouncedRows<R> extends ForwardingRows<R> {

    private final Announcer announcer;
    private final long[] sequences;

    AnnouncedRows(Rows<R> rows, Announcer announcer, long[] sequences) {
      super(rows);
      this.announcer = announcer;
      this.sequences = sequences;
    }

    @Override
    public WriteResult write(Write<R> write) {
      return step(
          bucketOf(write.key()), Kind.of(write), List.of(write.key()), () -> super.write(write));
    }

    @Override
    public long add(String key, int column, long bits) {
      Write<R> write = new Write.Add<>(key, column, bits, new Condition.Always<>());
      return ((WriteResult.Added) write(write)).bits();
    }

    private WriteResult step(
        int bucket, Kind kind, List<String> keys, Supplier<WriteResult> change) {
      Announcement announcement = announcer.announce(bucket, kind, keys);
      Sequence sequence;
      WriteResult result;
      lock.lock();
      try {
        result = change.get();
        sequence =
            result instanceof WriteResult.Skipped
                ? null
                : new Sequence(bucket, EPOCH, ++sequences[bucket]);
        if (sequence != null) {
          publish(announcement, List.of(sequence));
        }
      } catch (ZealException e) {
        announcement.failed(e);
        throw e;
      } finally {
        lock.unlock();
      }
      tell(announcement, sequence);
      return result;
    }

    private void tell(Announcement announcement, @Nullable Sequence sequence) {
      if (sequence == null) {
        announcement.skipped();
      } else {
        announcement.published(sequence);
      }
    }

    private void publish(Announcement announcement, List<Sequence> trailer) {
      var _ =
          messaging
              .pubSub()
              .publish(announcement.channel(), Sequence.append(announcement.frame(), trailer));
    }

    /** A script may have changed anything in the bucket. */
    void changed(int bucket) {
      var _ = step(bucket, Kind.CLEAR, List.of(), () -> WriteResult.APPLIED);
    }

    @Override
    public List<WriteResult> writeAll(List<Write<R>> writes) {
      List<WriteResult> results = new ArrayList<>();
      for (Write<R> write : writes) {
        try {
          results.add(write(write));
        } catch (ZealException e) {
          results.add(new WriteResult.Failed(e));
        }
      }
      return results;
    }

    @Override
    public void clear() {
      for (int bucket = 0; bucket < BUCKETS; bucket++) {
        boolean last = bucket == BUCKETS - 1;
        var _ =
            step(
                bucket,
                Kind.CLEAR,
                List.of(),
                () -> {
                  if (last) {
                    super.clear();
                  }
                  return WriteResult.APPLIED;
                });
      }
    }

    @Override
    public int buckets() {
      return BUCKETS;
    }

    @Override
    public int bucketOf(String key) {
      return Math.floorMod(key.hashCode(), BUCKETS);
    }

    @Override
    public void announce(Announcement announcement) {
      if (losesHeartbeats) {
        throw new OperationTimeoutException(
            OperationTimeoutException.Stage.SERVER, "late", Outcome.UNKNOWN, null);
      }
      lock.lock();
      try {
        List<Sequence> trailer = new ArrayList<>();
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
          trailer.add(new Sequence(bucket, EPOCH, sequences[bucket]));
        }
        publish(announcement, trailer);
        trailer.forEach(announcement::published);
      } finally {
        lock.unlock();
      }
    }
  }

  /** What the server's own parts are opened with: defaults. */
  private final class Context implements BackendContext {

    @Override
    public <T> T setting(Setting<T> setting) {
      return setting.defaultValue().orElseThrow();
    }

    @Override
    public <T> Optional<T> optionalSetting(Setting<T> setting) {
      return setting.defaultValue();
    }

    @Override
    public <T> Optional<T> instance(Class<T> type) {
      return Optional.empty();
    }

    @Override
    public Backend open(String name, Role role) {
      throw new UnsupportedOperationException("opens nothing");
    }

    @Override
    public <S> List<S> plugins(Class<S> type) {
      return List.of();
    }

    @Override
    public InstantSource clock() {
      return InstantSource.system();
    }

    @Override
    public Executor executor() {
      return executor;
    }
  }
}
