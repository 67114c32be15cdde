package io.zeal.redis;

import io.zeal.ErrorCode;
import io.zeal.SchemaException;
import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Reply;
import io.zeal.spi.CounterCell;
import io.zeal.spi.CounterChange;
import io.zeal.spi.CounterSpec;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** One counter: a number as decimal digits, absent while untouched. */
final class RedisCounterCell implements CounterCell {

  private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger GREATEST = BigInteger.valueOf(Long.MAX_VALUE);

  /** The server's clock is milliseconds in a double. */
  private static final long LONGEST_WINDOW = 1L << 51;

  private final CounterSpec spec;
  private final byte[] key;
  private final byte[] optionsKey;
  private final Server server;

  RedisCounterCell(CounterSpec spec, byte[] key, byte[] optionsKey, Server server) {
    this.spec = spec;
    this.key = key;
    this.optionsKey = optionsKey;
    this.server = server;
  }

  /**
   * How many milliseconds the record of the options is kept: a day longer than a window, from its
   * beginning and from each attaching on, so that counters by the million leave nothing behind; for
   * good without a window.
   */
  static long recordMillis(CounterSpec spec) {
    return spec.windowMillis() == 0
        ? 0
        : Math.min(spec.windowMillis(), LONGEST_WINDOW) + Duration.ofDays(1).toMillis();
  }

  static String what(CounterSpec spec) {
    return "Counter '" + spec.name() + "'";
  }

  String name() {
    return spec.name();
  }

  @Override
  public long get() {
    return value(server.execute(reading()));
  }

  Request reading() {
    return Request.read(Command.named("GET").add(key).build(), key);
  }

  /** The value in the reply to {@link #reading}. */
  long value(Reply reply) {
    return switch (Errors.answer(reply, what(spec), false)) {
      case Reply.Nil nil -> spec.options().initial();
      case Reply.Bytes(byte[] digits) -> number(digits);
      default -> throw damaged();
    };
  }

  @Override
  public OptionalLong apply(CounterChange change) {
    if (change instanceof CounterChange.AddBounded(long delta, long max)
        && meets(delta, max).compareTo(LEAST) < 0) {
      return OptionalLong.empty(); // no value of 64 bits is that small
    }
    return result(server.execute(request(change)));
  }

  Request request(CounterChange change) {
    return switch (change) {
      case CounterChange.Add(long delta) when isPlain() ->
          Request.write(Command.named("INCRBY").add(key).add(delta).build(), key);
      case CounterChange.Add(long delta) -> script("add", Long.toString(delta), "");
      case CounterChange.AddBounded(long delta, long max) -> {
        BigInteger greatest = meets(delta, max);
        yield script(
            "add",
            Long.toString(delta),
            greatest.compareTo(GREATEST) > 0 ? "" : greatest.toString());
      }
      case CounterChange.Set(long value) -> script("set", Long.toString(value));
      case CounterChange.CompareAndSet(long expected, long next) ->
          script("cas", Long.toString(expected), Long.toString(next));
      case CounterChange.Reset reset -> script("reset");
    };
  }

  /** The greatest value that may meet {@code delta}; it may be outside 64 bits. */
  private static BigInteger meets(long delta, long max) {
    return BigInteger.valueOf(max).subtract(BigInteger.valueOf(delta));
  }

  /** Whether an absent value is what the server takes it for: zero, without an end. */
  private boolean isPlain() {
    return spec.options().initial() == 0 && spec.windowMillis() == 0;
  }

  private Request script(String... arguments) {
    List<byte[]> all = new ArrayList<>();
    all.add(Names.bytes(Long.toString(spec.options().initial())));
    all.add(Names.bytes(Long.toString(spec.windowMillis())));
    all.add(Names.bytes(Long.toString(recordMillis(spec))));
    for (String argument : arguments) {
      all.add(Names.bytes(argument));
    }
    return Request.write(ServerScript.COUNTER, List.of(key, optionsKey), all);
  }

  /** What the reply to {@link #request} means. */
  OptionalLong result(Reply reply) {
    if (reply instanceof Reply.Failure(String message) && message.contains("overflow")) {
      throw spec.outOfRange();
    }
    return switch (Errors.answer(reply, what(spec), true)) {
      case Reply.Bytes(byte[] digits) -> OptionalLong.of(number(digits));
      case Reply.Whole(long value) -> OptionalLong.of(value);
      case Reply.Nil nil -> OptionalLong.empty();
      default -> throw damaged();
    };
  }

  private long number(byte[] digits) {
    try {
      return Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
    } catch (NumberFormatException e) {
      throw damaged();
    }
  }

  private SchemaException damaged() {
    return new SchemaException(
        ErrorCode.SCHEMA_MISMATCH,
        what(spec) + " holds something else than a number. Choose another name or prefix.");
  }
}
