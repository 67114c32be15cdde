package io.zeal.cache;

import io.zeal.BackendInfo;
import io.zeal.BackendInfo.Scope;
import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Capability;
import io.zeal.ErrorCode;
import io.zeal.Finding;
import io.zeal.InvalidArgumentException;
import io.zeal.Stats;
import io.zeal.ZealClosedException;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Caches;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** The caches of one Zeal instance, each opened once. */
final class ZealCaches implements Caches {

  private final Backend backend;
  private final BackendInfo info;
  private final BackendContext context;
  private final CacheSettings settings;
  private final Codecs codecs;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Parts> open = new LinkedHashMap<>(); // guarded by lock
  private final CountDownLatch closing = new CountDownLatch(1);

  /** A cache and what it consists of. */
  private record Parts(OpenCache cache, Shelf shelf, Loads loads) {}

  ZealCaches(Backend backend, BackendContext context) {
    this.backend = backend;
    this.info = backend.info();
    this.context = context;
    this.settings = CacheSettings.of(context, info);
    this.codecs = Codecs.open(context);
    context.executor().execute(this::sweepUntilClosed);
  }

  private boolean isClosed() {
    return closing.getCount() == 0;
  }

  @Override
  public Cache cache(String name, CacheOptions options) {
    lock.lock();
    try {
      if (isClosed()) {
        throw closedError();
      }
      Parts there = open.get(name);
      if (there == null) {
        there = open(name, options);
        open.put(name, there);
      }
      requireSame(there.cache(), options);
      return there.cache();
    } finally {
      lock.unlock();
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
            ? new LocalShelf(rows, null, new LocalNumbers(), reader, meters, context.clock())
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
            this::isClosed);
    return new Parts(cache, shelf, loads);
  }

  private ZealClosedException closedError() {
    return new ZealClosedException(
        "This Zeal instance (backend '"
            + info.name()
            + "') is closed, and its caches with it."
            + " Open another, or close it later.");
  }

  private List<Parts> all() {
    lock.lock();
    try {
      return new ArrayList<>(open.values());
    } finally {
      lock.unlock();
    }
  }

  private void sweepUntilClosed() {
    try {
      while (!closing.await(settings.sweep().toMillis(), TimeUnit.MILLISECONDS)) {
        for (Parts parts : all()) {
          parts.shelf().sweep();
          parts.loads().sweep();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the instance ends
    }
  }

  @Override
  public Stats stats() {
    Map<String, Stats> parts = new HashMap<>();
    all().forEach(it -> parts.put(it.cache().name(), it.cache().stats()));
    return new Stats("caches", Map.of(), parts);
  }

  @Override
  public List<Finding> inspect() {
    return List.of();
  }

  @Override
  public void close() {
    List<Parts> all;
    lock.lock();
    try {
      if (isClosed()) {
        return;
      }
      closing.countDown();
      all = new ArrayList<>(open.values());
    } finally {
      lock.unlock();
    }
    all.forEach(parts -> parts.loads().close());
    all.forEach(parts -> parts.shelf().close());
  }
}
