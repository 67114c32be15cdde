package io.zeal.redis;

import io.zeal.Ack;
import io.zeal.BackendUnavailableException;
import io.zeal.ConsumeOptions;
import io.zeal.ConsumeOptions.Start;
import io.zeal.DeadLetter;
import io.zeal.Delivery;
import io.zeal.ErrorCode;
import io.zeal.Finding;
import io.zeal.InvalidArgumentException;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.Outcome;
import io.zeal.PublishOptions;
import io.zeal.PublishOptions.Trim;
import io.zeal.ReliablePubSub;
import io.zeal.ServerRefusedException;
import io.zeal.Stats;
import io.zeal.Subscription;
import io.zeal.ZealException;
import io.zeal.pubsub.spi.Consuming;
import io.zeal.pubsub.spi.Consumption;
import io.zeal.pubsub.spi.Membership;
import io.zeal.pubsub.spi.Subscriptions;
import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Reply;
import io.zeal.spi.Texts;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reliable messages: streams of the server and their groups. */
final class RedisReliablePubSub implements ReliablePubSub {

  /** What one script publishes. */
  private static final int MOST_MESSAGES = 1_000;

  /** How many dead letters one trip brings: what fits, going by the length of the last ones. */
  private static final int FIRST_LETTERS = 10;

  private static final int MOST_LETTERS = 1_000;
  private static final int MOST_BYTES = 1 << 20;

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int NAME_BYTES = 16;

  private final Server server;
  private final Names names;
  private final Executor trips;
  private final Executor executor;
  private final Duration timeout;
  private final Subscriptions consumers;
  private final LongAdder published = new LongAdder();

  /** Those that may be in force: of each consumption the last. */
  private final Set<RedisMembership> members = ConcurrentHashMap.newKeySet();

  private volatile boolean used;

  RedisReliablePubSub(
      Server server,
      Names names,
      Executor trips,
      Executor executor,
      Duration timeout,
      Subscriptions consumers) {
    this.server = server;
    this.names = names;
    this.trips = trips;
    this.executor = executor;
    this.timeout = timeout;
    this.consumers = consumers;
  }

  @Override
  public String publish(String stream, byte[] payload, PublishOptions options) {
    Objects.requireNonNull(options, "options");
    byte[] copy = checked(payload);
    StreamKeys keys = opened(stream);
    if (options.publisherId().isEmpty() && options.maxMessages().isEmpty()) {
      Reply reply = server.execute(plain(keys, copy, options));
      String id = StreamReplies.text(Errors.publication(reply, what(stream), false));
      published.increment();
      return id;
    }
    return published(keys, stream, List.of(copy), options).getFirst();
  }

  private static Request plain(StreamKeys keys, byte[] payload, PublishOptions options) {
    byte[] messages = keys.messages();
    Command.Builder command = Command.named("XADD").add(messages).add("*").add("p").add(payload);
    options.key().ifPresent(key -> command.add("k").add(key));
    return Request.write(command.build(), messages);
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
    StreamKeys keys = opened(stream);
    List<String> ids = new ArrayList<>(copies.size());
    while (ids.size() < copies.size()) {
      List<byte[]> some = portion(copies.subList(ids.size(), copies.size()));
      try {
        ids.addAll(published(keys, stream, some, options));
      } catch (ZealException e) {
        throw ids.isEmpty() ? e : partly(stream, ids.size(), copies.size(), e);
      }
    }
    return ids;
  }

  /** As many as one script may publish: one script records all of its messages or none. */
  private static List<byte[]> portion(List<byte[]> payloads) {
    int count = 0;
    long bytes = 0;
    for (byte[] payload : payloads) {
      bytes += payload.length;
      if (count > 0 && (count == MOST_MESSAGES || bytes > MOST_BYTES)) {
        break;
      }
      count++;
    }
    return payloads.subList(0, count);
  }

