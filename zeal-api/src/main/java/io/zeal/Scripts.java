package io.zeal;

import java.util.List;

/** Runs scripts on the server; needs {@link Capability#SCRIPTS}. */
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
   * Runs a script once (S14). On a cluster all keys have to be in one slot.
   *
   * @throws ServerRefusedException if the script fails; what it changed before stays
   */
  Reply run(Script script, List<String> keys, List<String> arguments);
}
