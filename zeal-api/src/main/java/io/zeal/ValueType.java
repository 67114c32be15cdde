package io.zeal;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Objects;

/**
 * The full type of a cached value, generics included: {@code new ValueType<List<User>>() {}}.
 *
 * @param <T> the type
 */
public abstract class ValueType<T> {

  private final Type type;

  /** Takes the type from the subclass. */
  protected ValueType() {
    this.type =
        getClass().getGenericSuperclass() instanceof ParameterizedType parameterized
            ? parameterized.getActualTypeArguments()[0]
            : Object.class;
  }

  private ValueType(Type type) {
    this.type = type;
  }

  /** The type of a class without parameters. */
  public static <T> ValueType<T> of(Class<T> type) {
    return new ValueType<>((Type) Objects.requireNonNull(type, "type")) {};
  }

  /** The type. */
  public final Type type() {
    return type;
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof ValueType<?> v && type.equals(v.type);
  }

  @Override
  public final int hashCode() {
    return type.hashCode();
  }

  @Override
  public final String toString() {
    return type.getTypeName();
  }
}
