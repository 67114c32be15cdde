package io.zeal.cache;

import io.zeal.Codec;
import io.zeal.ValueType;

/** A {@code byte[]} as it is; copied, so that nobody can change what is cached. */
final class BytesCodec implements Codec {

  @Override
  public int id() {
    return 1;
  }

  @Override
  public boolean supports(ValueType<?> type) {
    return type.type() == byte[].class;
  }

  @Override
  public <T> byte[] encode(T value, ValueType<T> type) {
    return ((byte[]) value).clone();
  }

  @Override
  @SuppressWarnings("unchecked") // supports() took byte[] alone
  public <T> T decode(byte[] bytes, ValueType<T> type) {
    return (T) bytes.clone();
  }
}
