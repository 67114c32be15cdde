package io.zeal.redis.spi;

import io.zeal.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of one command. */
public sealed interface Reply {

  /** Nothing: a null. */
  record Nil() implements Reply {}

  /** An integer. */
  record Whole(long value) implements Reply {}

  /** A string, simple or bulk; the array is nobody else's. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Bytes(byte[] value) implements Reply {}

  /** An array; nested as the server sends it. */
  record Items(List<Reply> values) implements Reply {}

  /** An error of the server, in its own words, which begin with a code. */
  record Failure(String message) implements Reply {}

  /**
   * No reply came.
   *
   * @param outcome whether the command may have been executed
   * @param cause why; its kind decides what the caller is told
   */
  record Lost(Outcome outcome, LinkException cause) implements Reply {}

  /** The integer, or null if this is something else. */
  default @Nullable Long whole() {
    return this instanceof Whole(long value) ? value : null;
  }
}
