package io.zeal.redis;

import io.zeal.BulkResult;
import io.zeal.Entry;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.spi.Announcement;
import io.zeal.spi.Announcer;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One store, as its callers see it: {@link RedisReads} finds rows, {@link RedisWrites} changes
 * them, {@link RedisWalk} goes through all of them.
 *
 * <p>Every command names keys of the generation that its bucket had when it was last seen, and
 * comes back with the generation that it has: if that is another one, nothing was done or what was
 * read does not count, and the command is made anew.
 */
final class RedisRows<R> implements Rows<R> {

  /** How many rows one trip carries; more are several trips before one deadline. */
  static final int TRIP = 10_000;

  private final StoreSpec<R> spec;
  private final RedisReads<R> reads;
  private final RedisWrites<R> writes;
  private final RedisWalk<R> walk;
  private final RedisStore store;
  private final @Nullable CurrentSequences sequences;

  /**
   * @param channels what the server's channels have before their name; null if nothing can be
   *     announced
   */
  RedisRows(
      StoreSpec<R> spec,
      RedisStore store,
      Server server,
      Janitor janitor,
      @Nullable String channels) {
    String what = "Store '" + spec.name() + "'";
    RowForm<R> form = new RowForm<>(spec);
    Generations generations = new Generations(server, what);
    this.spec = spec;
    this.reads = new RedisReads<>(store, server, generations, form, what);
    Announcer asked = spec.announcer();
    StepAnnouncer announcer =
        asked == null || channels == null ? null : new StepAnnouncer(asked, channels);
    if (announcer != null) {
      store.announceWith(announcer);
    }
    this.writes = new RedisWrites<>(spec, store, server, form, announcer, what);
    this.walk = new RedisWalk<>(store, server, generations, reads, janitor, announcer, what);
    this.store = store;
    this.sequences = channels == null ? null : new CurrentSequences(store, server, channels, what);
  }

  @Override
  public StoreSpec<R> spec() {
    return spec;
  }

  @Override
  public Optional<R> get(String key) {
    return reads.get(key);
  }

  @Override
  public Optional<Reading<R>> read(String key, ReadOptions options) {
    return reads.read(key);
  }

  @Override
  public boolean contains(String key) {
    return reads.contains(key);
  }

  @Override
  public OptionalLong number(String key, int column) {
    return reads.number(key, column);
  }

  @Override
  public Optional<String> text(String key, int column) {
    return reads.text(key, column);
  }

  @Override
  public Optional<byte[]> bytes(String key, int column) {
    return reads.bytes(key, column);
  }

  @Override
  public BulkResult<Reading<R>> readAll(Collection<String> keys, ReadOptions options) {
    return reads.readAll(keys);
  }

  @Override
  public BulkResult<R> getAll(Collection<String> keys) {
    return reads.getAll(keys);
  }

  @Override
  public WriteResult write(Write<R> write) {
    return writes.write(write);
  }

  @Override
  public List<WriteResult> writeAll(List<Write<R>> all) {
    return writes.writeAll(all);
  }

  @Override
  public long count() {
    return walk.count();
  }

  @Override
  public List<Entry<R>> page(String after, int limit) {
    return walk.page(after, limit);
  }

  @Override
  public void clear() {
    walk.clear();
  }

  @Override
  public int buckets() {
    return store.buckets().size();
  }

  @Override
  public int bucketOf(String key) {
    return store.position(key);
  }

  @Override
  public void announce(Announcement announcement) {
    if (sequences == null) {
      Rows.super.announce(announcement);
    } else {
      sequences.announce(announcement);
    }
  }
}
