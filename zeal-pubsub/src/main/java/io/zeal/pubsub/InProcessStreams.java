package io.zeal.pubsub;

import io.zeal.Ack;
import io.zeal.ConsumeOptions;
import io.zeal.ConsumeOptions.Start;
import io.zeal.DeadLetter;
import io.zeal.Delivery;
import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.PublishOptions;
import io.zeal.ReliablePubSub;
import io.zeal.Stats;
import io.zeal.Subscription;
import io.zeal.pubsub.spi.Consuming;
import io.zeal.pubsub.spi.Consumption;
import io.zeal.pubsub.spi.Names;
import io.zeal.pubsub.spi.Subscriptions;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Setting;
import io.zeal.spi.Texts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/** Reliable messages inside one process: streams in memory, which last as long as it does. */
final class InProcessStreams implements ReliablePubSub {

  static final Setting<Long> STREAM_BYTES =
      Setting.bytes("zeal.pubsub.stream-bytes").withDefault(64L << 20);

  private final Subscriptions subscriptions;
  private final Executor executor;
  private final StreamClock clock;
  private final long maxBytes;
  private final Map<String, MemoryStream> streams = new ConcurrentHashMap<>();
  private final LongAdder published = new LongAdder();

  InProcessStreams(Subscriptions subscriptions, BackendContext context) {
    this.subscriptions = subscriptions;
    this.executor = context.executor();
    this.clock = new StreamClock(context.clock());
    this.maxBytes = context.setting(STREAM_BYTES);
  }

  @Override
  public String publish(String stream, byte[] payload, PublishOptions options) {
    Objects.requireNonNull(options, "options");
    return published(stream, List.of(checked(payload)), options).getFirst();
  }

  @Override
  public List<String> publishAll(String stream, List<byte[]> payloads, PublishOptions options) {
    if (options.publisherId().isPresent()) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          "publishAll on stream "
              + Texts.quote(stream)
              + " has a publisher id, which is for one message. Publish each by itself, or without"
              + " one.");
    }
    List<byte[]> copies = new ArrayList<>(payloads.size());
    payloads.forEach(payload -> copies.add(checked(payload)));
    return published(stream, copies, options);
  }

  private static byte[] checked(byte[] payload) {
    return Names.requirePayload(payload, InProcessMessaging.PAYLOAD_BYTES).clone();
  }

  private List<String> published(String stream, List<byte[]> payloads, PublishOptions options) {
    Names.requireStream(stream);
    subscriptions.requireOpen();
    List<String> ids = stream(stream).publish(payloads, options);
    published.add(ids.size());
    return ids;
  }

  private MemoryStream stream(String name) {
    return streams.computeIfAbsent(name, _ -> new MemoryStream(name, maxBytes, clock));
  }

  @Override
  public Subscription consume(
      String stream, String group, ConsumeOptions options, Function<Delivery, Ack> handler) {
    Consuming consuming = new Consuming(stream, group, options, handler);
    subscriptions.requireOpen();
    MemoryStream joined = stream(stream);
    AtomicBoolean again = new AtomicBoolean(); // only a group that was removed is made again
    return subscriptions.add(
        Consumption.start(
            consuming,
            () ->
                joined.join(
                    group, again.getAndSet(true) ? options.startingAt(Start.BEGINNING) : options),
            executor,
            subscriptions::remove));
  }

  @Override
  public Stats stats(String stream, String group) {
    return Stats.of(group, ask(stream, group, StreamGroup::numbers).orElse(Map.of()));
  }

  @Override
  public List<DeadLetter> deadLetters(String stream, String group, String after, int limit) {
    if (limit < 1) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT, "limit is " + limit + ". Use at least 1.");
    }
    long behind = Objects.requireNonNull(after, "after").isEmpty() ? 0 : number(after);
    return List.copyOf(
        ask(stream, group, found -> found.deadLetters(behind, limit)).orElse(List.of()));
  }

  @Override
  public boolean removeDeadLetter(String stream, String group, String id) {
    long number = number(id);
    return ask(stream, group, found -> found.removeDeadLetter(number)).orElse(false);
  }

  @Override
  public boolean removeGroup(String stream, String group) {
    return at(stream, group).map(found -> found.remove(group)).orElse(false);
  }

  private static long number(String id) {
    try {
      return Long.parseUnsignedLong(Objects.requireNonNull(id, "id"));
    } catch (NumberFormatException e) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          Texts.quote(id) + " is no id of a dead letter. Use one that deadLetters answered.",
          e);
    }
  }

  private <T> Optional<T> ask(String stream, String group, Function<StreamGroup, T> question) {
    return at(stream, group).flatMap(found -> found.ask(group, question));
  }

  private Optional<MemoryStream> at(String stream, String group) {
    Names.requireStream(stream);
    Names.requireGroup(group);
    subscriptions.requireOpen();
    return Optional.ofNullable(streams.get(stream));
  }

  Stats stats() {
    Map<String, Long> numbers = new HashMap<>(subscriptions.numbers());
    numbers.put("published", published.sum());
    numbers.put("streams", (long) streams.size());
    numbers.put("bytes", streams.values().stream().mapToLong(MemoryStream::bytes).sum());
    return Stats.of("reliable", numbers);
  }
}
