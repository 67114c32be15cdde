package io.zeal.spi;

import io.zeal.CapacityException;
import io.zeal.CounterOptions;
import io.zeal.ErrorCode;
import io.zeal.SchemaException;
import java.time.Duration;
import java.util.Objects;

/**
 * What counter a backend is asked for.
 *
 * @param name 1 to 63 bytes of well-formed text, any characters
 * @param options its initial value and window
 */
public record CounterSpec(String name, CounterOptions options) {

  /** Nothing is null. */
  public CounterSpec {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(options, "options");
  }

  /** The window in milliseconds, 0 for none. */
  public long windowMillis() {
    return options.window().map(Duration::toMillis).orElse(0L);
  }

  /**
   * Refuses a counter that is open with other options (C9).
   *
   * @throws SchemaException if they differ; it shows both
   */
  public void requireSame(CounterOptions existing) {
    if (!existing.equals(options)) {
      throw new SchemaException(
          ErrorCode.SCHEMA_MISMATCH,
          "Counter '"
              + name
              + "' exists with "
              + existing
              + " and was opened with "
              + options
              + ". Open it with what it has, or use another name.");
    }
  }

  /** What to throw when a sum does not fit 64 bits (C5). */
  public CapacityException outOfRange() {
    return new CapacityException(
        ErrorCode.NUMBER_OUT_OF_RANGE,
        "Counter '"
            + name
            + "': the sum does not fit 64 bits. Nothing was changed. Use a smaller summand or reset"
            + " the counter.");
  }
}
