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
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** Rows that come and go: they are counted, and nobody takes one for another (S5, S11.13). */
public final class Comings {

  private Comings() {}

  /** Who has seen the row sees it counted (docs/synchronization.md). */
  @JCStressTest
  @Outcome(id = "false, 0", expect = Expect.ACCEPTABLE, desc = "the put came last")
  @Outcome(id = "false, 1", expect = Expect.ACCEPTABLE, desc = "between")
  @Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "the put came first")
  @State
  public static class PutAgainstCount extends Scene {

    /** The scene as it is found. */
    public PutAgainstCount() {
      super(Place.Kind.ROOMY);
    }

    /** Actor. */
    @Actor
    public void put() {
      store.put("a", Card.of("a", 1));
    }

    /** Actor. */
    @Actor
    public void look(LL_Result answers) {
      answers.r1 = store.contains("a");
      answers.r2 = store.count();
    }
  }

  /** Who has missed the row sees it no longer counted (docs/synchronization.md). */
  @JCStressTest
  @Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "the removal came last")
  @Outcome(id = "true, 0", expect = Expect.ACCEPTABLE, desc = "between")
  @Outcome(id = "false, 0", expect = Expect.ACCEPTABLE, desc = "the removal came first")
  @State
  public static class RemoveAgainstCount extends Scene {

    /** The scene as it is found. */
    public RemoveAgainstCount() {
      super(Place.Kind.ROOMY);
      store.put("a", Card.of("a", 1));
    }

    /** Actor. */
    @Actor
    public void remove() {
      store.remove("a");
    }

    /** Actor. */
    @Actor
    public void look(LL_Result answers) {
      answers.r1 = store.contains("a");
      answers.r2 = store.count();
    }
  }

  /** The memory of one row becomes that of another; its readers see one or none. */
  @JCStressTest
  @Outcome(
      id = "(a1|absent), (b1|absent), b: 1",
      expect = Expect.ACCEPTABLE,
      desc = "each its own row, or none")
  @State
  public static class ReuseAgainstGets extends Scene {

    /** The scene as it is found. */
    public ReuseAgainstGets() {
      super(Place.Kind.ONE_ROW);
      store.put("a", Card.of("a", 1));
    }

    /** Actor. */
    @Actor
    public void reuse() {
      store.remove("a");
      store.put("b", Card.of("b", 1));
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

  /** A row goes and comes back under its key; another one is read meanwhile. */
  @JCStressTest
  @Outcome(
      id = "(a1|absent|a2), b1, a b: 2",
      expect = Expect.ACCEPTABLE,
      desc = "before, between, after")
  @State
  public static class RebirthAgainstGet extends Scene {

    /** The scene as it is found. */
    public RebirthAgainstGet() {
      super(Place.Kind.TWO_ROWS);
      store.put("a", Card.of("a", 1));
      store.put("b", Card.of("b", 1));
    }

    /** Actor. */
    @Actor
    public void rebirth() {
      store.remove("a");
      store.put("a", Card.of("a", 2));
    }

    /** Actor. */
    @Actor
    public void get(LLL_Result answers) {
      answers.r1 = name("a");
    }

    /** Actor. */
    @Actor
    public void getOther(LLL_Result answers) {
      answers.r2 = name("b");
    }

    /** When all is over. */
    @Arbiter
    public void end(LLL_Result answers) {
      answers.r3 = present("a", "b");
    }
  }

  /** The row that meets a clear is there and counted, or neither. */
  @JCStressTest
  @Outcome(id = ": 0", expect = Expect.ACCEPTABLE, desc = "the put came first")
  @Outcome(id = "b: 1", expect = Expect.ACCEPTABLE, desc = "the put came last")
  @State
  public static class ClearAgainstPut extends Scene {

    /** The scene as it is found. */
    public ClearAgainstPut() {
      super(Place.Kind.ROOMY);
      store.put("a", Card.of("a", 1));
    }

    /** Actor. */
    @Actor
    public void clear() {
      store.clear();
    }

    /** Actor. */
    @Actor
    public void put() {
      store.put("b", Card.of("b", 1));
    }

    /** When all is over. */
    @Arbiter
    public void end(L_Result answers) {
      answers.r1 = present("a", "b");
    }
  }
}
