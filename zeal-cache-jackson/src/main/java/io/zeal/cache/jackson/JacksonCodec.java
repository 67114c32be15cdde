package io.zeal.cache.jackson;

import io.zeal.Codec;
import io.zeal.CodecException;
import io.zeal.ErrorCode;
import io.zeal.ValueType;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectMapper;

/** Values of any type as JSON in UTF-8, the root as the type says and not as the value is. */
final class JacksonCodec implements Codec {

  private final ObjectMapper mapper;

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
      return mapper.writerFor(javaType(type)).writeValueAsBytes(value);
    } catch (JacksonException e) {
      throw Failures.ofWriting(type, e);
    }
  }

  @Override
  public <T> T decode(byte[] bytes, ValueType<T> type) {
    T value;
    try {
      value = mapper.readerFor(javaType(type)).readValue(bytes);
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
