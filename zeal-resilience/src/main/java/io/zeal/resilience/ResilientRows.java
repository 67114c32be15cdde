package io.zeal.resilience;

import io.zeal.BulkResult;
import io.zeal.CircuitOpenException;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.ZealException;
import io.zeal.resilience.ResilientBackend.Kinds;
import io.zeal.resilience.Retries.Kind;
import io.zeal.spi.Announcement;
import io.zeal.spi.ForwardingRows;
import io.zeal.spi.Operation;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A store behind a circuit, and what it read last if it asked for that (B6). */
final class ResilientRows<R> extends ForwardingRows<R> {

  private final Retries retries;
  private final Memories memories;
  private final StoreMemory memory;
  private final boolean announces;
  private final Optional<LastReads<R>> lastReads;

  ResilientRows(
      Rows<R> delegate,
      StoreSpec<R> spec,
      Retries retries,
      Memories memories,
      Optional<LastReads<R>> lastReads) {
    super(delegate);
    this.retries = retries;
    this.memories = memories;
    this.memory = memories.of(spec.name());
    this.announces = spec.announcer() != null;
    this.lastReads = lastReads;
  }

  @Override
  protected <T> T around(Operation operation, Supplier<T> call) {
    return retries.call(kind(operation), call);
  }

  /** The announcer is asked by the thread that makes the call (N1.5), which a retry is not. */
  private Kind kind(Operation operation) {
    Kind kind = Kinds.of(operation);
    return announces && kind == Kind.CHANGE ? Kind.CHANGES : kind;
  }

  @Override
  public Optional<Reading<R>> read(String key, ReadOptions options) {
    return lastReads.isEmpty()
        ? super.read(key, options)
        : readOrRemember(lastReads.get(), key, options);
  }

  /** Absence is not remembered: a store that cannot be reached must not look empty. */
  private Optional<Reading<R>> readOrRemember(LastReads<R> last, String key, ReadOptions options) {
    long begun = memories.now();
    long ticket = last.ticket(key);
    Optional<Reading<R>> read;
    try {
      read = super.read(key, options);
    } catch (ZealException e) {
      if (!Verdict.isOutage(e)) {
        throw e;
      }
      Reading<R> stale = last.find(key, options).orElseThrow(() -> e);
      memories.countAnswer();
      return Optional.of(stale);
    }
    last.remember(key, read, begun, ticket);
    return read;
  }

  @Override
  public BulkResult<R> getAll(Collection<String> keys) {
    return many(keys, () -> delegate().getAll(keys));
  }

  @Override
  public BulkResult<Reading<R>> readAll(Collection<String> keys, ReadOptions options) {
    return many(keys, () -> delegate().readAll(keys, options));
  }

  private <T> BulkResult<T> many(Collection<String> keys, Supplier<BulkResult<T>> call) {
    try {
      return retries.callOnMany(Kind.LOOK, call, result -> End.of(result, keys));
    } catch (CircuitOpenException e) {
      return Kinds.refused(keys, e);
    }
  }

  @Override
  public WriteResult write(Write<R> write) {
    return forgetting(write.key(), () -> super.write(write));
  }

  @Override
  public long add(String key, int column, long bits) {
    return forgetting(key, () -> super.add(key, column, bits));
  }

  private <T> T forgetting(String key, Supplier<T> change) {
    boolean sent = true;
    try {
      return change.get();
    } catch (ZealException e) {
      sent = Verdict.wasSent(e);
      throw e;
    } finally {
      if (sent) {
        memory.forget(key);
      }
    }
  }

  @Override
  public List<WriteResult> writeAll(List<Write<R>> writes) {
    try {
      List<WriteResult> results =
          retries.callOnMany(Kind.CHANGES, () -> delegate().writeAll(writes), End::of);
      for (int i = 0; i < writes.size(); i++) {
        if (!(results.get(i) instanceof WriteResult.Failed(ZealException e))
            || Verdict.wasSent(e)) {
          memory.forget(writes.get(i).key());
        }
      }
      return results;
    } catch (CircuitOpenException e) {
      return Collections.nCopies(writes.size(), new WriteResult.Failed(e));
    } catch (Throwable e) {
      writes.forEach(write -> memory.forget(write.key()));
      throw e;
    }
  }

  /** Whoever announces is told how that went, also if it never left. */
  @Override
  public void announce(Announcement announcement) {
    try {
      super.announce(announcement);
    } catch (CircuitOpenException e) {
      announcement.failed(e);
      throw e;
    }
  }

  @Override
  public void clear() {
    try {
      super.clear();
    } catch (CircuitOpenException e) {
      throw e;
    } catch (Throwable e) {
      memory.forgetAll();
      throw e;
    }
    memory.forgetAll();
  }
}
