package io.zeal.tiered;

import io.zeal.spi.Sequence;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Hears what is announced in one store: keeps the place in the server's numbers, ends copies, takes
 * leases. One message at a time, and the gap callback between two of them: its own fields are one
 * thread's at a time.
 *
 * <p><b>Invariant</b> of a bucket whose place is known: no copy that {@link Fence} takes for good
 * was overwritten by a step with a number up to {@code last}. A frame that is next ends the copies
 * of its slots. With any other number everything of the bucket ends, and whatever is read from now
 * on was read after that message was published: so its number is the new place, be it higher (a
 * gap) or lower (the server went back).
 */
final class Receiver {

  private final Fence fence;
  private final OwnSteps steps;
  private final Heartbeats heartbeats;
  private final byte[] channel;
  private final Secrets secrets;
  private final StoreNumbers numbers;
  private final Repeats repeats = new Repeats();

  // By bucket: the place in the server's numbers.
  private final boolean[] known;
  private final long[] epoch;
  private final long[] last;

  Receiver(
      Fence fence,
      OwnSteps steps,
      Heartbeats heartbeats,
      String channel,
      Secrets secrets,
      StoreNumbers numbers) {
    this.fence = fence;
    this.steps = steps;
    this.heartbeats = heartbeats;
    this.channel = channel.getBytes(StandardCharsets.UTF_8);
    this.secrets = secrets;
    this.numbers = numbers;
    this.known = new boolean[fence.buckets()];
    this.epoch = new long[fence.buckets()];
    this.last = new long[fence.buckets()];
  }

  /** A message arrived. */
  void receive(byte[] message) {
    Frame frame;
    List<Sequence> sequences;
    try {
      sequences = Sequence.read(message);
      byte[] bytes = Sequence.frame(message);
      if (Frame.isHeartbeatOfAnother(bytes, steps.writer())) {
        numbers.foreignHeartbeats.increment(); // not verified: most messages are these
        return;
      }
      frame = Frame.read(bytes, channel, secrets);
    } catch (Frame.Refused e) {
      refused(e.reason());
      return;
    } catch (IllegalArgumentException e) {
      refused(Frame.Reason.FORM);
      return;
    }
    switch (frame) {
      case Frame.Heartbeat heartbeat -> cameBack(heartbeat, sequences);
      case Frame.Keys keys -> changed(keys, keys.bucket(), sequences);
      case Frame.Clear clear -> changed(clear, clear.bucket(), sequences);
    }
  }

  private void refused(Frame.Reason why) {
    numbers.refused(why, fence.nanos());
  }

  /** The frame of a message, verified. */
  Frame read(byte[] message) throws Frame.Refused {
    return Frame.read(Sequence.frame(message), channel, secrets);
  }

  private void changed(Frame frame, int bucket, List<Sequence> sequences) {
    if (sequences.size() != 1
        || sequences.getFirst().bucket() != bucket
        || bucket >= fence.buckets()) {
      refused(Frame.Reason.FORM);
      return;
    }
    if (!repeats.isNew(frame, bucket)) {
      numbers.repeats.increment();
      return;
    }
    Sequence sequence = sequences.getFirst();
    if (isNext(sequence)) {
      end(frame, bucket);
    } else {
      flush(sequence);
    }
    remember(sequence); // after the copies have ended
  }

  private void end(Frame frame, int bucket) {
    boolean own = steps.isOwn(frame);
    if (own && steps.isSettled(bucket, frame.counter())) {
      return;
    }
    if (own && steps.bump(bucket, frame.counter())) {
      return;
    }
    switch (frame) {
      case Frame.Keys keys -> {
        for (long hash : keys.hashes()) {
          fence.bump(fence.slot(bucket, hash));
        }
      }
      case Frame.Clear _ -> fence.flush(bucket);
      case Frame.Heartbeat _ -> throw new IllegalStateException("a heartbeat changes nothing");
    }
  }

  /** Only an instance's own heartbeats say anything to it. */
  private void cameBack(Frame.Heartbeat heartbeat, List<Sequence> sequences) {
    Heartbeats.Beat beat = steps.isOwn(heartbeat) ? heartbeats.find(heartbeat.nonce()) : null;
    if (beat == null) {
      numbers.foreignHeartbeats.increment();
      return;
    }
    for (Sequence sequence : sequences) {
      if (sequence.bucket() >= fence.buckets()) {
        refused(Frame.Reason.FORM);
      } else {
        cameBack(beat, sequence);
      }
    }
  }

  private void cameBack(Heartbeats.Beat beat, Sequence sequence) {
    Sequence before = beat.count(sequence);
    if (before != null) {
      if (!before.equals(sequence)) { // one of the two is forged, and nobody can say which
        numbers.repeats.increment();
        forget(sequence.bucket());
      }
      return;
    }
    if (!isHere(sequence)) {
      flush(sequence);
      remember(sequence);
    }
    lease(sequence.bucket(), beat.sentNanos());
  }

  private void lease(int bucket, long sentNanos) {
    long lease = fence.lease(bucket);
    if (lease == Fence.NONE || sentNanos - lease > 0) {
      fence.setLease(bucket, sentNanos);
      numbers.leases.increment();
    }
  }

  private boolean isNext(Sequence sequence) {
    int bucket = sequence.bucket();
    return known[bucket]
        && epoch[bucket] == sequence.epoch()
        && last[bucket] + 1 == sequence.number();
  }

  private boolean isHere(Sequence sequence) {
    int bucket = sequence.bucket();
    return known[bucket] && epoch[bucket] == sequence.epoch() && last[bucket] == sequence.number();
  }

  private void flush(Sequence sequence) {
    int bucket = sequence.bucket();
    if (known[bucket]) {
      numbers.missed(epoch[bucket] == sequence.epoch(), sequence.number() > last[bucket]);
    }
    fence.flush(bucket);
  }

  private void remember(Sequence sequence) {
    int bucket = sequence.bucket();
    known[bucket] = true;
    epoch[bucket] = sequence.epoch();
    last[bucket] = sequence.number();
  }

  /** Messages may have been missed. */
  void gap() {
    numbers.gaps.increment();
    for (int bucket = 0; bucket < fence.buckets(); bucket++) {
      forget(bucket);
    }
  }

  /** No lease, no copy, no place: as at the beginning. */
  private void forget(int bucket) {
    fence.setLease(bucket, Fence.NONE);
    fence.flush(bucket);
    known[bucket] = false;
  }

  /** Where it stands; for tests. */
  long last(int bucket) {
    return known[bucket] ? last[bucket] : -1;
  }
}
