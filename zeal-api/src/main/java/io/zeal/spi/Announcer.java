package io.zeal.spi;

import java.util.List;

/**
 * What a backend with {@code Capability.ANNOUNCE} publishes within the atomic step of each change
 * of a store, so that nobody can see the change and miss the announcement. Given with the {@link
 * StoreSpec}; a backend without the capability refuses such a spec. Safe for concurrent use.
 *
 * <p>Rules for the backend:
 *
 * <ul>
 *   <li>Every change goes through the announcer: each kind of {@link Write}, each of {@link
 *       Rows#writeAll}, and {@link Rows#clear}. Expiry is none: whoever copied the row knows when
 *       it ends.
 *   <li>A step is what the server does atomically, in one bucket. It is announced once, however
 *       many keys it changes; what is sent again because the server did not execute it is the same
 *       step with the same announcement.
 *   <li>In the step, in this order and not without each other: change, take the bucket's next
 *       number, publish. A receiver that has seen number <i>n</i> of a bucket has been sent all
 *       before.
 *   <li>A write whose condition does not hold publishes nothing ({@link Announcement#skipped}). A
 *       step of several writes publishes if one of them changed something.
 *   <li>{@code writeAll} makes a step of each write, or joins writes of one bucket to steps; each
 *       step succeeds, is skipped or fails by itself. {@code clear} makes one step for each bucket.
 *   <li>A script of the application that touches the store is a step too, which is announced also
 *       if it fails midway: in each bucket of the keys of the store that it was given, and in every
 *       bucket if it was given none. Where the buckets cannot all be announced in one step (on a
 *       cluster), a script without a key of the store is refused, and nothing is run.
 *   <li>What cannot be announced, for want of a right or of memory, is refused before the change.
 *   <li>The announcer is asked before the step is sent, by the thread that makes the call, and with
 *       no lock or connection held.
 * </ul>
 */
@FunctionalInterface
public interface Announcer {

  /** What kind of change is announced. */
  enum Kind {
    /** A row is put; with a condition, too: {@code putIfAbsent}, {@code replace}. */
    PUT,
    /** Columns of a row are changed. */
    PATCH,
    /** A number is added to a column. */
    INCREMENT,
    /** A column is changed if it had a value. */
    COMPARE_AND_SET,
    /** A row is removed. */
    REMOVE,
    /** A row's time to live begins anew; it may be shorter than what copies of the row know. */
    TOUCH,
    /** Several writes of one bucket in one step, of any kind. */
    BULK,
    /**
     * Anything in the bucket may have changed: it is cleared, or a script of the application that
     * touches the store ({@code Script.touching}) was given keys of the bucket, or none of the
     * store at all; there are no keys.
     */
    CLEAR;

    /** The kind of one write. */
    public static Kind of(Write<?> write) {
      return switch (write) {
        case Write.Put<?> _ -> PUT;
        case Write.Patch<?> patch ->
            patch.condition() instanceof Condition.ColumnEquals ? COMPARE_AND_SET : PATCH;
        case Write.Add<?> _ -> INCREMENT;
        case Write.Remove<?> _ -> REMOVE;
        case Write.Touch<?> _ -> TOUCH;
      };
    }
  }

  /**
   * Asked once for each step, before it is sent.
   *
   * @param bucket the part of the store whose numbers order this step: {@link Rows#bucketOf} of
   *     each key
   * @param keys what the step may change; empty for {@link Kind#CLEAR}
   */
  Announcement announce(int bucket, Kind kind, List<String> keys);
}
