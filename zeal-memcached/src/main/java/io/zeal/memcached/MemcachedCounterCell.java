package io.zeal.memcached;

import io.zeal.Capability;
import io.zeal.ErrorCode;
import io.zeal.Outcome;
import io.zeal.SchemaException;
import io.zeal.ServerRefusedException;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.memcached.Client.Sum;
import io.zeal.spi.CounterCell;
import io.zeal.spi.CounterChange;
import io.zeal.spi.CounterSpec;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One counter. The server adds by itself where it can: a summand from 0 to 2^32 to a counter that
 * is there, below 2^62, and whose window is known not to have ended. Everything else is a
 * comparison and a swap, made again until nobody came between or the deadline passes.
 */
final class MemcachedCounterCell implements CounterCell {

  /** So many of them fit between {@link CounterForm#HELD} and the end of 64 bits: 2^30. */
  private static final long MOST_ADDED_BY_SERVER = 1L << 32;

  private static final long FOR_EVER = Long.MAX_VALUE;

  private final CounterSpec spec;
  private final String name;
  private final Node node;
  private final Servers servers;
  private final MemcachedCounters counters;

  /**
   * Until when the counter that was last seen lives; one that comes after it lives longer, so until
   * then no addition can go to a window that has ended. 0 if none was seen.
   */
  private volatile long aliveUntilMillis;

  MemcachedCounterCell(CounterSpec spec, Servers servers, MemcachedCounters counters) {
    this.spec = spec;
    this.servers = servers;
    this.counters = counters;
    this.name = servers.keys().counter(spec.name());
    this.node = servers.ofCounter(spec.name());
    this.aliveUntilMillis = spec.windowMillis() == 0 ? FOR_EVER : 0;
  }

  static String what(CounterSpec spec) {
    return "Counter '" + spec.name() + "'";
  }

  CounterSpec spec() {
    return spec;
  }

  Node node() {
    return node;
  }

  String name() {
    return name;
  }

  String what() {
    return what(spec);
  }

  private long now() {
    return System.currentTimeMillis();
  }

  @Override
  public long get() {
    servers.errors().requireOpen(what());
    Deadline deadline = Deadline.in(servers.timeout());
    try {
      Deadline.requireNotInterrupted();
      counters.requireCompared(spec, deadline);
      return value(deadline.await(node.read(List.of(name)), node.client()).first());
    } catch (ClientException e) {
      throw servers.errors().ofRead(e, what());
    }
  }

  /** What an item says. */
  long value(@Nullable Item item) {
    CounterForm form = living(item, now());
    return form == null ? spec.options().initial() : form.value();
  }

  private @Nullable CounterForm living(@Nullable Item item, long nowMillis) {
    if (item == null) {
      return null;
    }
    CounterForm form = CounterForm.decode(item, spec.windowMillis(), nowMillis);
    if (form == null) {
      throw noCounter(item);
    }
    return form.isOver(nowMillis) ? null : form;
  }

  /** All of ours are below what the server answered, or wrapped around. */
  private ServerRefusedException addedToForeign() {
    servers.counts().foreign().incrementAndGet();
    return new ServerRefusedException(
        ServerRefusedException.Reason.WRONG_TYPE,
        what()
            + " holds the number of somebody else, larger than any of Zeal's, and the server has"
            + " added to it. Reset it, or choose another name or prefix.",
        Outcome.UNKNOWN,
        null);
  }

  private SchemaException noCounter(Item item) {
    if (CounterForm.isNumber(item)) {
      return new SchemaException(
          ErrorCode.SCHEMA_MISMATCH,
          what()
              + " has a window that ends later than any could by the clock of this host. Set the"
              + " clocks of all hosts by NTP; if they are right, somebody else wrote it: reset it.");
    }
    servers.counts().foreign().incrementAndGet();
    return new SchemaException(
        ErrorCode.SCHEMA_MISMATCH,
        what()
            + " holds something else than a number. Reset it, or choose another name or prefix.");
  }

  @Override
  public OptionalLong apply(CounterChange change) {
    servers.errors().requireOpen(what());
    Deadline deadline = Deadline.in(servers.timeout());
    try {
      Deadline.requireNotInterrupted();
      counters.requireCompared(spec, deadline);
      deadline.requireTime();
    } catch (ClientException e) {
      throw servers.errors().beforeWrite(e, what());
    }
    return switch (change) {
      case CounterChange.Add(long delta) when serverMayAdd(delta) ->
          OptionalLong.of(finishAdding(beginAdding(delta), delta, deadline));
      case CounterChange.Set(long value) when spec.windowMillis() == 0 -> set(value, deadline);
      case CounterChange.Reset _ -> reset(deadline);
      default -> swap(change, deadline);
    };
  }

  /** Whether the server can add this summand without anybody having looked before. */
  boolean serverMayAdd(long delta) {
    return delta >= 0
        && delta <= MOST_ADDED_BY_SERVER
        && spec.windowMillis() <= CounterForm.LONGEST_PLAIN_WINDOW
        && now() <= aliveUntilMillis;
  }

  CompletionStage<Sum> beginAdding(long delta) {
    return node.client().increment(name, delta);
  }

  /** The sum; where there was nothing to add to, the counter comes to life. */
  private long finishAdding(CompletionStage<Sum> adding, long delta, Deadline deadline) {
    return switch (added(adding, delta, deadline)) {
      case Sum.Value(long value) -> value;
      case Sum.Nothing _, Sum.NotDigits _ ->
          swap(new CounterChange.Add(delta), deadline).orElseThrow();
      case Sum.NoMemory _ -> throw Errors.noMemoryToAdd(what(), node);
    };
  }

