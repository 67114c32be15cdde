package io.zeal.concurrency.jcstress;

import io.zeal.concurrency.Card;
import io.zeal.concurrency.Place;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** Stores that are full, or nearly (S9.4 to S9.9). */
public final class FullStores {

  private FullStores() {}

  /** Exactly one gets it. */
  @JCStressTest
  @Outcome(id = "stored, refused, a b: 2", expect = Expect.ACCEPTABLE, desc = "the first")
  @Outcome(id = "refused, stored, a c: 2", expect = Expect.ACCEPTABLE, desc = "the second")
  @State
  public static class TwoPutsForOnePlace extends Scene {

    /** The scene as it is found. */
    public TwoPutsForOnePlace() {
      super(Place.Kind.TWO_ROWS);
      store.put("a", Card.of("a", 1));
    }

    /** Actor. */
    @Actor
    public void first(LLL_Result answers) {
      answers.r1 = put("b", Card.of("b", 1));
    }

    /** Actor. */
    @Actor
    public void second(LLL_Result answers) {
      answers.r2 = put("c", Card.of("c", 1));
    }

    /** When all is over. */
    @Arbiter
    public void end(LLL_Result answers) {
      answers.r3 = present("a", "b", "c");
    }
  }

  /** The place that a removal leaves is taken once. */
  @JCStressTest
  @Outcome(id = "refused, refused, : 0", expect = Expect.ACCEPTABLE, desc = "the removal came last")
  @Outcome(id = "stored, refused, b: 1", expect = Expect.ACCEPTABLE, desc = "the first got it")
  @Outcome(id = "refused, stored, c: 1", expect = Expect.ACCEPTABLE, desc = "the second got it")
  @State
  public static class RemoveAgainstPuts extends Scene {

    /** The scene as it is found. */
    public RemoveAgainstPuts() {
      super(Place.Kind.ONE_ROW);
      store.put("a", Card.of("a", 1));
    }

    /** Actor. */
    @Actor
    public void remove() {
      store.remove("a");
    }

    /** Actor. */
    @Actor
    public void first(LLL_Result answers) {
      answers.r1 = put("b", Card.of("b", 1));
    }

    /** Actor. */
    @Actor
    public void second(LLL_Result answers) {
      answers.r2 = put("c", Card.of("c", 1));
    }

    /** When all is over. */
    @Arbiter
    public void end(LLL_Result answers) {
      answers.r3 = present("a", "b", "c");
    }
  }

  /** The key that another thread makes does not fill the store for oneself. */
  @JCStressTest
  @Outcome(id = "1, 2, a: 1", expect = Expect.ACCEPTABLE, desc = "the first made it")
  @Outcome(id = "2, 1, a: 1", expect = Expect.ACCEPTABLE, desc = "the second made it")
  @State
  public static class SameKeyTwice extends Scene {

    /** The scene as it is found. */
    public SameKeyTwice() {
      super(Place.Kind.ONE_ROW);
    }

    /** Actor. */
    @Actor
    public void first(LLL_Result answers) {
      answers.r1 = store.increment("a", "visits", 1);
    }

    /** Actor. */
    @Actor
    public void second(LLL_Result answers) {
      answers.r2 = store.increment("a", "visits", 1);
    }

    /** When all is over. */
    @Arbiter
    public void end(LLL_Result answers) {
      answers.r3 = present("a");
    }
  }

  /** Both are taken, and one row is left. */
  @JCStressTest
  @Outcome(id = "stored, stored, b: 1", expect = Expect.ACCEPTABLE, desc = "the first was last")
  @Outcome(id = "stored, stored, c: 1", expect = Expect.ACCEPTABLE, desc = "the second was last")
  @State
  public static class EvictingPuts extends Scene {

    /** The scene as it is found. */
    public EvictingPuts() {
      super(Place.Kind.EVICTING);
      store.put("a", Card.of("a", 1));
    }

    /** Actor. */
    @Actor
    public void first(LLL_Result answers) {
      answers.r1 = put("b", Card.of("b", 1));
    }

    /** Actor. */
    @Actor
    public void second(LLL_Result answers) {
      answers.r2 = put("c", Card.of("c", 1));
    }

    /** When all is over. */
    @Arbiter
    public void end(LLL_Result answers) {
      answers.r3 = present("a", "b", "c");
    }
  }

  /** The row that is evicted does not come back with its columns. */
  @JCStressTest
  @Outcome(id = "stored, 6, b: 1", expect = Expect.ACCEPTABLE, desc = "the increment came first")
  @Outcome(id = "stored, 1, a: 1", expect = Expect.ACCEPTABLE, desc = "the eviction came first")
  @State
  public static class EvictionAgainstIncrement extends Scene {

    /** The scene as it is found. */
    public EvictionAgainstIncrement() {
      super(Place.Kind.EVICTING);
      store.put("a", Card.of("a", 1).visited(5));
    }

    /** Actor. */
    @Actor
    public void put(LLL_Result answers) {
      answers.r1 = put("b", Card.of("b", 1));
    }

    /** Actor. */
    @Actor
    public void increment(LLL_Result answers) {
      answers.r2 = store.increment("a", "visits", 1);
    }

    /** When all is over. */
    @Arbiter
    public void end(LLL_Result answers) {
      answers.r3 = present("a", "b");
    }
  }

  /** Readers see a whole row of their own key, or none. */
  @JCStressTest
  @Outcome(
      id = "(a1|absent), (absent|b1|b2), b: 1",
      expect = Expect.ACCEPTABLE,
      desc = "each its own row, or none")
  @State
  public static class EvictionAgainstGets extends Scene {

    /** The scene as it is found. */
    public EvictionAgainstGets() {
      super(Place.Kind.EVICTING);
      store.put("a", Card.of("a", 1));
    }

    /** Actor. */
    @Actor
    public void put() {
      store.put("b", Card.of("b", 1));
      store.put("b", Card.of("b", 2));
    }

    /** Actor. */
    @Actor
    public void getOld(LLL_Result answers) {
      answers.r1 = name("a");
    }

    /** Actor. */
    @Actor
    public void getNew(LLL_Result answers) {
      answers.r2 = name("b");
    }

    /** When all is over. */
    @Arbiter
    public void end(LLL_Result answers) {
      answers.r3 = present("a", "b");
    }
  }
}
