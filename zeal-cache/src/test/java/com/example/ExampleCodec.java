package com.example;

import io.zeal.Codec;
import io.zeal.ValueType;
import io.zeal.spi.BackendContext;
import io.zeal.spi.CodecProvider;
import io.zeal.spi.Setting;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A codec that is told what it supports; it writes its name and reads what {@code decoder} says.
 */
public record ExampleCodec(
    String name,
    int id,
    Predicate<ValueType<?>> supported,
    Function<byte[], ? extends Object> decoder)
    implements CodecProvider, Codec {

  /** One that supports everything. */
  public static ExampleCodec of(String name, int id) {
    return new ExampleCodec(name, id, type -> true, bytes -> name);
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public Codec open(BackendContext context) {
    return this;
  }

  @Override
  public boolean supports(ValueType<?> type) {
    return supported.test(type);
  }

  @Override
  public <T> byte[] encode(T value, ValueType<T> type) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  @SuppressWarnings("unchecked") // a test asks for what it gave
  public <T> T decode(byte[] bytes, ValueType<T> type) {
    return (T) decoder.apply(bytes);
  }
}
