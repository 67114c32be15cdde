package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import com.spotify.folsom.MemcacheClosedException;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.memcached.ClientException.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is advised fits what happened. */
class ErrorsTest {

  private final Errors errors = new Errors(() -> false);

  private static ClientException failure(Kind kind, String what) {
    return new ClientException(kind, false, what, null);
  }

  @Test
  void whoIsInterruptedIsNotSentToLookAtTheServer() {
    ClientException interrupted = failure(Kind.INTERRUPTED, "interrupted while waiting");

    assertThat(errors.ofRead(interrupted, "Store 'a'"))
        .isInstanceOf(OperationInterruptedException.class)
        .hasMessage("Store 'a': interrupted while waiting. Stop, or clear the flag. ZEAL-403");
    assertThat(errors.ofWrite(interrupted, "Store 'a'"))
        .hasMessageContaining("It did not happen. Stop, or clear the flag.");
  }

  /** A server with {@code -Y} waits for the end of a line after a login in the other protocol. */
  @Test
  void silenceInBinaryMayBeALoginOfTheOtherProtocol() {
    assertThat(silence(Protocol.BINARY)).hasMessageContaining("zeal.memcached.protocol=text");
    assertThat(silence(Protocol.TEXT)).hasMessageNotContaining("zeal.memcached.protocol");
  }

  private static ClientException silence(Protocol protocol) {
    return new ConnectFailures(Duration.ofSeconds(1), protocol, false)
        .of(
            Address.parseAll("cache1:11211").getFirst(),
            new MemcacheClosedException("Timeout"),
            null,
            false);
  }

  @Test
  void aDeadlineIsToldWithItsSettingAndTheOtherWayOut() {
    ClientException late = failure(Kind.TIMEOUT, "no time was left to send it");

    assertThat(errors.ofWrite(late, "Store 'a', key 'k'"))
        .isInstanceOf(OperationTimeoutException.class)
        .hasMessageContainingAll(
            "It did not happen", "fewer keys in one call", "zeal.memcached.timeout");
    assertThat(errors.ofRead(late, "Store 'a', key 'k'"))
        .hasMessageContaining("zeal.memcached.timeout");
  }
}
