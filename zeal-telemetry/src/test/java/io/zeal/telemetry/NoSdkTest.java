package io.zeal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.zeal.BackendInfo;
import io.zeal.Finding;
import io.zeal.Scripts;
import io.zeal.Stats;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Counters;
import io.zeal.spi.Messaging;
import io.zeal.spi.Role;
import io.zeal.spi.Rows;
import io.zeal.spi.Setting;
import io.zeal.spi.StoreSpec;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class NoSdkTest {

  @AfterEach
  void nothingGlobalIsLeft() {
    GlobalOpenTelemetry.resetForTest();
  }

  private static Zeal open() {
    return Zeal.open(ZealConfig.builder().set("zeal.backend", "table").build());
  }

  @Test
  void openingNeitherSetsNorFixesTheGlobalOne() {
    try (Zeal zeal = open();
        Sdk sdk = new Sdk()) {
      zeal.store("players", Player.SCHEMA).put("a", new Player("alice", 1));
      assertThat(GlobalOpenTelemetry.isSet()).isFalse();
      GlobalOpenTelemetry.set(sdk.telemetry()); // would throw if somebody had asked for it
      zeal.store("players", Player.SCHEMA).put("a", new Player("alice", 1));
      assertThat(sdk.metrics()).as("what came too late is not listened to").isEmpty();
    }
  }

  @Test
  void theGlobalOneIsUsedIfItWasThere() {
    try (Sdk sdk = new Sdk()) {
      GlobalOpenTelemetry.set(sdk.telemetry());
      try (Zeal zeal = open()) {
        zeal.store("players", Player.SCHEMA).put("a", new Player("alice", 1));
        assertThat(sdk.timed(Map.of("db.operation.name", "put"))).isEqualTo(1);
      }
    }
  }

  @Test
  void aGlobalOneThatDoesNothingIsAsIfThereWereNone() {
    GlobalOpenTelemetry.set(OpenTelemetry.noop());
    try (Zeal zeal = open()) {
      assertThat(zeal.inspect()).extracting(Finding::code).contains(UnheardBackend.NOBODY_LISTENS);
    }
  }

  @Test
  void nobodyListensIsAFinding() {
    try (Zeal zeal = open()) {
      assertThat(zeal.inspect())
          .filteredOn(finding -> finding.code().equals(UnheardBackend.NOBODY_LISTENS))
          .singleElement()
          .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Finding.Severity.INFO));
    }
  }

  @Test
  void switchedOffIsAsIfItWereNotOnThePath() {
    OneStore backend = new OneStore();
    assertThat(
            new TelemetryDecorator()
                .decorate(
                    backend, Role.PRIMARY, new Context(Map.of("zeal.telemetry.enabled", "false"))))
        .isSameAs(backend);
  }

  /** What costs nothing by construction need not be measured. */
  @Test
  void rowsAreTheBackendsOwn() {
    OneStore backend = new OneStore();
    Backend decorated =
        new TelemetryDecorator().decorate(backend, Role.PRIMARY, new Context(Map.of()));
    StoreSpec<Player> spec =
        new StoreSpec<>("s", Player.SCHEMA, io.zeal.StoreOptions.defaults(), null);
    assertThat(decorated.<Player>rows(spec)).isSameAs(backend.rows);
    assertThat(decorated.counters()).isSameAs(backend.counters);
    assertThat(decorated.messaging()).isSameAs(backend.messaging);
    assertThat(decorated.scripts()).isSameAs(backend.scripts);
  }

  @Test
  void whatIsBelowAnotherBackendIsNotWrappedAtAll() {
    OneStore backend = new OneStore();
    for (Role role : List.of(Role.NEAR, Role.FAR, Role.AUXILIARY)) {
      assertThat(new TelemetryDecorator().decorate(backend, role, new Context(Map.of())))
          .isSameAs(backend);
    }
  }

  /** Something that no call may reach. */
  @SuppressWarnings("ReferenceEquality") // it is itself
  private static <T> T untouched(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            NoSdkTest.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "equals" -> proxy == arguments[0];
                  case "hashCode" -> 1;
                  case "toString" -> type.getName();
                  default -> throw new AssertionError(method);
                }));
  }

  private static final class OneStore implements Backend {

    final Rows<?> rows = untouched(Rows.class);
    final Counters counters = untouched(Counters.class);
    final Messaging messaging = untouched(Messaging.class);
    final Scripts scripts = untouched(Scripts.class);

    @Override
    public BackendInfo info() {
      return new BackendInfo("one", BackendInfo.Scope.PROCESS, Set.of(), Map.of());
    }

    @Override
    @SuppressWarnings("unchecked") // nobody looks into it
    public <R> Rows<R> rows(StoreSpec<R> spec) {
      return (Rows<R>) rows;
    }

    @Override
    public Counters counters() {
      return counters;
    }

    @Override
    public Messaging messaging() {
      return messaging;
    }

    @Override
    public Scripts scripts() {
      return scripts;
    }

    @Override
    public Stats stats() {
      return Stats.of("one", Map.of());
    }

    @Override
    public List<Finding> inspect() {
      return List.of();
    }

    @Override
    public void close() {}
  }

  private record Context(Map<String, String> settings) implements BackendContext {

    @Override
    public <T> T setting(Setting<T> setting) {
      return optionalSetting(setting).orElseThrow();
    }

    @Override
    public <T> Optional<T> optionalSetting(Setting<T> setting) {
      return Optional.ofNullable(settings.get(setting.key()))
          .map(setting::parse)
          .or(setting::defaultValue);
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
      return List.of();
    }

    @Override
    public InstantSource clock() {
      return InstantSource.system();
    }

    @Override
    public Executor executor() {
      return Runnable::run;
    }
  }
}
