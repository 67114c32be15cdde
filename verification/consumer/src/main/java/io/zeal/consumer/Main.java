package io.zeal.consumer;

import io.zeal.Schema;
import io.zeal.Zeal;
import io.zeal.consumer.closed.ClosedPackage;

/**
 * The application. The tests of both consumers start it in a process of its own, on the module path
 * and on the class path; its lines are what they expect.
 */
final class Main {

  private Main() {}

  public static void main(String[] args) throws InterruptedException {
    System.out.println(ReadmeExample.run());
    try (Zeal zeal = Zeal.open()) {
      System.out.println("application is in module " + Main.class.getModule().getName());
      System.out.println("Zeal is in module " + Zeal.class.getModule().getName());
      System.out.println("backend: " + zeal.info().name());

      var store = zeal.store("opened", Schema.of(Opened.class));
      store.put("a", new Opened("alice", 41));
      store.increment("a", "score", 1);
      System.out.println(store.get("a").orElseThrow());

      System.out.println(ClosedPackage.roundTrip(zeal));
      System.out.println(ClosedPackage.withoutLookup());
      System.out.println("counter: " + zeal.counter("requests").increment());
      System.out.println("first steps: " + FirstSteps.run(zeal));
    }
  }
}
