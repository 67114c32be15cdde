package io.zeal.tiered;

import io.zeal.ZealException;
import io.zeal.spi.Announcement;
import io.zeal.spi.Sequence;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The heartbeats of this instance in one store that may still come back. */
final class Heartbeats {

  private final Fence fence;
  private final UUID writer;
  private final String channel;
  private final byte[] channelBytes;
  private final Secrets secrets;
  private final Supplier<UUID> nonces;
  private final Consumer<Announcement> far;
  private final Map<UUID, Beat> outstanding = new ConcurrentHashMap<>();

  Heartbeats(
      Fence fence,
      UUID writer,
      String channel,
      Secrets secrets,
      Supplier<UUID> nonces,
      Consumer<Announcement> far) {
    this.fence = fence;
    this.writer = writer;
    this.channel = channel;
    this.channelBytes = channel.getBytes(StandardCharsets.UTF_8);
    this.secrets = secrets;
    this.nonces = nonces;
    this.far = far;
  }

  /** Sends one. */
  void send() {
    UUID nonce = nonces.get();
    byte[] frame = new Frame.Heartbeat(writer, nonce).bytes(channelBytes, secrets);
    Beat beat = new Beat(frame, fence.nanos());
    forgetBefore(beat.sentNanos);
    outstanding.put(nonce, beat);
    far.accept(beat);
  }

  /** One that takes longer than two leases gives none any more. */
  private void forgetBefore(long nanos) {
    outstanding.values().removeIf(beat -> nanos - beat.sentNanos > 2 * fence.leaseNanos());
  }

  /** The one that came back; null if it is too old, or nobody sent it. */
  @Nullable Beat find(UUID nonce) {
    return outstanding.get(nonce);
  }

  /** One heartbeat. */
  final class Beat implements Announcement {

    private final byte[] frame;
    private final long sentNanos;

    /** What it said of each bucket; the receiver's. */
    private final Map<Integer, Sequence> counted = new HashMap<>();

    private Beat(byte[] frame, long sentNanos) {
      this.frame = frame;
      this.sentNanos = sentNanos;
    }

    long sentNanos() {
      return sentNanos;
    }

    /** Counts what it says of a bucket; returns what it said of it before. */
    @Nullable Sequence count(Sequence sequence) {
      return counted.putIfAbsent(sequence.bucket(), sequence);
    }

    @Override
    public String channel() {
      return channel;
    }

    @Override
    public byte[] frame() {
      return frame;
    }

    /** What counts is the message, and what came before it. */
    @Override
    public void published(Sequence sequence) {}

    @Override
    public void skipped() {}

    @Override
    public void failed(ZealException error) {}
  }
}
