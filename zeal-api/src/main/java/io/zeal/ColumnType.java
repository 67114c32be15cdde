package io.zeal;

/**
 * What a column holds. A number or a boolean travels between Zeal and a backend as 64 bits:
 * integers sign-extended, {@code BOOLEAN} as 0 or 1, {@code FLOAT} as {@link Float#floatToIntBits},
 * {@code DOUBLE} as {@link Double#doubleToLongBits}. These make every NaN the one of Java, so that
 * equal values have equal bits and a backend may compare bits (S11.3).
 */
public enum ColumnType {
  /** A Java {@code boolean}. */
  BOOLEAN(Boolean.class, 1),
  /** A Java {@code byte}. */
  BYTE(Byte.class, 1),
  /** A Java {@code short}. */
  SHORT(Short.class, 2),
  /** A Java {@code int}. */
  INT(Integer.class, 4),
  /** A Java {@code long}. */
  LONG(Long.class, 8),
  /** A Java {@code float}. */
  FLOAT(Float.class, 4),
  /** A Java {@code double}. */
  DOUBLE(Double.class, 8),
  /** A {@code String} of bounded length, counted in bytes of UTF-8. */
  TEXT(String.class, 0),
  /** A {@code byte[]} of bounded length. */
  BYTES(byte[].class, 0);

  private final Class<?> javaType;
  private final int bytes;

  ColumnType(Class<?> javaType, int bytes) {
    this.javaType = javaType;
    this.bytes = bytes;
  }

  /** The class of this column's values; the wrapper class for primitives. */
  public Class<?> javaType() {
    return javaType;
  }

  /** Bytes of one value; 0 for {@link #TEXT} and {@link #BYTES}, whose columns say their limit. */
  public int bytes() {
    return bytes;
  }

  /** Whether values are numbers or booleans, that is, travel as 64 bits. */
  public boolean isFixed() {
    return bytes > 0;
  }

  /**
   * Whether values are whole numbers: {@link #BYTE}, {@link #SHORT}, {@link #INT} or {@link #LONG}.
   */
  public boolean isInteger() {
    return this == BYTE || this == SHORT || this == INT || this == LONG;
  }

  /** Whether values are {@link #FLOAT} or {@link #DOUBLE}. */
  public boolean isFloating() {
    return this == FLOAT || this == DOUBLE;
  }

  /** The least value of an integer type. */
  public long minValue() {
    return -1L << (bytes * 8 - 1);
  }

  /** The greatest value of an integer type. */
  public long maxValue() {
    return ~minValue();
  }

  /** The value that {@code bits} stand for, as the type's Java class. */
  public Object fromBits(long bits) {
    return switch (this) {
      case BOOLEAN -> bits != 0;
      case BYTE -> (byte) bits;
      case SHORT -> (short) bits;
      case INT -> (int) bits;
      case LONG -> bits;
      case FLOAT -> Float.intBitsToFloat((int) bits);
      case DOUBLE -> Double.longBitsToDouble(bits);
      case TEXT, BYTES -> throw new IllegalStateException(this + " has no bits");
    };
  }

  /** The 64 bits of a value of the type's Java class; the same for every NaN. */
  public long toBits(Object value) {
    return switch (this) {
      case BOOLEAN -> (Boolean) value ? 1 : 0;
      case BYTE, SHORT, INT, LONG -> ((Number) value).longValue();
      case FLOAT -> bits((Float) value);
      case DOUBLE -> bits((Double) value);
      case TEXT, BYTES -> throw new IllegalStateException(this + " has no bits");
    };
  }

  /** The bits of a {@code FLOAT}, without a wrapper. */
  static long bits(float value) {
    return Float.floatToIntBits(value);
  }

  /** The bits of a {@code DOUBLE}, without a wrapper. */
  static long bits(double value) {
    return Double.doubleToLongBits(value);
  }
}
