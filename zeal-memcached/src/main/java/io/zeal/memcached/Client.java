package io.zeal.memcached;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * Connections to one server. All calls return at once; what they return completes with a failure
 * that {@link #reason} explains. Keys are printable ASCII of at most 250 characters. Nothing is
 * sent twice.
 *
 * <p>{@code seconds} is an item's time to live, 0 for none; the server rounds it down by up to one.
 */
interface Client extends AutoCloseable {

  /** The items of different keys. */
  CompletionStage<Items> getAll(List<String> keys);

  /** Stores whatever is there. */
  CompletionStage<Answer> set(String key, byte[] value, int seconds, int flags);

  /** Stores if there is nothing. */
  CompletionStage<Answer> add(String key, byte[] value, int seconds, int flags);

  /** Stores if there is this version. */
  CompletionStage<Answer> replace(String key, byte[] value, int seconds, int flags, long version);

  /** Removes. */
  CompletionStage<Answer> delete(String key);

  /** Removes if there is this version. */
  CompletionStage<Answer> delete(String key, long version);

  /** Adds to decimal digits, modulo 2^64; the item keeps flags and time to live. */
  CompletionStage<Sum> increment(String key, long by);

  /** What the server says of itself; {@code group} may be empty. */
  CompletionStage<Map<String, String>> statistics(String group);

  /** Whether there is a connection now. */
  boolean isConnected();

  /** Whether the login or the encryption was refused, which lasts until somebody mends it. */
  boolean isRefused();

  /** Why a call failed. */
  ClientException reason(Throwable failure);

  @Override
  void close();

  /** What an addition came to. */
  sealed interface Sum {
    /** There is nothing to add to. */
    record Nothing() implements Sum {}

    /** The sum, to be read without a sign. */
    record Value(long unsigned) implements Sum {}

    /** What is there is no number of decimal digits. */
    record NotDigits() implements Sum {}
  }
}
