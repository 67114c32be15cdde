package io.zeal.benchmarks.tiered;

/** The driver below Zeal, and what its client is called when it is used directly. */
public enum Driver {
  LETTUCE("lettuce", "Lettuce"),
  JEDIS("jedis", "Jedis");

  final String id;
  final String client;

  Driver(String id, String client) {
    this.id = id;
    this.client = client;
  }

  String tiered() {
    return "Zeal tiered on " + client;
  }

  String redis() {
    return "Zeal redis on " + client;
  }
}
