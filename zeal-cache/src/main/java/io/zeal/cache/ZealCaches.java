package io.zeal.cache;

import io.zeal.BackendInfo;
import io.zeal.BackendInfo.Scope;
import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Capability;
import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.Finding;
import io.zeal.InvalidArgumentException;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.OperationTimeoutException.Stage;
import io.zeal.Stats;
import io.zeal.ZealClosedException;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Caches;
import io.zeal.spi.Texts;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The caches of one Zeal instance, each opened once. */
final class ZealCaches implements Caches {

  private static final Logger LOG = System.getLogger(ZealCaches.class.getPackageName());

  private final Backend backend;
  private final BackendInfo info;
  private final BackendContext context;
  private final CacheSettings settings;
  private final Codecs codecs;

  /** Where the files are; null for none. */
  private final @Nullable FileTierRoot root;

  private final List<Finding> findings = new CopyOnWriteArrayList<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, CompletableFuture<Parts>> open =
      new LinkedHashMap<>(); // guarded by lock
  private final CountDownLatch closing = new CountDownLatch(1);

  private static final Stats NOTHING = Stats.of("backend", Map.of());
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  /** A cache and what it consists of. */
  private record Parts(OpenCache cache, Shelf shelf, Loads loads) {}

  ZealCaches(Backend backend, BackendContext context) {
    this.backend = backend;
    this.info = backend.info();
    this.context = context;
    this.settings = CacheSettings.of(context, info);
    this.codecs = Codecs.open(context);
    this.root = settings.directory().map(this::take).orElse(null);
    context.executor().execute(this::sweepUntilClosed);
  }

  /** The directory, or null with a finding if nobody asked for it and it cannot be had. */
  private @Nullable FileTierRoot take(Path directory) {
    try {
      return FileTierRoot.take(directory);
    } catch (FileTierException e) {
      if (settings.directoryAskedFor()) {
        throw new ConfigurationException(
            ErrorCode.INVALID_SETTING,
            "The file tier of caches, asked for by "
                + CacheSettings.DIRECTORY.key()
                + " or "
                + CacheSettings.FILES.key()
                + ", cannot be had: "
                + e.getMessage()
                + ". Name another directory, or set zeal.cache.files=false.",
            e);
      }
      withoutFiles("caches are in memory only", e);
      return null;
    }
  }

  private void withoutFiles(String what, FileTierException why) {
    String found = what + ", until they are opened anew: " + why.getMessage() + ".";
    String action =
        "Mend that and start the process again, name another directory by zeal.cache.directory, or"
            + " set zeal.cache.files=false.";
    findings.add(new Finding("ZEAL-F401", Finding.Severity.WARNING, found, action));
    LOG.log(Level.WARNING, () -> found + " " + action + " ZEAL-F401");
  }

