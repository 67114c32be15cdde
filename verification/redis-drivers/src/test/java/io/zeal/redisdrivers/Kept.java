package io.zeal.redisdrivers;

import io.zeal.Message;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A handler that keeps what it was called with, and a callback that counts gaps. */
final class Kept implements Consumer<Message> {

  private final List<String> texts = new CopyOnWriteArrayList<>();
  private final AtomicInteger gaps = new AtomicInteger();

  @Override
  public void accept(Message message) {
    texts.add(message.channel() + "=" + message.text());
  }

  void gap() {
    gaps.incrementAndGet();
  }

  int gaps() {
    return gaps.get();
  }

  List<String> texts() {
    return texts;
  }

  void await(String... expected) {
    List<String> all = List.of(expected);
    Await.until(all + " instead of " + texts, () -> texts.containsAll(all));
  }

  void awaitGaps(int number) {
    Await.until(number + " gaps instead of " + gaps, () -> gaps.get() >= number);
  }
}
