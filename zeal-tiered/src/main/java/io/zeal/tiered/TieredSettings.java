package io.zeal.tiered;

import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Setting;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a tiered backend is told.
 *
 * @param near the backend of the copies
 * @param far the backend of the rows
 * @param nearTtl how old a copy may become
 * @param heartbeat how often a lease is asked for
 * @param detection how long the answer may take before copies are not used
 * @param nearEntries how many copies of each store there may be
 * @param nearValueBytes the longest text or bytes that is copied
 * @param secrets signs and verifies, the current one first; none for unsigned frames
 */
record TieredSettings(
    String near,
    String far,
    Duration nearTtl,
    Duration heartbeat,
    Duration detection,
    long nearEntries,
    int nearValueBytes,
    Secrets secrets) {

  static final Setting<String> NEAR = Setting.text("zeal.tiered.near").withDefault("table");
  static final Setting<String> FAR = Setting.text("zeal.tiered.far").withDefault("redis");

  static final Setting<Duration> NEAR_TTL =
      Setting.duration("zeal.tiered.near-ttl").withDefault(Duration.ofSeconds(5));
  static final Setting<Duration> HEARTBEAT =
      Setting.duration("zeal.tiered.heartbeat").withDefault(Duration.ofSeconds(1));
  static final Setting<Duration> DETECTION =
      Setting.duration("zeal.tiered.detection").withDefault(Duration.ofSeconds(1));

  static final Setting<Long> NEAR_ENTRIES =
      Setting.number("zeal.tiered.near-entries", 1, 1 << 26).withDefault(10_000L);

  /** A row with a longer value is not copied; every copy takes as much memory as the longest. */
  static final Setting<Long> NEAR_VALUE_BYTES =
      Setting.number("zeal.tiered.near-value-bytes", 1, 1 << 20).withDefault(1024L);

  static final Setting<String> SECRET = Setting.text("zeal.tiered.secret").asSecret();
  static final Setting<String> PREVIOUS_SECRET =
      Setting.text("zeal.tiered.previous-secret").asSecret();

  private static final Duration SHORTEST_HEARTBEAT = Duration.ofMillis(50);
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final int SHORTEST_SECRET = 16;

  static List<Setting<?>> all() {
    return List.of(
        NEAR,
        FAR,
        NEAR_TTL,
        HEARTBEAT,
        DETECTION,
        NEAR_ENTRIES,
        NEAR_VALUE_BYTES,
        SECRET,
        PREVIOUS_SECRET);
  }

  static TieredSettings of(BackendContext context) {
    Duration heartbeat = atMostADay(HEARTBEAT, context);
    if (heartbeat.compareTo(SHORTEST_HEARTBEAT) < 0) {
      throw invalid(
          HEARTBEAT, "is " + heartbeat + ", shorter than " + SHORTEST_HEARTBEAT, "Set it higher.");
    }
    return new TieredSettings(
        context.setting(NEAR),
        context.setting(FAR),
        atMostADay(NEAR_TTL, context),
        heartbeat,
        atMostADay(DETECTION, context),
        context.setting(NEAR_ENTRIES),
        Math.toIntExact(context.setting(NEAR_VALUE_BYTES)),
        secrets(context));
  }

  /** Times are compared in nanoseconds, of which a {@code long} holds 292 years. */
  private static Duration atMostADay(Setting<Duration> setting, BackendContext context) {
    Duration value = context.setting(setting);
    if (value.compareTo(LONGEST) > 0) {
      throw invalid(setting, "is " + value + ", longer than a day", "Set it lower.");
    }
    return value;
  }

  private static Secrets secrets(BackendContext context) {
    Optional<String> current = context.optionalSetting(SECRET);
    Optional<String> previous = context.optionalSetting(PREVIOUS_SECRET);
    if (current.isEmpty() && previous.isPresent()) {
      throw invalid(
          PREVIOUS_SECRET,
          "is set and " + SECRET.key() + " is not",
          "Set both while the secret is exchanged, or none.");
    }
    List<byte[]> keys = new ArrayList<>();
    current.ifPresent(secret -> keys.add(bytes(SECRET, secret)));
    previous.ifPresent(secret -> keys.add(bytes(PREVIOUS_SECRET, secret)));
    return new Secrets(keys);
  }

  private static byte[] bytes(Setting<String> setting, String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    if (bytes.length < SHORTEST_SECRET) {
      throw invalid(
          setting,
          "has " + bytes.length + " bytes",
          "Use at least " + SHORTEST_SECRET + " random ones.");
    }
    return bytes;
  }

  private static ConfigurationException invalid(Setting<?> setting, String found, String action) {
    return new ConfigurationException(
        ErrorCode.INVALID_SETTING, "Setting " + setting.key() + " " + found + ". " + action);
  }

  /** How long a lease lasts from the sending of its heartbeat. */
  long leaseNanos() {
    return heartbeat.plus(detection).toNanos();
  }

  /** Shows no secret. */
  @Override
  public String toString() {
    return "near="
        + near
        + ", far="
        + far
        + ", nearTtl="
        + nearTtl
        + ", heartbeat="
        + heartbeat
        + ", detection="
        + detection
        + ", nearEntries="
        + nearEntries
        + ", nearValueBytes="
        + nearValueBytes
        + (secrets.isEmpty() ? ", unsigned" : ", signed");
  }
}
