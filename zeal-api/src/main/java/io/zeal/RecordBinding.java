package io.zeal;

import io.zeal.spi.ColumnSource;
import io.zeal.spi.RowMapper;
import io.zeal.spi.Texts;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Binds records to columns; with {@link RecordMapper} the only place of Zeal that reflects.
 *
 * <p>A record is reached through a lookup that may see it. Without one from the application, {@code
 * io.zeal} makes its own, which works where the package is open to it or, for a public record,
 * exported; before that it has to read the record's module, since nothing else makes it do so.
 */
final class RecordBinding {

  private static final MethodHandle NUMBER = source("number", long.class);
  private static final MethodHandle TEXT = source("text", String.class);
  private static final MethodHandle BYTES = source("bytes", byte[].class);
  private static final MethodHandle TO_BOOLEAN = own("toBoolean", boolean.class, long.class);
  private static final MethodHandle TO_FLOAT = own("toFloat", float.class, long.class);
  private static final MethodHandle TO_DOUBLE = own("toDouble", double.class, long.class);
  private static final MethodHandle FROM_BOOLEAN = own("fromBoolean", long.class, boolean.class);
  private static final MethodHandle FROM_FLOAT = own("fromFloat", long.class, float.class);
  private static final MethodHandle FROM_DOUBLE = own("fromDouble", long.class, double.class);

  private RecordBinding() {}

  /** How long text and bytes may be. */
  private enum Limits {
    /** As {@link MaxBytes} says, which has to be there. */
    DECLARED,
    /** Any length, whatever {@link MaxBytes} says. */
    NONE
  }

  static <R extends Record> Schema<R> bind(Class<R> record, @Nullable Lookup given) {
    return bind(record, given, Limits.DECLARED);
  }

  static <R extends Record> Schema<R> bindUnlimited(Class<R> record) {
    return bind(record, null, Limits.NONE);
  }

  private static <R extends Record> Schema<R> bind(
      Class<R> record, @Nullable Lookup given, Limits limits) {
    Objects.requireNonNull(record, "record");
    List<Column> columns = new ArrayList<>();
    RecordComponent[] components = record.getRecordComponents();
    if (components == null) {
      throw new SchemaException(
          ErrorCode.INVALID_SCHEMA,
          record.getName() + " is no record class. Pass the record's own class.");
    }
    for (RecordComponent component : components) {
      columns.add(column(record, component, limits));
    }
    try {
      Lookup lookup = given != null ? given : lookup(record);
      return new Schema<>(columns, record, mapper(record, lookup, components, columns));
    } catch (IllegalAccessException e) {
      throw new SchemaException(
          ErrorCode.RECORD_NOT_ACCESSIBLE, unreachable(record, given != null, limits), e);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(
          "A record without its own constructor or accessors: " + record, e);
    }
  }

  private static Column column(Class<?> record, RecordComponent component, Limits limits) {
    Class<?> type = component.getType();
    for (ColumnType columnType : ColumnType.values()) {
      if (MethodType.methodType(type).wrap().returnType() == columnType.javaType()
          && type.isPrimitive() == columnType.isFixed()) {
        int bytes =
            switch (limits) {
              case DECLARED -> declaredBytes(record, component, columnType);
              case NONE -> columnType.isFixed() ? columnType.bytes() : Column.UNLIMITED;
            };
        return new Column(component.getName(), columnType, bytes);
      }
    }
    throw new SchemaException(
        ErrorCode.INVALID_SCHEMA,
        where(record, component)
            + " is "
            + type.getTypeName()
            + ". Use byte, short, int, long, float, double, boolean, or String and byte[]"
            + (limits == Limits.DECLARED ? " with @MaxBytes." : "."));
  }

  private static int declaredBytes(Class<?> record, RecordComponent component, ColumnType type) {
    MaxBytes limit = component.getAnnotation(MaxBytes.class);
    if (type.isFixed() != (limit == null)) {
      String found = where(record, component) + " is " + component.getType().getSimpleName();
      throw new SchemaException(
          ErrorCode.INVALID_SCHEMA,
          limit == null
              ? found + " without a limit. Write @MaxBytes(n) before it."
              : found + ", whose size is fixed. Remove its @MaxBytes.");
    }
    return limit == null ? type.bytes() : limit.value();
  }

  private static String where(Class<?> record, RecordComponent component) {
    return "Component " + Texts.quote(component.getName()) + " of " + record.getName();
  }

  private static Lookup lookup(Class<?> record) throws IllegalAccessException {
    Module own = RecordBinding.class.getModule();
    own.addReads(record.getModule());
    if (record.getModule().isOpen(record.getPackageName(), own)) {
      return MethodHandles.privateLookupIn(record, MethodHandles.lookup());
    }
    return MethodHandles.lookup();
  }

  /** Without a lookup it is of a named module: the unnamed ones are open to everyone. */
  private static String unreachable(Class<?> record, boolean withLookup, Limits limits) {
    return "Record "
        + record.getName()
        + " cannot be reached "
        + (withLookup
            ? "through the given lookup. Make it where the record is visible: MethodHandles.lookup()."
            : "by io.zeal. Add 'opens "
                + record.getPackageName()
                + " to io.zeal;' to module "
                + record.getModule().getName()
                + (limits == Limits.NONE
                    ? "."
                    : ", or pass Schema.of("
                        + record.getSimpleName()
                        + ".class, MethodHandles.lookup())."));
  }

