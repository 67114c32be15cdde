package io.zeal.proofs.messages;

import io.zeal.ConsumeOptions.Order;
import java.util.Locale;
import java.util.stream.Stream;

/** The groups of the stream, each of which gets every message. */
enum Group {
  /** Handles whatever is ready. */
  LOOSE(4, Order.NONE, 0),
  /** Keeps the order of keys. */
  ORDERED(3, Order.BY_KEY, 1);

  private final int concurrency;
  private final Order order;
  private final int salt;

  Group(int concurrency, Order order, int salt) {
    this.concurrency = concurrency;
    this.order = order;
    this.salt = salt;
  }

  /** Its name for servers. */
  String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Group titled(String title) {
    return Stream.of(values()).filter(it -> it.title().equals(title)).findFirst().orElseThrow();
  }

  int concurrency() {
    return concurrency;
  }

  Order order() {
    return order;
  }

  /** So that a message has another fate in each. */
  int salt() {
    return salt;
  }
}
