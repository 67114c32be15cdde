package io.zeal.concurrency;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.concurrency.naive.NaiveBackendProvider;
import java.time.InstantSource;

/**
 * What the tests are run against. One at a time in a process: the tools make the tests' objects.
 */
public enum Subject {

  /** Backend "table". */
  TABLE {
    @Override
    Zeal open(InstantSource clock) {
      return Zeal.open(ZealConfig.builder().set("zeal.backend", "table").clock(clock).build());
    }
  },

  /** The same with a race wherever the table has none. */
  NAIVE {
    @Override
    Zeal open(InstantSource clock) {
      return Zeal.open(
          ZealConfig.builder().backend(new NaiveBackendProvider()).clock(clock).build());
    }
  };

  private static volatile Subject current = TABLE;

  /** What tests that begin now are about. */
  public static Subject current() {
    return current;
  }

  /** Says what tests that begin from now on are about. */
  public static void use(Subject subject) {
    current = subject;
  }

  abstract Zeal open(InstantSource clock);
}
