package io.zeal.verification.servers;

import java.util.function.Supplier;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** What a test does where there is no server. */
public final class ServerTests {

  /**
   * Starts what the test needs, or skips the test; with {@code test.requireAll} a skip is a
   * failure.
   *
   * @param start for example {@code RedisServer::start}
   */
  public static <T> T startOrSkip(Supplier<T> start) {
    try {
      return start.get();
    } catch (MissingServerException missing) {
      var message = String.valueOf(missing.getMessage());
      if (Boolean.getBoolean("test.requireAll")) {
        return Assertions.fail(message, missing);
      }
      return Assumptions.abort(message);
    }
  }

  private ServerTests() {}
}
