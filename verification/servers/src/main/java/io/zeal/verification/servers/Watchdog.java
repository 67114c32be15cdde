package io.zeal.verification.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A shell beside this JVM that ends what the JVM leaves behind: it reads process ids and
 * directories from its input, and when the input ends it kills those processes and removes those
 * directories.
 *
 * <p>The input ends with the JVM, whether it leaves in peace or is killed, so this one way serves
 * instead of a shutdown hook too. The shell itself ignores the signals that a terminal sends to all
 * of a build.
 */
final class Watchdog {

  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      pids=
      set --
      without() {
        left=
        for pid in $pids; do [ "$pid" = "$1" ] || left="$left $pid"; done
        pids=$left
      }
      while IFS= read -r line; do
        case $line in
          +*) pids="$pids ${line#+}" ;;
          -*) without "${line#-}" ;;
          /*) set -- "$@" "$line" ;;
        esac
      done
      for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
      [ $# -eq 0 ] || rm -rf -- "$@"
      """;

  private static final Watchdog INSTANCE = new Watchdog();

  private @Nullable Writer input; // guarded by this

  static void kill(Process process) {
    INSTANCE.tell("+" + process.pid());
    // A process id may be given to somebody else once its owner has ended.
    var _ = process.onExit().thenAccept(ended -> INSTANCE.tell("-" + ended.pid()));
  }

  static void remove(Path directory) {
    INSTANCE.tell(directory.toAbsolutePath().toString());
  }

  private synchronized void tell(String line) {
    try {
      if (input == null) {
        input = start();
      }
      input.write(line + "\n");
      input.flush();
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot reach the shell that ends leftovers", failure);
    }
  }

  private static Writer start() throws IOException {
    return new ProcessBuilder("sh", "-c", SCRIPT, "zeal-test-watchdog")
        .redirectOutput(Redirect.DISCARD)
        .redirectError(Redirect.DISCARD)
        .start()
        .outputWriter(StandardCharsets.UTF_8);
  }

  private Watchdog() {}
}
