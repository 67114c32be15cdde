package io.zeal.memcached;

import io.zeal.CounterOptions;
import io.zeal.ErrorCode;
import io.zeal.SchemaException;
import io.zeal.spi.CounterSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

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
   * What came of leaving the options.
   *
   * @param item what was there instead, if it is there still
   */
  record Left(Answer answer, @Nullable Item item) {}

  /** Leaves the options, or reads those that are there. */
  static CompletionStage<Left> leave(CounterSpec spec, Servers servers) {
    Node node = servers.ofCounter(spec.name());
    String name = servers.keys().counterOptions(spec.name());
    return node.askForLimits()
        .thenCompose(limits -> node.client().add(name, encode(spec), seconds(spec), 0))
        .thenCompose(answer ->
            switch (answer) {
              case CONFLICT, ABSENT ->
                  node.read(List.of(name)).thenApply(items -> new Left(answer, items.first()));
              case DONE, TOO_LARGE, OUT_OF_MEMORY ->
                  CompletableFuture.completedFuture(new Left(answer, null));
            });
  }

  /**
   * Compares with the options that were there, and keeps them for longer.
   *
   * @return whether it is done; else they ended between
   * @throws SchemaException if they are others
   */
  static boolean compare(CounterSpec spec, Servers servers, Left left, Deadline deadline)
      throws ClientException {
    Node node = servers.ofCounter(spec.name());
    switch (left.answer()) {
      case DONE -> {
        return true;
      }
      case CONFLICT, ABSENT -> {}
      case TOO_LARGE, OUT_OF_MEMORY ->
          throw Errors.outOfMemory(MemcachedCounterCell.what(spec), node);
    }
    Item item = left.item();
    if (item == null) {
      return false;
    }
    byte[] mine = encode(spec);
    if (!Arrays.equals(item.value(), mine)) {
      spec.requireSame(decode(item.value(), spec, servers));
    }
    int seconds = seconds(spec);
    if (seconds == 0) {
      return true;
    }
    deadline.requireTime();
    String name = servers.keys().counterOptions(spec.name());
    Client client = node.client();
    // Whoever came between has left the same options, and for as long.
    return deadline.await(client.replace(name, mine, seconds, 0, item.version()), client)
        != Answer.ABSENT;
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
