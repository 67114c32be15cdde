package io.zeal.consumer;

import io.zeal.Schema;
import io.zeal.Zeal;
import java.util.Set;

/**
 * The application once more, for a server: its settings, driver and path come from whoever starts
 * it. Its lines are what the tests expect.
 */
final class RedisMain {

  private RedisMain() {}

  public static void main(String[] args) throws InterruptedException {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    try (Zeal zeal = Zeal.open()) {
      System.out.println("application is in module " + RedisMain.class.getModule().getName());
      System.out.println("Zeal is in module " + Zeal.class.getModule().getName());
      System.out.println("backend: " + zeal.info().name());

      var store = zeal.store("opened", Schema.of(Opened.class));
      store.clear();
      store.put("a", new Opened("alice", 41));
      store.increment("a", "score", 1);
      System.out.println(store.get("a").orElseThrow() + " of " + store.count());

      var counter = zeal.counter("requests");
      counter.reset();
      counter.increment();
      System.out.println("counter: " + counter.add(2));
      System.out.println("first steps: " + FirstSteps.run(zeal));
      System.out.println("a script: " + (FirstSteps.remember(zeal, "index") > 0));
    }
    System.out.println("threads left: " + Leftovers.of(before));
    System.out.println("end: " + System.currentTimeMillis());
  }
}
