package io.zeal.consumer;

import io.zeal.BackendUnavailableException;
import io.zeal.Counter;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.testkit.Chaos;

/** The application under faults, which it hands in as a test would. */
final class ChaosMain {

  private ChaosMain() {}

  public static void main(String[] args) {
    Chaos chaos = Chaos.seeded(42);
    try (Zeal zeal = Zeal.open(ZealConfig.builder().instance(Chaos.class, chaos).build())) {
      Counter counter = zeal.counter("requests");
      System.out.println("counter: " + counter.increment());
      chaos.partition();
      try {
        System.out.println("counter: " + counter.increment());
      } catch (BackendUnavailableException e) {
        System.out.println(e.code() + " " + e.outcome().orElseThrow());
      }
      System.out.println("counter: " + afterwards(chaos, counter));
    }
  }

  private static long afterwards(Chaos chaos, Counter counter) {
    return chaos.heal().seed() == 42 ? counter.get() : -1;
  }
}
