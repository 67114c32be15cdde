package io.zeal.cache.jackson;

import io.zeal.CodecException;
import io.zeal.ErrorCode;
import io.zeal.ValueType;
import java.lang.reflect.InaccessibleObjectException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.exc.InvalidDefinitionException;

/**
 * Jackson's errors as ours. Its messages and causes quote values, which may be secret, so neither
 * is passed on: type, kind of error and the path of property names say where to look.
 */
final class Failures {

  private static final String JACKSON = "tools.jackson.databind";

  private Failures() {}

  static CodecException ofWriting(ValueType<?> type, JacksonException e) {
    return failure("A value of " + type + " cannot be written as JSON", type, e)
        .orElseGet(() ->
            new CodecException(
                ErrorCode.CODEC,
                "A value of "
                    + type
                    + " cannot be written as JSON: "
                    + kind(e)
                    + definition(e)
                    + ". Mend the type or annotate it for Jackson, or hand in a JsonMapper that can:"
                    + " ZealConfig.instance."));
  }

  static CodecException ofReading(ValueType<?> type, JacksonException e) {
    return failure("Stored JSON cannot be read as " + type, type, e)
        .orElseGet(() ->
            new CodecException(
                ErrorCode.CODEC,
                "Stored JSON cannot be read as "
                    + type
                    + ": "
                    + kind(e)
                    + ". Cache the value anew, under another key if both types are in use; if every"
                    + " read fails, let Jackson read what it writes of this type."));
  }

  /** The line to add, if a module keeps a class from Jackson. */
  private static Optional<CodecException> failure(
      String what, ValueType<?> type, JacksonException e) {
    return closedClass(type, e)
        .map(closed ->
            new CodecException(
                ErrorCode.CODEC,
                what
                    + ": "
                    + closed.getName()
                    + " cannot be reached by Jackson. Add 'opens "
                    + closed.getPackageName()
                    + " to "
                    + JACKSON
                    + ";' to module "
                    + closed.getModule().getName()
                    + "."));
  }

  private static Optional<Class<?>> closedClass(ValueType<?> type, JacksonException e) {
    boolean isClosed =
        Stream.<Throwable>iterate(e, it -> it != null, Throwable::getCause)
            .anyMatch(it ->
                it instanceof InaccessibleObjectException
                    || it instanceof IllegalAccessException
                    || String.valueOf(it.getMessage()).contains("InaccessibleObjectException"));
    if (!isClosed) {
      return Optional.empty();
    }
    if (e instanceof InvalidDefinitionException bad && bad.getType() != null) {
      return Optional.of(bad.getType().getRawClass());
    }
    return type.type() instanceof Class<?> plain ? Optional.of(plain) : Optional.empty();
  }

  /** For example {@code MismatchedInputException at users[].born}. */
  private static String kind(JacksonException e) {
    String path =
        e.getPath().stream()
            .map(Failures::step)
            .collect(Collectors.joining())
            .replaceFirst("^\\.", "");
    String name = e.getClass().getSimpleName();
    return path.isEmpty() ? name : name + " at " + path;
  }

  /** A property by its name; a place in a list, or a key of a map, which is data, by none. */
  private static String step(JacksonException.Reference step) {
    return step.getPropertyName() == null || step.from() instanceof Map
        ? "[]"
        : "." + step.getPropertyName();
  }

  /** What is wrong with the type itself, where Jackson says so: on writing, without the value. */
  private static String definition(JacksonException e) {
    return e instanceof InvalidDefinitionException ? " (" + e.getOriginalMessage() + ")" : "";
  }
}
