/** Real servers for tests, and the faults of a network in front of them. */
module io.zeal.verification.servers {
  requires static org.jspecify;
  requires static org.junit.jupiter.api;

  exports io.zeal.verification.servers;
}
