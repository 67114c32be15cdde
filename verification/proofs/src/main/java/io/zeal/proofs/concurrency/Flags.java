package io.zeal.proofs.concurrency;

import java.util.List;
import java.util.Random;

/** How the compiler of a process behaves: what it reorders, threads may see. */
final class Flags {

  /** What the tools need, whatever else is asked for. */
  private static final List<String> ALWAYS =
      List.of(
          "-XX:+EnableDynamicAgentLoading", "--sun-misc-unsafe-memory-access=allow", "-Xmx512m");

  private Flags() {}

  /** The flags of a round. */
  static List<String> of(long seed) {
    Random random = new Random(seed);
    List<List<String>> choices =
        List.of(
            List.of(),
            List.of("-XX:TieredStopAtLevel=1"),
            List.of("-XX:-TieredCompilation"),
            List.of("-XX:+UseParallelGC"),
            List.of(
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:+StressLCM",
                "-XX:+StressGCM",
                "-XX:+StressIGVN",
                "-XX:StressSeed=" + random.nextInt(Integer.MAX_VALUE)));
    List<String> chosen = choices.get(random.nextInt(choices.size()));
    return java.util.stream.Stream.concat(ALWAYS.stream(), chosen.stream()).toList();
  }
}
