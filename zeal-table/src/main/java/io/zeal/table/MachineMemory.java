package io.zeal.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How much memory this process can have at most, where files say so: on Linux the machine's, and
 * the limit of every control group (version 2) above the process. Elsewhere nobody says it without
 * a module besides {@code java.base}, and nothing is known.
 */
final class MachineMemory {

  /** A number of bytes and who said it. */
  record Limit(long bytes, String source) {}

  private final Path root;

  private MachineMemory(Path root) {
    this.root = root;
  }

  /** The least limit; empty if none can be read. {@code root} is where the system's files begin. */
  static Optional<Limit> limit(Path root) {
    List<Limit> limits = new ArrayList<>();
    MachineMemory machine = new MachineMemory(root);
    machine.installed().ifPresent(limits::add);
    machine.addControlGroups(limits);
    return limits.stream().min(Comparator.comparingLong(Limit::bytes));
  }

  /** {@code MemTotal: 24684084 kB}. */
  private Optional<Limit> installed() {
    return lines("proc/meminfo").stream()
        .filter(line -> line.startsWith("MemTotal:") && line.endsWith(" kB"))
        .map(line -> line.substring("MemTotal:".length(), line.length() - " kB".length()))
        .flatMap(kilobytes -> number(kilobytes).stream())
        .map(kilobytes -> new Limit(kilobytes * 1024, "MemTotal of /proc/meminfo"))
        .findFirst();
  }

  /**
   * The line {@code 0::/a/b} names the innermost group; one outside of what this process may see
   * ({@code /../c}) is limited at least as the outermost it sees.
   */
  private void addControlGroups(List<Limit> limits) {
    Path top = Path.of("sys/fs/cgroup");
    for (String line : lines("proc/self/cgroup")) {
      if (line.startsWith("0::/")) {
        Path named = top.resolve(line.substring("0::/".length())).normalize();
        Path innermost = named.startsWith(top) ? named : top;
        for (int names = innermost.getNameCount(); names >= top.getNameCount(); names--) {
          addControlGroup(innermost.subpath(0, names).resolve("memory.max"), limits);
        }
      }
    }
  }

  /** A number, or {@code max} for none. */
  private void addControlGroup(Path file, List<Limit> limits) {
    for (String line : lines(file.toString())) {
      number(line).ifPresent(bytes -> limits.add(new Limit(bytes, "/" + file)));
    }
  }

  /** None if the file cannot be read: then it limits nothing that we know of. */
  private List<String> lines(String file) {
    try {
      return Files.readAllLines(root.resolve(file));
    } catch (IOException | SecurityException e) {
      return List.of();
    }
  }

  private static Optional<Long> number(String text) {
    String digits = text.strip();
    return digits.matches("[0-9]{1,15}") ? Optional.of(Long.valueOf(digits)) : Optional.empty();
  }
}
