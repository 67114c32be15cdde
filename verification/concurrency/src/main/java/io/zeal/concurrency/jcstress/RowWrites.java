package io.zeal.concurrency.jcstress;

import io.zeal.concurrency.Card;
import io.zeal.concurrency.Place;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Writers of one row: none undoes what another has done (S2.7, S3.9, S11). */
public final class RowWrites {

  private RowWrites() {}

  /** An increment is before the put, and gone, or after it. */
  @JCStressTest
  @Outcome(id = "1, a2/10", expect = Expect.ACCEPTABLE, desc = "the put came last")
  @Outcome(id = "11, a2/11", expect = Expect.ACCEPTABLE, desc = "the put came first")
  @State
  public static class PutAgainstIncrement extends Scene {

    /** The scene as it is found. */
    public PutAgainstIncrement() {
      super(Place.Kind.ROOMY);
      store.put("a", Card.of("a", 1));
    }

    /** Actor. */
    @Actor
    public void put() {
      store.put("a", Card.of("a", 2).visited(10));
    }

    /** Actor. */
    @Actor
    public void increment(LL_Result answers) {
      answers.r1 = store.increment("a", "visits", 1);
    }

    /** When all is over. */
    @Arbiter
    public void end(LL_Result answers) {
      answers.r2 = whole("a");
    }
  }

  /** A patch and an increment of different columns. */
  @JCStressTest
  @Outcome(id = "true, 1, a2/1", expect = Expect.ACCEPTABLE, desc = "both happened")
  @State
  public static class PatchAgainstIncrement extends Scene {

    /** The scene as it is found. */
    public PatchAgainstIncrement() {
      super(Place.Kind.ROOMY);
      store.put("a", Card.of("a", 1));
    }

    /** Actor. */
    @Actor
    public void patch(LLL_Result answers) {
      answers.r1 = store.patch("a", Card.number(2));
    }

    /** Actor. */
    @Actor
    public void increment(LLL_Result answers) {
      answers.r2 = store.increment("a", "visits", 1);
    }

    /** When all is over. */
    @Arbiter
    public void end(LLL_Result answers) {
      answers.r3 = whole("a");
    }
  }

  /** Patches of different columns. */
  @JCStressTest
  @Outcome(id = "true, true, b2/0", expect = Expect.ACCEPTABLE, desc = "both happened")
  @State
  public static class TwoPatches extends Scene {

    /** The scene as it is found. */
    public TwoPatches() {
      super(Place.Kind.ROOMY);
      store.put("a", Card.of("a", 1));
    }

    /** Actor. */
    @Actor
    public void patch(LLL_Result answers) {
      answers.r1 = store.patch("a", Card.number(2));
    }

    /** Actor. */
    @Actor
    public void patchToo(LLL_Result answers) {
      answers.r2 = store.patch("a", Card.owner("b"));
    }

    /** When all is over. */
    @Arbiter
    public void end(LLL_Result answers) {
      answers.r3 = whole("a");
    }
  }

  /** Each answers the sum that it made. */
  @JCStressTest
  @Outcome(id = "1, 2, 3, 3", expect = Expect.ACCEPTABLE, desc = "in this order")
  @Outcome(id = "1, 3, 2, 3", expect = Expect.ACCEPTABLE, desc = "in this order")
  @Outcome(id = "2, 1, 3, 3", expect = Expect.ACCEPTABLE, desc = "in this order")
  @Outcome(id = "2, 3, 1, 3", expect = Expect.ACCEPTABLE, desc = "in this order")
  @Outcome(id = "3, 1, 2, 3", expect = Expect.ACCEPTABLE, desc = "in this order")
  @Outcome(id = "3, 2, 1, 3", expect = Expect.ACCEPTABLE, desc = "in this order")
  @State
  public static class ThreeIncrements extends Scene {

    /** The scene as it is found. */
    public ThreeIncrements() {
      super(Place.Kind.ROOMY);
      store.put("a", Card.of("a", 1));
    }

    /** Actor. */
    @Actor
    public void first(LLLL_Result answers) {
      answers.r1 = store.increment("a", "visits", 1);
    }

    /** Actor. */
    @Actor
    public void second(LLLL_Result answers) {
      answers.r2 = store.increment("a", "visits", 1);
    }

    /** Actor. */
    @Actor
    public void third(LLLL_Result answers) {
      answers.r3 = store.increment("a", "visits", 1);
    }

    /** When all is over. */
    @Arbiter
    public void end(LLLL_Result answers) {
      answers.r4 = visits("a");
    }
  }

  /** Both make the row, and it is made once. */
  @JCStressTest
  @Outcome(id = "1, 2, 2, a: 1", expect = Expect.ACCEPTABLE, desc = "the first made it")
  @Outcome(id = "2, 1, 2, a: 1", expect = Expect.ACCEPTABLE, desc = "the second made it")
  @State
  public static class IncrementsOfNothing extends Scene {

    /** The scene as it is found. */
    public IncrementsOfNothing() {
      super(Place.Kind.ROOMY);
    }

    /** Actor. */
    @Actor
    public void first(LLLL_Result answers) {
      answers.r1 = store.increment("a", "visits", 1);
    }

    /** Actor. */
    @Actor
    public void second(LLLL_Result answers) {
      answers.r2 = store.increment("a", "visits", 1);
    }

    /** When all is over. */
    @Arbiter
    public void end(LLLL_Result answers) {
      answers.r3 = visits("a");
      answers.r4 = present("a");
    }
  }

