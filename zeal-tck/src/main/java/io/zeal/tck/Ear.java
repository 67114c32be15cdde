package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Message;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A handler that remembers what it was called with, in order, and the gaps in between. Safe for
 * concurrent use.
 */
final class Ear implements Consumer<Message> {

  /** What stands for a gap among the messages. */
  static final String GAP = "(gap)";

  private final Duration patience;
  private final @Nullable Gate gate;
  private final List<String> heard = new CopyOnWriteArrayList<>();

  Ear(Duration patience, @Nullable Gate gate) {
    this.patience = patience;
    this.gate = gate;
  }

  @Override
  public void accept(Message message) {
    heard.add(message.text());
    if (gate != null) {
      gate.pass();
    }
  }

  /** For {@code onGap}. */
  void gap() {
    heard.add(GAP);
  }

  /** What was heard so far. */
  List<String> heard() {
    return List.copyOf(heard);
  }

  /** Waits until as much was heard as expected, and asserts that it is what was expected. */
  void awaitExactly(String what, String... expected) {
    Waiting.until(() -> heard.size() >= expected.length, patience);
    assertThat(heard()).as(what).containsExactly(expected);
  }

  /** As {@link #awaitExactly}, in any order. */
  void awaitAll(String what, List<String> expected) {
    Waiting.until(() -> heard.size() >= expected.size(), patience);
    assertThat(heard()).as(what).containsExactlyInAnyOrderElementsOf(expected);
  }
}
