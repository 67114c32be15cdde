package io.zeal.benchmarks.cache;

/** The driver below Zeal, and what its client is called when it is used directly. */
public enum Driver {
  LETTUCE("lettuce", "Lettuce GET and decode"),
  JEDIS("jedis", "Jedis GET and decode");

  final String id;
  final String peer;

  Driver(String id, String peer) {
    this.id = id;
    this.peer = peer;
  }
}
