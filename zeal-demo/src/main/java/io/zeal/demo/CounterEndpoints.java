package io.zeal.demo;

import io.zeal.Counter;
import io.zeal.Zeal;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@code /demo/counter}: read, increment, compare and set, reset. */
final class CounterEndpoints {

  private final Zeal zeal;

  CounterEndpoints(Zeal zeal) {
    this.zeal = zeal;
  }

  void addTo(Routes routes) {
    routes.add("GET", "/demo/counter", this::read);
    routes.add("POST", "/demo/counter/increment", this::increment);
    routes.add("POST", "/demo/counter/compare-and-set", this::compareAndSet);
    routes.add("POST", "/demo/counter/reset", this::reset);
  }

  record CounterAnswer(String name, String value, @Nullable Boolean done) {}

  private void read(Exchange exchange) throws IOException {
    String name = exchange.query("name").required("name");
    exchange.json(200, new CounterAnswer(name, String.valueOf(counter(zeal, name).get()), null));
  }

  private void increment(Exchange exchange) throws IOException {
    Body body = exchange.body("name", "by");
    String name = body.text("name");
    long value = counter(zeal, name).add(body.whole("by", Long.MIN_VALUE, Long.MAX_VALUE, 1));
    exchange.json(200, new CounterAnswer(name, String.valueOf(value), null));
  }

  private void compareAndSet(Exchange exchange) throws IOException {
    Body body = exchange.body("name", "expected", "next");
    String name = body.text("name");
    Counter counter = counter(zeal, name);
    long next = body.whole("next");
    boolean done = counter.compareAndSet(body.whole("expected"), next);
    exchange.json(200, new CounterAnswer(name, String.valueOf(done ? next : counter.get()), done));
  }

  private void reset(Exchange exchange) throws IOException {
    String name = exchange.body("name").text("name");
    Counter counter = counter(zeal, name);
    counter.reset();
    exchange.json(200, new CounterAnswer(name, String.valueOf(counter.get()), null));
  }

  static Counter counter(Zeal zeal, String name) {
    return zeal.counter(Stores.prefixed("demo/", name));
  }
}
