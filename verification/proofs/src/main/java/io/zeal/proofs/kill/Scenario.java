package io.zeal.proofs.kill;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * What processes do that are killed.
 *
 * @param name what it is called
 * @param claim what is done and has to hold, in a line
 * @param acts what their hands do, as often as an act is named
 * @param stepped whether they stop at a store that the seed chose, and are killed there; otherwise
 *     they are killed at any instant
 * @param openers how many of them open and close everything again and again
 */
record Scenario(String name, String claim, List<Act> acts, boolean stepped, int openers) {

  private static final Map<Act, Integer> ROWS =
      Map.of(
          Act.OWN,
          10,
          Act.ADD,
          4,
          Act.PATCH,
          2,
          Act.TOUCH,
          1,
          Act.RACE_PUT,
          2,
          Act.RACE_REMOVE,
          2,
          Act.COUNTER,
          1,
          Act.WINDOW,
          2,
          Act.READ,
          1,
          Act.COUNT,
          1);

  private static final Map<Act, Integer> LIVES =
      Map.of(Act.BRIEF, 6, Act.CROWD, 6, Act.SWEPT, 6, Act.CLEAR, 1, Act.COUNT, 1, Act.READ, 1);

  /** Much about few rows: what somebody is to meet who stands still. */
  static final List<Act> PAUSED =
      times(
          Map.of(
              Act.ADD,
              6,
              Act.PATCH,
              6,
              Act.TOUCH,
              2,
              Act.OWN,
              3,
              Act.WINDOW,
              1,
              Act.CROWD,
              3,
              Act.BRIEF,
              1,
              Act.SWEPT,
              3,
              Act.CLEAR,
              1));

  static final List<Scenario> ALL =
      List.of(
          new Scenario(
              "rows",
              "writers of rows and counters are killed; every row is whole, every acknowledged change there, the count exact",
              times(ROWS),
              false,
              0),
          new Scenario(
              "life",
              "writers are killed while rows expire, give way and are cleared; no row is lost to anybody, the count exact",
              times(LIVES),
              false,
              0),
          new Scenario(
              "open",
              "processes are killed while they open and close, and while they end what dead ones left",
              both(),
              false,
              3),
          new Scenario("mixed", "all of it at once", both(), false, 1),
          new Scenario(
              "steps",
              "the same, each process killed right before one of its stores into shared memory",
              both(),
              true,
              1));

  private static List<Act> times(Map<Act, Integer> numbers) {
    List<Act> acts = new ArrayList<>();
    // In one order, so that a seed is the same run again.
    for (Act act : Act.values()) {
      acts.addAll(Collections.nCopies(numbers.getOrDefault(act, 0), act));
    }
    return acts;
  }

  private static List<Act> both() {
    List<Act> acts = new ArrayList<>(times(ROWS));
    acts.addAll(times(LIVES));
    return acts;
  }
}