  private boolean isClosed() {
    return closing.getCount() == 0;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // whether the claim is ours is the question
  public Cache cache(String name, CacheOptions options) {
    CompletableFuture<Parts> mine = new CompletableFuture<>();
    CompletableFuture<Parts> there = claim(name, mine);
    boolean isMine = there == mine;
    Cache cache = (isMine ? opened(name, options, mine) : awaited(name, there)).cache();
    requireSame(cache, options);
    return cache;
  }

  private CompletableFuture<Parts> claim(String name, CompletableFuture<Parts> mine) {
    lock.lock();
    try {
      if (isClosed()) {
        throw closedError();
      }
      return Objects.requireNonNullElse(open.putIfAbsent(name, mine), mine);
    } finally {
      lock.unlock();
    }
  }

  /** Opens it, outside the lock: files are read and servers asked. */
  private Parts opened(String name, CacheOptions options, CompletableFuture<Parts> mine) {
    Parts parts;
    try {
      parts = open(name, options);
    } catch (RuntimeException | Error e) {
      lock.lock();
      try {
        open.remove(name, mine);
      } finally {
        lock.unlock();
      }
      mine.completeExceptionally(e);
      throw e;
    }
    mine.complete(parts);
    if (isClosed()) {
      parts.shelf().close(); // closed while it was opened; closing twice is closing once
      throw closedError();
    }
    return parts;
  }

  private Parts awaited(String name, CompletableFuture<Parts> there) {
    try {
      return there.get(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw switch (e.getCause()) {
        case RuntimeException error -> error;
        case null, default -> new IllegalStateException(e.getCause());
      };
    } catch (TimeoutException e) {
      throw new OperationTimeoutException(
          Stage.QUEUE,
          "Cache '" + name + "' is being opened by another thread for " + LONGEST_WAIT + ".",
          null,
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OperationInterruptedException(
          "Cache '" + name + "': interrupted while another thread opened it.", null, e);
    }
  }

  private static void requireSame(Cache cache, CacheOptions options) {
    if (!cache.options().equals(options)) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          "Cache '"
              + cache.name()
              + "' is open with "
              + cache.options()
              + " and was asked for with "
              + options
              + ". Ask with the same, or give other options to single calls.");
    }
  }

  private Parts open(String name, CacheOptions options) {
    CacheMeters meters = new CacheMeters();
    EntryReader reader = new EntryReader(name, meters);
    EntryRows rows = new EntryRows(backend, name, settings.entryBytes(), settings.entries());
    Shelf shelf =
        info.scope() == Scope.PROCESS
            ? local(name, rows, reader, meters)
            : new SharedShelf(rows, reader, context.clock());
    Values values = new Values(codecs, reader, context.clock());
    Loads loads =
        new Loads(
            name, shelf, values, meters, context.executor(), context.clock(), this::closedError);
    OpenCache cache =
        new OpenCache(
            name,
            options,
            shelf,
            values,
            meters,
            loads,
            info.can(Capability.COUNT),
            backend::stats,
            this::isClosed);
    return new Parts(cache, shelf, loads);
  }

  private Shelf local(String name, EntryRows rows, EntryReader reader, CacheMeters meters) {
    LocalNumbers numbers = new LocalNumbers();
    CacheFiles files = files(name);
    if (files != null) {
      restore(files, numbers);
    }
    return new LocalShelf(
        rows, files, numbers, reader, meters, context.clock(), stats -> memoryNumbers(rows, stats));
  }

  private static void restore(CacheFiles files, LocalNumbers numbers) {
    boolean restored = false;
    try {
      files.restore(numbers);
      restored = true;
    } finally {
      if (!restored) {
        files.close(); // or nobody could open them again
      }
    }
  }

  /** What the backend says of the rows of one cache; nothing if it does not tell. */
  private static Map<String, Long> memoryNumbers(EntryRows rows, Stats backend) {
    Stats stores = backend.parts().get("stores");
    Stats own = stores == null ? null : stores.parts().get(rows.rows().spec().name());
    Long evictions = own == null ? null : own.numbers().get("evictions");
    return evictions == null ? Map.of() : Map.of("memoryEvictions", evictions);
  }

  private @Nullable CacheFiles files(String name) {
    if (root == null) {
      return null;
    }
    try {
      FileTier tier =
          root.open(
              name,
              new FileTierOptions(
                  settings.fileBytes(), settings.sync(), context.clock(), context.executor()));
      tier.note().ifPresent(note -> began(name, note));
      return new CacheFiles(tier);
    } catch (FileTierException e) {
      if (settings.directoryAskedFor()) {
        throw new ConfigurationException(
            ErrorCode.INVALID_SETTING,
            e.getMessage() + ". Name another directory, or delete this one.",
            e);
      }
      withoutFiles("cache " + Texts.quote(name) + " is in memory only", e);
      return null;
    }
  }

  private void began(String cache, String note) {
    String found = "the files of cache " + Texts.quote(cache) + ": " + note + ".";
    String action = "Nothing; values are loaded anew.";
    findings.add(new Finding("ZEAL-F402", Finding.Severity.INFO, found, action));
    LOG.log(Level.INFO, () -> found + " " + action + " ZEAL-F402");
  }

  private ZealClosedException closedError() {
    return new ZealClosedException(
        "This Zeal instance (backend '"
            + info.name()
            + "') is closed, and its caches with it."
            + " Open another, or close it later.");
  }

  /** Those that are open by now. */
  private List<Parts> all() {
    lock.lock();
    try {
      return open.values().stream()
          .filter(it -> it.isDone() && !it.isCompletedExceptionally())
          .map(CompletableFuture::join)
          .toList();
    } finally {
      lock.unlock();
    }
  }

  private void sweepUntilClosed() {
    try {
      while (!closing.await(Values.millis(settings.sweep()), TimeUnit.MILLISECONDS)) {
        all().forEach(this::sweep);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the instance ends
    }
  }

  /** What fails in one cache must not end the sweeps of all. */
  private void sweep(Parts parts) {
    try {
      parts.shelf().sweep();
      parts.loads().sweep();
    } catch (RuntimeException e) {
      if (!isClosed()) {
        LOG.log(
            Level.WARNING,
            "Cache '" + parts.cache().name() + "' could not be swept; the next sweep tries again",
            e);
      }
    }
  }

  /** The backend, which may have as many stores as there are caches, is asked at most once. */
  @Override
  public Stats stats() {
    List<Parts> all = all();
    Stats own = all.isEmpty() || info.scope() != Scope.PROCESS ? NOTHING : backend.stats();
    Map<String, Stats> parts = new HashMap<>();
    all.forEach(it -> parts.put(it.cache().name(), it.cache().stats(() -> own)));
    return new Stats("caches", Map.of(), parts);
  }

  @Override
  public List<Finding> inspect() {
    List<Finding> found = new ArrayList<>(findings);
    if (info.can(Capability.COUNT) && !info.can(Capability.BOUNDED_ROWS)) {
      all().stream()
          .filter(parts -> parts.shelf().hasEndless())
          .map(parts -> parts.cache().name())
          .sorted()
          .forEach(name -> found.add(endless(name)));
    }
    return List.copyOf(found);
  }

  /** A table has room for so many entries; a server has room until it has none. */
  private Finding endless(String cache) {
    return new Finding(
        "ZEAL-F403",
        Finding.Severity.WARNING,
        "entries of cache "
            + Texts.quote(cache)
            + " were stored without a ttl, and backend "
            + Texts.quote(info.name())
            + " keeps them until they are removed",
        "Give the cache CacheOptions.withTtl, or each load its ttl: without one entries gather on"
            + " the server, and one that evicts only what has a ttl (volatile-…) never evicts them."
            + " Acknowledge it where the server evicts anything (allkeys-…).");
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (isClosed()) {
        return;
      }
      closing.countDown();
    } finally {
      lock.unlock();
    }
    List<Parts> all = all();
    all.forEach(parts -> parts.loads().close());
    all.forEach(parts -> parts.shelf().close());
    if (root != null) {
      root.close();
    }
  }
}