  private static <R extends Record> RowMapper<R> mapper(
      Class<R> record, Lookup lookup, RecordComponent[] components, List<Column> columns)
      throws IllegalAccessException, NoSuchMethodException {
    int count = components.length;
    Class<?>[] types = new Class<?>[count];
    MethodHandle[] readers = new MethodHandle[count];
    MethodHandle[] accessors = new MethodHandle[count];
    for (int i = 0; i < count; i++) {
      types[i] = components[i].getType();
      ColumnType type = columns.get(i).type();
      readers[i] = reader(type, i);
      accessors[i] = accessor(type, lookup.unreflect(components[i].getAccessor()));
    }
    MethodHandle constructor =
        lookup.findConstructor(record, MethodType.methodType(void.class, types));
    RecordHandles handles =
        new RecordHandles(
            construct(constructor, readers),
            choose(accessors, long.class),
            choose(accessors, String.class),
            choose(accessors, byte[].class));
    return RecordMapper.of(record, columns, handles);
  }

  /**
   * From accessors (Object) T to one handle (int, Object) T that takes the one of a column; those
   * of another type are none of its choices.
   */
  private static MethodHandle choose(MethodHandle[] accessors, Class<?> result) {
    MethodHandle none =
        MethodHandles.dropArguments(
            MethodHandles.insertArguments(
                MethodHandles.throwException(result, IllegalArgumentException.class),
                0,
                new IllegalArgumentException("a column of another type")),
            0,
            int.class,
            Object.class);
    MethodHandle[] choices = new MethodHandle[accessors.length];
    for (int i = 0; i < choices.length; i++) {
      choices[i] =
          accessors[i].type().returnType() == result
              ? MethodHandles.dropArguments(accessors[i], 0, int.class)
              : none;
    }
    return choices.length == 0 ? none : MethodHandles.tableSwitch(none, choices);
  }

  /** From (a1, a2, …) R and readers (source) a1, … to one handle (source) Object. */
  private static MethodHandle construct(MethodHandle constructor, MethodHandle[] readers) {
    MethodHandle filtered = MethodHandles.filterArguments(constructor, 0, readers);
    MethodType one = MethodType.methodType(constructor.type().returnType(), ColumnSource.class);
    return MethodHandles.permuteArguments(filtered, one, new int[readers.length])
        .asType(MethodType.methodType(Object.class, ColumnSource.class));
  }

  private static MethodHandle reader(ColumnType type, int position) {
    MethodHandle raw = type == ColumnType.TEXT ? TEXT : type == ColumnType.BYTES ? BYTES : NUMBER;
    MethodHandle bound = MethodHandles.insertArguments(raw, 1, position);
    return switch (type) {
      case BOOLEAN -> MethodHandles.filterReturnValue(bound, TO_BOOLEAN);
      case FLOAT -> MethodHandles.filterReturnValue(bound, TO_FLOAT);
      case DOUBLE -> MethodHandles.filterReturnValue(bound, TO_DOUBLE);
      case BYTE -> narrow(bound, byte.class);
      case SHORT -> narrow(bound, short.class);
      case INT -> narrow(bound, int.class);
      case LONG, TEXT, BYTES -> bound;
    };
  }

  private static MethodHandle narrow(MethodHandle number, Class<?> type) {
    return MethodHandles.explicitCastArguments(
        number, MethodType.methodType(type, ColumnSource.class));
  }

  private static MethodHandle accessor(ColumnType type, MethodHandle accessor) {
    MethodHandle value =
        switch (type) {
          case BOOLEAN -> MethodHandles.filterReturnValue(accessor, FROM_BOOLEAN);
          case FLOAT -> MethodHandles.filterReturnValue(accessor, FROM_FLOAT);
          case DOUBLE -> MethodHandles.filterReturnValue(accessor, FROM_DOUBLE);
          default -> accessor;
        };
    Class<?> result =
        type == ColumnType.TEXT
            ? String.class
            : type == ColumnType.BYTES ? byte[].class : long.class;
    return value.asType(MethodType.methodType(result, Object.class));
  }

  static boolean toBoolean(long bits) {
    return bits != 0;
  }

  static float toFloat(long bits) {
    return Float.intBitsToFloat((int) bits);
  }

  static double toDouble(long bits) {
    return Double.longBitsToDouble(bits);
  }

  static long fromBoolean(boolean value) {
    return value ? 1 : 0;
  }

  static long fromFloat(float value) {
    return ColumnType.bits(value);
  }

  static long fromDouble(double value) {
    return ColumnType.bits(value);
  }

  private static MethodHandle source(String method, Class<?> result) {
    try {
      return MethodHandles.lookup()
          .findVirtual(ColumnSource.class, method, MethodType.methodType(result, int.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static MethodHandle own(String method, Class<?> result, Class<?> argument) {
    try {
      return MethodHandles.lookup()
          .findStatic(RecordBinding.class, method, MethodType.methodType(result, argument));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
