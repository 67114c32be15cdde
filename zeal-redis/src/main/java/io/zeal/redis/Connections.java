package io.zeal.redis;

/**
 * The connections of a backend.
 *
 * @param opened how many were made
 * @param refused how many could not be made
 * @param now those there are
 */
record Connections(long opened, long refused, Now now) {

  static final Connections NONE = new Connections(0, 0);

  /**
   * The connections there are at this moment.
   *
   * @param used over how many of those for calls one is under way
   * @param idle over how many none is
   * @param listening how many are for messages
   * @param waiting how many calls wait for a connection
   */
  record Now(long used, long idle, long listening, long waiting) {

    private Now and(Now others) {
      return new Now(
          used + others.used,
          idle + others.idle,
          listening + others.listening,
          waiting + others.waiting);
    }
  }

  /** Those that were, and none now. */
  Connections(long opened, long refused) {
    this(opened, refused, new Now(0, 0, 0, 0));
  }

  static Connections of(Node node) {
    return new Connections(node.opened(), node.refused(), node.now());
  }

  /** Of a node that is not used any more. */
  static Connections former(Node node) {
    return new Connections(node.opened(), node.refused());
  }

  Connections and(Connections others) {
    return new Connections(opened + others.opened, refused + others.refused, now.and(others.now));
  }
}
