package io.zeal.proofs.tiered;

/** What happens beside the messages that are lost all the time. */
enum Trouble {
  /** Connections are cut, again and again. */
  CUTS,
  /** Connections are cut, and no new ones are accepted. */
  REFUSE,
  /** What is sent in either direction vanishes. */
  BLACK_HOLE,
  /** Each request takes a while. */
  SLOW,
  /** Messages, heartbeats among them, take longer than the bound. */
  MESSAGES_LATE,
  /** A third of the messages is lost. */
  MESSAGES_LOST,
  /** The server is killed and comes back. */
  SERVER_KILLED,
  /** The server stands still and goes on. */
  SERVER_STANDS_STILL,
  /** A process is killed, and another takes its place. */
  MEMBER_KILLED,
  /** A process stands still for longer than the bound and goes on. */
  MEMBER_STANDS_STILL;

  /** Whether connections that are there end by it; those of a black hole do when it is over. */
  boolean cuts() {
    return this == CUTS || this == REFUSE || this == BLACK_HOLE;
  }
}
