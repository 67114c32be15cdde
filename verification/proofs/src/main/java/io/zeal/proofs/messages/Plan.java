package io.zeal.proofs.messages;

import java.time.Duration;
import java.util.List;

/**
 * How a process lives.
 *
 * @param process its number among all of a round
 * @param role what it does
 * @param driver the Redis driver
 * @param url where the servers are
 * @param stream the name of the stream
 * @param seed of what is random
 * @param first the first number of its messages; another process with the same one publishes the
 *     same messages again
 * @param claimAfter of its consumers
 * @param closeTimeout of its consumers
 * @param maxDeliveries of its consumers
 * @param prefetch of its consumers
 * @param workMillis how long a handler takes at most, but for slow messages
 * @param killers whether some messages take their consumers with them
 * @param atOnce whether what comes again does so without waiting
 * @param trimmed to how many messages publications cut the stream; 0 for not at all
 */
record Plan(
    int process,
    Role role,
    String driver,
    String url,
    String stream,
    long seed,
    long first,
    Duration claimAfter,
    Duration closeTimeout,
    int maxDeliveries,
    int prefetch,
    int workMillis,
    boolean killers,
    boolean atOnce,
    int trimmed) {

  /** What a process does. */
  enum Role {
    CONSUME,
    /** One by one, in batches, and with publisher ids. */
    PUBLISH,
    /** With publisher ids only, again and again. */
    REPEAT
  }

  /** A process of that number which does the same by that way. */
  Plan reaching(String url, int process) {
    return new Plan(
        process,
        role,
        driver,
        url,
        stream,
        seed,
        first,
        claimAfter,
        closeTimeout,
        maxDeliveries,
        prefetch,
        workMillis,
        killers,
        atOnce,
        trimmed);
  }

  /** How long a message waits that comes again. */
  Duration delay(Duration otherwise) {
    return atOnce ? Duration.ZERO : otherwise;
  }

  Plan as(Role role, long seed, long first) {
    return new Plan(
        process,
        role,
        driver,
        url,
        stream,
        seed,
        first,
        claimAfter,
        closeTimeout,
        maxDeliveries,
        prefetch,
        workMillis,
        killers,
        atOnce,
        trimmed);
  }

  Plan closingWithin(Duration timeout) {
    return new Plan(
        process,
        role,
        driver,
        url,
        stream,
        seed,
        first,
        claimAfter,
        timeout,
        maxDeliveries,
        prefetch,
        workMillis,
        killers,
        atOnce,
        trimmed);
  }

  List<String> toArguments() {
    return List.of(
        Integer.toString(process),
        role.name(),
        driver,
        url,
        stream,
        Long.toString(seed),
        Long.toString(first),
        Long.toString(claimAfter.toMillis()),
        Long.toString(closeTimeout.toMillis()),
        Integer.toString(maxDeliveries),
        Integer.toString(prefetch),
        Integer.toString(workMillis),
        Boolean.toString(killers),
        Boolean.toString(atOnce),
        Integer.toString(trimmed));
  }

  static Plan of(String[] arguments) {
    return new Plan(
        Integer.parseInt(arguments[0]),
        Role.valueOf(arguments[1]),
        arguments[2],
        arguments[3],
        arguments[4],
        Long.parseLong(arguments[5]),
        Long.parseLong(arguments[6]),
        Duration.ofMillis(Long.parseLong(arguments[7])),
        Duration.ofMillis(Long.parseLong(arguments[8])),
        Integer.parseInt(arguments[9]),
        Integer.parseInt(arguments[10]),
        Integer.parseInt(arguments[11]),
        Boolean.parseBoolean(arguments[12]),
        Boolean.parseBoolean(arguments[13]),
        Integer.parseInt(arguments[14]));
  }
}
