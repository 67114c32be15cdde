package io.zeal.redis;

import io.zeal.MaxBytes;
import io.zeal.Schema;
import io.zeal.StoreOptions;
import io.zeal.spi.StoreSpec;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;

/** A row with a column of every type, in the order of the constants here. */
@SuppressWarnings("ArrayRecordComponent") // a column of bytes is one
record AllTypes(
    boolean flag,
    byte tiny,
    short small,
    int medium,
    long large,
    float single,
    double real,
    @MaxBytes(1 << 20) String text,
    @MaxBytes(1 << 20) byte[] bytes) {

  static final int FLAG = 0;
  static final int TINY = 1;
  static final int MEDIUM = 3;
  static final int LARGE = 4;
  static final int SINGLE = 5;
  static final int REAL = 6;
  static final int TEXT = 7;
  static final int BYTES = 8;

  static final AllTypes ZERO =
      new AllTypes(false, (byte) 0, (short) 0, 0, 0, 0, 0, "", new byte[0]);
  static final AllTypes LEAST =
      new AllTypes(
          false,
          Byte.MIN_VALUE,
          Short.MIN_VALUE,
          Integer.MIN_VALUE,
          Long.MIN_VALUE,
          Float.NEGATIVE_INFINITY,
          Double.NEGATIVE_INFINITY,
          "\0",
          new byte[] {0});
  static final AllTypes GREATEST =
      new AllTypes(
          true,
          Byte.MAX_VALUE,
          Short.MAX_VALUE,
          Integer.MAX_VALUE,
          Long.MAX_VALUE,
          Float.MAX_VALUE,
          Double.MIN_VALUE,
          "\u20ac\ud83d\ude00\uffff",
          new byte[] {-1, 127, -128, '\r', '\n'});

  static StoreSpec<AllTypes> spec() {
    return new StoreSpec<>(
        "s",
        Schema.of(AllTypes.class, MethodHandles.lookup()),
        StoreOptions.defaults().withTtl(Duration.ofMinutes(1)),
        null);
  }

  /** Floating numbers by their bits, bytes by content. */
  @Override
  public boolean equals(Object other) {
    return other instanceof AllTypes row
        && flag == row.flag
        && tiny == row.tiny
        && small == row.small
        && medium == row.medium
        && large == row.large
        && Float.floatToRawIntBits(single) == Float.floatToRawIntBits(row.single)
        && Double.doubleToRawLongBits(real) == Double.doubleToRawLongBits(row.real)
        && text.equals(row.text)
        && Arrays.equals(bytes, row.bytes);
  }

  @Override
  public int hashCode() {
    return Objects.hash(large, text);
  }

  /** Short, also if the row is not. */
  @Override
  public String toString() {
    return "AllTypes[" + large + ", " + text.length() + " characters, " + bytes.length + " bytes]";
  }
}
