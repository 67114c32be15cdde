package io.zeal.concurrency;

import io.zeal.Entry;
import io.zeal.Overflow;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A full store that evicts, under threads that all write and read. Which row goes is nobody's
 * promise, so no history of calls is right or wrong. What holds nevertheless: nobody counts more
 * rows than there is room for; a row that is read is whole and of its key; the rows of a key, which
 * only one thread writes, get newer and never older, and their writer finds the last one or none;
 * once all is quiet, the store is as full as it can be, and every view agrees (S2.6, S9.6, S9.9).
 */
public final class Eviction {

  private static final int CAPACITY = 3;
  private static final int THREADS = 3;
  private static final int KEYS_OF_EACH = 2;
  private static final long LIMIT_SECONDS = 300;

  private final Store<Card> store;
  private final int calls;
  private final AtomicReference<@Nullable String> found = new AtomicReference<>();

  private Eviction(Store<Card> store, int calls) {
    this.store = store;
    this.calls = calls;
  }

  /**
   * Runs once; answers what was found that may not be.
   *
   * @param seed of what each thread does; not of how they meet
   * @param calls of each thread
   */
  public static Optional<String> run(long seed, int calls) throws InterruptedException {
    try (Zeal zeal = Subject.current().open(new ManualClock())) {
      StoreOptions options =
          StoreOptions.defaults().withCapacity(CAPACITY).withOverflow(Overflow.EVICT);
      Eviction eviction = new Eviction(zeal.store("cards", Schema.of(Card.class), options), calls);
      eviction.run(new SplittableRandom(seed));
      return Optional.ofNullable(eviction.found.get());
    }
  }

  private void run(SplittableRandom random) throws InterruptedException {
    CountDownLatch ready = new CountDownLatch(THREADS);
    List<Thread> threads = new ArrayList<>();
    for (int number = 0; number < THREADS; number++) {
      SplittableRandom own = random.split();
      String name = Character.toString('a' + number);
      threads.add(Thread.ofPlatform().daemon().start(() -> new Writer(name, own).runWith(ready)));
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    for (Thread thread : threads) {
      thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
      if (thread.isAlive()) {
        tell("A thread does not end within " + LIMIT_SECONDS + " s.");
      }
    }
    lookOnceAllIsQuiet();
  }

  private static String key(int thread, int number) {
    return Character.toString('a' + thread) + number;
  }

  private void tell(String what) {
    found.compareAndSet(null, what);
  }

  /** A thread that writes keys of its own and reads all. */
  private final class Writer {

    private final String name;
    private final SplittableRandom random;
    private final Map<String, Integer> newest = new HashMap<>();
    private int number;

    Writer(String name, SplittableRandom random) {
      this.name = name;
      this.random = random;
    }

    void runWith(CountDownLatch ready) {
      try {
        ready.countDown();
        if (!ready.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
          tell("The threads did not begin.");
        }
        for (int call = 0; call < calls && found.get() == null; call++) {
          step();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        tell("Interrupted.");
      } catch (RuntimeException | Error e) {
        tell("Thread " + name + " ended in " + e);
      }
    }

    private void step() {
      String own = name + random.nextInt(KEYS_OF_EACH);
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> {
          number++;
          store.put(own, Card.of(own, number));
          newest.put(own, number);
          look(own, number);
        }
        case 3 -> {
          number++;
          if (store.patch(own, Card.number(number))) {
            newest.put(own, number);
          }
          look(own, newest.getOrDefault(own, 0));
        }
        case 4 -> {
          long count = store.count();
          if (count > CAPACITY) {
            tell(count + " rows in a store with room for " + CAPACITY + ".");
          }
        }
        default -> {
          String other = key(random.nextInt(THREADS), random.nextInt(KEYS_OF_EACH));
          look(other, newest.getOrDefault(other, 0));
        }
      }
    }

    /** Reads a row, if there is one, which may not be older than {@code least}. */
    private void look(String key, int least) {
      Optional<Card> row = store.get(key);
      if (row.isEmpty()) {
        return;
      }
      String said = row.get().name();
      int numberFound = (int) row.get().number();
      boolean isOwn = key.startsWith(name);
      if (!said.equals(key + numberFound)) {
        tell("Under key " + key + " is " + said + ", " + row.get());
      } else if (isOwn ? numberFound != least : numberFound < least) {
        tell("Under key " + key + " is number " + numberFound + " after " + least + ".");
      }
      newest.put(key, numberFound);
    }
  }

  private void lookOnceAllIsQuiet() {
    TreeSet<String> present = new TreeSet<>();
    for (int thread = 0; thread < THREADS; thread++) {
      for (int number = 0; number < KEYS_OF_EACH; number++) {
        if (store.contains(key(thread, number))) {
          present.add(key(thread, number));
        }
      }
    }
    List<String> paged = store.page("", 100).stream().map(Entry::key).sorted().toList();
    long count = store.count();
    if (count != present.size() || !paged.equals(List.copyOf(present))) {
      tell("Found " + present + ", counted " + count + ", paged " + paged + ".");
    }
    if (count != CAPACITY) {
      tell(count + " rows are left, though nothing was removed and there is room for " + CAPACITY);
    }
  }
}
