package io.zeal.memcached;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Connections to one server. All calls return at once; what they return completes with a failure
 * that {@link #reason} explains. Keys are printable ASCII of at most 250 characters. Nothing is
 * sent twice.
 *
 * <p>{@code seconds} is an item's time to live, 0 for none; the server rounds it down by up to one.
 */
interface Client extends AutoCloseable {

  /**
   * The items of the keys that the question has when it is sent. What it has to store is stored
   * behind that, and told of before the items are there.
   */
  CompletionStage<Items> ask(Question question);

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

  /**
   * Ends what a call returned with a failure, of which {@link #reason} says that the time was over,
   * if it has not ended by then, or a hundredth of a second later.
   *
   * @param nanos a {@link System#nanoTime}
   */
  void limit(CompletableFuture<?> answer, long nanos);

  /** How many requests were sent and have no answer yet. */
  int inFlight();

  /** Whether there is a connection now. */
  boolean isConnected();

  /** Whether the login or the encryption was refused, which lasts until somebody mends it. */
  boolean isRefused();

  /** Why a call failed. */
  ClientException reason(Throwable failure);

  @Override
  void close();

  /** What goes as one request. Both methods are called by the thread that sends. */
  interface Question {

    /**
     * Different keys to be read first, at least one. Called at most once, right before they are
     * sent; not if the request fails before.
     */
    List<String> keys();

    /** What is stored behind that, whatever is there. With the keys it is 255 at most. */
    default List<? extends Parcel> parcels() {
      return List.of();
    }
  }

  /** An item to be. */
  interface Parcel {

    String key();

    byte[] value();

    /** Its time to live. */
    int seconds();

    /** Called by the thread that receives. If the request fails, what became of it is unknown. */
    void answered(Answer answer);
  }

  /** What an addition came to. */
  sealed interface Sum {
    /** There is nothing to add to. */
    record Nothing() implements Sum {}

    /** The sum, to be read without a sign. */
    record Value(long unsigned) implements Sum {}

    /** What is there is no number of decimal digits. */
    record NotDigits() implements Sum {}

    /** The server has no memory for a sum of more digits. What was there is there still. */
    record NoMemory() implements Sum {}
  }
}
