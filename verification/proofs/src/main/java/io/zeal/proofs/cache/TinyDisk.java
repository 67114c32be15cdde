package io.zeal.proofs.cache;

import io.zeal.proofs.SkippedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A file system of few bytes in a namespace of its own: nothing of it is seen outside, and it is
 * gone with the process that holds it, which ends with this one. Needs no rights where the system
 * gives namespaces to everybody.
 */
final class TinyDisk implements AutoCloseable {

  private static final String HOLD =
      "mount -t tmpfs -o \"size=$1\" tmpfs \"$2\" && echo mounted && read -r line";

  private final Process holder;
  private final Path path;
  private final List<String> entrance;

  private TinyDisk(Process holder, Path path, List<String> entrance) {
    this.holder = holder;
    this.path = path;
    this.entrance = entrance;
  }

  /**
   * Mounts one.
   *
   * @throws SkippedException if this system gives none
   */
  static TinyDisk mount(Path path, String size) throws IOException, SkippedException {
    List<String> refusals = new ArrayList<>();
    for (List<String> user : List.of(List.<String>of(), List.of("--user", "--map-root-user"))) {
      List<String> command = new ArrayList<>(List.of("unshare", "--mount"));
      command.addAll(user);
      command.addAll(List.of("sh", "-c", HOLD, "sh", size, path.toString()));
      try {
        Path errors = Files.createTempFile("errors", ".txt");
        Process holder = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        if (isMounted(holder)) {
          Files.delete(errors);
          return new TinyDisk(holder, path, entrance(holder, !user.isEmpty()));
        }
        holder.destroyForcibly();
        refusals.add(Files.readString(errors).strip());
        Files.delete(errors);
      } catch (IOException e) {
        refusals.add(String.valueOf(e.getMessage()));
      }
    }
    throw new SkippedException(
        "this system gives no small file system to fill (" + String.join("; ", refusals) + ")");
  }

  private static boolean isMounted(Process holder) throws IOException {
    BufferedReader said = holder.inputReader(StandardCharsets.UTF_8);
    return "mounted".equals(said.readLine());
  }

  private static List<String> entrance(Process holder, boolean user) {
    List<String> entrance =
        new ArrayList<>(List.of("nsenter", "--target", Long.toString(holder.pid()), "--mount"));
    if (user) {
      entrance.addAll(List.of("--user", "--preserve-credentials"));
    }
    return entrance;
  }

  Path path() {
    return path;
  }

  /** What runs the command behind it where the file system is seen. */
  List<String> entrance() {
    return entrance;
  }

  @Override
  public void close() {
    holder.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
