package io.zeal.redis;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** What is told beside the work. A logger that fails does not end what tells it. */
final class Log {

  private static final Logger LOG = System.getLogger("io.zeal.redis");

  private Log() {}

  static void warn(String line, @Nullable Throwable cause) {
    write(Level.WARNING, line, cause);
  }

  static void info(String line) {
    write(Level.INFO, line, null);
  }

  private static void write(Level level, String line, @Nullable Throwable cause) {
    try {
      LOG.log(level, line, cause);
    } catch (RuntimeException | Error e) {
      // Nobody can do anything about it, and whoever tells this has other things to do.
    }
  }
}
