package io.zeal.spi;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * How many announced steps a bucket has seen, as the server counted them: what tells a receiver
 * that it missed one.
 *
 * <p>On the wire a frame is followed by a trailer, which the server appends and nobody signs: one
 * entry for each bucket the message is about (bucket 4 bytes, epoch 8, number 8), then the number
 * of entries (4 bytes), everything big-endian. The message of a write has one entry, that of {@link
 * Rows#announce} one for each bucket it covers.
 *
 * @param bucket 0 to {@link Rows#buckets()} - 1
 * @param epoch a random number that was chosen when the bucket's counting began; another one means
 *     that the server lost the count, and that numbers of before say nothing
 * @param number 0 before the first announced step, then one more for each; never negative
 */
public record Sequence(int bucket, long epoch, long number) {

  private static final int ENTRY_BYTES = Integer.BYTES + 2 * Long.BYTES;

  /** Neither bucket nor number is negative. */
  public Sequence {
    if (bucket < 0 || number < 0) {
      throw new IllegalArgumentException(
          "Bucket " + bucket + ", number " + number + ". Neither is negative.");
    }
  }

  /** The message: {@code frame} with the trailer of {@code sequences}. */
  public static byte[] append(byte[] frame, List<Sequence> sequences) {
    ByteBuffer message =
        ByteBuffer.allocate(frame.length + sequences.size() * ENTRY_BYTES + Integer.BYTES);
    message.put(frame);
    for (Sequence each : sequences) {
      message.putInt(each.bucket).putLong(each.epoch).putLong(each.number);
    }
    return message.putInt(sequences.size()).array();
  }

  /**
   * The frame of a message.
   *
   * @throws IllegalArgumentException if the message does not end with a trailer
   */
  public static byte[] frame(byte[] message) {
    return java.util.Arrays.copyOf(message, frameLength(message));
  }

  /**
   * The sequences of a message, in its order.
   *
   * @throws IllegalArgumentException if the message does not end with a trailer
   */
  public static List<Sequence> read(byte[] message) {
    ByteBuffer trailer = ByteBuffer.wrap(message).position(frameLength(message));
    List<Sequence> sequences = new ArrayList<>();
    while (trailer.remaining() > Integer.BYTES) {
      sequences.add(new Sequence(trailer.getInt(), trailer.getLong(), trailer.getLong()));
    }
    return sequences;
  }

  private static int frameLength(byte[] message) {
    int end = message.length - Integer.BYTES;
    int entries = end < 0 ? -1 : ByteBuffer.wrap(message).getInt(end);
    if (entries < 1 || entries > end / ENTRY_BYTES) {
      throw new IllegalArgumentException(
          "A message of " + message.length + " bytes does not end with sequences.");
    }
    return end - entries * ENTRY_BYTES;
  }
}
