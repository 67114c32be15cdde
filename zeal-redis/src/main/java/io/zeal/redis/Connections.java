package io.zeal.redis;

/**
 * How many connections were made.
 *
 * @param opened those that were
 * @param refused those that could not be made
 */
record Connections(long opened, long refused) {

  static final Connections NONE = new Connections(0, 0);

  static Connections of(Node node) {
    return new Connections(node.opened(), node.refused());
  }

  Connections and(Connections others) {
    return new Connections(opened + others.opened, refused + others.refused);
  }
}