  /** Whatever is said of the portion that failed, some of the call has happened. */
  private static ZealException partly(String stream, int done, int all, ZealException e) {
    String message =
        what(stream)
            + ": the first "
            + done
            + " of "
            + all
            + " messages were published, those behind them "
            + (e.outcome().filter(Outcome.UNKNOWN::equals).isPresent()
                ? "may have been"
                : "were not")
            + ": "
            + e.getMessage();
    return switch (e) {
      case OperationInterruptedException _ ->
          new OperationInterruptedException(message, Outcome.UNKNOWN, e);
      case OperationTimeoutException timeout ->
          new OperationTimeoutException(timeout.stage(), message, Outcome.UNKNOWN, e);
      case ServerRefusedException refused ->
          new ServerRefusedException(refused.reason(), message, Outcome.UNKNOWN, e);
      default -> // CapacityException too: it says that nothing happened
          new BackendUnavailableException(message, Outcome.UNKNOWN, e);
    };
  }

  private List<String> published(
      StreamKeys keys, String stream, List<byte[]> payloads, PublishOptions options) {
    List<byte[]> scriptKeys = new ArrayList<>(List.of(keys.messages()));
    options.publisherId().ifPresent(id -> scriptKeys.add(keys.publisher(id)));
    List<byte[]> arguments = new ArrayList<>(payloads.size() + 5);
    arguments.add(Names.bytes("" + RedisMembership.millis(options.duplicateWindow())));
    arguments.add(Names.bytes(trim(options)));
    arguments.add(Names.bytes("" + options.maxMessages().orElse(0)));
    arguments.add(Names.bytes(options.key().isPresent() ? "1" : "0"));
    arguments.add(Names.bytes(options.key().orElse("")));
    arguments.addAll(payloads);
    Reply reply =
        Errors.publication(
            server.execute(Request.write(ServerScript.PUBLISH, scriptKeys, arguments)),
            what(stream),
            options.publisherId().isPresent());
    List<String> ids = StreamReplies.items(reply).stream().map(StreamReplies::text).toList();
    published.add(ids.size());
    return ids;
  }

  private static String trim(PublishOptions options) {
    return options.maxMessages().isEmpty()
        ? ""
        : options.trim() == Trim.ANY ? "any" : "acknowledged";
  }

  private static byte[] checked(byte[] payload) {
    return io.zeal.pubsub.spi.Names.requirePayload(payload, RedisPubSub.PAYLOAD_BYTES).clone();
  }

  private StreamKeys opened(String stream) {
    io.zeal.pubsub.spi.Names.requireStream(stream);
    consumers.requireOpen();
    used = true;
    return StreamKeys.of(names, stream);
  }

  private StreamKeys.Group opened(String stream, String group) {
    io.zeal.pubsub.spi.Names.requireStream(stream);
    io.zeal.pubsub.spi.Names.requireGroup(group);
    consumers.requireOpen();
    used = true;
    return StreamKeys.of(names, stream).group(group);
  }

  private static String what(String stream) {
    return "Stream " + Texts.quote(stream);
  }

  private static Reply answer(Reply reply, String stream) {
    return Errors.answer(reply, what(stream), true);
  }

  @Override
  public Subscription consume(
      String stream, String group, ConsumeOptions options, Function<Delivery, Ack> handler) {
    Consuming consuming = new Consuming(stream, group, options, handler);
    StreamKeys.Group keys = opened(stream, group);
    AtomicReference<@Nullable RedisMembership> last = new AtomicReference<>();
    Consumption started;
    try {
      started =
          Consumption.start(
              consuming,
              () -> join(consuming, keys, last),
              trips,
              executor,
              consumption -> {
                forget(last.get());
                consumers.remove(consumption);
              });
    } catch (RuntimeException | Error e) {
      forget(last.get());
      if (e instanceof RejectedExecutionException) {
        consumers.requireOpen(); // its threads have ended while it joined
      }
      throw e;
    }
    return consumers.add(started);
  }

  /** What it holds, payloads too, nobody needs any more. */
  private void forget(@Nullable RedisMembership member) {
    if (member != null) {
      members.remove(member);
    }
  }

