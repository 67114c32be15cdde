package io.zeal.concurrency.jcstress;

import io.zeal.concurrency.Card;
import io.zeal.concurrency.Place;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * Rows whose time ends while they are used (S4). A write is of the moment at which it read the
 * clock, which may be just before (docs/synchronization.md).
 */
public final class Expiry {

  private Expiry() {}

  /** What expired stays so. */
  @JCStressTest
  @Outcome(id = "a1, a1, b1", expect = Expect.ACCEPTABLE, desc = "it expired last")
  @Outcome(id = "a1, absent, b1", expect = Expect.ACCEPTABLE, desc = "between")
  @Outcome(id = "absent, absent, b1", expect = Expect.ACCEPTABLE, desc = "it expired first")
  @State
  public static class ExpiryAgainstGets extends Scene {

    /** The scene as it is found. */
    public ExpiryAgainstGets() {
      super(Place.Kind.EXPIRING);
      store.put("a", Card.of("a", 1));
      store.put("b", Card.of("b", 1), Duration.ZERO);
    }

    /** Actor. */
    @Actor
    public void pass() {
      expire();
    }

    /** Actor. */
    @Actor
    public void get(LLL_Result answers) {
      answers.r1 = name("a");
      answers.r2 = name("a");
    }

    /** Actor. */
    @Actor
    public void getOther(LLL_Result answers) {
      answers.r3 = name("b");
    }
  }

  /** A row that is renewed is counted from then on; one that is not is gone. */
  @JCStressTest
  @Outcome(id = "a1, 1, true, a: 1", expect = Expect.ACCEPTABLE, desc = "it was renewed in time")
  @Outcome(id = "absent, 0, false, : 0", expect = Expect.ACCEPTABLE, desc = "it expired")
  @Outcome(
      id = "absent, 1, true, a: 1",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "the touch had read the clock before, and was seen later")
  @State
  public static class ExpiryAgainstTouch extends Scene {

    /** The scene as it is found. */
    public ExpiryAgainstTouch() {
      super(Place.Kind.EXPIRING);
      store.put("a", Card.of("a", 1));
    }

    /** Actor. */
    @Actor
    public void pass(LLLL_Result answers) {
      expire();
      answers.r1 = name("a");
      answers.r2 = store.count();
    }

    /** Actor. */
    @Actor
    public void touch(LLLL_Result answers) {
      answers.r3 = store.touch("a", Duration.ZERO);
    }

    /** When all is over. */
    @Arbiter
    public void end(LLLL_Result answers) {
      answers.r4 = present("a");
    }
  }

  /** A put over a row that expires is not lost. */
  @JCStressTest
  @Outcome(id = "[01], a2, a: 1", expect = Expect.ACCEPTABLE, desc = "the new row is there")
  @State
  public static class ExpiryAgainstPut extends Scene {

    /** The scene as it is found. */
    public ExpiryAgainstPut() {
      super(Place.Kind.EXPIRING);
      store.put("a", Card.of("a", 1));
    }

    /** Actor. */
    @Actor
    public void pass(LLL_Result answers) {
      expire();
      answers.r1 = store.count();
    }

    /** Actor. */
    @Actor
    public void put() {
      store.put("a", Card.of("a", 2), Duration.ZERO);
    }

    /** When all is over. */
    @Arbiter
    public void end(LLL_Result answers) {
      answers.r2 = name("a");
      answers.r3 = present("a");
    }
  }

  /** Of those who want the place of what expired exactly one gets it. */
  @JCStressTest
  @Outcome(id = "true, false, a2, a: 1", expect = Expect.ACCEPTABLE, desc = "the first")
  @Outcome(id = "false, true, a3, a: 1", expect = Expect.ACCEPTABLE, desc = "the second")
  @State
  public static class ExpiryAgainstPutsIfAbsent extends Scene {

    /** The scene as it is found. */
    public ExpiryAgainstPutsIfAbsent() {
      super(Place.Kind.EXPIRING);
      store.put("a", Card.of("a", 1));
    }

    /** Actor. */
    @Actor
    public void pass(LLLL_Result answers) {
      expire();
      answers.r1 = store.putIfAbsent("a", Card.of("a", 2));
    }

    /** Actor. */
    @Actor
    public void putIfAbsent(LLLL_Result answers) {
      answers.r2 = store.putIfAbsent("a", Card.of("a", 3));
    }

    /** When all is over. */
    @Arbiter
    public void end(LLLL_Result answers) {
      answers.r3 = name("a");
      answers.r4 = present("a");
    }
  }

  /** What expired does not come back with its columns. */
  @JCStressTest
  @Outcome(id = "1, 6, 1, a: 1", expect = Expect.ACCEPTABLE, desc = "between them it expired")
  @Outcome(id = "1, 2, 2, a: 1", expect = Expect.ACCEPTABLE, desc = "it expired first")
  @Outcome(id = "2, 1, 2, a: 1", expect = Expect.ACCEPTABLE, desc = "it expired first")
  @State
  public static class ExpiryAgainstIncrement extends Scene {

    /** The scene as it is found. */
    public ExpiryAgainstIncrement() {
      super(Place.Kind.EXPIRING);
      store.put("a", Card.of("a", 1).visited(5));
    }

    /** Actor. */
    @Actor
    public void pass(LLLL_Result answers) {
      expire();
      answers.r1 = store.increment("a", "visits", 1);
    }

    /** Actor. */
    @Actor
    public void increment(LLLL_Result answers) {
      answers.r2 = store.increment("a", "visits", 1);
    }

    /** When all is over. */
    @Arbiter
    public void end(LLLL_Result answers) {
      answers.r3 = visits("a");
      answers.r4 = present("a");
    }
  }

  /** Expired rows take no place, and what is free is not taken twice (S9.7). */
  @JCStressTest
  @Outcome(
      id = "stored, stored, refused, c d: 2",
      expect = Expect.ACCEPTABLE,
      desc = "the other came too early or too late")
  @Outcome(
      id = "stored, refused, stored, c e: 2",
      expect = Expect.ACCEPTABLE,
      desc = "the other came between")
  @Outcome(
      id = "stored, stored, stored, c d: 2",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "the other had read the clock before, found room after, and was expired as it came")
  @State
  public static class ExpiryAgainstPutsIntoFullStore extends Scene {

    /** The scene as it is found. */
    public ExpiryAgainstPutsIntoFullStore() {
      super(Place.Kind.EXPIRING);
      store.put("a", Card.of("a", 1));
      store.put("b", Card.of("b", 1));
    }

    /** Actor. */
    @Actor
    public void pass(LLLL_Result answers) {
      expire();
      answers.r1 = put("c", Card.of("c", 1));
      answers.r2 = put("d", Card.of("d", 1));
    }

    /** Actor. */
    @Actor
    public void put(LLLL_Result answers) {
      answers.r3 = put("e", Card.of("e", 1));
    }

    /** When all is over. */
    @Arbiter
    public void end(LLLL_Result answers) {
      answers.r4 = present("a", "b", "c", "d", "e");
    }
  }
}
