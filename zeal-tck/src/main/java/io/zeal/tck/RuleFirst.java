package io.zeal.tck;

import java.util.Locale;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/** Lets an error that no assertion expected begin with the test's rule, as every failure does. */
final class RuleFirst implements TestExecutionExceptionHandler {

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable thrown)
      throws Throwable {
    if (thrown instanceof AssertionError || thrown instanceof TestAbortedException) {
      throw thrown;
    }
    throw new AssertionError(
        rule(context.getRequiredTestMethod().getName())
            + " expected the calls of this test to succeed, found "
            + thrown,
        thrown);
  }

  /** {@code s4_2_expiredRow…} is about S4.2. */
  private static String rule(String method) {
    String[] parts = method.split("_", 3);
    return parts.length < 3 ? method : parts[0].toUpperCase(Locale.ROOT) + "." + parts[1];
  }
}
