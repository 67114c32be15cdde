package io.zeal.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.zeal.BulkResult;
import io.zeal.ColumnType;
import io.zeal.CounterOptions;
import io.zeal.Proxies;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Row;
import io.zeal.Schema;
import io.zeal.StoreOptions;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.spi.Announcer.Kind;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ForwardingTest {

  private static final Schema<Row> SCHEMA =
      Schema.builder()
          .column("n", ColumnType.LONG)
          .column("text", ColumnType.TEXT, 8)
          .column("bytes", ColumnType.BYTES, 8)
          .build();

  private static final CounterSpec COUNTER = new CounterSpec("requests", CounterOptions.defaults());

  private static final StoreSpec<Row> SPEC =
      new StoreSpec<>("players", SCHEMA, StoreOptions.defaults(), null);

  static Stream<Method> everyMethodOfBackend() {
    return Proxies.methods(Backend.class);
  }

  @ParameterizedTest
  @MethodSource("everyMethodOfBackend")
  void everyMethodOfABackendIsPassedOn(Method method) throws Exception {
    assertPassedOn(Backend.class, method, ForwardingBackend::new);
  }

  static Stream<Method> everyMethodOfRows() {
    return Proxies.methods(Rows.class);
  }

  @ParameterizedTest
  @MethodSource("everyMethodOfRows")
  void everyMethodOfRowsIsPassedOnToTheSameMethod(Method method) throws Exception {
    assertPassedOn(Rows.class, method, rows -> forwarding(rows));
  }

  private static Rows<?> forwarding(Rows<?> delegate) {
    return new ForwardingRows<>(delegate);
  }

  static Stream<Method> everyMethodOfCounters() {
    return Proxies.methods(Counters.class).filter(method -> !method.getName().equals("counter"));
  }

  @ParameterizedTest
  @MethodSource("everyMethodOfCounters")
  void everyMethodOfCountersIsPassedOn(Method method) throws Exception {
    assertPassedOn(Counters.class, method, ForwardingCounters::new);
  }

  static Stream<Method> everyMethodOfACounter() {
    return Proxies.methods(CounterCell.class);
  }

  @ParameterizedTest
  @MethodSource("everyMethodOfACounter")
  void everyMethodOfACounterIsPassedOn(Method method) throws Exception {
    assertPassedOn(
        CounterCell.class, method, cell -> new ForwardingCounters(holding(cell)).counter(COUNTER));
  }

  private static Counters holding(CounterCell cell) {
    return spec -> {
      assertThat(spec).isSameAs(COUNTER);
      return cell;
    };
  }

  /** Notes what goes around, and whether each call happens within it. */
  private static final class Noting {

    final List<Operation> around = new ArrayList<>();
    boolean inside;

    <T> T note(Operation operation, Supplier<T> call) {
      around.add(operation);
      inside = true;
      try {
        return call.get();
      } finally {
        inside = false;
      }
    }

    <T> T delegate(Class<T> type) {
      return Proxies.of(
          type,
          (_, method, _) -> {
            assertThat(inside || ASKS_NOBODY.contains(method.getName())).as("%s", method).isTrue();
            return sample(method.getReturnType());
          });
    }
  }

  private static final Set<String> ASKS_NOBODY =
      Set.of("spec", "checksKeys", "buckets", "bucketOf");

  @ParameterizedTest
  @MethodSource("everyMethodOfRows")
  void everyCallOnRowsGoesThroughTheHookOnce(Method method) throws Exception {
    Noting noting = new Noting();
    Rows<?> delegate = noting.delegate(Rows.class);

    method.invoke(noted(delegate, noting), samples(method));

    assertThat(noting.around).hasSize(ASKS_NOBODY.contains(method.getName()) ? 0 : 1);
    noting.around.forEach(operation -> {
      assertThat(operation.isChange()).isEqualTo(CHANGES.contains(method.getName()));
      assertThat(operation == Operation.INCREMENT).isEqualTo(method.getName().equals("add"));
    });
  }

  private static <R> Rows<R> noted(Rows<R> delegate, Noting noting) {
    return new ForwardingRows<>(delegate) {
      @Override
      protected <T> T around(Operation operation, Supplier<T> call) {
        return noting.note(operation, call);
      }
    };
  }

  static Stream<Method> everyMethodOfCountersAndACounter() {
    return Stream.of(Counters.class, CounterCell.class).flatMap(Proxies::methods);
  }

  @ParameterizedTest
  @MethodSource("everyMethodOfCountersAndACounter")
  void everyCallOnCountersGoesThroughTheHookOnce(Method method) throws Exception {
    Noting noting = new Noting();
    CounterCell cell = noting.delegate(CounterCell.class);
    Counters delegate =
        Proxies.of(
            Counters.class,
            (_, called, _) ->
                called.getName().equals("counter") ? cell : sample(called.getReturnType()));
    Counters counters =
        new ForwardingCounters(delegate) {
          @Override
          protected <T> T around(Operation operation, Supplier<T> call) {
            return noting.note(operation, call);
          }
        };
    Object target =
        method.getDeclaringClass() == Counters.class ? counters : counters.counter(COUNTER);
    noting.around.clear();

    method.invoke(target, samples(method));

    assertThat(noting.around).hasSize(1);
    assertThat(noting.around.getFirst().isChange()).isEqualTo(CHANGES.contains(method.getName()));
  }

  private static final Set<String> CHANGES =
      Set.of("write", "writeAll", "clear", "announce", "apply", "add", "addAll");

  static Stream<Arguments> everyWrite() {
    Condition<Row> always = new Condition.Always<>();
    Row row = Row.of(SCHEMA, Map.of());
    Condition<Row> column = new Condition.ColumnEquals<>(0, 1L);
    return Stream.of(
        arguments(new Write.Put<>("k", row, 0, always), Operation.PUT, Kind.PUT),
        arguments(
            new Write.Patch<>("k", List.of(), new Condition.Present<Row>()),
            Operation.PATCH,
            Kind.PATCH),
        arguments(new Write.Patch<>("k", List.of(), column), Operation.PATCH, Kind.COMPARE_AND_SET),
        arguments(new Write.Add<>("k", 0, 1, always), Operation.INCREMENT, Kind.INCREMENT),
        arguments(new Write.Remove<>("k", always), Operation.REMOVE, Kind.REMOVE),
        arguments(new Write.Touch<>("k", 5, always), Operation.TOUCH, Kind.TOUCH));
  }

  @ParameterizedTest
  @MethodSource("everyWrite")
  void everyWriteHasItsOperationAndItsKindOfAnnouncement(
      Write<Row> write, Operation operation, Kind kind) {
    assertThat(Operation.of(write)).isEqualTo(operation);
    assertThat(Kind.of(write)).isEqualTo(kind);
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
    Object[] arguments = samples(method);

    Object result = method.invoke(wrapping.around(delegate), arguments);

    if (method.getReturnType().isPrimitive()) {
      assertThat(result).isEqualTo(answer);
    } else {
      assertThat(result).isSameAs(answer);
    }
    assertThat(seen).hasSize(1 + arguments.length);
    assertThat(seen.getFirst()).isEqualTo(method);
    assertThat(seen.subList(1, seen.size())).containsExactly(arguments);
  }

  private static Object[] samples(Method method) {
    return Arrays.stream(method.getParameterTypes()).map(ForwardingTest::sample).toArray();
  }

  private static Object sample(Class<?> type) {
    if (type == StoreSpec.class) {
      return SPEC;
    } else if (type == CounterSpec.class) {
      return COUNTER;
    } else if (type == CounterChange.class) {
      return new CounterChange.Add(1);
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
    assertThatNullPointerException()
        .isThrownBy(() -> new ForwardingCounters(null))
        .withMessage("delegate");
  }

  /** Rows that answer nothing but {@code read}. */
  private static Rows<Row> shortcuts() {
    Row row = Row.of(SCHEMA, Map.of("n", 5L, "text", "five"));
    Rows<?> rows =
        Proxies.of(
            Rows.class,
            (_, method, _) ->
                switch (method.getName()) {
                  case "read" -> Optional.of(Reading.fresh(row, null));
                  case "spec" -> SPEC;
                  default -> throw new AssertionError("not asked for: " + method);
                });
    @SuppressWarnings("unchecked") // the proxy answers with rows of SCHEMA
    Rows<Row> typed = (Rows<Row>) rows;
    return typed;
  }

  @Test
  void theConveniencesAnswerByDefaultFromTheRowThatWasRead() {
    Rows<Row> plain = plain(new Verbs());

    assertThat(plain.get("k").orElseThrow().getString("text")).isEqualTo("five");
    assertThat(plain.contains("k")).isTrue();
    assertThat(plain.number("k", 0)).hasValue(5);
    assertThat(plain.text("k", 1)).hasValue("five");
    assertThat(plain.bytes("k", 2).orElseThrow()).isEmpty();
    assertThat(plain.buckets()).isEqualTo(1);
    assertThat(plain.bucketOf("k")).isZero();
    assertThatExceptionOfType(UnsupportedCapabilityException.class)
        .isThrownBy(() -> plain.announce(Proxies.of(Announcement.class)))
        .withMessageContaining("cannot announce");
  }

  @Test
  void additionIsMadeOfAWriteByDefaultAndAnotherAnswerIsTheBackendsFault() {
    List<Write<Row>> made = new ArrayList<>();
    WriteResult[] answer = {new WriteResult.Added(12)};
    Rows<Row> plain =
        plain(
            new Verbs() {
              @Override
              public WriteResult write(Write<Row> write) {
                made.add(write);
                return answer[0];
              }
            });

    assertThat(plain.add("k", 0, 7)).isEqualTo(12);
    assertThat(made).containsExactly(new Write.Add<>("k", 0, 7, new Condition.Always<>()));
    answer[0] = WriteResult.SKIPPED;
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> plain.add("k", 0, 7))
        .withMessageContaining("answered an addition with Skipped");
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
