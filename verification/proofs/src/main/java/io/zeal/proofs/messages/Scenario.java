package io.zeal.proofs.messages;

import static io.zeal.proofs.messages.Trouble.BLACK_HOLE;
import static io.zeal.proofs.messages.Trouble.CONSUMER_KILLED;
import static io.zeal.proofs.messages.Trouble.CONSUMER_LEAVES;
import static io.zeal.proofs.messages.Trouble.CONSUMER_STANDS_STILL;
import static io.zeal.proofs.messages.Trouble.CUTS;
import static io.zeal.proofs.messages.Trouble.EXECUTED_BUT_CUT;
import static io.zeal.proofs.messages.Trouble.GIVEN_BACK_BUT_CUT;
import static io.zeal.proofs.messages.Trouble.LATE;
import static io.zeal.proofs.messages.Trouble.NOT_SENT;
import static io.zeal.proofs.messages.Trouble.PUBLISHER_KILLED;
import static io.zeal.proofs.messages.Trouble.REFUSE;
import static io.zeal.proofs.messages.Trouble.SERVER_KILLED;
import static io.zeal.proofs.messages.Trouble.SERVER_STANDS_STILL;

import io.zeal.proofs.messages.Plan.Role;
import java.util.List;

/**
 * What may happen in a round.
 *
 * @param name of the proof
 * @param claim what is done and what has to hold
 * @param publishers what the publishing processes do
 * @param hasKillers whether some messages may take their consumers with them
 * @param atOnce whether what comes again does so without waiting
 * @param trims whether publications may cut the stream
 * @param troubles what may happen; more often what is there more often
 */
record Scenario(
    String name,
    String claim,
    List<Role> publishers,
    boolean hasKillers,
    boolean atOnce,
    boolean trims,
    List<Trouble> troubles) {

  static final Scenario DUPLICATES =
      new Scenario(
          "duplicates",
          "publishers repeat themselves, are cut off and killed; an id makes one message in its window",
          List.of(Role.REPEAT, Role.REPEAT),
          false,
          false,
          false,
          List.of(
              CUTS,
              EXECUTED_BUT_CUT,
              EXECUTED_BUT_CUT,
              NOT_SENT,
              PUBLISHER_KILLED,
              PUBLISHER_KILLED,
              SERVER_KILLED));

  static final List<Scenario> ALL =
      List.of(
          new Scenario(
              "kill",
              "consumers are killed, or leave; nothing confirmed is lost, or handed out after its end",
              List.of(Role.PUBLISH),
              true,
              false,
              true,
              List.of(CONSUMER_KILLED, CONSUMER_KILLED, CONSUMER_LEAVES)),
          new Scenario(
              "standstill",
              "consumers stand still and go on; who lost a message meanwhile knows it",
              List.of(Role.PUBLISH),
              false,
              false,
              true,
              List.of(CONSUMER_STANDS_STILL)),
          new Scenario(
              "restart",
              "the server is killed and comes back; nothing confirmed is lost, or handed out after its end",
              List.of(Role.PUBLISH),
              false,
              false,
              true,
              List.of(SERVER_KILLED, SERVER_KILLED, SERVER_STANDS_STILL)),
          new Scenario(
              "cuts",
              "connections are cut, refused, swallowed; nothing is lost, or handed out after its end",
              List.of(Role.PUBLISH),
              false,
              false,
              true,
              List.of(REFUSE, BLACK_HOLE, LATE, LATE, CUTS, EXECUTED_BUT_CUT, NOT_SENT)),
          new Scenario(
              "again",
              "what comes again does so at once, while the answer that gave it back is lost and told again",
              List.of(Role.PUBLISH),
              false,
              true,
              false,
              List.of(GIVEN_BACK_BUT_CUT, GIVEN_BACK_BUT_CUT, GIVEN_BACK_BUT_CUT, CUTS)),
          DUPLICATES,
          new Scenario(
              "mixed",
              "all of that together",
              List.of(Role.PUBLISH, Role.REPEAT),
              false,
              false,
              true,
              List.of(Trouble.values())));

  boolean hasLines() {
    return troubles.stream().anyMatch(Trouble::isOfLines);
  }
}
