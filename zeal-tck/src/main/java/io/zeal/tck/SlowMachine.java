package io.zeal.tck;

import java.lang.reflect.InvocationTargetException;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Repeats a test that failed while too much time was lost to tell why, each time with twice the
 * time to live: a machine that is slow for a while fails no test, one that stays too slow fails it
 * with that reason, and a backend that is wrong fails as soon as the machine keeps up.
 */
final class SlowMachine implements TestExecutionExceptionHandler {

  private static final int REPETITIONS = 5;

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable thrown)
      throws Throwable {
    BackendTck test = (BackendTck) context.getRequiredTestInstance();
    Throwable failure = thrown;
    for (int i = 1; isPerhapsTheMachines(test, failure); i++) {
      if (i > REPETITIONS) {
        throw new AssertionError(
            "This machine is too slow to tell, with a time to live of "
                + test.time().ttl()
                + " too",
            failure);
      }
      test.beginAgain();
      Optional<Throwable> next = run(context, test);
      if (next.isEmpty()) {
        return;
      }
      failure = next.get();
    }
    throw failure;
  }

  private static boolean isPerhapsTheMachines(BackendTck test, Throwable failure) {
    return test.usesTime()
        && test.time().isTooLateToTell()
        && !(failure instanceof TestAbortedException);
  }

  private static Optional<Throwable> run(ExtensionContext context, BackendTck test)
      throws IllegalAccessException {
    try {
      context.getRequiredTestMethod().invoke(test);
      return Optional.empty();
    } catch (InvocationTargetException e) {
      return Optional.of(Objects.requireNonNull(e.getCause()));
    }
  }
}
