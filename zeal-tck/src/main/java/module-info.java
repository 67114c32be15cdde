/** The proof: the contracts as tests that anyone can run. */
module io.zeal.tck {
  requires transitive io.zeal;
  requires transitive org.assertj.core;
  requires transitive org.junit.jupiter.api;
  requires static org.jspecify;

  exports io.zeal.tck;

  opens io.zeal.tck to
      io.zeal, // records that a cache keeps
      org.junit.platform.commons;
}
