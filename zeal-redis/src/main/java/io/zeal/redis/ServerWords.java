package io.zeal.redis;

import java.util.regex.Pattern;

/**
 * Errors in a server's own words, as Redis 7.0 to 8.0 and Valkey 7.2 to 8.1 say them.
 *
 * <p>A script may answer with any error it likes, {@code BUSY try later} for example. Its code
 * alone does not tell that nothing was executed; sending it again would run it twice (S14). So of a
 * script that the application wrote only these words count. Words of a later server that are
 * missing here cost a caller an error where there could have been a repetition, and nothing worse.
 */
final class ServerWords {

  private static final Pattern OWN =
      Pattern.compile(
          "NOSCRIPT No matching script.*"
              + "|(MOVED|ASK) \\d+ \\S*:\\d+"
              + "|TRYAGAIN Multiple keys request during rehashing of slot.*"
              + "|LOADING \\S+ is loading the dataset in memory.*"
              + "|MASTERDOWN Link with MASTER is down.*"
              + "|CLUSTERDOWN (The cluster is down|Hash slot not served).*"
              + "|BUSY \\S+ is busy running .*"
              + "|READONLY (You can't write against a read only replica|Can not run script with).*"
              + "|OOM (command not allowed when|allow-oom flag is not set).*"
              + "|NOPERM (this user|User \\S+) has no permissions to run the 'eval(sha)?' command"
              + "|NOPERM this user has no permissions to access one of the (key|channel)s used as"
              + " arguments"
              + "|NOPERM No permissions to access a key"
              + "|NOAUTH Authentication required.*",
          Pattern.DOTALL);

  private ServerWords() {}

  /** Whether the server itself says so, as against a script. */
  static boolean areIn(String message) {
    return OWN.matcher(message).matches();
  }
}
