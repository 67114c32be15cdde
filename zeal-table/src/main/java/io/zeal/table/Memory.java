package io.zeal.table;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The handles through which shared fields are read and written. */
final class Memory {

  /** 8 bytes in the machine's order, 8-aligned; takes every access mode. */
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

  /** 4 bytes in the machine's order, 4-aligned; takes every access mode. */
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle().withInvokeExactBehavior();

  private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle().withInvokeExactBehavior();

  /**
   * 8 bytes of a key, anywhere: little-endian on every machine, so that a key is packed the same
   * way everywhere.
   */
  static final ValueLayout.OfLong KEY_WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The same 8 bytes in an array. */
  static final VarHandle KEY_WORD_OF_ARRAY =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
          .withInvokeExactBehavior();

  private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private Memory() {}

  /** Bytes that were read as one number, the first one lowest. */
  static long littleEndian(long bytes) {
    return LITTLE ? bytes : Long.reverseBytes(bytes);
  }

  static int littleEndian(int bytes) {
    return LITTLE ? bytes : Integer.reverseBytes(bytes);
  }

  static long getAcquire(MemorySegment segment, long offset) {
    return (long) LONG.getAcquire(segment, offset);
  }

  static long getVolatile(MemorySegment segment, long offset) {
    return (long) LONG.getVolatile(segment, offset);
  }

  static long getOpaque(MemorySegment segment, long offset) {
    return (long) LONG.getOpaque(segment, offset);
  }

  static void setOpaque(MemorySegment segment, long offset, long value) {
    LONG.setOpaque(segment, offset, value);
  }

  static void setRelease(MemorySegment segment, long offset, long value) {
    LONG.setRelease(segment, offset, value);
  }

  static void setVolatile(MemorySegment segment, long offset, long value) {
    LONG.setVolatile(segment, offset, value);
  }

  static boolean compareAndSet(MemorySegment segment, long offset, long expected, long next) {
    return (boolean) LONG.compareAndSet(segment, offset, expected, next);
  }

  static long getAndAdd(MemorySegment segment, long offset, long delta) {
    return (long) LONG.getAndAdd(segment, offset, delta);
  }

  static long getAndSetBits(MemorySegment segment, long offset, long bits) {
    return (long) LONG.getAndBitwiseOr(segment, offset, bits);
  }

  static void clearBits(MemorySegment segment, long offset, long bits) {
    var _ = (long) LONG.getAndBitwiseAnd(segment, offset, ~bits);
  }

  static int getIntAcquire(MemorySegment segment, long offset) {
    return (int) INT.getAcquire(segment, offset);
  }

  static int getIntOpaque(MemorySegment segment, long offset) {
    return (int) INT.getOpaque(segment, offset);
  }

  static void setIntOpaque(MemorySegment segment, long offset, int value) {
    INT.setOpaque(segment, offset, value);
  }

  static void setIntRelease(MemorySegment segment, long offset, int value) {
    INT.setRelease(segment, offset, value);
  }

  static byte getByteOpaque(MemorySegment segment, long offset) {
    return (byte) BYTE.getOpaque(segment, offset);
  }

  static byte getByteAcquire(MemorySegment segment, long offset) {
    return (byte) BYTE.getAcquire(segment, offset);
  }

  static void setByteOpaque(MemorySegment segment, long offset, byte value) {
    BYTE.setOpaque(segment, offset, value);
  }

  static void setByteRelease(MemorySegment segment, long offset, byte value) {
    BYTE.setRelease(segment, offset, value);
  }

  /** The length of a row's key; any number if the row is being filled. */
  static int getKeyLength(MemorySegment segment, long base) {
    return segment.get(ValueLayout.JAVA_SHORT, base + TableLayout.KEY_LENGTH) & 0xffff;
  }

  static void setKeyLength(MemorySegment segment, long base, int length) {
    segment.set(ValueLayout.JAVA_SHORT, base + TableLayout.KEY_LENGTH, (short) length);
  }
}
