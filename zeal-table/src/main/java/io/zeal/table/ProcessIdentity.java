package io.zeal.table;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Who a process is, so far as the system says: its number, when it began, and the namespace in
 * which numbers are given; zero where that is not said.
 *
 * <p>This is the second witness beside the lock of the kernel: whoever reads or copies a lock file
 * in our process and closes it makes the kernel let go of our locks, and we are still there.
 */
record ProcessIdentity(long pid, long startTicks, long namespace) {

  private static final Path PROC = Path.of("/proc");

  /** This process. */
  static ProcessIdentity own() {
    long pid = ProcessHandle.current().pid();
    return new ProcessIdentity(pid, stat(pid).map(Stat::startTicks).orElse(0L), ownNamespace());
  }

  /**
   * Whether the process is certainly there: only where it can be asked for, in the same namespace.
   * One that has ended and was not waited for is not there.
   */
  boolean isCertainlyThere() {
    if (startTicks == 0 || namespace == 0 || namespace != ownNamespace()) {
      return false;
    }
    return stat(pid).filter(stat -> stat.startTicks == startTicks && !stat.hasEnded).isPresent();
  }

  private static long ownNamespace() {
    try {
      // pid:[4026531836]
      String name = Files.readSymbolicLink(PROC.resolve("self/ns/pid")).toString();
      return Long.parseLong(name.replaceAll("\\D", ""));
    } catch (IOException | NumberFormatException | UnsupportedOperationException e) {
      return 0;
    }
  }

  private record Stat(long startTicks, boolean hasEnded) {}

  /**
   * {@code 17 (a name) S 1 …}: behind the name the state first, the time of the start as the 20th.
   */
  private static Optional<Stat> stat(long pid) {
    try {
      String line =
          new String(Files.readAllBytes(PROC.resolve(pid + "/stat")), StandardCharsets.ISO_8859_1);
      String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
      return Optional.of(new Stat(Long.parseLong(fields[19]), "ZXx".contains(fields[0])));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }
}
