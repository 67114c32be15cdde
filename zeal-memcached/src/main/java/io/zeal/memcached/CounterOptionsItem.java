package io.zeal.memcached;

import io.zeal.CounterOptions;
import io.zeal.ErrorCode;
import io.zeal.SchemaException;
import io.zeal.spi.CounterSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What a counter was created with, beside it: its initial value and its window in milliseconds, as
 * decimal digits with a space between. Of a counter with a window it is kept a day longer than
 * that, from each attaching and from each window's beginning on, so that counters by the million
 * leave nothing behind.
 */
final class CounterOptionsItem {

  private static final long KEPT_MILLIS = Duration.ofDays(1).toMillis();

  private CounterOptionsItem() {}

  /**
   * Leaves the options, or compares with those that are there.
   *
   * @return whether it is done; else somebody else was faster, or they ended between
   * @throws SchemaException if they are others
   */
  static boolean record(CounterSpec spec, Servers servers, Deadline deadline)
      throws ClientException {
    Node node = servers.ofCounter(spec.name());
    Client client = node.client();
    String name = servers.keys().counterOptions(spec.name());
    byte[] mine = encode(spec);
    int seconds = seconds(spec);
    switch (deadline.await(client.add(name, mine, seconds, 0), client)) {
      case DONE -> {
        return true;
      }
      case CONFLICT, ABSENT -> {}
      case TOO_LARGE, OUT_OF_MEMORY ->
          throw Errors.outOfMemory(MemcachedCounterCell.what(spec), node);
    }
    deadline.requireTime();
    Item item = deadline.await(node.read(List.of(name)), client).first();
    if (item == null) {
      return false;
    }
    if (!Arrays.equals(item.value(), mine)) {
      spec.requireSame(decode(item.value(), spec, servers));
    }
    return seconds == 0
        || deadline.await(client.replace(name, mine, seconds, 0, item.version()), client)
            == Answer.DONE;
  }

  /** Lets the time for which they are kept begin anew. */
  static CompletionStage<Answer> refresh(CounterSpec spec, Servers servers, Client client) {
    return client.set(servers.keys().counterOptions(spec.name()), encode(spec), seconds(spec), 0);
  }

  private static int seconds(CounterSpec spec) {
    long now = System.currentTimeMillis();
    return spec.windowMillis() == 0
        ? 0
        : StoreOnServers.seconds(now + spec.windowMillis() + KEPT_MILLIS, now);
  }

  private static byte[] encode(CounterSpec spec) {
    return (spec.options().initial() + " " + spec.windowMillis())
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static CounterOptions decode(byte[] value, CounterSpec spec, Servers servers) {
    String[] parts = new String(value, StandardCharsets.US_ASCII).split(" ", -1);
    try {
      CounterOptions options = CounterOptions.defaults().startingAt(Long.parseLong(parts[0]));
      long windowMillis = Long.parseLong(parts[1]);
      return windowMillis == 0 ? options : options.expiringAfter(Duration.ofMillis(windowMillis));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      servers.counts().foreign().incrementAndGet();
      throw new SchemaException(
          ErrorCode.SCHEMA_MISMATCH,
          MemcachedCounterCell.what(spec)
              + ": its record on the server is damaged. Choose another name or prefix.");
    }
  }
}
