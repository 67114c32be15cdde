package io.zeal.concurrency;

import io.zeal.Counter;
import io.zeal.CounterOptions;
import io.zeal.Overflow;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A store and two counters for one run of one test, and a clock that moves for no other where rows
 * expire. Each is used again and again.
 */
public final class Place {

  /** How long a row and a counter live where they do not live for ever. */
  public static final int TTL_MILLIS = 1000;

  /** What the store is like. */
  public enum Kind {
    /** Room for every row. */
    ROOMY(StoreOptions.defaults().withCapacity(32)),
    /** Room for one row, and no more are taken. */
    ONE_ROW(StoreOptions.defaults().withCapacity(1)),
    /** Room for two rows, and no more are taken. */
    TWO_ROWS(StoreOptions.defaults().withCapacity(2)),
    /** Room for one row, which goes if another comes. */
    EVICTING(StoreOptions.defaults().withCapacity(1).withOverflow(Overflow.EVICT)),
    /** Rows live for {@link #TTL_MILLIS}, and there is room for two. */
    EXPIRING(StoreOptions.defaults().withCapacity(2).withTtl(Duration.ofMillis(TTL_MILLIS)));

    @SuppressWarnings("ImmutableEnumChecker") // immutable, but not annotated so
    private final StoreOptions options;

    Kind(StoreOptions options) {
      this.options = options;
    }
  }

  /**
   * Twice as many as {@code Jcstress} has prepared at a time: the next ones are made while the last
   * ones are looked at.
   */
  private static final int OF_EACH_KIND = 256;

  private static final Map<Subject, Map<Kind, Ring>> RINGS = new EnumMap<>(Subject.class);

  private final ManualClock clock;
  private final Store<Card> store;
  private final Counter counter;
  private final Counter windowed;

  private Place(Zeal zeal, ManualClock clock, Kind kind, int number) {
    this.clock = clock;
    String name = kind + " " + number;
    store = zeal.store(name, Schema.of(Card.class), kind.options);
    counter = zeal.counter(name);
    windowed =
        zeal.counter(
            name + " with a window",
            CounterOptions.defaults().expiringAfter(Duration.ofMillis(TTL_MILLIS)));
  }

  private static final class Ring {

    private final List<Place> places = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();

    Ring(Subject subject, Kind kind) {
      ManualClock clock = new ManualClock();
      Zeal zeal = subject.open(clock);
      for (int i = 0; i < OF_EACH_KIND; i++) {
        if (kind == Kind.EXPIRING && i > 0) {
          clock = new ManualClock();
          zeal = subject.open(clock);
        }
        places.add(new Place(zeal, clock, kind, i));
      }
    }

    Place next() {
      return places.get(Math.floorMod(next.getAndIncrement(), OF_EACH_KIND));
    }
  }

  /** A place that nobody else is at: its store is empty and its counters are untouched. */
  public static Place next(Kind kind) {
    Place place = ring(Subject.current(), kind).next();
    place.store.clear();
    place.counter.reset();
    place.windowed.reset();
    return place;
  }

  private static synchronized Ring ring(Subject subject, Kind kind) {
    return RINGS
        .computeIfAbsent(subject, ignored -> new EnumMap<>(Kind.class))
        .computeIfAbsent(kind, ignored -> new Ring(subject, kind));
  }

  /** Its clock; moved only where rows expire. */
  public ManualClock clock() {
    return clock;
  }

  /** Its store. */
  public Store<Card> store() {
    return store;
  }

  /** A counter without a window. */
  public Counter counter() {
    return counter;
  }

  /** A counter with a window of {@link #TTL_MILLIS}. */
  public Counter windowed() {
    return windowed;
  }
}
