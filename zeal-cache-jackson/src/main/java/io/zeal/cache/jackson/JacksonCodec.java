package io.zeal.cache.jackson;

import io.zeal.Codec;
import io.zeal.CodecException;
import io.zeal.ErrorCode;
import io.zeal.ValueType;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectMapper;

/**
 * Values of any type: eight bytes of the declared type's fingerprint, then JSON in UTF-8, the root
 * as the type says and not as the value is.
 *
 * <p>JSON itself does not say of what it was made, and Jackson reads one type from another's as far
 * as it can: by the fingerprint another type is told apart before it tries.
 */
final class JacksonCodec implements Codec {

  private final ObjectMapper mapper;
  private final TypeFingerprints fingerprints = new TypeFingerprints();

  JacksonCodec(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  @Override
  public int id() {
    return 5;
  }

  /** Everything whose type is known: JSON cannot bring back what an {@code Object} was. */
  @Override
  public boolean supports(ValueType<?> type) {
    return type.type() != Object.class && isKnown(type.type());
  }

  /** Whether no part of it is a type variable, as in {@code new ValueType<List<T>>() {}}. */
  private static boolean isKnown(Type type) {
    return switch (type) {
      case Class<?> _ -> true;
      case ParameterizedType generic ->
          Arrays.stream(generic.getActualTypeArguments()).allMatch(JacksonCodec::isKnown);
      case GenericArrayType array -> isKnown(array.getGenericComponentType());
      case WildcardType wildcard ->
          Arrays.stream(wildcard.getUpperBounds()).allMatch(JacksonCodec::isKnown);
      default -> false;
    };
  }

  @Override
  public <T> byte[] encode(T value, ValueType<T> type) {
    try {
      byte[] json = mapper.writerFor(javaType(type)).writeValueAsBytes(value);
      return ByteBuffer.allocate(Long.BYTES + json.length)
          .putLong(fingerprints.of(type.type()))
          .put(json)
          .array();
    } catch (JacksonException e) {
      throw Failures.ofWriting(type, e);
    }
  }

  @Override
  public <T> T decode(byte[] bytes, ValueType<T> type) {
    if (bytes.length < Long.BYTES
        || ByteBuffer.wrap(bytes).getLong() != fingerprints.of(type.type())) {
      throw new CodecException(
          ErrorCode.CODEC,
          "Stored JSON is not of "
              + type
              + " but of another type, or of this one under another name. Cache the value anew,"
              + " under another key if both types are in use.");
    }
    T value;
    try {
      value =
          mapper.readerFor(javaType(type)).readValue(bytes, Long.BYTES, bytes.length - Long.BYTES);
    } catch (JacksonException e) {
      throw Failures.ofReading(type, e);
    }
    if (value == null) { // null is never encoded: it is an entry without bytes
      throw new CodecException(
          ErrorCode.CODEC, "Stored JSON of " + type + " is null. Cache the value anew.");
    }
    return value;
  }

  private JavaType javaType(ValueType<?> type) {
    return mapper.constructType(type.type());
  }
}