  /** Exactly one stores. */
  @JCStressTest
  @Outcome(id = "true, false, a1, a: 1", expect = Expect.ACCEPTABLE, desc = "the first")
  @Outcome(id = "false, true, a2, a: 1", expect = Expect.ACCEPTABLE, desc = "the second")
  @State
  public static class TwoPutsIfAbsent extends Scene {

    /** The scene as it is found. */
    public TwoPutsIfAbsent() {
      super(Place.Kind.ROOMY);
    }

    /** Actor. */
    @Actor
    public void first(LLLL_Result answers) {
      answers.r1 = store.putIfAbsent("a", Card.of("a", 1));
    }

    /** Actor. */
    @Actor
    public void second(LLLL_Result answers) {
      answers.r2 = store.putIfAbsent("a", Card.of("a", 2));
    }

    /** When all is over. */
    @Arbiter
    public void end(LLLL_Result answers) {
      answers.r3 = name("a");
      answers.r4 = present("a");
    }
  }

  /** Exactly one sets. */
  @JCStressTest
  @Outcome(id = "true, false, 1", expect = Expect.ACCEPTABLE, desc = "the first")
  @Outcome(id = "false, true, 2", expect = Expect.ACCEPTABLE, desc = "the second")
  @State
  public static class TwoCompareAndSets extends Scene {

    /** The scene as it is found. */
    public TwoCompareAndSets() {
      super(Place.Kind.ROOMY);
      store.put("a", Card.of("a", 1));
    }

    /** Actor. */
    @Actor
    public void first(LLL_Result answers) {
      answers.r1 = store.compareAndSet("a", "visits", 0, 1);
    }

    /** Actor. */
    @Actor
    public void second(LLL_Result answers) {
      answers.r2 = store.compareAndSet("a", "visits", 0, 2);
    }

    /** When all is over. */
    @Arbiter
    public void end(LLL_Result answers) {
      answers.r3 = visits("a");
    }
  }

  /** Exactly one replaces. */
  @JCStressTest
  @Outcome(id = "true, false, a2", expect = Expect.ACCEPTABLE, desc = "the first")
  @Outcome(id = "false, true, a3", expect = Expect.ACCEPTABLE, desc = "the second")
  @State
  public static class TwoReplaces extends Scene {

    /** The scene as it is found. */
    public TwoReplaces() {
      super(Place.Kind.ROOMY);
      store.put("a", Card.of("a", 1));
    }

    /** Actor. */
    @Actor
    public void first(LLL_Result answers) {
      answers.r1 = store.replace("a", Card.of("a", 1), Card.of("a", 2));
    }

    /** Actor. */
    @Actor
    public void second(LLL_Result answers) {
      answers.r2 = store.replace("a", Card.of("a", 1), Card.of("a", 3));
    }

    /** When all is over. */
    @Arbiter
    public void end(LLL_Result answers) {
      answers.r3 = name("a");
    }
  }

  /** Exactly one removes. */
  @JCStressTest
  @Outcome(id = "true, false, : 0", expect = Expect.ACCEPTABLE, desc = "the first")
  @Outcome(id = "false, true, : 0", expect = Expect.ACCEPTABLE, desc = "the second")
  @State
  public static class TwoRemoves extends Scene {

    /** The scene as it is found. */
    public TwoRemoves() {
      super(Place.Kind.ROOMY);
      store.put("a", Card.of("a", 1));
    }

    /** Actor. */
    @Actor
    public void first(LLL_Result answers) {
      answers.r1 = store.remove("a");
    }

    /** Actor. */
    @Actor
    public void second(LLL_Result answers) {
      answers.r2 = store.remove("a", Card.of("a", 1));
    }

    /** When all is over. */
    @Arbiter
    public void end(LLL_Result answers) {
      answers.r3 = present("a");
    }
  }

  /** What was removed does not come back with its columns. */
  @JCStressTest
  @Outcome(id = "true, 6, absent", expect = Expect.ACCEPTABLE, desc = "the increment came first")
  @Outcome(id = "true, 1, 1", expect = Expect.ACCEPTABLE, desc = "the removal came first")
  @State
  public static class RemoveAgainstIncrement extends Scene {

    /** The scene as it is found. */
    public RemoveAgainstIncrement() {
      super(Place.Kind.ROOMY);
      store.put("a", Card.of("a", 1).visited(5));
    }

    /** Actor. */
    @Actor
    public void remove(LLL_Result answers) {
      answers.r1 = store.remove("a");
    }

    /** Actor. */
    @Actor
    public void increment(LLL_Result answers) {
      answers.r2 = store.increment("a", "visits", 1);
    }

    /** When all is over. */
    @Arbiter
    public void end(LLL_Result answers) {
      answers.r3 = visits("a");
    }
  }

  /** The row goes or comes, and is counted so. */
  @JCStressTest
  @Outcome(id = "true, absent, : 0", expect = Expect.ACCEPTABLE, desc = "the put came first")
  @Outcome(id = "true, a2, a: 1", expect = Expect.ACCEPTABLE, desc = "the removal came first")
  @State
  public static class RemoveAgainstPut extends Scene {

    /** The scene as it is found. */
    public RemoveAgainstPut() {
      super(Place.Kind.ROOMY);
      store.put("a", Card.of("a", 1));
    }

    /** Actor. */
    @Actor
    public void remove(LLL_Result answers) {
      answers.r1 = store.remove("a");
    }

    /** Actor. */
    @Actor
    public void put() {
      store.put("a", Card.of("a", 2));
    }

    /** When all is over. */
    @Arbiter
    public void end(LLL_Result answers) {
      answers.r2 = name("a");
      answers.r3 = present("a");
    }
  }
}
