package io.zeal.proofs.messages;

import java.time.Duration;

/** What the handlers of a group do with a message; the same in every process. */
enum Fate {
  /** Handled at the first delivery. */
  DONE,
  /** Handled, and that takes longer than others wait for a silent consumer. */
  SLOW,
  /** Asks for a second delivery, which is handled. */
  RETRY_ONCE,
  /** Throws at the first delivery and handles the second. */
  THROW_ONCE,
  /** Asks for another delivery each time. */
  RETRY_ALWAYS,
  /** Throws each time. */
  THROW_ALWAYS,
  /** Rejects. */
  REJECT,
  /** Cannot be read. */
  POISON,
  /** Takes the whole process with it, each time. */
  KILLER;

  /** Which message of a publisher kills whoever handles it, where that is wanted. */
  private static final int DEADLY = 61;

  private static final int MOST_DELAY = 300;

  /** The fate of a message in a group. */
  static Fate of(long number, Group group, boolean killers) {
    if (killers && group == Group.LOOSE && number % Member.NUMBERS == DEADLY) {
      return KILLER;
    }
    int lot = lot(number, group.salt(), 200);
    if (lot < 4) {
      return THROW_ALWAYS;
    }
    if (lot < 7) {
      return RETRY_ALWAYS;
    }
    if (lot < 10) {
      return REJECT;
    }
    if (lot < 13) {
      return POISON;
    }
    if (lot < 26) {
      return RETRY_ONCE;
    }
    if (lot < 38) {
      return THROW_ONCE;
    }
    return lot < 40 ? SLOW : DONE;
  }

  /** Whether it ends among the dead letters, if everything goes well. */
  boolean isDeadly() {
    return switch (this) {
      case RETRY_ALWAYS, THROW_ALWAYS, REJECT, POISON, KILLER -> true;
      case DONE, SLOW, RETRY_ONCE, THROW_ONCE -> false;
    };
  }

  /** How long the message is to wait before it is delivered again. */
  static Duration delay(long number) {
    return Duration.ofMillis(lot(number, 7, MOST_DELAY));
  }

  /** Why it is rejected. */
  static String reason(long number) {
    return "rejected: " + number;
  }

  private static int lot(long number, int salt, int most) {
    long mixed = (number * 8 + salt) * 0x9E37_79B9_7F4A_7C15L;
    mixed = (mixed ^ (mixed >>> 31)) * 0xBF58_476D_1CE4_E5B9L;
    return (int) Long.remainderUnsigned(mixed ^ (mixed >>> 29), most);
  }
}