  /**
   * A group that was there and is gone begins with the oldest message whatever was asked: what is
   * there has come since, or others have lost with the group what they had handled.
   */
  private Membership join(
      Consuming consuming, StreamKeys.Group keys, AtomicReference<@Nullable RedisMembership> last) {
    ConsumeOptions options = consuming.options();
    byte[] name = new byte[NAME_BYTES];
    RANDOM.nextBytes(name);
    RedisMembership member =
        RedisMembership.join(
            server,
            executor,
            timeout,
            keys,
            HexFormat.of().formatHex(name),
            options.claimAfter(),
            last.get() != null || options.start() == Start.BEGINNING,
            what(consuming.stream()) + ", group " + Texts.quote(consuming.group()));
    members.add(member);
    forget(last.getAndSet(member));
    return member;
  }

  @Override
  public Stats stats(String stream, String group) {
    StreamKeys.Group keys = opened(stream, group);
    Reply reply =
        Errors.answer(
            server.execute(
                Request.read(
                    ServerScript.GROUP,
                    List.of(keys.stream().messages(), keys.deadLetters(), keys.numbers()),
                    List.of(Names.bytes(group)))),
            what(stream),
            false);
    if (!(reply instanceof Reply.Items(List<Reply> numbers))) {
      return Stats.of(group, Map.of());
    }
    return Stats.of(
        group,
        Map.of(
            "lag",
            StreamReplies.whole(numbers.get(0)),
            "pending",
            StreamReplies.whole(numbers.get(1)),
            "oldestMillis",
            StreamReplies.whole(numbers.get(2)),
            "retries",
            StreamReplies.whole(numbers.get(3)),
            "deadLetters",
            StreamReplies.whole(numbers.get(4))));
  }

  @Override
  public List<DeadLetter> deadLetters(String stream, String group, String after, int limit) {
    if (limit < 1) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT, "limit is " + limit + ". Use at least 1.");
    }
    String from = Objects.requireNonNull(after, "after").isEmpty() ? "-" : "(" + id(after);
    byte[] letters = opened(stream, group).deadLetters();
    List<DeadLetter> page = new ArrayList<>();
    int count = Math.min(limit, FIRST_LETTERS);
    while (true) {
      Command command =
          Command.named("XRANGE").add(letters).add(from).add("+").add("COUNT").add(count).build();
      List<Reply> some =
          StreamReplies.items(
              Errors.answer(server.execute(Request.read(command, letters)), what(stream), false));
      long bytes = 1;
      for (Reply reply : some) {
        RedisDeadLetter letter = RedisDeadLetter.of(stream, reply);
        page.add(letter);
        bytes += letter.bytes();
      }
      if (some.size() < count || page.size() == limit) {
        return List.copyOf(page);
      }
      from = "(" + page.getLast().id();
      long fit = Math.clamp((long) MOST_BYTES * some.size() / bytes, 1, MOST_LETTERS);
      count = (int) Math.min(limit - page.size(), fit);
    }
  }

  @Override
  public boolean removeDeadLetter(String stream, String group, String id) {
    StreamId known = id(id);
    byte[] letters = opened(stream, group).deadLetters();
    Command command = Command.named("XDEL").add(letters).add(known.toString()).build();
    return StreamReplies.whole(answer(server.execute(Request.write(command, letters)), stream)) > 0;
  }

  @Override
  public boolean removeGroup(String stream, String group) {
    StreamKeys.Group keys = opened(stream, group);
    Request forgetting =
        Request.write(ServerScript.FORGET, keys.all(), List.of(Names.bytes(group)));
    return StreamReplies.whole(answer(server.execute(forgetting), stream)) > 0;
  }

  private static StreamId id(String text) {
    StreamId id = StreamId.parse(Objects.requireNonNull(text, "id"));
    if (id == null) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          Texts.quote(text) + " is no id of a dead letter. Use one that deadLetters answered.");
    }
    return id;
  }

  boolean isUsed() {
    return used;
  }

  /** Consumers whose answers are refused. */
  List<Finding> inspect() {
    return members.stream()
        .filter(member -> !member.isOver())
        .flatMap(member -> member.trouble().stream())
        .toList();
  }

  Stats stats() {
    Map<String, Long> numbers = new HashMap<>(consumers.numbers());
    numbers.put("published", published.sum());
    return Stats.of("reliable", numbers);
  }
}
