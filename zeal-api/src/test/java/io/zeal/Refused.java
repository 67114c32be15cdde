package io.zeal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Asserts what every error of Zeal promises: a stable code that ends a message which teaches. */
public final class Refused {

  private Refused() {}

  /**
   * Runs {@code call} and asserts that it is refused with a message that holds all of {@code
   * parts}.
   */
  public static <E extends ZealException> E refused(
      Class<E> type, ErrorCode code, ThrowingCallable call, String... parts) {
    E error = catchThrowableOfType(type, call);
    assertThat(error).as("nothing was thrown").isNotNull();
    assertThat(error.code()).isEqualTo(code.id());
    assertThat(error).hasMessageContainingAll(parts).hasMessageEndingWith(". " + code.id());
    return error;
  }

  /** Asserts that neither the error nor anything below it says {@code secret}. */
  public static void neverSays(Throwable error, String secret) {
    for (Throwable one = error; one != null; one = one.getCause()) {
      assertThat(one.toString()).doesNotContain(secret);
      for (Throwable suppressed : one.getSuppressed()) {
        neverSays(suppressed, secret);
      }
    }
  }
}
