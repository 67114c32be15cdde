package io.zeal;

import java.lang.invoke.MethodHandle;

/**
 * How a record is made and read.
 *
 * @param constructor (ColumnSource) Object
 * @param number (int, Object) long
 * @param text (int, Object) String
 * @param bytes (int, Object) byte[]
 */
record RecordHandles(
    MethodHandle constructor, MethodHandle number, MethodHandle text, MethodHandle bytes) {}
