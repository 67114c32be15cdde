package io.zeal.benchmarks.messages;

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

  String zeal() {
    return "Zeal on " + client;
  }
}
