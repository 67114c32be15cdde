package io.zeal.tck;

import io.zeal.MaxBytes;
import io.zeal.Schema;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import java.util.Objects;

/** A row with a column of every type. */
@SuppressWarnings("ArrayRecordComponent") // a column of bytes is one
record Sample(
    boolean flag,
    byte tiny,
    short small,
    int medium,
    long large,
    float single,
    double real,
    @MaxBytes(64) String text,
    @MaxBytes(300) byte[] bytes) {

  static final Schema<Sample> SCHEMA = Schema.of(Sample.class, MethodHandles.lookup());

  static final Sample ZERO = new Sample(false, (byte) 0, (short) 0, 0, 0, 0f, 0d, "", new byte[0]);

  static final Sample SOME =
      new Sample(true, (byte) 1, (short) 2, 3, 4, 5.5f, 6.25, "seven", new byte[] {8, 9});

  /** NaNs that are not the ones of Java. */
  static final float FLOAT_NAN = Float.intBitsToFloat(0x7fc0_0001);

  static final double DOUBLE_NAN = Double.longBitsToDouble(0xfff8_0000_0000_0001L);

  Sample withFloating(float nextSingle, double nextReal) {
    return new Sample(flag, tiny, small, medium, large, nextSingle, nextReal, text, bytes);
  }

  Sample withText(String next) {
    return new Sample(flag, tiny, small, medium, large, single, real, next, bytes);
  }

  Sample withBytes(byte... next) {
    return new Sample(flag, tiny, small, medium, large, single, real, text, next);
  }

  /** Floating numbers by their bits, bytes by content: as the contract compares rows. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Sample s
        && flag == s.flag
        && tiny == s.tiny
        && small == s.small
        && medium == s.medium
        && large == s.large
        && Float.floatToRawIntBits(single) == Float.floatToRawIntBits(s.single)
        && Double.doubleToRawLongBits(real) == Double.doubleToRawLongBits(s.real)
        && text.equals(s.text)
        && Arrays.equals(bytes, s.bytes);
  }

  @Override
  public int hashCode() {
    return Objects.hash(large, text);
  }
}
