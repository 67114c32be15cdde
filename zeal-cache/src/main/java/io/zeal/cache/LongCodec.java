package io.zeal.cache;

import io.zeal.Codec;
import io.zeal.ValueType;

/** A {@code long} as eight bytes, the high one first. */
final class LongCodec implements Codec {

  @Override
  public int id() {
    return 3;
  }

  @Override
  public boolean supports(ValueType<?> type) {
    return type.type() == Long.class || type.type() == long.class;
  }

  @Override
  public <T> byte[] encode(T value, ValueType<T> type) {
    return new Packer(Long.BYTES).fixed((Long) value, Long.BYTES).toBytes();
  }

  @Override
  @SuppressWarnings("unchecked") // supports() took Long alone
  public <T> T decode(byte[] bytes, ValueType<T> type) {
    try {
      Unpacker unpacker = new Unpacker(bytes, 0, bytes.length);
      Long number = unpacker.fixed(Long.BYTES);
      unpacker.requireEnd();
      return (T) number;
    } catch (DamagedException e) {
      throw Codecs.undecodable(type, e);
    }
  }
}
