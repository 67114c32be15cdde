package io.zeal.pubsub.spi;

import io.zeal.Message;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Messages by their running number, in slots that are used again. One thread at a time {@linkplain
 * #put puts} and {@linkplain #drop drops}, another may {@linkplain #look look} and {@linkplain
 * #forget forget} at the same time.
 *
 * <p>It grows as it fills and never shrinks: ten thousand subscriptions that keep up have small
 * ones. Whoever looks at a number that is dropped and overwritten meanwhile sees another message,
 * or none, and has to notice that by itself.
 */
final class Ring {

  private static final int SMALLEST = 16;

  /** The length is a power of two. Replaced by whoever puts. */
  private volatile AtomicReferenceArray<@Nullable Message> slots =
      new AtomicReferenceArray<>(SMALLEST);

  /** How many messages it has room for without growing. */
  int length() {
    return slots.length();
  }

  /**
   * Adds a message under the number {@code end}.
   *
   * @param first the lowest number that is still wanted
   */
  void put(long first, long end, Message message) {
    AtomicReferenceArray<@Nullable Message> current = slots;
    if (end - first >= current.length()) {
      current = larger(current, first, end);
      slots = current;
    }
    current.setPlain(slot(current, end), message); // published by whoever tells the new end
  }

  private static AtomicReferenceArray<@Nullable Message> larger(
      AtomicReferenceArray<@Nullable Message> former, long first, long end) {
    AtomicReferenceArray<@Nullable Message> larger =
        new AtomicReferenceArray<>(2 * former.length());
    for (long number = first; number < end; number++) {
      larger.setPlain(slot(larger, number), former.getPlain(slot(former, number)));
    }
    return larger;
  }

  /** What stands where the message with this number was put. */
  @Nullable Message look(long number) {
    AtomicReferenceArray<@Nullable Message> current = slots;
    return current.getPlain(slot(current, number));
  }

  /** Lets go of a message that was taken; the slot may be another one's by now. */
  void forget(long number, Message taken) {
    AtomicReferenceArray<@Nullable Message> current = slots;
    current.compareAndSet(slot(current, number), taken, null);
  }

  /** Lets go of a message that nobody will take. */
  void drop(long number) {
    AtomicReferenceArray<@Nullable Message> current = slots;
    current.setPlain(slot(current, number), null);
  }

  /** Lets go of everything. */
  void clear() {
    slots = new AtomicReferenceArray<>(1);
  }

  private static int slot(AtomicReferenceArray<@Nullable Message> slots, long number) {
    return (int) number & (slots.length() - 1);
  }
}
