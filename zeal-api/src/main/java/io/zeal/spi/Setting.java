package io.zeal.spi;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A setting that a plugin declares: its key, how its text is read, its default. Immutable.
 *
 * @param <T> the type of its value
 */
public final class Setting<T> {

  private static final int LONGEST_DAYS = 36_500;

  private final String key;
  private final String form;
  private final Function<String, T> parser;
  private final @Nullable T defaultValue;
  private final boolean secret;

  private Setting(
      String key,
      String form,
      Function<String, T> parser,
      @Nullable T defaultValue,
      boolean secret) {
    this.key = Objects.requireNonNull(key, "key");
    this.form = form;
    this.parser = parser;
    this.defaultValue = defaultValue;
    this.secret = secret;
    if (!key.matches("zeal(\\.[a-z0-9-]+)+")) {
      throw new IllegalArgumentException("Not a setting key (lower case, dots): " + key);
    }
  }

  /** Any text. */
  public static Setting<String> text(String key) {
    return new Setting<>(key, "text", Function.identity(), null, false);
  }

  /** {@code true} or {@code false}. */
  public static Setting<Boolean> flag(String key) {
    return new Setting<>(key, "true or false", Setting::parseFlag, null, false);
  }

  /** A whole number from {@code min} to {@code max}. */
  public static Setting<Long> number(String key, long min, long max) {
    return new Setting<>(
        key,
        "a whole number from " + min + " to " + max,
        text -> {
          long value = Long.parseLong(text);
          if (value < min || value > max) {
            throw new IllegalArgumentException("out of range");
          }
          return value;
        },
        null,
        false);
  }

  /** A number of bytes: {@code 65536}, {@code 64k}, {@code 16m}, {@code 2g}. */
  public static Setting<Long> bytes(String key) {
    return new Setting<>(
        key, "a size such as 65536, 64k, 16m or 2g", Setting::parseBytes, null, false);
  }

  /**
   * A positive duration: {@code 250ms}, {@code 2s}, {@code 5m}, {@code 1h} or ISO-8601; of 36,500
   * days at most, so that it can be counted in nanoseconds, and its double too.
   */
  public static Setting<Duration> duration(String key) {
    return new Setting<>(
        key,
        "a duration above zero such as 250ms, 2s, 5m, 1h or PT2S, and of "
            + LONGEST_DAYS
            + "d at most",
        Setting::parseDuration,
        null,
        false);
  }

  /** The name of a constant of {@code type}, in any case. */
  public static <E extends Enum<E>> Setting<E> choice(String key, Class<E> type) {
    return new Setting<>(
        key,
        "one of "
            + java.util.Arrays.toString(type.getEnumConstants())
                .toLowerCase(Locale.ROOT)
                .replace('_', '-'),
        text -> Enum.valueOf(type, text.toUpperCase(Locale.ROOT).replace('-', '_')),
        null,
        false);
  }

  /** This setting with a value for when it is not set. */
  public Setting<T> withDefault(T value) {
    return new Setting<>(key, form, parser, Objects.requireNonNull(value, "value"), secret);
  }

  /** This setting, whose value is never shown. */
  public Setting<T> asSecret() {
    return new Setting<>(key, form, parser, defaultValue, true);
  }

  /** Its key, for example {@code zeal.redis.url}. */
  public String key() {
    return key;
  }

  /** The environment variable that sets it, for example {@code ZEAL_REDIS_URL}. */
  public String variable() {
    return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** What its text looks like, for messages. */
  public String form() {
    return form;
  }

  /** Whether its value is never shown. */
  public boolean isSecret() {
    return secret;
  }

  /** Its value when it is not set. */
  public Optional<T> defaultValue() {
    return Optional.ofNullable(defaultValue);
  }

  /**
   * Reads its text.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public T parse(String text) {
    return parser.apply(text.strip());
  }

  /** The key; never a value. */
  @Override
  public String toString() {
    return key;
  }

  private static Boolean parseFlag(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("neither true nor false");
    };
  }

  private static Long parseBytes(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    int shift =
        switch (lower.isEmpty() ? ' ' : lower.charAt(lower.length() - 1)) {
          case 'k' -> 10;
          case 'm' -> 20;
          case 'g' -> 30;
          default -> 0;
        };
    long number = Long.parseLong(shift == 0 ? lower : lower.substring(0, lower.length() - 1));
    if (number < 0 || number > Long.MAX_VALUE >> shift) {
      throw new IllegalArgumentException("out of range");
    }
    return number << shift;
  }

  private static Duration parseDuration(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    Duration duration;
    if (lower.endsWith("ms")) {
      duration = Duration.ofMillis(Long.parseLong(lower.substring(0, lower.length() - 2)));
    } else if (lower.startsWith("p")) {
      duration = parseIso(text);
    } else if (lower.matches("\\d+[smhd]")) {
      duration = parseIso((lower.endsWith("d") ? "P" : "PT") + lower);
    } else {
      throw new IllegalArgumentException("no unit");
    }
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException("not positive");
    }
    if (duration.compareTo(Duration.ofDays(LONGEST_DAYS)) > 0) {
      throw new IllegalArgumentException("too long");
    }
    return duration;
  }

  private static Duration parseIso(String text) {
    try {
      return Duration.parse(text);
    } catch (java.time.DateTimeException e) {
      throw new IllegalArgumentException("not ISO-8601", e);
    }
  }
}
