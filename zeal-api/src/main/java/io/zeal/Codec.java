package io.zeal;

/** Turns values into bytes and back. Safe for concurrent use. The bytes hold no class names. */
public interface Codec {

  /** Its stable number in stored values: 1 to 63 are Zeal's own, 64 to 255 anyone's. */
  int id();

  /** Whether it can encode and decode values of {@code type}. */
  boolean supports(ValueType<?> type);

  /**
   * The bytes of a value.
   *
   * @throws CodecException if it cannot be encoded
   */
  <T> byte[] encode(T value, ValueType<T> type);

  /**
   * The value of bytes.
   *
   * @throws CodecException if they are damaged or of another type
   */
  <T> T decode(byte[] bytes, ValueType<T> type);
}
