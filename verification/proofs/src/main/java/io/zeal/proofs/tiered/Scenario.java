package io.zeal.proofs.tiered;

import static io.zeal.proofs.tiered.Trouble.BLACK_HOLE;
import static io.zeal.proofs.tiered.Trouble.CUTS;
import static io.zeal.proofs.tiered.Trouble.MEMBER_KILLED;
import static io.zeal.proofs.tiered.Trouble.MEMBER_STANDS_STILL;
import static io.zeal.proofs.tiered.Trouble.MESSAGES_LATE;
import static io.zeal.proofs.tiered.Trouble.MESSAGES_LOST;
import static io.zeal.proofs.tiered.Trouble.REFUSE;
import static io.zeal.proofs.tiered.Trouble.SERVER_KILLED;
import static io.zeal.proofs.tiered.Trouble.SERVER_STANDS_STILL;
import static io.zeal.proofs.tiered.Trouble.SLOW;

import java.util.List;

/**
 * What may happen in a round; one message in a hundred is lost in each.
 *
 * @param name of the proof
 * @param claim what is done and what has to hold
 * @param losesRows whether a server that is killed may come back with less than it had
 * @param troubles what may happen; more often what is there more often
 */
record Scenario(String name, String claim, boolean losesRows, List<Trouble> troubles) {

  static final List<Scenario> ALL =
      List.of(
          new Scenario(
              "frames",
              "messages are lost and late on lines that look well; no copy is older than its bound",
              false,
              List.of(MESSAGES_LATE, MESSAGES_LOST)),
          new Scenario(
              "cuts",
              "connections are cut, refused, swallowed; no copy is older than its bound",
              false,
              List.of(CUTS, REFUSE, BLACK_HOLE, SLOW)),
          new Scenario(
              "restart",
              "the server is killed, and comes back with all, some or none of its rows; what was lost is no copy either",
              true,
              List.of(SERVER_KILLED, SERVER_KILLED, SERVER_STANDS_STILL)),
          new Scenario(
              "processes",
              "writers and readers are killed, or stand still and go on; no copy is older than its bound",
              false,
              List.of(MEMBER_KILLED, MEMBER_STANDS_STILL, MEMBER_STANDS_STILL)),
          new Scenario("mixed", "all of that together", true, List.of(Trouble.values())));
}
