package io.zeal.proofs.messages;

/** What happens to processes, servers and what is between them. */
enum Trouble {
  CONSUMER_KILLED,
  /** Ends in peace, and another takes its place. */
  CONSUMER_LEAVES,
  CONSUMER_STANDS_STILL,
  /** Another publishes the same messages again. */
  PUBLISHER_KILLED,
  SERVER_KILLED,
  SERVER_STANDS_STILL,
  REFUSE,
  BLACK_HOLE,
  /** What is sent arrives when others may have taken over. */
  LATE,
  CUTS,
  EXECUTED_BUT_CUT,
  /** The same, of answers that give messages back. */
  GIVEN_BACK_BUT_CUT,
  NOT_SENT;

  /** Whether it is done to what is between processes and servers. */
  boolean isOfLines() {
    return switch (this) {
      case REFUSE, BLACK_HOLE, LATE, CUTS, EXECUTED_BUT_CUT, GIVEN_BACK_BUT_CUT, NOT_SENT -> true;
      case CONSUMER_KILLED,
          CONSUMER_LEAVES,
          CONSUMER_STANDS_STILL,
          PUBLISHER_KILLED,
          SERVER_KILLED,
          SERVER_STANDS_STILL ->
          false;
    };
  }

  /** Whether the server cannot be reached meanwhile, by some at least. */
  boolean cutsOff() {
    return isOfLines() || this == SERVER_KILLED || this == SERVER_STANDS_STILL;
  }
}
