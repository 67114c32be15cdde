package io.zeal.tiered;

import io.zeal.ZealException;
import io.zeal.spi.Announcement;
import io.zeal.spi.Sequence;
import org.jspecify.annotations.Nullable;

/**
 * One step of this instance on its way to the far level, and its frame. It moves its slots before
 * it is sent and once more when its end is known, before the caller hears of it.
 */
final class OwnStep implements Announcement {

  private final Fence fence;
  private final String channel;
  private final byte[] frame;
  private final long counter;
  private final int bucket;
  private final int[] slots; // none: the whole bucket
  private final @Nullable OwnPut put;
  private volatile boolean settled; // by the caller, for the receiver

  OwnStep(
      Fence fence,
      String channel,
      byte[] frame,
      long counter,
      int bucket,
      int[] slots,
      @Nullable OwnPut put) {
    this.fence = fence;
    this.channel = channel;
    this.frame = frame;
    this.counter = counter;
    this.bucket = bucket;
    this.slots = slots;
    this.put = put;
  }

  @Override
  public String channel() {
    return channel;
  }

  @Override
  public byte[] frame() {
    return frame;
  }

  /** Moves every slot it is about. */
  void bump() {
    if (put != null) {
      put.bump(fence);
    } else if (slots.length == 0) {
      fence.flush(bucket);
    } else {
      for (int slot : slots) {
        fence.bump(slot);
      }
    }
  }

  @Override
  public void published(Sequence sequence) {
    bump();
    settled = true; // after the move: whoever sees this need not move them again
  }

  @Override
  public void skipped() {
    bump();
  }

  /** What failed may still happen, at any later time: its own frame will then be a stranger's. */
  @Override
  public void failed(ZealException error) {
    bump();
  }

  /** Whether its slots were moved after it happened. */
  boolean isSettled() {
    return settled;
  }

  boolean isOf(int ownBucket, long ownCounter) {
    return bucket == ownBucket && counter == ownCounter;
  }
}
