package io.zeal.memcached;

import io.zeal.Finding;
import io.zeal.Finding.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/** One look at a server: what it says of itself, how it is set up, and how long it took to tell. */
final class ServerLook {

  private static final long CLOCK_TOLERANCE_SECONDS = 2;

  /** From here on it is slow: what a call costs that has nothing to do. */
  private static final long SLOW_NANOS = 100_000_000;

  /** A busy machine may be slow once. */
  private static final int MORE_QUESTIONS = 3;

  /** What is left may be in pieces of a size that nobody asks for. */
  private static final double NEARLY = 0.8;

  /** 1.6.11. */
  private static final int[] LEAST = {1, 6, 11};

  private final Node node;
  private final long askedMillis = System.currentTimeMillis();
  private final long askedNanos = System.nanoTime();
  private final AtomicLong tookNanos = new AtomicLong(Long.MAX_VALUE);
  private final CompletionStage<Map<String, String>> facts;

  private ServerLook(Node node) {
    this.node = node;
    this.facts =
        node.client()
            .statistics("")
            .whenComplete((_, _) -> tookNanos.set(System.nanoTime() - askedNanos));
  }

  /** Asks, and does not wait. */
  static ServerLook begin(Node node) {
    return new ServerLook(node);
  }

  /** What is found in its answers. */
  List<Finding> findings(Deadline deadline) throws ClientException {
    Map<String, String> known = deadline.await(facts, node.client());
    Map<String, String> setUp = askForSettings(deadline);
    for (int i = 0; i < MORE_QUESTIONS && isSlow(); i++) {
      setUp = askForSettings(deadline);
    }
    List<Finding> findings = new ArrayList<>();
    findings.add(
        new Finding(
            "ZEAL-F601",
            Severity.INFO,
            node
                + " is memcached "
                + known.getOrDefault("version", "of an unknown version")
                + ", and answers in "
                + took(),
            "Nothing."));
    tooOld(known).ifPresent(findings::add);
    evictions(known).ifPresent(findings::add);
    full(known, setUp).ifPresent(findings::add);
    otherTime(known).ifPresent(findings::add);
    slow().ifPresent(findings::add);
    return findings;
  }

  private Map<String, String> askForSettings(Deadline deadline) throws ClientException {
    long begin = System.nanoTime();
    Map<String, String> told = deadline.await(node.client().statistics("settings"), node.client());
    tookNanos.accumulateAndGet(System.nanoTime() - begin, Math::min);
    return told;
  }

  private boolean isSlow() {
    return tookNanos.get() >= SLOW_NANOS;
  }

  private String took() {
    return Math.round(tookNanos.get() / 100_000.0) / 10.0 + " ms";
  }

  private Optional<Finding> tooOld(Map<String, String> known) {
    String version = known.getOrDefault("version", "");
    return isOld(version)
        ? Optional.of(
            new Finding(
                "ZEAL-F605",
                Severity.ERROR,
                node
                    + " is memcached "
                    + version
                    + ", and 1.6.11 is the oldest that is known to fit",
                "Use a newer server: an older one answers some changes with other words."))
        : Optional.empty();
  }

  /** Not of what has no version of three numbers. */
  static boolean isOld(String version) {
    String[] parts = version.split("[.\\-_ ]", -1);
    for (int i = 0; i < LEAST.length; i++) {
      if (i >= parts.length || !parts[i].matches("\\d{1,6}")) {
        return false;
      }
      int compared = Integer.compare(Integer.parseInt(parts[i]), LEAST[i]);
      if (compared != 0) {
        return compared < 0;
      }
    }
    return false;
  }

  private Optional<Finding> evictions(Map<String, String> known) {
    long evictions = number(known, "evictions");
    return evictions > 0
        ? Optional.of(
            new Finding(
                "ZEAL-F603",
                Severity.WARNING,
                node + " has evicted " + evictions + " items that had not expired",
                "Give it more memory (-m), or rows a shorter ttl: rows and counters are gone."))
        : Optional.empty();
  }

  private Optional<Finding> full(Map<String, String> known, Map<String, String> setUp) {
    long bytes = number(known, "bytes");
    long limit = number(known, "limit_maxbytes");
    boolean evicts = !setUp.getOrDefault("evictions", "on").equals("off");
    long refused = number(known, "store_no_memory");
    return !evicts && limit > 0 && (bytes >= limit * NEARLY || refused > 0)
        ? Optional.of(
            new Finding(
                "ZEAL-F606",
                Severity.WARNING,
                node
                    + " evicts nothing (-M), holds "
                    + bytes
                    + " of "
                    + limit
                    + " bytes, and has refused "
                    + refused
                    + " writes for want of memory",
                "Give it more memory (-m), or start it without -M: it refuses writes when it is"
                    + " full."))
        : Optional.empty();
  }

  private Optional<Finding> otherTime(Map<String, String> known) {
    long ahead = number(known, "time") - askedMillis / 1000;
    return known.containsKey("time") && Math.abs(ahead) > CLOCK_TOLERANCE_SECONDS
        ? Optional.of(
            new Finding(
                "ZEAL-F604",
                Severity.WARNING,
                "the clock of "
                    + node
                    + " is "
                    + Math.abs(ahead)
                    + " s "
                    + (ahead > 0 ? "ahead of" : "behind")
                    + " this host's",
                "Set both by NTP: rows end by the clock of the host that wrote them, and with a ttl"
                    + " of thirty days or more by the server's too."))
        : Optional.empty();
  }

  private Optional<Finding> slow() {
    return isSlow()
        ? Optional.of(
            new Finding(
                "ZEAL-F607",
                Severity.WARNING,
                "a question to " + node + " takes " + took() + ", the shortest of a few",
                "Use a server that is nearer, or see what keeps it or the network busy: every call"
                    + " takes at least that long."))
        : Optional.empty();
  }

  private static long number(Map<String, String> facts, String name) {
    try {
      return Long.parseLong(facts.getOrDefault(name, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
