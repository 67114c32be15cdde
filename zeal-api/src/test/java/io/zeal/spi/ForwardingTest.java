package io.zeal.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.zeal.BulkResult;
import io.zeal.ColumnType;
import io.zeal.Proxies;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Row;
import io.zeal.Schema;
import io.zeal.StoreOptions;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ForwardingTest {

  private static final Schema<Row> SCHEMA =
      Schema.builder()
          .column("n", ColumnType.LONG)
          .column("text", ColumnType.TEXT, 8)
          .column("bytes", ColumnType.BYTES, 8)
          .build();

  private static final StoreSpec<Row> SPEC =
      new StoreSpec<>("players", SCHEMA, StoreOptions.defaults(), null);

  /** The calls on one row that {@link Rows} builds from its verbs. */
  private static final Set<String> CONVENIENCES =
      Set.of("get", "contains", "number", "text", "bytes");

  static Stream<Method> everyMethodOfBackend() {
    return Proxies.methods(Backend.class);
  }

  @ParameterizedTest
  @MethodSource("everyMethodOfBackend")
  void everyMethodOfABackendIsPassedOn(Method method) throws Exception {
    assertPassedOn(Backend.class, method, ForwardingBackend::new);
  }

  static Stream<Method> everyVerbOfRows() {
    return Proxies.methods(Rows.class).filter(method -> !CONVENIENCES.contains(method.getName()));
  }

  @ParameterizedTest
  @MethodSource("everyVerbOfRows")
  void everyVerbAndBulkCallOfRowsIsPassedOn(Method method) throws Exception {
    assertPassedOn(Rows.class, method, rows -> forwarding(rows));
  }

  private static Rows<?> forwarding(Rows<?> delegate) {
    return new ForwardingRows<>(delegate);
  }

  private interface Wrapping<T> {
    Object around(T delegate);
  }

  private static <T> void assertPassedOn(Class<T> type, Method method, Wrapping<T> wrapping)
      throws ReflectiveOperationException {
    Object answer = sample(method.getReturnType());
    List<Object> seen = new ArrayList<>();
    T delegate =
        Proxies.of(
            type,
            (_, called, arguments) -> {
              seen.add(called);
              seen.addAll(arguments == null ? List.of() : Arrays.asList(arguments));
              return answer;
            });
    Object[] arguments =
        Arrays.stream(method.getParameterTypes()).map(ForwardingTest::sample).toArray();

    Object result = method.invoke(wrapping.around(delegate), arguments);

    assertThat(result).isSameAs(answer);
    assertThat(seen).hasSize(1 + arguments.length);
    assertThat(seen.getFirst()).isEqualTo(method);
    assertThat(seen.subList(1, seen.size())).containsExactly(arguments);
  }

  private static Object sample(Class<?> type) {
    if (type == StoreSpec.class) {
      return SPEC;
    } else if (type == Write.class) {
      return new Write.Remove<Row>("k", new Condition.Always<>());
    } else if (type == ReadOptions.class) {
      return ReadOptions.defaults();
    } else if (type == WriteResult.class) {
      return WriteResult.APPLIED;
    }
    return Proxies.sample(type);
  }

  @Test
  void nothingIsWrappedAroundNull() {
    assertThatNullPointerException()
        .isThrownBy(() -> new ForwardingBackend(null))
        .withMessage("delegate");
    assertThatNullPointerException()
        .isThrownBy(() -> new ForwardingRows<Row>(null))
        .withMessage("delegate");
  }

  /** A decorator that sees reads and writes, over rows that answer nothing but through those. */
  private static final class Watched extends ForwardingRows<Row> {

    final List<String> seen = new ArrayList<>();

    Watched(Rows<Row> delegate) {
      super(delegate);
    }

    @Override
    public Optional<Reading<Row>> read(String key, ReadOptions options) {
      seen.add("read " + key + " " + options);
      return super.read(key, options);
    }

    @Override
    public WriteResult write(Write<Row> write) {
      seen.add("write " + write.key());
      return super.write(write);
    }
  }

  static Stream<Method> everyConvenienceOfRows() {
    return Proxies.methods(Rows.class).filter(method -> CONVENIENCES.contains(method.getName()));
  }

  @ParameterizedTest
  @MethodSource("everyConvenienceOfRows")
  void noConveniencePassesByAnOverriddenRead(Method convenience) throws Exception {
    Watched watched = new Watched(shortcuts());
    int column =
        switch (convenience.getName()) {
          case "text" -> 1;
          case "bytes" -> 2;
          default -> 0;
        };
    Object[] arguments =
        convenience.getParameterCount() == 1 ? new Object[] {"k"} : new Object[] {"k", column};

    Object result = convenience.invoke(watched, arguments);

    ReadOptions asked =
        convenience.getName().equals("contains")
            ? ReadOptions.maxStaleness(Duration.ZERO)
            : ReadOptions.defaults();
    assertThat(watched.seen).containsExactly("read k " + asked);
    assertThat(result).isNotNull();
  }

  /** Rows with a better way for every convenience, which a decorator must not take. */
  private static Rows<Row> shortcuts() {
    Row row = Row.of(SCHEMA, Map.of("n", 5L, "text", "five"));
    Rows<?> rows =
        Proxies.of(
            Rows.class,
            (_, method, _) ->
                switch (method.getName()) {
                  case "read" -> Optional.of(Reading.fresh(row, null));
                  case "spec" -> SPEC;
                  default -> throw new AssertionError("passed by the decorator: " + method);
                });
    @SuppressWarnings("unchecked") // the proxy answers with rows of SCHEMA
    Rows<Row> typed = (Rows<Row>) rows;
    return typed;
  }

  @Test
  void theConveniencesAnswerFromTheRowThatWasRead() {
    Watched watched = new Watched(shortcuts());

    assertThat(watched.get("k").orElseThrow().getString("text")).isEqualTo("five");
    assertThat(watched.contains("k")).isTrue();
    assertThat(watched.number("k", 0)).hasValue(5);
    assertThat(watched.text("k", 1)).hasValue("five");
    assertThat(watched.bytes("k", 2).orElseThrow()).isEmpty();
  }

  @Test
  void aNewMethodOfRowsHasToBeSortedIntoVerbsOrConveniences() {
    assertThat(Proxies.methods(Rows.class).map(Method::getName))
        .containsExactlyInAnyOrder(
            "spec",
            "read",
            "write",
            "count",
            "page",
            "clear",
            "getAll",
            "writeAll",
            "announce",
            "get",
            "contains",
            "number",
            "text",
            "bytes");
  }

  /** The verbs alone: what a backend gets from the defaults if it does nothing better. */
  private static class Verbs extends ForwardingRows<Row> {

    Verbs() {
      super(shortcuts());
    }

    @Override
    public WriteResult write(Write<Row> write) {
      if (write.key().equals("bad")) {
        throw new io.zeal.BackendUnavailableException("No server. Start one.", null, null);
      }
      return WriteResult.APPLIED;
    }
  }

  @Test
  void manyWritesByDefaultReportEachInTheOrderGiven() {
    Rows<Row> plain = plain(new Verbs());
    List<Write<Row>> writes =
        Stream.of("a", "bad", "c")
            .<Write<Row>>map(key -> new Write.Remove<>(key, new Condition.Always<>()))
            .toList();

    List<WriteResult> results = plain.writeAll(writes);

    assertThat(results).hasSize(3);
    assertThat(results.get(0)).isEqualTo(WriteResult.APPLIED);
    assertThat(results.get(1)).isInstanceOf(WriteResult.Failed.class);
    assertThat(results.get(2)).isEqualTo(WriteResult.APPLIED);
  }

  @Test
  void manyReadsByDefaultReportEachFailureByKey() {
    Rows<Row> plain =
        plain(
            new Verbs() {
              @Override
              public Optional<Reading<Row>> read(String key, ReadOptions options) {
                if (key.equals("bad")) {
                  throw new io.zeal.BackendUnavailableException(
                      "No server. Start one.", null, null);
                }
                return key.equals("none") ? Optional.empty() : super.read(key, options);
              }
            });

    BulkResult<Row> result = plain.getAll(List.of("a", "none", "bad"));

    assertThat(result.values()).containsOnlyKeys("a");
    assertThat(result.failures()).containsOnlyKeys("bad");
  }

  /** The same verbs without what {@link ForwardingRows} overrides. */
  private static Rows<Row> plain(Rows<Row> verbs) {
    return new Rows<>() {
      @Override
      public Optional<Reading<Row>> read(String key, ReadOptions options) {
        return verbs.read(key, options);
      }

      @Override
      public WriteResult write(Write<Row> write) {
        return verbs.write(write);
      }

      @Override
      public long count() {
        return 0;
      }

      @Override
      public List<io.zeal.Entry<Row>> page(String after, int limit) {
        return List.of();
      }

      @Override
      public void clear() {}

      @Override
      public StoreSpec<Row> spec() {
        return SPEC;
      }
    };
  }
}
