package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.ErrorCode;
import io.zeal.Finding;
import io.zeal.PubSub;
import io.zeal.ReliablePubSub;
import io.zeal.SchemaException;
import io.zeal.Scripts;
import io.zeal.Stats;
import io.zeal.Subscription;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendDecorator;
import io.zeal.spi.CounterCell;
import io.zeal.spi.Counters;
import io.zeal.spi.Messaging;
import io.zeal.spi.Role;
import io.zeal.spi.Rows;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Proves that a decorator passes everything on ({@code docs/contract/decorator.md}): every method
 * of the SPI, found by reflection, so that a method that is new cannot be forgotten.
 *
 * <p>The decorator stands in front of a backend that notes each call. Every call is made on a
 * decorator of its own, so that none is in the way of the next.
 */
public abstract class DecoratorTck {

  private static final List<String> ASKS_NOBODY =
      List.of(
          "info", "spec", "checksKeys", "buckets", "bucketOf", "equals", "hashCode", "toString");

  /** Subclasses give their decorator. */
  protected DecoratorTck() {}

  /** The decorator under test; asked for once for each call. */
  protected abstract BackendDecorator decorator();

  /** What the decorator is opened for; a remote backend below another unless overridden. */
  protected Role role() {
    return Role.FAR;
  }

  /** Texts of the decorator's settings by key; those left out have their defaults. */
  protected Map<String, String> settings() {
    return Map.of();
  }

  /** A ready-made object that the decorator asks for. */
  protected <T> Optional<T> instance(Class<T> type) {
    return Optional.empty();
  }

  @Test
  final void d1_1_everyMethodOfABackendIsPassedOn() {
    assertPassedOn("D1.1", Backend.class, backend -> backend);
  }

  @Test
  final void d1_2_everyMethodOfRowsIsPassedOn() {
    assertPassedOn("D1.2", Rows.class, backend -> backend.rows(SpiSamples.STORE));
  }

  @Test
  final void d1_3_everyMethodOfCountersIsPassedOn() {
    assertPassedOn("D1.3", Counters.class, Backend::counters);
  }

  @Test
  final void d1_4_everyMethodOfACounterIsPassedOn() {
    assertPassedOn(
        "D1.4", CounterCell.class, backend -> backend.counters().counter(SpiSamples.COUNTER));
  }

  @Test
  final void d1_5_everyMethodOfMessagingIsPassedOn() {
    assertPassedOn("D1.5", Messaging.class, Backend::messaging);
  }

  @Test
  final void d1_6_everyMethodOfPubSubIsPassedOn() {
    assertPassedOn("D1.6", PubSub.class, backend -> backend.messaging().pubSub());
  }

  @Test
  final void d1_7_everyMethodOfReliablePubSubIsPassedOn() {
    assertPassedOn("D1.7", ReliablePubSub.class, backend -> backend.messaging().reliablePubSub());
  }

  @Test
  final void d1_8_everyMethodOfScriptsIsPassedOn() {
    assertPassedOn("D1.8", Scripts.class, Backend::scripts);
  }

  @Test
  final void d1_9_everyMethodOfASubscriptionIsPassedOn() {
    assertPassedOn(
        "D1.9",
        Subscription.class,
        backend -> backend.messaging().pubSub().subscribe("c", message -> {}));
    assertPassedOn(
        "D1.9",
        Subscription.class,
        backend -> backend.messaging().listen("c", () -> {}, message -> {}));
    assertPassedOn(
        "D1.9",
        Subscription.class,
        backend ->
            backend.messaging().reliablePubSub().consume("s", "g", delivery -> io.zeal.Ack.done()));
  }

  @Test
  final void d2_1_anErrorComesOutAsItIs() {
    List<String> violations = new ArrayList<>();
    checkErrors(Backend.class, backend -> backend, violations);
    checkErrors(Rows.class, backend -> backend.rows(SpiSamples.STORE), violations);
    checkErrors(Counters.class, Backend::counters, violations);
    checkErrors(
        CounterCell.class, backend -> backend.counters().counter(SpiSamples.COUNTER), violations);
    checkErrors(Messaging.class, Backend::messaging, violations);
    checkErrors(PubSub.class, backend -> backend.messaging().pubSub(), violations);
    checkErrors(ReliablePubSub.class, backend -> backend.messaging().reliablePubSub(), violations);
    checkErrors(Scripts.class, Backend::scripts, violations);
    assertThat(violations).as("D2.1 calls whose error did not come out as it is").isEmpty();
  }

  @Test
  final void d3_1_everyCapabilityStays() {
    BackendInfo below = SpiSamples.INFO;
    assertThat(decorated(new Below()).info().capabilities())
        .as("D3.1 the capabilities of the decorated backend")
        .containsAll(below.capabilities());
    assertThat(below.capabilities()).as("D3.1 the sample").contains(Capability.values());
  }

