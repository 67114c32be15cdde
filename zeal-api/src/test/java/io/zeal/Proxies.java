package io.zeal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Calls every method of an interface, so that a new one cannot be forgotten by a test. */
public final class Proxies {

  private Proxies() {}

  /** An object that can do nothing but be itself. */
  @SuppressWarnings("ReferenceEquality") // a proxy is equal to itself alone
  public static <T> T of(Class<T> type) {
    return of(
        type,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "equals" -> proxy == arguments[0];
              case "hashCode" -> System.identityHashCode(proxy);
              case "toString" -> "a " + type.getSimpleName();
              default -> throw new UnsupportedOperationException(method.getName());
            });
  }

  /** An object whose methods, defaults included, are what {@code handler} does. */
  public static <T> T of(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(Proxies.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  /** The public instance methods of an interface, defaults included. */
  public static Stream<Method> methods(Class<?> type) {
    return Arrays.stream(type.getMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
        .sorted(java.util.Comparator.comparing(Method::toString));
  }

  /** Something to return for {@code type}; null for void. */
  public static Object sample(Class<?> type) {
    if (type == void.class) {
      return null;
    } else if (type == boolean.class || type == Boolean.class) {
      return true;
    } else if (type == int.class) {
      return 7;
    } else if (type == long.class || type == Long.class) {
      return 7L;
    } else if (type == double.class) {
      return 7.5;
    } else if (type == String.class) {
      return "sample";
    } else if (type == byte[].class) {
      return new byte[] {7};
    } else if (type == Optional.class) {
      return Optional.empty();
    } else if (type == OptionalLong.class) {
      return OptionalLong.empty();
    } else if (type == Duration.class) {
      return Duration.ofSeconds(7);
    } else if (type == List.class || type == java.util.Collection.class) {
      return new ArrayList<>();
    } else if (type == Map.class) {
      return Map.of();
    } else if (type == BulkResult.class) {
      return BulkResult.of(Map.of());
    } else if (type == BackendInfo.class) {
      return new BackendInfo("sample", BackendInfo.Scope.PROCESS, java.util.Set.of(), Map.of());
    } else if (type == Stats.class) {
      return Stats.of("sample", Map.of());
    } else if (type.isInterface()) {
      return of(type.asSubclass(type));
    }
    throw new AssertionError("No sample of " + type.getName() + ". Add one here.");
  }
}
