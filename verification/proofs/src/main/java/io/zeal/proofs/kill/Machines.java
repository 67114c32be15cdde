package io.zeal.proofs.kill;

import io.zeal.Zeal;
import io.zeal.proofs.process.Life;
import io.zeal.proofs.process.Life.Machine;
import io.zeal.table.TableInspection;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * What processes run on that are to die: they begin fast, since many do, and differ in how long the
 * way is between two stores.
 */
final class Machines {

  /**
   * A short way, once it is compiled; the very order of the source; and what compilers make of it.
   */
  private static final List<List<String>> KINDS =
      List.of(
          List.of("-XX:TieredStopAtLevel=1"),
          List.of("-XX:TieredStopAtLevel=1"),
          List.of("-XX:TieredStopAtLevel=1"),
          List.of("-Xint"),
          List.of());

  private static final Duration REHEARSAL = Duration.ofMillis(400);

  private final String classPath;
  private final String steppedClassPath;
  private final List<String> options = new ArrayList<>(List.of("-Xmx64m", "-XX:+UseSerialGC"));

  private Machines(Path stepped) throws IOException, URISyntaxException {
    String others = place(Worker.class) + File.pathSeparator + place(Zeal.class);
    Path tables = TableInspection.placeOfTables();
    SteppedClasses.write(tables, stepped);
    this.classPath = others + File.pathSeparator + tables;
    this.steppedClassPath = stepped + File.pathSeparator + others;
  }

  /** Those of this process: it rehearses once. */
  static Machines get() throws Exception {
    return Holder.get();
  }

  private static final class Holder {

    private static Optional<Machines> made = Optional.empty();

    private static synchronized Machines get() throws Exception {
      if (made.isEmpty()) {
        Path directory = Files.createTempDirectory("zeal-kill-classes");
        Machines machines = new Machines(directory.resolve("stepped"));
        machines.rehearse(directory);
        for (Path each : Directories.all(directory)) {
          each.toFile().deleteOnExit();
        }
        made = Optional.of(machines);
      }
      return made.get();
    }
  }

  private static Path place(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /**
   * Lets a process write down its classes, where they are in archives: half of what a start takes.
   */
  private void rehearse(Path directory) throws IOException, InterruptedException {
    for (String place : classPath.split(File.pathSeparator, -1)) {
      if (Files.isDirectory(Path.of(place))) {
        return;
      }
    }
    Path archive = directory.resolve("classes.jsa");
    Plan plan =
        new Plan(
            directory.resolve("tables"),
            directory,
            Plan.Role.WORK,
            0,
            1,
            1,
            Duration.ofSeconds(20),
            0,
            Scenario.ALL.getLast().acts());
    List<String> writing = new ArrayList<>(options);
    writing.addAll(List.of("-Xlog:disable", "-XX:ArchiveClassesAtExit=" + archive));
    Life life =
        Life.begin(
            "rehearsal",
            Worker.class,
            new Machine(writing, classPath),
            plan.toArguments(),
            directory);
    Journal journal = Journal.open(plan.journal(0));
    while (journal.ready() == 0 && life.isAlive()) {
      LockSupport.parkNanos(1_000_000);
    }
    LockSupport.parkNanos(REHEARSAL.toNanos());
    life.askToEnd();
    life.awaitPeace();
    if (Files.exists(archive)) {
      options.addAll(List.of("-Xshare:auto", "-Xlog:disable", "-XX:SharedArchiveFile=" + archive));
    }
  }

  /** One of them. */
  Machine any(Random random) {
    return with(KINDS.get(random.nextInt(KINDS.size())));
  }

  /** One that stops where it is told to. */
  Machine stepped() {
    return new Machine(
        List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"), steppedClassPath);
  }

  /** The one that is fastest in the end. */
  Machine usual() {
    return with(List.of());
  }

  private Machine with(List<String> kind) {
    List<String> all = new ArrayList<>(options);
    all.addAll(kind);
    return new Machine(all, classPath);
  }
}
