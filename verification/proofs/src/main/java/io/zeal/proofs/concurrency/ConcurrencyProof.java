package io.zeal.proofs.concurrency;

import io.zeal.concurrency.Main;
import io.zeal.proofs.BrokenPromiseException;
import io.zeal.proofs.Proof;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/** One tool, once, in a process with flags of the round. */
final class ConcurrencyProof implements Proof {

  private static final long LIMIT_MINUTES = 30;

  private final String name;
  private final String claim;
  private final LongFunction<List<String>> arguments;

  ConcurrencyProof(String name, String claim, LongFunction<List<String>> arguments) {
    this.name = name;
    this.claim = claim;
    this.arguments = arguments;
  }

  @Override
  public String area() {
    return "concurrency";
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String claim() {
    return claim;
  }

  @Override
  public Tally round(long seed) throws Exception {
    List<String> flags = Flags.of(seed);
    Path said = Files.createTempFile("zeal-" + name, ".txt");
    try {
      int exitCode = run(command(flags, seed), said);
      String all = Files.readString(said, StandardCharsets.UTF_8);
      if (exitCode != 0) {
        throw new BrokenPromiseException("With " + flags + " was found:\n" + all);
      }
      long tests = all.lines().filter(line -> line.matches("[\\w.]+: .*")).count();
      long interesting = all.lines().filter(line -> line.startsWith("  interesting")).count();
      return new Tally(0, tests, Map.of("answers worth a look", interesting));
    } finally {
      Files.delete(said);
    }
  }

  private List<String> command(List<String> flags, long seed) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments.apply(seed));
    return command;
  }

  private static int run(List<String> command, Path said) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try {
      if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
        throw new BrokenPromiseException("It does not end within " + LIMIT_MINUTES + " minutes.");
      }
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }
}
