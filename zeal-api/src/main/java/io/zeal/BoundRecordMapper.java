package io.zeal;

import io.zeal.spi.ColumnSource;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.List;

/**
 * The mapper of one record. This class itself is never used: {@link RecordMapper#of} defines a copy
 * of it for each record, with that record's {@link RecordHandles}.
 */
final class BoundRecordMapper<R extends Record> extends RecordMapper<R> {

  private static final RecordHandles HANDLES = handles();
  private static final MethodHandle CONSTRUCTOR = HANDLES.constructor();
  private static final MethodHandle NUMBER = HANDLES.number();
  private static final MethodHandle TEXT = HANDLES.text();
  private static final MethodHandle BYTES = HANDLES.bytes();

  BoundRecordMapper(Class<R> record, List<Column> columns) {
    super(record, columns);
  }

  private static RecordHandles handles() {
    try {
      return MethodHandles.classData(MethodHandles.lookup(), "_", RecordHandles.class);
    } catch (IllegalAccessException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @Override
  @SuppressWarnings("unchecked") // the constructor of R makes an R
  public R read(ColumnSource source) {
    try {
      return (R) (Object) CONSTRUCTOR.invokeExact(source);
    } catch (ZealException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw refusedRow(e);
    }
  }

  @Override
  public long number(R row, int column) {
    try {
      return (long) NUMBER.invokeExact(column, (Object) row);
    } catch (Throwable e) {
      throw refused(e);
    }
  }

  @Override
  public String text(R row, int column) {
    String text;
    try {
      text = (String) TEXT.invokeExact(column, (Object) row);
    } catch (Throwable e) {
      throw refused(e);
    }
    return present(text, column);
  }

  @Override
  public byte[] bytes(R row, int column) {
    byte[] bytes;
    try {
      bytes = (byte[]) BYTES.invokeExact(column, (Object) row);
    } catch (Throwable e) {
      throw refused(e);
    }
    return present(bytes, column).clone();
  }
}
