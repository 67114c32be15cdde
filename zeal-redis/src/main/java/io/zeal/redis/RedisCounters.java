package io.zeal.redis;

import io.zeal.BulkResult;
import io.zeal.CounterOptions;
import io.zeal.ErrorCode;
import io.zeal.SchemaException;
import io.zeal.ZealException;
import io.zeal.redis.spi.Reply;
import io.zeal.spi.CounterCell;
import io.zeal.spi.CounterChange;
import io.zeal.spi.CounterSpec;
import io.zeal.spi.Counters;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counters: a value each, and a record of its options beside it. */
final class RedisCounters implements Counters {

  private final Names names;
  private final Server server;
  private volatile boolean used;

  RedisCounters(Names names, Server server) {
    this.names = names;
    this.server = server;
  }

  /** Whether there are some here. */
  boolean areUsed() {
    return used;
  }

  @Override
  public CounterCell counter(CounterSpec spec) {
    used = true;
    String what = RedisCounterCell.what(spec);
    CounterOptions options = spec.options();
    Reply reply =
        server.execute(
            Request.write(
                ServerScript.ATTACH,
                List.of(names.counterOptions(spec.name())),
                List.of(
                    Names.bytes(Long.toString(RedisCounterCell.recordMillis(spec))),
                    Names.bytes("initial"),
                    Names.bytes(Long.toString(options.initial())),
                    Names.bytes("window"),
                    Names.bytes(Long.toString(spec.windowMillis())))));
    if (!(Errors.answer(reply, what, true) instanceof Reply.Items(List<Reply> found)
        && found.size() == 2
        && found.getFirst() instanceof Reply.Bytes(byte[] initial)
        && found.getLast() instanceof Reply.Bytes(byte[] window))) {
      throw new SchemaException(
          ErrorCode.SCHEMA_MISMATCH,
          what + ": its record on the server is damaged. Choose another name or prefix.");
    }
    CounterOptions existing = CounterOptions.defaults().startingAt(number(initial));
    long windowMillis = number(window);
    spec.requireSame(
        windowMillis == 0
            ? existing
            : existing.expiringAfter(java.time.Duration.ofMillis(windowMillis)));
    return cell(spec);
  }

  private static long number(byte[] digits) {
    return Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
  }

  private RedisCounterCell cell(CounterSpec spec) {
    return new RedisCounterCell(
        spec, names.counter(spec.name()), names.counterOptions(spec.name()), server);
  }

  @Override
  public BulkResult<Long> getAll(Collection<CounterSpec> specs) {
    List<RedisCounterCell> cells = specs.stream().map(this::cell).toList();
    List<Reply> replies = server.execute(cells.stream().map(RedisCounterCell::reading).toList());
    return collect(cells, replies, RedisCounterCell::value);
  }

  @Override
  public BulkResult<Long> addAll(Map<CounterSpec, Long> deltas) {
    List<RedisCounterCell> cells = new ArrayList<>();
    List<Request> requests = new ArrayList<>();
    deltas.forEach((spec, delta) -> {
      RedisCounterCell cell = cell(spec);
      cells.add(cell);
      requests.add(cell.request(new CounterChange.Add(delta)));
    });
    return collect(
        cells, server.execute(requests), (cell, reply) -> cell.result(reply).orElseThrow());
  }

  /** What a reply means for its counter. */
  private interface Meaning {
    long of(RedisCounterCell cell, Reply reply);
  }

  private static BulkResult<Long> collect(
      List<RedisCounterCell> cells, List<Reply> replies, Meaning meaning) {
    Map<String, Long> values = new LinkedHashMap<>();
    Map<String, ZealException> failures = new LinkedHashMap<>();
    for (int i = 0; i < cells.size(); i++) {
      RedisCounterCell cell = cells.get(i);
      try {
        values.put(cell.name(), meaning.of(cell, replies.get(i)));
      } catch (ZealException e) {
        failures.put(cell.name(), e);
      }
    }
    return new BulkResult<>(values, failures);
  }
}
