package io.zeal.cache;

import io.zeal.Codec;
import io.zeal.CodecException;
import io.zeal.ValueType;

/**
 * A codec that reads a value where it lies, so that its bytes need not be copied out of the entry.
 */
interface PlaceCodec extends Codec {

  /**
   * As {@link #decode(byte[], ValueType)}.
   *
   * @throws CodecException if they are damaged or of another type
   */
  <T> T decode(Payload payload, ValueType<T> type);

  @Override
  default <T> T decode(byte[] bytes, ValueType<T> type) {
    return decode(Payload.of(bytes), type);
  }
}
