package io.zeal.proofs.messages;

import java.util.Comparator;

/**
 * A message's id on the server: when it was recorded, and the how manieth of that millisecond it
 * is.
 */
record StreamId(long millis, long sequence) implements Comparable<StreamId> {

  private static final Comparator<StreamId> ORDER =
      Comparator.comparingLong(StreamId::millis).thenComparingLong(StreamId::sequence);

  static StreamId of(String text) {
    String[] parts = text.split("-", 2);
    if (parts.length != 2) {
      throw new IllegalArgumentException("'" + text + "' is no id of a message");
    }
    return new StreamId(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
  }

  @Override
  public int compareTo(StreamId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return millis + "-" + sequence;
  }
}
