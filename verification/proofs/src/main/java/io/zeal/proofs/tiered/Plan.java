package io.zeal.proofs.tiered;

import java.time.Duration;
import java.util.List;

/**
 * How a process lives.
 *
 * @param process its number among all of a round
 * @param slot whose keys it writes; another process takes it over when this one has ended
 * @param driver the Redis driver
 * @param url its line to the server
 * @param seed of what is random
 * @param heartbeat of its copies
 * @param detection of its copies
 * @param nearTtl of its copies
 * @param secret that frames are signed with, or {@code -}
 * @param shares whether there are keys that all write
 * @param buckets of the store
 */
record Plan(
    int process,
    int slot,
    String driver,
    String url,
    long seed,
    Duration heartbeat,
    Duration detection,
    Duration nearTtl,
    String secret,
    boolean shares,
    int buckets) {

  /** How many processes there are at once. */
  static final int SLOTS = 3;

  /** How many keys each slot writes alone. */
  static final int OWN_KEYS = 3;

  /** How many keys all write. */
  static final int SHARED_KEYS = 2;

  /** Each process counts what it writes from its own number of these. */
  static final long NUMBERS = 1_000_000;

  private static final String SHARED = "shared-";

  static String ownKey(int slot, int number) {
    return "own-" + slot + "-" + number;
  }

  static String sharedKey(int number) {
    return SHARED + number;
  }

  /** Whether the server itself counts what is written there. */
  static boolean isShared(String key) {
    return key.startsWith(SHARED);
  }

  /** The age that no copy reaches, whatever happens. */
  Duration bound() {
    Duration lease = heartbeat.plus(detection);
    return lease.compareTo(nearTtl) < 0 ? lease : nearTtl;
  }

  /** The same as another process, by its line. */
  Plan as(int number, int whose, long random, String line) {
    return new Plan(
        number, whose, driver, line, random, heartbeat, detection, nearTtl, secret, shares,
        buckets);
  }

  List<String> toArguments() {
    return List.of(
        Integer.toString(process),
        Integer.toString(slot),
        driver,
        url,
        Long.toString(seed),
        Long.toString(heartbeat.toMillis()),
        Long.toString(detection.toMillis()),
        Long.toString(nearTtl.toMillis()),
        secret,
        Boolean.toString(shares),
        Integer.toString(buckets));
  }

  static Plan of(String[] arguments) {
    return new Plan(
        Integer.parseInt(arguments[0]),
        Integer.parseInt(arguments[1]),
        arguments[2],
        arguments[3],
        Long.parseLong(arguments[4]),
        Duration.ofMillis(Long.parseLong(arguments[5])),
        Duration.ofMillis(Long.parseLong(arguments[6])),
        Duration.ofMillis(Long.parseLong(arguments[7])),
        arguments[8],
        Boolean.parseBoolean(arguments[9]),
        Integer.parseInt(arguments[10]));
  }
}
