package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.BackendUnavailableException;
import io.zeal.BulkResult;
import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.CapacityException;
import io.zeal.CircuitOpenException;
import io.zeal.ErrorCode;
import io.zeal.OperationTimeoutException;
import io.zeal.Outcome;
import io.zeal.ServerRefusedException;
import io.zeal.ValueType;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** K7.1: a cache goes on while its server is away. */
class ServerOutageTest {

  private static final ValueType<String> TEXT = ValueType.of(String.class);

  private final HeapServer server = HeapServer.rich();
  private final Zeal zeal = server.open(ZealConfig.builder());
  private final Cache cache = zeal.cache("users");

  @AfterEach
  void close() {
    zeal.close();
  }

  static Stream<Supplier<ZealException>> errors() {
    return Stream.of(
        () -> new BackendUnavailableException("away", Outcome.NOT_SENT, null),
        () ->
            new OperationTimeoutException(
                OperationTimeoutException.Stage.SERVER, "late", Outcome.UNKNOWN, null));
  }

  private void goAway(Supplier<ZealException> error) {
    server.beforeEach(call -> {
      throw error.get();
    });
  }

  private long number(String name) {
    return cache.stats().numbers().getOrDefault(name, -1L);
  }

  @ParameterizedTest
  @MethodSource("errors")
  void readsAreMissesAndLoadsAreAnswered(Supplier<ZealException> error) {
    cache.put("k", "cached", String.class);
    goAway(error);
    assertThat(cache.get("k", TEXT)).isEqualTo(new Cached.Miss<>());
    assertThat(cache.getOrCompute("k", String.class, load -> "loaded")).isEqualTo("loaded");
    assertThat(number("storeFailures")).as("what was loaded and not stored").isEqualTo(1);
    assertThat(number("backendFailures")).as("looks that failed").isEqualTo(2);
    BulkResult<Cached<String>> many =
        cache.getAllOrCompute(List.of("a", "b"), TEXT, CacheOptions.defaults(), load -> "loaded");
    assertThat(many.orThrow())
        .isEqualTo(
            Map.of("a", new Cached.Hit<>("loaded", false), "b", new Cached.Hit<>("loaded", false)));
    assertThat(number("storeFailures")).isEqualTo(3);
    assertThat(cache.explain("k")).contains("unknown");
    server.beforeEach(call -> {});
    assertThat(cache.getOrCompute("k", String.class, load -> "anew")).isEqualTo("cached");
  }

  @ParameterizedTest
  @MethodSource("errors")
  void everyOtherCallFails(Supplier<ZealException> error) {
    goAway(error);
    Class<? extends ZealException> type = error.get().getClass();
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("put", () -> cache.put("k", "v", String.class));
    calls.put("contains", () -> cache.contains("k"));
    calls.put("remove", () -> cache.remove("k"));
    calls.put("expire", () -> cache.expire("k"));
    calls.put("removeTag", () -> cache.removeTag("red"));
    calls.put("clear", cache::clear);
    calls.put("count", cache::count);
    calls.forEach((name, call) -> assertThatThrownBy(call).as(name).isInstanceOf(type));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void aServerThatGoesAwayWhileALoadRunsCostsTheStoring(Supplier<ZealException> error) {
    String value =
        cache.getOrCompute(
            "k",
            TEXT,
            CacheOptions.defaults().withTags("red"),
            load -> {
              goAway(error);
              return "loaded";
            });
    assertThat(value).isEqualTo("loaded");
    assertThat(number("storeFailures")).isEqualTo(1);
  }

  @Test
  void anOpenCircuitIsAnOutage() {
    goAway(() -> new CircuitOpenException("open", Outcome.NOT_SENT, null));
    assertThat(cache.getOrCompute("k", String.class, load -> "loaded")).isEqualTo("loaded");
  }

  static Stream<ZealException> refusals() {
    return Stream.of(
        new CapacityException(ErrorCode.SERVER_OUT_OF_MEMORY, "no memory left"),
        new ServerRefusedException(
            ServerRefusedException.Reason.PERMISSION, "no writes", Outcome.NOT_SENT, null));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aServerThatTakesNoWritesIsATierWithNothing(ZealException refusal) {
    server.beforeEach(call -> {
      if (!call.what().equals("read")) {
        throw refusal;
      }
    });
    Cache unheardOf = zeal.cache("never-written");
    assertThat(unheardOf.get("k", TEXT)).isEqualTo(new Cached.Miss<>());
    assertThat(unheardOf.getOrCompute("k", String.class, load -> "loaded")).isEqualTo("loaded");
    assertThat(
            unheardOf
                .getAllOrCompute(List.of("k"), TEXT, CacheOptions.defaults(), load -> "loaded")
                .orThrow())
        .isEqualTo(Map.of("k", new Cached.Hit<>("loaded", false)));
    assertThatThrownBy(() -> unheardOf.put("k", "v", String.class)).isSameAs(refusal);
  }

  @Test
  void aServerThatLosesTheNumbersAtOnceIsATierWithNothing() {
    server.beforeEach(call -> server.lose(Keys.CONTROL::equals));
    Cache unsteady = zeal.cache("unsteady");
    assertThat(unsteady.getOrCompute("k", String.class, load -> "loaded")).isEqualTo("loaded");
  }
}
