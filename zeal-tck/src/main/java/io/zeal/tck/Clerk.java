package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Ack;
import io.zeal.Delivery;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * A handler of reliable messages that remembers its deliveries, as text and count: {@code "a/1"}.
 * Safe for concurrent use.
 */
final class Clerk implements Function<Delivery, Ack> {

  private final Duration patience;
  private final Function<Delivery, Ack> answer;
  private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();

  Clerk(Duration patience, Function<Delivery, Ack> answer) {
    this.patience = patience;
    this.answer = answer;
  }

  @Override
  public Ack apply(Delivery delivery) {
    deliveries.add(delivery);
    return answer.apply(delivery);
  }

  List<Delivery> deliveries() {
    return List.copyOf(deliveries);
  }

  /** Texts and counts. */
  List<String> counted() {
    return deliveries.stream()
        .map(delivery -> delivery.message().text() + "/" + delivery.deliveryCount())
        .toList();
  }

  /** Texts alone. */
  List<String> texts() {
    return deliveries.stream().map(delivery -> delivery.message().text()).toList();
  }

  private void await(int size) {
    Waiting.until(() -> deliveries.size() >= size, patience);
  }

  /** Waits until there were as many deliveries as expected; then asserts what they were. */
  void awaitCounted(String what, String... expected) {
    await(expected.length);
    assertThat(counted()).as(what).containsExactly(expected);
  }

  /** As {@link #awaitCounted}, without the counts. */
  void awaitTexts(String what, List<String> expected) {
    await(expected.size());
    assertThat(texts()).as(what).containsExactlyElementsOf(expected);
  }

  /** As {@link #awaitTexts}, in any order. */
  void awaitAnyOrder(String what, List<String> expected) {
    await(expected.size());
    assertThat(texts()).as(what).containsExactlyInAnyOrderElementsOf(expected);
  }
}
