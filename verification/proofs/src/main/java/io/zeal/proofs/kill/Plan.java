package io.zeal.proofs.kill;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How a process lives.
 *
 * @param directory of the tables
 * @param journals where the journals of all slots are
 * @param role what it does
 * @param slot which journal is its own
 * @param life its number among those of its slot, from 1
 * @param seed of what is random
 * @param timeout how long a write waits for another
 * @param steps after how many stores it stops, to be killed there; 0 if it does not
 * @param acts what its hands do, as often as an act is named
 */
record Plan(
    Path directory,
    Path journals,
    Role role,
    int slot,
    long life,
    long seed,
    Duration timeout,
    long steps,
    List<Act> acts) {

  /** What a process does. */
  enum Role {
    /** Calls until it is killed, or until it is asked to end. */
    WORK,
    /** Opens everything, calls a little, closes everything, again and again. */
    OPEN,
    /**
     * Calls until it is asked to end, and then judges: the others are dead, nobody ended theirs.
     */
    SURVIVE,
    /** Reads and writes everything whenever another one stands still. */
    PROBE,
    /** Comes once all others are dead, writes everywhere, and judges. */
    LOOK
  }

  List<String> toArguments() {
    return List.of(
        directory.toString(),
        journals.toString(),
        role.name(),
        Integer.toString(slot),
        Long.toString(life),
        Long.toString(seed),
        Long.toString(timeout.toMillis()),
        Long.toString(steps),
        acts.stream().map(Act::name).collect(Collectors.joining(",")));
  }

  static Plan of(String[] arguments) {
    return new Plan(
        Path.of(arguments[0]),
        Path.of(arguments[1]),
        Role.valueOf(arguments[2]),
        Integer.parseInt(arguments[3]),
        Long.parseLong(arguments[4]),
        Long.parseLong(arguments[5]),
        Duration.ofMillis(Long.parseLong(arguments[6])),
        Long.parseLong(arguments[7]),
        Arrays.stream(arguments[8].split(",", -1)).map(Act::valueOf).toList());
  }

  Path journal(int slot) {
    return journals.resolve("journal-" + slot);
  }
}
