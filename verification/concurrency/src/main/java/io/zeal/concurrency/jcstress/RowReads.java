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

/**
 * Readers of a row that is being written: they see it before or after, never a mixture (S2.6,
 * S2.8).
 */
public final class RowReads {

  private RowReads() {}

  /** Every kind of read of whole rows, one after the other; what was seen stays seen. */
  @JCStressTest
  @Outcome(id = "a1, a1, a1", expect = Expect.ACCEPTABLE, desc = "the put came last")
  @Outcome(id = "a1, a1, a2", expect = Expect.ACCEPTABLE, desc = "between")
  @Outcome(id = "a1, a2, a2", expect = Expect.ACCEPTABLE, desc = "between")
  @Outcome(id = "a2, a2, a2", expect = Expect.ACCEPTABLE, desc = "the put came first")
  @State
  public static class PutAgainstReads extends Scene {

    /** The scene as it is found. */
    public PutAgainstReads() {
      super(Place.Kind.ROOMY);
      store.put("a", Card.of("a", 1));
    }

    /** Actor. */
    @Actor
    public void put() {
      store.put("a", Card.of("a", 2));
    }

    /** Actor. */
    @Actor
    public void read(LLL_Result answers) {
      answers.r1 = name("a");
      answers.r2 = nameByGetAll("a");
      answers.r3 = nameByPage();
    }
  }

  /** Two writers and a reader. */
  @JCStressTest
  @Outcome(id = "a[123], a[23]", expect = Expect.ACCEPTABLE, desc = "one of the rows that were put")
  @State
  public static class TwoPutsAgainstGet extends Scene {

    /** The scene as it is found. */
    public TwoPutsAgainstGet() {
      super(Place.Kind.ROOMY);
      store.put("a", Card.of("a", 1));
    }

    /** Actor. */
    @Actor
    public void put() {
      store.put("a", Card.of("a", 2));
    }

    /** Actor. */
    @Actor
    public void putToo() {
      store.put("a", Card.of("a", 3));
    }

    /** Actor. */
    @Actor
    public void get(LL_Result answers) {
      answers.r1 = name("a");
    }

    /** When all is over. */
    @Arbiter
    public void end(LL_Result answers) {
      answers.r2 = name("a");
    }
  }

  /** The columns of one patch become visible together, the others stay. */
  @JCStressTest
  @Outcome(id = "a1/7, a2/7", expect = Expect.ACCEPTABLE, desc = "the get came first")
  @Outcome(id = "a2/7, a2/7", expect = Expect.ACCEPTABLE, desc = "the patch came first")
  @State
  public static class PatchAgainstGet extends Scene {

    /** The scene as it is found. */
    public PatchAgainstGet() {
      super(Place.Kind.ROOMY);
      store.put("a", Card.of("a", 1).visited(7));
    }

    /** Actor. */
    @Actor
    public void patch() {
      store.patch("a", Card.number(2));
    }

    /** Actor. */
    @Actor
    public void get(LL_Result answers) {
      answers.r1 = whole("a");
    }

    /** When all is over. */
    @Arbiter
    public void end(LL_Result answers) {
      answers.r2 = whole("a");
    }
  }

  /** Columns read one by one; who has seen the new text sees the new number. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "the put came last")
  @Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "between")
  @Outcome(id = "2, 2", expect = Expect.ACCEPTABLE, desc = "the put came first")
  @State
  public static class PutAgainstColumns extends Scene {

    /** The scene as it is found. */
    public PutAgainstColumns() {
      super(Place.Kind.ROOMY);
      store.put("a", Card.of("a", 1));
    }

    /** Actor. */
    @Actor
    public void put() {
      store.put("a", Card.of("a", 2));
    }

    /** Actor. */
    @Actor
    public void read(LL_Result answers) {
      answers.r1 = Card.textNumber(store.getString("a", "text").orElseThrow());
      answers.r2 = (int) store.getLong("a", "number").orElseThrow();
    }
  }
}
