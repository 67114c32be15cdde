package io.zeal;

import java.util.List;

/**
 * Runs scripts on the server; needs {@link Capability#SCRIPTS}. Safe for concurrent use.
 *
 * <p>Keys are names on the server as they are, without Zeal's prefix; a key of Zeal's own is
 * reached only by a script that says which stores it touches ({@link Script#touching}). Once the
 * {@link Zeal} it came from is closed, {@link #run} throws {@link ZealClosedException}.
 */
public interface Scripts {

  /** A script's answer. */
  sealed interface Reply {
    /** Nothing. */
    record Nothing() implements Reply {}

    /** A whole number; exact as far as the server's scripts are, so exchange large ones as text. */
    record LongValue(long value) implements Reply {}

    /** A text. */
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
   * Runs a script once (S14), atomically. On a cluster all keys have to be in one slot. Null
   * anywhere is a {@link NullPointerException}.
   *
   * @throws ServerRefusedException if the script fails; what it changed before stays
   * @throws BackendUnavailableException if the backend cannot be reached; its outcome says whether
   *     the script may have run
   * @throws OperationTimeoutException if the deadline passed; as above, and the script may go on
   * @throws InvalidArgumentException if a key is Zeal's own and the script touches no store, or
   *     keys are in several slots; nothing was run
   */
  Reply run(Script script, List<String> keys, List<String> arguments);
}
