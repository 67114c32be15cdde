package io.zeal.concurrency.naive;

/** What a thread does between a look and an act: nothing, for about a microsecond. */
final class Dawdling {

  private static final int SPINS = 40;

  private Dawdling() {}

  static void aWhile() {
    for (int i = 0; i < SPINS; i++) {
      Thread.onSpinWait();
    }
  }
}
