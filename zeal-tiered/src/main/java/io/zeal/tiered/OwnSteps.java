package io.zeal.tiered;

import io.zeal.spi.Announcement;
import io.zeal.spi.Announcer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The steps of this instance in one store: announces them, and knows the latest. */
final class OwnSteps implements Announcer {

  /** How many are remembered; the frame of a forgotten one is taken for somebody else's. */
  private static final int REMEMBERED = 1024;

  private final Fence fence;
  private final UUID writer;
  private final String channel;
  private final byte[] channelBytes;
  private final Secrets secrets;
  private final AtomicLongArray counters; // by bucket
  private final AtomicReferenceArray<@Nullable OwnStep> latest =
      new AtomicReferenceArray<>(REMEMBERED);
  private final AtomicReferenceArray<@Nullable OwnPut> puts;

  OwnSteps(Fence fence, UUID writer, String channel, Secrets secrets) {
    this.fence = fence;
    this.writer = writer;
    this.channel = channel;
    this.channelBytes = channel.getBytes(StandardCharsets.UTF_8);
    this.secrets = secrets;
    this.counters = new AtomicLongArray(fence.buckets());
    this.puts = new AtomicReferenceArray<>(fence.slots());
  }

  @Override
  public Announcement announce(int bucket, Kind kind, List<String> keys) {
    long number = counters.incrementAndGet(bucket);
    boolean whole = kind == Kind.CLEAR || keys.isEmpty() || keys.size() > Frame.MOST_KEYS;
    long[] hashes = whole ? new long[0] : keys.stream().mapToLong(KeyHash::of).toArray();
    int[] slots = new int[hashes.length];
    for (int i = 0; i < hashes.length; i++) {
      slots[i] = fence.slot(bucket, hashes[i]);
    }
    Frame frame =
        whole
            ? new Frame.Clear(writer, number, bucket)
            : new Frame.Keys(writer, number, bucket, hashes);
    OwnStep step =
        new OwnStep(
            fence,
            channel,
            frame.bytes(channelBytes, secrets),
            number,
            bucket,
            slots,
            slots.length == 1 && kind == Kind.PUT ? putOfThisThread(slots[0]) : null);
    latest.set(place(bucket, number), step);
    step.bump();
    return step;
  }

  /**
   * A put whose row may become a copy; null if another of its slot is on its way, and then only
   * that one may.
   */
  @Nullable OwnPut begin(int slot) {
    if (puts.get(slot) != null) {
      return null;
    }
    OwnPut put = new OwnPut(fence, slot);
    return puts.compareAndSet(slot, null, put) ? put : null;
  }

  void end(OwnPut put) {
    puts.set(put.slot(), null);
  }

  /** The announcer is asked by the thread that makes the call: that is how a put is known again. */
  private @Nullable OwnPut putOfThisThread(int slot) {
    OwnPut put = puts.get(slot);
    return put != null && put.isOf(Thread.currentThread(), slot) ? put : null;
  }

  UUID writer() {
    return writer;
  }

  boolean isOwn(Frame frame) {
    return writer.equals(frame.writer());
  }

  /**
   * Whether the slots of an own step were moved after it happened. If not, whoever received its
   * frame has to: its caller may be paused, or may have been told that it failed.
   */
  boolean isSettled(int bucket, long number) {
    OwnStep step = latest.get(place(bucket, number));
    return step != null && step.isOf(bucket, number) && step.isSettled();
  }

  /** Moves the slots of an own step that is on its way; false if it is not known any more. */
  boolean bump(int bucket, long number) {
    OwnStep step = latest.get(place(bucket, number));
    if (step == null || !step.isOf(bucket, number)) {
      return false;
    }
    step.bump();
    return true;
  }

  /** Buckets begin at places of their own: they are numbered alike, and one may have all steps. */
  private int place(int bucket, long number) {
    return (int) ((number + (long) bucket * REMEMBERED / counters.length()) & (REMEMBERED - 1));
  }
}