  @Test
  final void d3_2_nameScopeAndLimitsStay() {
    BackendInfo info = decorated(new Below()).info();
    assertThat(info.name()).as("D3.2 the name").isEqualTo(SpiSamples.INFO.name());
    assertThat(info.scope()).as("D3.2 the scope").isEqualTo(SpiSamples.INFO.scope());
    assertThat(info.limits()).as("D3.2 the limits").containsAllEntriesOf(SpiSamples.INFO.limits());
  }

  /** One kind of object of the SPI, and how to have it from a backend. */
  private <T> void assertPassedOn(String rule, Class<T> type, Function<Backend, T> from) {
    List<String> violations = check(type, from, this::violation);
    assertThat(violations)
        .as("%s methods of %s that are not passed on", rule, type.getSimpleName())
        .isEmpty();
  }

  private <T> void checkErrors(Class<T> type, Function<Backend, T> from, List<String> violations) {
    violations.addAll(check(type, from, this::errorViolation));
  }

  private <T> List<String> check(
      Class<T> type,
      Function<Backend, T> from,
      BiFunction<Function<Backend, T>, Method, @Nullable String> check) {
    List<String> violations = new ArrayList<>();
    for (Method method : methods(type)) {
      String violation = check.apply(from, method);
      if (violation != null) {
        violations.add(method.toGenericString() + " " + violation);
      }
    }
    return violations;
  }

  /**
   * The methods of an interface. What an interface of applications builds from its other methods
   * may stay so in a decorator: it reaches the backend by those.
   */
  private static List<Method> methods(Class<?> type) {
    boolean spi = type.getPackage().equals(Backend.class.getPackage());
    return Arrays.stream(type.getMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
        .filter(method -> spi || !method.isDefault())
        .sorted(Comparator.comparing(Method::toGenericString))
        .toList();
  }

  /** What is wrong with how one call is passed on; null for nothing. */
  private <T> @Nullable String violation(Function<Backend, T> from, Method method) {
    Below below = new Below();
    T target = from.apply(decorated(below));
    Object[] arguments = SpiSamples.arguments(method);
    below.calls.clear();

    Object result;
    try {
      result = method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      return "threw " + e.getCause();
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }

    List<Below.Call> calls = new ArrayList<>(below.calls);
    if (!ASKS_NOBODY.contains(method.getName())) {
      calls.removeIf(call -> ASKS_NOBODY.contains(call.method().getName()));
      if (calls.size() != 1 || !calls.getFirst().method().equals(method)) {
        return "should reach the same method once, and reached "
            + calls.stream().map(call -> call.method().getName()).toList();
      }
      for (int i = 0; i < arguments.length; i++) {
        if (!SpiSamples.reaches(calls.getFirst().arguments()[i], arguments[i])) {
          return "should pass on argument " + (i + 1) + " as it is";
        }
      }
    }
    return holds(result, SpiSamples.answer(method, below))
        ? null
        : "should answer what it was answered";
  }

  @SuppressWarnings("ReferenceEquality") // the very error that was thrown below
  private <T> @Nullable String errorViolation(Function<Backend, T> from, Method method) {
    if (ASKS_NOBODY.contains(method.getName())) {
      return null;
    }
    SchemaException failure = new SchemaException(ErrorCode.SCHEMA_MISMATCH, "As the kit says.");
    Below below = new Below();
    T target = from.apply(decorated(below));
    below.failure = failure;
    try {
      Object result = method.invoke(target, SpiSamples.arguments(method));
      return "should throw, and answered " + result;
    } catch (InvocationTargetException e) {
      return e.getCause() == failure
          ? null
          : "should throw what was thrown, and threw " + e.getCause();
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  /** Whether an answer is what was answered below, or more of it where a decorator may add. */
  private static boolean holds(@Nullable Object result, @Nullable Object answer) {
    return switch (answer) {
      case null -> result == null;
      case BackendInfo _ -> result instanceof BackendInfo; // D3 is about it
      case Stats stats -> result instanceof Stats found && holds(found, stats);
      case List<?> list when !list.isEmpty() && list.getFirst() instanceof Finding ->
          result instanceof List<?> found && found.containsAll(list);
      case Object one when Below.isBelow(one) -> result != null; // it has a rule of its own
      default -> Objects.equals(result, answer);
    };
  }

  private static boolean holds(Stats found, Stats stats) {
    boolean same =
        found.numbers().entrySet().containsAll(stats.numbers().entrySet())
            && found.parts().entrySet().containsAll(stats.parts().entrySet());
    return same || found.parts().values().stream().anyMatch(part -> holds(part, stats));
  }

  private DecoratorContext.Instances instances() {
    return new DecoratorContext.Instances() {
      @Override
      public <T> Optional<T> of(Class<T> type) {
        return instance(type);
      }
    };
  }

  private Backend decorated(Below below) {
    return decorator()
        .decorate(below.of(Backend.class), role(), new DecoratorContext(settings(), instances()));
  }
}
