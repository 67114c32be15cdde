package io.zeal.resilience;

import java.time.Duration;

/** Settings of tests, by what they are about. */
final class SomeSettings {

  private SomeSettings() {}

  static ResilienceSettings retrying(Duration retryDelay, Duration deadline, int minimumCalls) {
    return of(retryDelay, deadline, minimumCalls, Duration.ofHours(1), 1);
  }

  static ResilienceSettings openFor(Duration openFor) {
    return of(Duration.ofMillis(1), Duration.ofHours(1), 1, openFor, 1);
  }

  static ResilienceSettings remembering(int rows) {
    return of(Duration.ofMillis(1), Duration.ofHours(1), 1, Duration.ofHours(1), rows);
  }

  private static ResilienceSettings of(
      Duration retryDelay, Duration deadline, int minimumCalls, Duration openFor, int rows) {
    return new ResilienceSettings(
        Duration.ofSeconds(10),
        50,
        minimumCalls,
        Duration.ofSeconds(10),
        openFor,
        Duration.ofHours(1),
        3,
        retryDelay,
        deadline,
        rows,
        1 << 20,
        Duration.ofHours(1));
  }
}
