package io.zeal.selftest;

import io.zeal.spi.Sequence;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;

/** What breakages look at in messages of tiered instances (ADR 0070). */
final class Frames {

  private static final int KIND = 1;
  private static final byte HEARTBEAT = 3;

  private Frames() {}

  /** The frame; nothing where there is none. */
  static byte[] frame(byte[] message) {
    try {
      return Sequence.frame(message);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  static boolean isHeartbeat(byte[] message) {
    byte[] frame = frame(message);
    return frame.length > KIND && frame[KIND] == HEARTBEAT;
  }

  static boolean isChange(byte[] message) {
    byte[] frame = frame(message);
    return frame.length > KIND && frame[KIND] != HEARTBEAT;
  }

  static String text(byte[] frame) {
    return HexFormat.of().formatHex(frame);
  }

  /** The message with other numbers behind it. */
  static byte[] numbered(byte[] message, UnaryOperator<Sequence> numbers) {
    List<Sequence> trailer = new ArrayList<>(Sequence.read(message));
    trailer.replaceAll(numbers);
    return Sequence.append(Sequence.frame(message), trailer);
  }
}
