package io.zeal.cache.jackson;

import io.zeal.Codec;
import io.zeal.ValueType;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Role;
import io.zeal.spi.Setting;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What the codec sees: the mapper that was handed in, or none. */
record JacksonContext(@Nullable Object mapper) implements BackendContext {

  /** The codec with its own mapper. */
  static Codec codec() {
    return new JacksonCodecProvider().open(new JacksonContext(null));
  }

  /** The JSON of what the codec wrote. */
  static String json(byte[] bytes) {
    return new String(bytes, Long.BYTES, bytes.length - Long.BYTES, StandardCharsets.UTF_8);
  }

  /** What the codec would have read of a type, had its JSON been this. */
  static byte[] stored(String json, ValueType<?> type) {
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + text.length)
        .putLong(new TypeFingerprints().of(type.type()))
        .put(text)
        .array();
  }

  @Override
  public <T> T setting(Setting<T> setting) {
    throw new AssertionError(setting);
  }

  @Override
  public <T> Optional<T> optionalSetting(Setting<T> setting) {
    return Optional.empty();
  }

  @Override
  public <T> Optional<T> instance(Class<T> type) {
    return type.isInstance(mapper) ? Optional.of(type.cast(mapper)) : Optional.empty();
  }

  @Override
  public Backend open(String name, Role role) {
    throw new AssertionError(name);
  }

  @Override
  public <S> List<S> plugins(Class<S> type) {
    return List.of();
  }

  @Override
  public InstantSource clock() {
    return InstantSource.system();
  }

  @Override
  public Executor executor() {
    throw new AssertionError("no thread is needed");
  }
}
