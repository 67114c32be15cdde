package io.zeal;

import java.util.List;

/**
 * Runs scripts on the server; needs {@link Capability#SCRIPTS}. Safe for concurrent use. The rules
 * are in {@code docs/contract/scripts.md}.
 *
 * {@snippet lang="java" :
 * private static final Script REMEMBER =
 *     Script.of(
 *         """
 *         redis.call('LPUSH', KEYS[1], ARGV[1])
 *         redis.call('LTRIM', KEYS[1], 0, 99)
 *         return redis.call('LLEN', KEYS[1])
 *         """);
 * }
 *
 * <p>It is run by {@code zeal.scripts().run(REMEMBER, List.of("pages:latest"), List.of(page))}.
 *
 * <p>Keys are names on the server as they are, without Zeal's prefix. A key of a store is taken
 * only from a script that says it touches that store ({@link Script#touching}); keys of counters
 * and of schemas are never taken (X6). What such a script changes stands as it left it: indexes,
 * counts and times to live beside a row are then its own affair.
 *
 * <p>Once the {@link Zeal} it came from is closed, {@link #run} throws {@link ZealClosedException}.
 */
public interface Scripts {

  /** A script's answer. */
  sealed interface Reply {
    /** Nothing. */
    record Nothing() implements Reply {}

    /** A whole number; exact as far as 2^53, so exchange larger ones as text (X4.2). */
    record LongValue(long value) implements Reply {}

    /** A text; bytes that are no UTF-8 are U+FFFD (X4.3). */
    record TextValue(String value) implements Reply {}

    /** Several answers. */
    record Items(List<Reply> items) implements Reply {
      /** Copies the list. */
      public Items {
        items = List.copyOf(items);
      }
    }
  }

  /**
   * Runs a script at most once (S14), atomically. On a cluster all keys have to be in one slot.
   * Null anywhere is a {@link NullPointerException}.
   *
   * @throws ServerRefusedException if the script fails or answers with an error; what it changed
   *     before stays (X5)
   * @throws CapacityException if the server is out of memory; nothing was changed
   * @throws BackendUnavailableException if the backend cannot be reached; its outcome says whether
   *     the script may have run
   * @throws OperationTimeoutException if the deadline passed; as above, and the script may go on
   * @throws InvalidArgumentException if a key is Zeal's own and not of a store that the script
   *     touches, or keys are in several slots, or a text is not well-formed, or others could not be
   *     told of what it changes (X6.2); nothing was run
   */
  Reply run(Script script, List<String> keys, List<String> arguments);
}
