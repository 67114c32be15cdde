package io.zeal.table;

import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What is said when a table's file cannot be used, by whoever opens or leaves it. */
final class FileTrouble {

  private FileTrouble() {}

  /** The system refused; what it says names the file and seldom why, so all of it is shown. */
  static ConfigurationException refused(String what, Path path, Exception failure) {
    Throwable cause = cause(failure);
    return unusable(
        what,
        path,
        cause.toString(),
        "See that the directory is there and writable for this user, that there is room, and that"
            + " its file system is local and knows hard links",
        cause);
  }

  /** The system refused when the file was left. */
  static ConfigurationException left(String what, Path path, Exception failure) {
    Throwable cause = cause(failure);
    return new ConfigurationException(
        ErrorCode.INVALID_SETTING,
        what
            + ": "
            + path
            + " was left, and could not be brought to its disk: "
            + cause
            + ". Other processes have all that is in it, but if the machine is started anew before"
            + " one of them closes it in order, it begins empty. Mend what was found, then open and"
            + " close it once more.",
        cause);
  }

  private static Throwable cause(Exception failure) {
    return failure instanceof UncheckedIOException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  static ConfigurationException unusable(
      String what, Path path, String found, String advice, @Nullable Throwable cause) {
    return new ConfigurationException(
        ErrorCode.INVALID_SETTING,
        what + ": " + path + " cannot be used: " + found + ". " + advice + ".",
        cause);
  }
}
