package io.zeal.cache;

import io.zeal.CodecException;
import io.zeal.ErrorCode;
import io.zeal.ValueType;

/** A {@code String} as UTF-8; one that UTF-8 cannot hold is refused, since nothing is replaced. */
final class TextCodec implements PlaceCodec {

  @Override
  public int id() {
    return 2;
  }

  @Override
  public boolean supports(ValueType<?> type) {
    return type.type() == String.class;
  }

  @Override
  public <T> byte[] encode(T value, ValueType<T> type) {
    String text = (String) value;
    if (!Text.isWellFormed(text)) {
      throw new CodecException(
          ErrorCode.CODEC,
          "A text to be cached is not well-formed Unicode (a lone surrogate). Mend the text, or"
              + " cache its bytes.");
    }
    return Text.utf8(text);
  }

  @Override
  @SuppressWarnings("unchecked") // supports() took String alone
  public <T> T decode(Payload payload, ValueType<T> type) {
    try {
      return (T) Text.of(payload.bytes(), payload.from(), payload.length());
    } catch (DamagedException e) {
      throw Codecs.undecodable(type, e);
    }
  }
}
