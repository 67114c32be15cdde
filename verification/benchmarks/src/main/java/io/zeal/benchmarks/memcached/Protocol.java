package io.zeal.benchmarks.memcached;

/** How Zeal speaks to the server, and what folsom is called when it is used directly like that. */
public enum Protocol {
  TEXT("text"),
  BINARY("binary");

  final String id;
  final String zeal;
  final String folsom;

  Protocol(String id) {
    this.id = id;
    this.zeal = "Zeal, " + id;
    this.folsom = "folsom, " + id;
  }
}
