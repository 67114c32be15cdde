package io.zeal.cache;

import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.CodecProvider;
import io.zeal.spi.Role;
import io.zeal.spi.Setting;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What {@link Codecs} sees: the codecs on the path, and which of them was chosen. */
record CodecContext(@Nullable String choice, List<CodecProvider> providers)
    implements BackendContext {

  static Codecs codecs(CodecProvider... providers) {
    return codecsChosen(null, providers);
  }

  static Codecs codecsChosen(@Nullable String choice, CodecProvider... providers) {
    return Codecs.open(new CodecContext(choice, List.of(providers)));
  }

  @Override
  public <T> T setting(Setting<T> setting) {
    throw new AssertionError(setting);
  }

  @Override
  public <T> Optional<T> optionalSetting(Setting<T> setting) {
    return setting.key().equals(Codecs.CODEC.key())
        ? Optional.ofNullable(choice).map(setting::parse)
        : Optional.empty();
  }

  @Override
  public <T> Optional<T> instance(Class<T> type) {
    return Optional.empty();
  }

  @Override
  public Backend open(String name, Role role) {
    throw new AssertionError(name);
  }

  @Override
  public <S> List<S> plugins(Class<S> type) {
    return providers.stream().filter(type::isInstance).map(type::cast).toList();
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
