package io.zeal.tiered;

import static org.assertj.core.api.Assertions.fail;

import java.util.HashMap;
import java.util.Map;

/** What was the truth when. */
final class Oracle {

  /** One state of one row. */
  static final class State {
    private final String key;
    private long order;
    private long endNanos = Long.MAX_VALUE;
    private long expireNanos;
    private long formerExpireNanos; // the longest it had
    private long shortenedNanos; // when that was shortened last

    private State(String key, long expireNanos) {
      this.key = key;
      this.expireNanos = expireNanos;
      this.formerExpireNanos = expireNanos;
    }

    private void expire(long nanos, long now) {
      if (nanos < expireNanos) {
        shortenedNanos = now;
      }
      expireNanos = nanos;
      formerExpireNanos = Math.max(formerExpireNanos, nanos);
    }

    /** When it expired for somebody who may know what was so {@code boundNanos} ago. */
    private long expiredFor(long now, long boundNanos) {
      return now - shortenedNanos <= boundNanos ? formerExpireNanos : expireNanos;
    }

    long order() {
      return order;
    }
  }

  private final Map<SimRow, State> states = new HashMap<>();
  private long orders;

  /** A row is as it is from now on; or again, if the server went back. */
  long became(String key, SimRow row, long expireNanos, long now) {
    State state = states.computeIfAbsent(row, unknown -> new State(key, expireNanos));
    state.order = ++orders;
    state.endNanos = Long.MAX_VALUE;
    state.expire(expireNanos, now);
    return orders;
  }

  /** A row is not like that any more; a removal too has its place in the order. */
  long ended(SimRow row, long now) {
    states.get(row).endNanos = now;
    return ++orders;
  }

  /** Its end is another from now on. */
  void touched(SimRow row, long expireNanos, long now) {
    states.get(row).expire(expireNanos, now);
  }

  /** A row that was read must have been. */
  State find(String key, SimRow row) {
    State state = states.get(row);
    if (state == null || !state.key.equals(key)) {
      fail("key %s: read %s, which was never written there", key, row);
    }
    return state;
  }

  /** A copy that was served at {@code now} must have been the truth {@code boundNanos} ago. */
  void checkCopy(String key, SimRow row, long now, long boundNanos, long ownOrder) {
    State state = find(key, row);
    if (state.endNanos < now - boundNanos) {
      fail(
          "key %s: %s was served at %,d, which was not the truth since %,d: %,d ns, allowed %,d",
          key, row, now, state.endNanos, now - state.endNanos, boundNanos);
    }
    if (state.order < ownOrder) {
      fail("key %s: %s was served after this instance wrote a newer one", key, row);
    }
    if (now > state.expiredFor(now, boundNanos)) {
      fail("key %s: %s was served at %,d, expired at %,d", key, row, now, state.expireNanos);
    }
  }

  /** The same for a column: one of the rows with that version must have been. */
  void checkCopiedVersion(String key, long version, long now, long boundNanos, long ownOrder) {
    boolean good =
        states.entrySet().stream()
            .filter(entry -> entry.getKey().version() == version)
            .map(Map.Entry::getValue)
            .anyMatch(state ->
                state.key.equals(key)
                    && state.endNanos >= now - boundNanos
                    && state.order >= ownOrder
                    && now <= state.expiredFor(now, boundNanos));
    if (!good) {
      fail(
          "key %s: version %d was served at %,d, not the truth within %,d, or older than own",
          key, version, now, boundNanos);
    }
  }

  /** What was read {@code age} ago must have been the truth then or later. */
  void checkAge(String key, SimRow row, long now, long ageNanos) {
    State state = find(key, row);
    if (state.endNanos < now - ageNanos) {
      fail(
          "key %s: %s is said to be %,d ns old, and was not the truth since %,d ns",
          key, row, ageNanos, now - state.endNanos);
    }
  }
}
