package io.zeal.pubsub.spi;

import io.zeal.Delivery;
import io.zeal.Message;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A claimed message on its way through a consumption, and what its handler sees of it. */
final class Held implements Delivery {

  final Claimed claimed;
  final Tenure tenure;

  private final Message message;
  private final Predicate<Held> stands;

  /** The count the handler runs under. Written before the handler runs, in its thread. */
  private long count;

  /** The thread the handler runs in; guarded by the consumption's lock. */
  @Nullable Thread thread;

  /** Whether closing gave it up, so that its answer counts no more. Written under that lock. */
  volatile boolean cutOff;

  Held(Claimed claimed, Tenure tenure, String stream, Predicate<Held> stands) {
    this.claimed = claimed;
    this.tenure = tenure;
    this.message = new Message(stream, claimed.payload());
    this.stands = stands;
    this.count = claimed.count();
  }

  void begin(long count) {
    this.count = count;
  }

  @Override
  public String id() {
    return claimed.id();
  }

  @Override
  public Message message() {
    return message;
  }

  @Override
  public Optional<String> key() {
    return Optional.ofNullable(claimed.key());
  }

  @Override
  public long deliveryCount() {
    return count;
  }

  @Override
  public boolean isClaimed() {
    return stands.test(this);
  }

  /** The id and the count. */
  @Override
  public String toString() {
    return "Delivery[" + claimed.id() + ", count=" + count + "]";
  }
}