  /** What the server made of it; nothing happened but if it is a sum. */
  Sum added(CompletionStage<Sum> adding, long delta, Deadline deadline) {
    Sum sum;
    try {
      sum = deadline.await(adding, node.client());
    } catch (ClientException e) {
      throw servers.errors().ofWrite(e, what());
    }
    if (sum instanceof Sum.Value(long value)) {
      if (value < 0 || Long.compareUnsigned(value, delta) < 0) {
        throw addedToForeign();
      }
      if (value >= CounterForm.HELD) {
        hold(deadline);
      }
    }
    return sum;
  }

  /**
   * Takes the counter out of the server's reach, long before it would leave 64 bits. The sum is
   * made whether this succeeds or not, and there is room for 2^30 more: each of them tries it too.
   */
  private void hold(Deadline deadline) {
    try {
      node.requireLimits(deadline);
      Item item = deadline.await(node.read(List.of(name)), node.client()).first();
      CounterForm form = living(item, now());
      if (item != null
          && form != null
          && form.value() >= CounterForm.HELD
          && !CounterForm.isHeld(item)) {
        var _ = deadline.await(store(form, item), node.client());
      }
    } catch (ClientException | SchemaException e) {
      // The next one holds it.
    }
  }

  private OptionalLong set(long value, Deadline deadline) {
    CounterForm next = new CounterForm(checked(value), 0);
    boolean plain = next.isPlain(0);
    try {
      return answer(
          deadline.await(node.client().set(name, next.value(plain), 0, 0), node.client()), value);
    } catch (ClientException e) {
      throw servers.errors().ofWrite(e, what());
    }
  }

  private OptionalLong answer(Answer answer, long value) {
    if (answer == Answer.DONE) {
      return OptionalLong.of(value);
    }
    throw Errors.outOfMemory(what(), node);
  }

  private OptionalLong reset(Deadline deadline) {
    try {
      var _ = deadline.await(node.client().delete(name), node.client());
      return OptionalLong.of(spec.options().initial());
    } catch (ClientException e) {
      throw servers.errors().ofWrite(e, what());
    }
  }

  private OptionalLong swap(CounterChange change, Deadline deadline) {
    Swap swap = new Swap(this, change, null);
    return node.turns()
        .take(
            name,
            deadline,
            what(),
            servers.errors(),
            () -> {
              new Swaps(servers).make(List.of(swap), deadline);
              return swap.resultOrThrow();
            });
  }

  /**
   * Sends what a change comes to, given what was read; null if it comes to nothing.
   *
   * @param swap is told the value after the change
   */
  @Nullable CompletionStage<Answer> send(Swap swap, @Nullable Item item) {
    long now = now();
    CounterForm living = living(item, now);
    OptionalLong next =
        next(swap.change(), living == null ? spec.options().initial() : living.value());
    long expiry = living == null ? newExpiry(now) : living.expiryMillis();
    swap.decided(next, expiry);
    if (next.isEmpty()) {
      return null;
    }
    if (living == null && spec.windowMillis() != 0) {
      // The options are kept longer than the window that begins now.
      var _ = CounterOptionsItem.refresh(spec, servers, node.client());
    }
    return store(new CounterForm(next.getAsLong(), expiry), item);
  }

  /** A change has made or found a counter that lives until then. */
  void lives(long expiryMillis) {
    aliveUntilMillis = expiryMillis == 0 ? FOR_EVER : expiryMillis;
  }

  private long newExpiry(long nowMillis) {
    return spec.windowMillis() == 0 ? 0 : nowMillis + spec.windowMillis();
  }

  private CompletionStage<Answer> store(CounterForm form, @Nullable Item item) {
    boolean plain = form.isPlain(spec.windowMillis());
    byte[] value = form.value(plain);
    int seconds = StoreOnServers.seconds(form.expiryMillis(), now());
    Client client = node.client();
    return item == null
        ? client.add(name, value, seconds, form.flags(plain))
        : client.replace(name, value, seconds, form.flags(plain), item.version());
  }

  /** The value after the change; empty if its condition does not hold. */
  private OptionalLong next(CounterChange change, long value) {
    return switch (change) {
      case CounterChange.Add(long delta) -> OptionalLong.of(checked(sum(value, delta)));
      case CounterChange.AddBounded(long delta, long max) -> {
        if (delta > 0 && value > Long.MAX_VALUE - delta) {
          yield OptionalLong.empty(); // above every bound
        }
        long sum = value + delta; // value is not negative
        yield sum > max ? OptionalLong.empty() : OptionalLong.of(checked(sum));
      }
      case CounterChange.Set(long next) -> OptionalLong.of(checked(next));
      case CounterChange.CompareAndSet(long expected, long next) ->
          value == expected ? OptionalLong.of(checked(next)) : OptionalLong.empty();
      case CounterChange.Reset _ -> throw new IllegalStateException("resets remove");
    };
  }

  private long sum(long value, long delta) {
    try {
      return Math.addExact(value, delta);
    } catch (ArithmeticException e) {
      throw spec.outOfRange();
    }
  }

  private long checked(long value) {
    requireNotNegative(value, spec);
    return value;
  }

  /** Refuses what the server would cut off at zero. */
  static void requireNotNegative(long value, CounterSpec spec) {
    if (value < 0) {
      throw new UnsupportedCapabilityException(
          Capability.NEGATIVE_COUNTERS,
          what(spec)
              + " would be below zero, which Memcached cannot hold. Nothing was changed. Use the"
              + " backend table, redis or tiered, or count from a higher initial value.");
    }
  }
}
