package io.zeal.cache;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** One line for people about a key; never the value. */
final class Explanation {

  private Explanation() {}

  static String of(Found found, Codecs codecs, Optional<Flight<?>> loading, long nowMillis) {
    String load =
        loading
            .map(
                flight -> "; a load is under way since " + since(flight.startedMillis(), nowMillis))
            .orElse("");
    return switch (found) {
      case Found.Live live -> of(live, codecs, nowMillis) + load;
      case Found.Nothing nothing -> "nothing is cached (" + numbers(nothing.ticket()) + ")" + load;
      case Found.Unknown unknown -> "unknown: " + unknown.cause().getMessage() + load;
    };
  }

  private static String of(Found.Live live, Codecs codecs, long nowMillis) {
    Entry entry = live.entry();
    boolean isNull = entry.kind() == Entry.Kind.NULL;
    return live.tier().words()
        + ", "
        + expiry(live)
        + ", created "
        + since(entry.createdMillis(), nowMillis)
        + ", "
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

  private static String since(long millis, long nowMillis) {
    return Instant.ofEpochMilli(millis)
        + " ("
        + Duration.ofMillis(Math.max(0, nowMillis - millis))
        + " ago)";
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
