package io.zeal.cache;

import java.time.Duration;
import java.time.Instant;

/** One line for people about a key; never the value. */
final class Explanation {

  private Explanation() {}

  static String of(Found found, Codecs codecs, boolean loading, long nowMillis) {
    String load = loading ? "; a load is under way" : "";
    return switch (found) {
      case Found.Live live -> of(live, codecs, nowMillis) + load;
      case Found.Nothing nothing -> "nothing is cached (" + numbers(nothing.ticket()) + ")" + load;
      case Found.Unknown unknown -> "unknown: " + unknown.cause().getMessage() + load;
    };
  }

  private static String of(Found.Live live, Codecs codecs, long nowMillis) {
    Entry entry = live.entry();
    boolean isNull = entry.kind() == Entry.Kind.NULL;
    return "in "
        + (live.tier() == Tier.MEMORY ? "memory" : "the files")
        + ", "
        + expiry(live)
        + ", created "
        + Instant.ofEpochMilli(entry.createdMillis())
        + " ("
        + Duration.ofMillis(Math.max(0, nowMillis - entry.createdMillis()))
        + " ago), "
        + (isNull
            ? "null"
            : entry.content().length() + " bytes by the codec '" + codecs.name(entry.codec()) + "'")
        + ", may be served stale for "
        + Duration.ofMillis(entry.maxStaleMillis())
        + ", "
        + entry.tags().size()
        + " tags, loaded under "
        + Long.toHexString(entry.epoch())
        + "/"
        + entry.number()
        + " ("
        + numbers(live.ticket())
        + ")";
  }

  private static String expiry(Found.Live live) {
    if (live.remainingMillis() == Found.FOREVER) {
      return "does not expire";
    }
    return live.isFresh()
        ? "expires in " + Duration.ofMillis(live.remainingMillis())
        : "stale for " + Duration.ofMillis(live.staleMillis());
  }

  private static String numbers(Ticket ticket) {
    return "now " + Long.toHexString(ticket.epoch()) + "/" + ticket.number();
  }
}
