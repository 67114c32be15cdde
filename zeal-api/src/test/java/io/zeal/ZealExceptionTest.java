package io.zeal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ZealExceptionTest {

  private static final class DatabaseException extends BackendException {
    DatabaseException(Outcome outcome, Throwable cause) {
      super("MYDB-7", "The database is upside down. Turn it.", outcome, cause);
    }
  }

  @Test
  void theMessageEndsWithTheCode() {
    assertThat(new ZealClosedException("It is closed."))
        .hasMessage("It is closed. ZEAL-502")
        .extracting(ZealException::code)
        .isEqualTo("ZEAL-502");
  }

  @Test
  void aBackendHasCodesOfItsOwn() {
    Throwable cause = new IllegalStateException("gravity");
    ZealException error = new DatabaseException(Outcome.UNKNOWN, cause);

    assertThat(error).hasMessage("The database is upside down. Turn it. MYDB-7").hasCause(cause);
    assertThat(error.code()).isEqualTo("MYDB-7");
    assertThat(error.outcome()).contains(Outcome.UNKNOWN);
  }

  @Test
  void aBackendsCodeIsNeeded() {
    assertThatNullPointerException()
        .isThrownBy(() -> new BackendException(null, "x", null, null))
        .withMessage("code");
  }

  @ParameterizedTest
  @EnumSource
  void anErrorThatEndsAWriteCarriesItsOutcome(Outcome outcome) {
    assertThat(new BackendUnavailableException("x.", outcome, null).outcome()).contains(outcome);
    assertThat(new CircuitOpenException("x.", outcome, null).outcome()).contains(outcome);
    assertThat(new OperationInterruptedException("x.", outcome, null).outcome()).contains(outcome);
    assertThat(
            new OperationTimeoutException(
                    OperationTimeoutException.Stage.SERVER, "x.", outcome, null)
                .outcome())
        .contains(outcome);
    assertThat(
            new ServerRefusedException(ServerRefusedException.Reason.OTHER, "x.", outcome, null)
                .outcome())
        .contains(outcome);
  }

  @Test
  void anErrorThatRefusedBeforehandHasNoOutcome() {
    assertThat(new CapacityException(ErrorCode.STORE_FULL, "x.").outcome()).isEmpty();
    assertThat(new BackendUnavailableException("x.", null, null).outcome()).isEmpty();
  }

  @Test
  void aBulkResultWithoutFailuresIsItsValues() {
    Map<String, Integer> values = Map.of("a", 1);

    assertThat(BulkResult.of(values).orThrow()).isEqualTo(values);
    assertThat(BulkResult.of(values).failures()).isEmpty();
  }

  @Test
  void aBulkResultWithFailuresThrowsThemAll() {
    Map<String, ZealException> failures = new LinkedHashMap<>();
    failures.put("b", new CapacityException(ErrorCode.STORE_FULL, "Full."));
    failures.put("c", new BackendUnavailableException("Away.", Outcome.NOT_SENT, null));
    BulkResult<Integer> result = new BulkResult<>(Map.of("a", 1), failures);

    assertThatExceptionOfType(BulkException.class)
        .isThrownBy(result::orThrow)
        .withMessage(
            "2 of the keys failed: 'b', 'c'. The first: Full. failures() has the error of each."
                + " ZEAL-701")
        .withCause(failures.get("b"))
        .satisfies(error -> assertThat(error.failures()).isEqualTo(failures))
        .satisfies(error -> assertThat(error.code()).isEqualTo("ZEAL-701"));
  }

  @Test
  void aBulkErrorNamesThreeKeysAtMostInTheirOrder() {
    Map<String, ZealException> failures = new LinkedHashMap<>();
    for (String key : List.of("z'", "y", "x", "w", "v")) {
      failures.put(key, new CapacityException(ErrorCode.STORE_FULL, "Full."));
    }

    assertThatExceptionOfType(BulkException.class)
        .isThrownBy(() -> new BulkResult<>(Map.of(), failures).orThrow())
        .withMessageStartingWith("5 of the keys failed: 'z\\'', 'y', 'x' and 2 more. The first: ")
        .satisfies(error ->
            assertThat(error.failures().keySet()).containsExactly("z'", "y", "x", "w", "v"));
  }

  @Test
  void aBulkResultIsACopyThatKeepsItsOrder() {
    Map<String, Integer> values = new LinkedHashMap<>();
    values.put("z", 1);
    values.put("a", 2);
    BulkResult<Integer> result = BulkResult.of(values);
    values.clear();

    assertThat(result.values()).containsExactly(Map.entry("z", 1), Map.entry("a", 2));
    assertThat(result.values()).isUnmodifiable();
    assertThat(result.failures()).isUnmodifiable();
  }
}
