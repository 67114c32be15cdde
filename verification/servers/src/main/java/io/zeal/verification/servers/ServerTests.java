package io.zeal.verification.servers;

import java.util.function.Supplier;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** What a test does where there is no server. */
public final class ServerTests {

  /**
   * Starts what the test needs, or skips the test; with {@code test.requireAll} a server that is
   * missing is a failure. A server that is there and was built without what the test needs is a
   * reason to skip everywhere: nothing that can be installed would change it.
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
    } catch (MissingFeatureException missing) {
      return Assumptions.abort(String.valueOf(missing.getMessage()));
    }
  }

  private ServerTests() {}
}
