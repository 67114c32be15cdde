package io.zeal.verification.servers;

/** Whether a test that could be skipped has to run. */
final class RequireAll {

  private static final String PROPERTY = "test.requireAll";

  /** Does something while the property says so, and puts it back. */
  static void during(boolean required, Runnable action) {
    var before = System.setProperty(PROPERTY, String.valueOf(required));
    try {
      action.run();
    } finally {
      if (before == null) {
        System.clearProperty(PROPERTY);
      } else {
        System.setProperty(PROPERTY, before);
      }
    }
  }

  private RequireAll() {}
}
