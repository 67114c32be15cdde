package io.zeal.resilience;

import io.zeal.spi.BackendContext;
import io.zeal.spi.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the circuit, the retries and the memory go by.
 *
 * @param window what the failure rate is the rate of: the calls that ended within this time
 * @param failureRate percent of them that have to fail
 * @param minimumCalls how few say nothing
 * @param silence how long no answer may come while as many calls fail
 * @param openFor how long nothing is let through, and then one call
 * @param probeTimeout how long that one is waited for: longer than the backend's own timeout
 * @param retries how often a call is made again, at most
 * @param retryDelay what comes before the first of them; each further wait is twice as long
 * @param deadline when a call with its retries has ended, counted from its beginning
 * @param staleRows the most rows that are remembered of a store
 * @param staleBytes the most memory for them
 * @param staleAge how old one of them may be that answers
 */
record ResilienceSettings(
    Duration window,
    int failureRate,
    int minimumCalls,
    Duration silence,
    Duration openFor,
    Duration probeTimeout,
    int retries,
    Duration retryDelay,
    Duration deadline,
    int staleRows,
    long staleBytes,
    Duration staleAge) {

  /** Of backends that do not say how long their calls may take. */
  private static final Duration USUAL_DEADLINE = Duration.ofSeconds(2);

  static final Setting<Boolean> ENABLED = Setting.flag("zeal.resilience.enabled").withDefault(true);

  private static final Setting<Duration> WINDOW =
      Setting.duration("zeal.resilience.window").withDefault(Duration.ofSeconds(10));
  private static final Setting<Long> FAILURE_RATE =
      Setting.number("zeal.resilience.failure-rate", 1, 100).withDefault(50L);
  private static final Setting<Long> MINIMUM_CALLS =
      Setting.number("zeal.resilience.minimum-calls", 1, 1_000_000).withDefault(5L);
  private static final Setting<Duration> SILENCE =
      Setting.duration("zeal.resilience.silence").withDefault(Duration.ofSeconds(1));
  private static final Setting<Duration> OPEN_FOR =
      Setting.duration("zeal.resilience.open-for").withDefault(Duration.ofSeconds(1));
  private static final Setting<Duration> PROBE_TIMEOUT =
      Setting.duration("zeal.resilience.probe-timeout").withDefault(Duration.ofSeconds(5));
  private static final Setting<Long> RETRIES =
      Setting.number("zeal.resilience.retries", 0, 10).withDefault(2L);
  private static final Setting<Duration> RETRY_DELAY =
      Setting.duration("zeal.resilience.retry-delay").withDefault(Duration.ofMillis(20));
  private static final Setting<Duration> DEADLINE = Setting.duration("zeal.resilience.deadline");
  private static final Setting<Long> STALE_ROWS =
      Setting.number("zeal.resilience.stale-rows", 1, 10_000_000).withDefault(10_000L);
  private static final Setting<Long> STALE_BYTES =
      Setting.bytes("zeal.resilience.stale-bytes").withDefault(16L << 20);
  private static final Setting<Duration> STALE_AGE =
      Setting.duration("zeal.resilience.stale-age").withDefault(Duration.ofMinutes(5));

  static List<Setting<?>> all() {
    return List.of(
        ENABLED,
        WINDOW,
        FAILURE_RATE,
        MINIMUM_CALLS,
        SILENCE,
        OPEN_FOR,
        PROBE_TIMEOUT,
        RETRIES,
        RETRY_DELAY,
        DEADLINE,
        STALE_ROWS,
        STALE_BYTES,
        STALE_AGE);
  }

  /** For the backend of that name, whose own timeout is the deadline unless another is set. */
  static ResilienceSettings of(BackendContext context, String backend) {
    Optional<Duration> own = ownTimeout(context, backend);
    return new ResilienceSettings(
        context.setting(WINDOW),
        Math.toIntExact(context.setting(FAILURE_RATE)),
        Math.toIntExact(context.setting(MINIMUM_CALLS)),
        context.setting(SILENCE),
        context.setting(OPEN_FOR),
        probeTimeout(context.setting(PROBE_TIMEOUT), own),
        Math.toIntExact(context.setting(RETRIES)),
        context.setting(RETRY_DELAY),
        context.optionalSetting(DEADLINE).or(() -> own).orElse(USUAL_DEADLINE),
        Math.toIntExact(context.setting(STALE_ROWS)),
        context.setting(STALE_BYTES),
        context.setting(STALE_AGE));
  }

  /** As every backend that has one calls it: {@code zeal.redis.timeout}. */
  private static Optional<Duration> ownTimeout(BackendContext context, String backend) {
    return backend.matches("[a-z0-9-]+")
        ? context.optionalSetting(Setting.duration("zeal." + backend + ".timeout"))
        : Optional.empty();
  }

  /** A probe that was given up before its answer can come would keep the circuit open for good. */
  private static Duration probeTimeout(Duration asked, Optional<Duration> own) {
    return own.map(it -> it.multipliedBy(3).dividedBy(2))
        .filter(it -> it.compareTo(asked) > 0)
        .orElse(asked);
  }
}
