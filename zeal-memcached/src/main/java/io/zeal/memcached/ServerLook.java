package io.zeal.memcached;

import io.zeal.Finding;
import io.zeal.Finding.Severity;
import io.zeal.memcached.ClientException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;

/**
 * One look at a server: what it says of itself, how it is set up, and how long it took to tell.
 * Everything is asked when the look begins, so that a server that is silent takes no time from
 * those that are waited for after it.
 */
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
  private volatile long toldMillis; // written before the first answer is there
  private final AtomicLong tookNanos = new AtomicLong(Long.MAX_VALUE);
  private final CompletionStage<Map<String, String>> facts;
  private final CompletionStage<Map<String, String>> settings;
  private final CompletionStage<Boolean> again;

  private ServerLook(Node node) {
    this.node = node;
    this.facts = ask("").whenComplete((_, _) -> toldMillis = System.currentTimeMillis());
    this.settings = ask("settings");
    this.again =
        facts.thenCombine(settings, (_, _) -> MORE_QUESTIONS).thenCompose(this::askWhileSlow);
  }

  /** Asks, and does not wait. */
  static ServerLook begin(Node node) {
    return new ServerLook(node);
  }

  private CompletionStage<Map<String, String>> ask(String group) {
    long begin = System.nanoTime();
    return node.client()
        .statistics(group)
        .whenComplete((_, _) -> tookNanos.accumulateAndGet(System.nanoTime() - begin, Math::min));
  }

  private CompletionStage<Boolean> askWhileSlow(int most) {
    return most == 0 || !isSlow()
        ? CompletableFuture.completedStage(true)
        : ask("settings").thenCompose(_ -> askWhileSlow(most - 1));
  }

  /**
   * What is found in its answers. What it says of itself has to be there in time; the rest makes
   * more of it.
   *
   * @param evictedBefore how many items it had evicted when it was looked at first, given how many
   *     it has now
   */
  List<Finding> findings(Deadline deadline, LongUnaryOperator evictedBefore)
      throws ClientException {
    Map<String, String> known = deadline.await(facts, node.client());
    Map<String, String> setUp = inTime(settings, deadline).orElse(Map.of());
    var _ = inTime(again, deadline);
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
    evictions(known, evictedBefore).ifPresent(findings::add);
    full(known, setUp).ifPresent(findings::add);
    otherTime(known).ifPresent(findings::add);
    slow().ifPresent(findings::add);
    return findings;
  }

  /** Nothing of what does not come, but for the caller who is to stop. */
  private <T> Optional<T> inTime(CompletionStage<T> answer, Deadline deadline)
      throws ClientException {
    try {
      return Optional.of(deadline.await(answer, node.client()));
    } catch (ClientException e) {
      if (e.kind() == Kind.INTERRUPTED) {
        throw e;
      }
      return Optional.empty();
    }
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

  /** What was evicted before may be years ago, and is no reason not to start. */
  private Optional<Finding> evictions(Map<String, String> known, LongUnaryOperator before) {
    long evictions = number(known, "evictions");
    long since = evictions - before.applyAsLong(evictions);
    return evictions > 0
        ? Optional.of(
            new Finding(
                "ZEAL-F603",
                since > 0 ? Severity.WARNING : Severity.INFO,
                node
                    + " has evicted "
                    + evictions
                    + " items that had not expired, "
                    + since
                    + " of them since this instance looked first",
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

  /** Half of the way is what nobody can tell; the server's second may just have begun. */
  private Optional<Finding> otherTime(Map<String, String> known) {
    long wayMillis = toldMillis - askedMillis;
    long ahead = number(known, "time") - (askedMillis + wayMillis / 2) / 1000;
    long tolerance = CLOCK_TOLERANCE_SECONDS + (wayMillis / 2 + 999) / 1000;
    return known.containsKey("time") && Math.abs(ahead) > tolerance
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
