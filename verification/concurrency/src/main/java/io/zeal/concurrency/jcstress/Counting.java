package io.zeal.concurrency.jcstress;

import io.zeal.concurrency.Place;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Counters (C1.2, C5.3, C6.3, C7). */
public final class Counting {

  private Counting() {}

  /** Each answers the sum that it made. */
  @JCStressTest
  @Outcome(id = "1, 2, 2", expect = Expect.ACCEPTABLE, desc = "the first was first")
  @Outcome(id = "2, 1, 2", expect = Expect.ACCEPTABLE, desc = "the second was first")
  @State
  public static class TwoAdds extends Scene {

    /** The scene as it is found. */
    public TwoAdds() {
      super(Place.Kind.ROOMY);
    }

    /** Actor. */
    @Actor
    public void first(LLL_Result answers) {
      answers.r1 = place.counter().add(1);
    }

    /** Actor. */
    @Actor
    public void second(LLL_Result answers) {
      answers.r2 = place.counter().add(1);
    }

    /** When all is over. */
    @Arbiter
    public void end(LLL_Result answers) {
      answers.r3 = place.counter().get();
    }
  }

  /** The same where value and window change together. */
  @JCStressTest
  @Outcome(id = "1, 2, 2", expect = Expect.ACCEPTABLE, desc = "the first was first")
  @Outcome(id = "2, 1, 2", expect = Expect.ACCEPTABLE, desc = "the second was first")
  @State
  public static class TwoAddsInAWindow extends Scene {

    /** The scene as it is found. */
    public TwoAddsInAWindow() {
      super(Place.Kind.ROOMY);
    }

    /** Actor. */
    @Actor
    public void first(LLL_Result answers) {
      answers.r1 = place.windowed().add(1);
    }

    /** Actor. */
    @Actor
    public void second(LLL_Result answers) {
      answers.r2 = place.windowed().add(1);
    }

    /** When all is over. */
    @Arbiter
    public void end(LLL_Result answers) {
      answers.r3 = place.windowed().get();
    }
  }

  /** The bound holds, and what fits is granted. */
  @JCStressTest
  @Outcome(id = "1, none, 1", expect = Expect.ACCEPTABLE, desc = "the first")
  @Outcome(id = "none, 1, 1", expect = Expect.ACCEPTABLE, desc = "the second")
  @State
  public static class TwoBoundedAdds extends Scene {

    /** The scene as it is found. */
    public TwoBoundedAdds() {
      super(Place.Kind.ROOMY);
    }

    /** Actor. */
    @Actor
    public void first(LLL_Result answers) {
      answers.r1 = bounded();
    }

    /** Actor. */
    @Actor
    public void second(LLL_Result answers) {
      answers.r2 = bounded();
    }

    /** When all is over. */
    @Arbiter
    public void end(LLL_Result answers) {
      answers.r3 = place.counter().get();
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
    }

    /** Actor. */
    @Actor
    public void first(LLL_Result answers) {
      answers.r1 = place.windowed().compareAndSet(0, 1);
    }

    /** Actor. */
    @Actor
    public void second(LLL_Result answers) {
      answers.r2 = place.windowed().compareAndSet(0, 2);
    }

    /** When all is over. */
    @Arbiter
    public void end(LLL_Result answers) {
      answers.r3 = place.windowed().get();
    }
  }

  /** An add is before the reset, and gone, or after it. */
  @JCStressTest
  @Outcome(id = "15, 0", expect = Expect.ACCEPTABLE, desc = "the add came first")
  @Outcome(id = "5, 5", expect = Expect.ACCEPTABLE, desc = "the reset came first")
  @State
  public static class ResetAgainstAdd extends Scene {

    /** The scene as it is found. */
    public ResetAgainstAdd() {
      super(Place.Kind.ROOMY);
      place.counter().set(10);
    }

    /** Actor. */
    @Actor
    public void reset() {
      place.counter().reset();
    }

    /** Actor. */
    @Actor
    public void add(LL_Result answers) {
      answers.r1 = place.counter().add(5);
    }

    /** When all is over. */
    @Arbiter
    public void end(LL_Result answers) {
      answers.r2 = place.counter().get();
    }
  }

  /** What was counted in a window that ended does not come back. */
  @JCStressTest
  @Outcome(id = "1, 6, 1", expect = Expect.ACCEPTABLE, desc = "between them it ended")
  @Outcome(id = "1, 2, 2", expect = Expect.ACCEPTABLE, desc = "it ended first")
  @Outcome(id = "2, 1, 2", expect = Expect.ACCEPTABLE, desc = "it ended first")
  @State
  public static class EndOfWindowAgainstAdd extends Scene {

    /** The scene as it is found. */
    public EndOfWindowAgainstAdd() {
      super(Place.Kind.EXPIRING);
      place.windowed().set(5);
    }

    /** Actor. */
    @Actor
    public void pass(LLL_Result answers) {
      expire();
      answers.r1 = place.windowed().add(1);
    }

    /** Actor. */
    @Actor
    public void add(LLL_Result answers) {
      answers.r2 = place.windowed().add(1);
    }

    /** When all is over. */
    @Arbiter
    public void end(LLL_Result answers) {
      answers.r3 = place.windowed().get();
    }
  }
}
