package io.zeal;

import io.zeal.spi.RowMapper;
import io.zeal.spi.Texts;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Rows that are records. Each record has a class of its own that is a copy of {@link
 * BoundRecordMapper}, whose handles are constants: only those are compiled as if the record's
 * methods were called by name.
 */
abstract class RecordMapper<R extends Record> implements RowMapper<R> {

  private static final byte[] TEMPLATE = template();

  final Class<R> record;
  private final List<Column> columns;

  RecordMapper(Class<R> record, List<Column> columns) {
    this.record = record;
    this.columns = columns;
  }

  /**
   * Each record's copy, as long as somebody has a mapper of it: a record may be there for longer
   * than this class.
   */
  private static final ClassValue<AtomicReference<@Nullable WeakReference<Class<?>>>> COPIES =
      new ClassValue<>() {
        @Override
        protected AtomicReference<@Nullable WeakReference<Class<?>>> computeValue(Class<?> record) {
          return new AtomicReference<>();
        }
      };

  /**
   * A mapper; all of one record are of one class, however many schemas it has.
   *
   * @param handles the record's, the same whoever found them
   */
  @SuppressWarnings("unchecked") // a copy of BoundRecordMapper is a RecordMapper
  static <R extends Record> RecordMapper<R> of(
      Class<R> record, List<Column> columns, RecordHandles handles) {
    try {
      return (RecordMapper<R>)
          copy(COPIES.get(record), handles)
              .getDeclaredConstructor(Class.class, List.class)
              .newInstance(record, columns);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a mapper for " + record, e);
    }
  }

  private static Class<?> copy(
      AtomicReference<@Nullable WeakReference<Class<?>>> known, RecordHandles handles)
      throws IllegalAccessException {
    while (true) {
      WeakReference<Class<?>> seen = known.get();
      Class<?> copy = seen == null ? null : seen.get();
      if (copy != null) {
        return copy;
      }
      Class<?> made =
          MethodHandles.lookup()
              .defineHiddenClassWithClassData(TEMPLATE, handles, true)
              .lookupClass();
      if (known.compareAndSet(seen, new WeakReference<>(made))) {
        return made;
      }
    }
  }

  private static byte[] template() {
    String name = "BoundRecordMapper.class";
    try (InputStream in = RecordMapper.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** What a text or bytes column holds; a record may hold null, and a store may not. */
  final <T> T present(@Nullable T value, int column) {
    return Objects.requireNonNull(
        value, () -> "column " + Texts.quote(columns.get(column).name()) + " of the row");
  }

  final RuntimeException refused(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return new CodecException(ErrorCode.CODEC, "An accessor of " + record.getName() + " threw.", e);
  }

  final CodecException refusedRow(Throwable e) {
    return new CodecException(
        ErrorCode.CODEC,
        "The constructor of "
            + record.getName()
            + " refused a stored row. Let it take every row that was stored"
            + " before, or remove or patch the row.",
        e);
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof RecordMapper<?> mapper
        && record == mapper.record
        && columns.equals(mapper.columns);
  }

  @Override
  public final int hashCode() {
    return Objects.hash(record, columns);
  }
}
