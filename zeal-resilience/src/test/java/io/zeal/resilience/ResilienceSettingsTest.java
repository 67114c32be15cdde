package io.zeal.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.spi.BackendContext;
import io.zeal.spi.Setting;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResilienceSettingsTest {

  private static ResilienceSettings settings(Map<String, String> set) {
    BackendContext context =
        (BackendContext)
            Proxy.newProxyInstance(
                ResilienceSettingsTest.class.getClassLoader(),
                new Class<?>[] {BackendContext.class},
                (_, method, arguments) -> {
                  Optional<?> found = find((Setting<?>) arguments[0], set);
                  return method.getName().equals("setting") ? found.orElseThrow() : found;
                });
    return ResilienceSettings.of(context, "redis");
  }

  private static <T> Optional<T> find(Setting<T> setting, Map<String, String> set) {
    return Optional.ofNullable(set.get(setting.key()))
        .map(setting::parse)
        .or(setting::defaultValue);
  }

  @Test
  void theDeadlineIsTheBackendsOwnTimeoutUnlessAnotherIsSet() {
    assertThat(settings(Map.of()).deadline()).isEqualTo(Duration.ofSeconds(2));
    assertThat(settings(Map.of("zeal.redis.timeout", "200ms")).deadline())
        .isEqualTo(Duration.ofMillis(200));
    assertThat(settings(Map.of("zeal.memcached.timeout", "200ms")).deadline())
        .as("another's timeout")
        .isEqualTo(Duration.ofSeconds(2));
    assertThat(
            settings(Map.of("zeal.redis.timeout", "200ms", "zeal.resilience.deadline", "3s"))
                .deadline())
        .isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void aProbeIsNotGivenUpBeforeTheBackendGivesUp() {
    assertThat(settings(Map.of()).probeTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings(Map.of("zeal.redis.timeout", "1s")).probeTimeout())
        .isEqualTo(Duration.ofSeconds(5));
    assertThat(settings(Map.of("zeal.redis.timeout", "10s")).probeTimeout())
        .isEqualTo(Duration.ofSeconds(15));
  }
}
