package io.zeal.redis;

import io.zeal.Finding;
import io.zeal.Outcome;
import io.zeal.pubsub.spi.Claimed;
import io.zeal.pubsub.spi.LostMembershipException;
import io.zeal.pubsub.spi.Membership;
import io.zeal.pubsub.spi.PartlySettledException;
import io.zeal.pubsub.spi.Settlement;
import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One consumer of a group on the server ({@code docs/redis-layout.md}, ADR 0063).
 *
 * <p>New messages come by {@code XREADGROUP} on a connection of its own, which also brings calls to
 * <em>look</em>: to claim what is due again, and to take over from who fell silent. It looks at
 * least once a second, and when something is due as far as it knows. Everything else travels with
 * the calls of others.
 *
 * <p><b>What was taken without anybody hearing of it.</b> After a reply was lost the consumer asks
 * what it holds, and hands out what it does not know ({@link #unheard}). A command that waits at a
 * server behind a connection that is dead here may still be given messages; so it asks again for a
 * while, and now and then in any case.
 */
final class RedisMembership implements Membership {

  /** How many answers one script records. */
  private static final int MOST_ANSWERS = 500;

  /** So many are no accident any more. */
  private static final int MANY_REFUSALS = 3;

  private static final long LONGEST_MILLIS = 1L << 41;
  private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long LEAST_SWEEP_NANOS = Duration.ofMillis(500).toNanos();
  private static final long MOVE_NANOS = Duration.ofMillis(20).toNanos();
  private static final long DOUBT_NANOS = Duration.ofMillis(200).toNanos();

  /** A message that was handed out and is not settled. */
  private static final class Holding {
    final Claimed claimed;

    /** What the server tells this claim of the message from others by; 0 if it is fresh. */
    final long number;

    /**
     * The claim of the same message before this one, if its answer may have reached the server: it
     * did, or the message would not have come again.
     */
    private @Nullable Claimed answered; // written before others see it

    /** The count that the server has for it, as far as is known. */
    volatile long count;

    /** Whether its beginning, or its answer, may have reached the server without our hearing. */
    volatile boolean begun;

    volatile boolean told;

    Holding(Claimed claimed, long number) {
      this.claimed = claimed;
      this.number = number;
      this.count = claimed.count();
    }

    Holding after(@Nullable Holding before) {
      answered = before != null && before.told ? before.claimed : null;
      return this;
    }

    /** Whether it is this claim, and not another of the same message. */
    @SuppressWarnings("ReferenceEquality")
    boolean is(Claimed other) {
      return claimed == other;
    }

    @SuppressWarnings("ReferenceEquality")
    boolean follows(Claimed other) {
      return answered == other;
    }
  }

  private final Server server;
  private final Executor executor;
  private final StreamKeys.Group keys;
  private final String name;
  private final long claimMillis;
  private final long timeoutNanos;
  private final BlockingLink link;
  private final String what;
  private final byte[] me;
  private final byte[] group;
  private final byte[] calls;
  private final byte[] messages;

  /** What was handed out and is not settled; only the thread that takes adds to it. */
  private final Map<String, Holding> held = new ConcurrentHashMap<>();

  // Only of the thread that takes.
  private final List<String> heardCalls = new ArrayList<>();
  private long lookAt = System.nanoTime();
  private long sweepAt = lookAt;
  private long auditAt;
  private long looks;
  private long doubtUntil = lookAt;

  /** How often in a row the server refused answers, and how at last; written by who settles. */
  private final AtomicInteger refusals = new AtomicInteger();

  private volatile String refusal = "";

  private volatile boolean stopped;
  private volatile boolean lost;
  private volatile boolean closed;

  private RedisMembership(
      Server server,
      Executor executor,
      Duration timeout,
      StreamKeys.Group keys,
      String name,
      long claimMillis,
      String what) {
    this.server = server;
    this.executor = executor;
    this.timeoutNanos = timeout.toNanos();
    this.keys = keys;
    this.name = name;
    this.claimMillis = claimMillis;
    this.what = what;
    this.me = Names.bytes(name);
    this.group = Names.bytes(keys.name());
    this.calls = keys.calls();
    this.messages = keys.stream().messages();
    this.link = new BlockingLink(server, messages);
    this.auditAt = lookAt + periodNanos();
  }

  /**
   * Joins.
   *
   * @param name nobody else's, ever
   * @param fromBeginning where the group begins if there is none
   * @param what what errors call it
   */
  static RedisMembership join(
      Server server,
      Executor executor,
      Duration timeout,
      StreamKeys.Group keys,
      String name,
      Duration claimAfter,
      boolean fromBeginning,
      String what) {
    RedisMembership member =
        new RedisMembership(server, executor, timeout, keys, name, millis(claimAfter), what);
    Reply reply =
        server.execute(
            Request.write(
                ServerScript.JOIN,
                List.of(member.messages, keys.consumers(), member.calls),
                List.of(
                    member.group,
                    member.me,
                    number(member.claimMillis),
                    Names.bytes(fromBeginning ? "0" : "$"))));
    Errors.answer(reply, what, true);
    return member;
  }

  /** Whole milliseconds, rounded up; what is longer than a server can count is as good as never. */
  static long millis(Duration duration) {
    if (duration.toSeconds() >= LONGEST_MILLIS / 1_000) {
      return LONGEST_MILLIS;
    }
    return duration.plusNanos(999_999).toMillis();
  }

  private static byte[] number(long number) {
    return Names.bytes(Long.toString(number));
  }

  /** How often everything is looked through. */
  private long periodNanos() {
    return Math.max(LEAST_SWEEP_NANOS, Duration.ofMillis(claimMillis).toNanos() / 3);
  }

  // Taking

  @Override
  public List<Claimed> take(int most, Duration wait) {
    long end = System.nanoTime() + wait.toNanos();
    while (true) {
      requireMember();
      if (stopped) {
        return List.of();
      }
      List<Holding> some = List.of();
      if (isDue(auditAt)) {
        some = unheard(most);
      }
      boolean whole = !some.isEmpty();
      if (!whole && isDue(lookAt)) {
        some = again(most);
        whole = !some.isEmpty() || isDue(lookAt);
      }
      if (!whole) {
        some = read(most, waitMillis(end));
      }
      if (!some.isEmpty()) {
        some.forEach(one -> held.compute(one.claimed.id(), (_, before) -> one.after(before)));
        return some.stream().map(one -> one.claimed).toList();
      }
      if (isDue(end) && !isDue(lookAt)) {
        return List.of();
      }
    }
  }

  private static boolean isDue(long nanos) {
    return nanos - System.nanoTime() <= 0;
  }

  /** How long to wait for a message; 0 for not at all. */
  private long waitMillis(long end) {
    long now = System.nanoTime();
    long left = Math.min(end - now, Math.min(lookAt - now, auditAt - now));
    return left <= 0 ? 0 : (left + 999_999) / 1_000_000;
  }

  /** New messages, and calls to look. */
  private List<Holding> read(int most, long millis) {
    Reply reply = link.ask(reading(most, millis), server.deadline() + millis * 1_000_000);
    if (reply instanceof Reply.Failure(String words)) {
      if (words.startsWith("UNBLOCKED ")) {
        return List.of(); // the node or the stream changed; the next attempt tells
      }
      if (words.startsWith("ASK ") || words.startsWith("TRYAGAIN ")) {
        LockSupport.parkNanos(MOVE_NANOS); // instead of waiting there, while a slot moves
        reply = server.execute(Request.write(reading(most, 0), messages));
      }
    }
    if (reply instanceof Reply.Lost(Outcome outcome, var _)) {
      if (outcome == Outcome.UNKNOWN) {
        doubt(millis);
      }
      if (stopped) {
        return List.of();
      }
    }
    return switch (answer(reply)) {
      case Reply.Items(List<Reply> streams) -> read(streams);
      default -> List.of();
    };
  }

  private Command reading(int most, long millis) {
    Command.Builder command =
        Command.named("XREADGROUP").add("GROUP").add(group).add(me).add("COUNT").add(most);
    if (millis > 0) {
      command.add("BLOCK").add(millis);
    }
    return command.add("STREAMS").add(messages).add(calls).add(">").add(">").build();
  }

  private List<Holding> read(List<Reply> streams) {
    List<Claimed> fresh = List.of();
    for (Reply stream : streams) {
      List<Reply> parts = StreamReplies.items(stream);
      if (parts.getFirst() instanceof Reply.Bytes(byte[] key) && Arrays.equals(key, calls)) {
        for (Reply call : StreamReplies.items(parts.getLast())) {
          heardCalls.add(StreamReplies.text(StreamReplies.items(call).getFirst()));
        }
        lookAt = System.nanoTime();
      } else {
        fresh = StreamReplies.fresh(parts.getLast());
      }
    }
    return fresh.stream().map(claimed -> new Holding(claimed, 0)).toList();
  }

  /** What is due again. */
  private List<Holding> again(int most) {
    boolean sweep = isDue(sweepAt);
    long look = ++looks;
    List<byte[]> arguments = arguments(number(most), Names.bytes(sweep ? "1" : "0"), number(look));
    heardCalls.forEach(call -> arguments.add(Names.bytes(call)));
    List<Reply> parts =
        StreamReplies.items(
            claiming(Request.write(ServerScript.AGAIN, keys.withMessages(calls), arguments)));
    heardCalls.clear();
    long now = System.nanoTime();
    if (sweep) {
      sweepAt = now + periodNanos();
    }
    boolean more = StreamReplies.whole(parts.get(1)) == 1;
    long next = StreamReplies.whole(parts.get(0));
    long period = Math.min(LOOK_NANOS, Duration.ofMillis(claimMillis).toNanos() / 3);
    lookAt = more ? now : now + (next < 0 ? period : Math.min(period, next * 1_000_000));
    List<Holding> claimed = new ArrayList<>();
    for (Reply part : parts.subList(2, parts.size())) {
      List<Reply> message = StreamReplies.items(part);
      claimed.add(
          new Holding(
              StreamReplies.claimed(
                  StreamReplies.text(message.get(0)),
                  message.get(2),
                  StreamReplies.whole(message.get(1)),
                  false),
              look));
    }
    return claimed;
  }

  /** What this consumer holds and was never told of. */
  private List<Holding> unheard(int most) {
    List<byte[]> arguments = arguments(number(most));
    held.keySet().forEach(id -> arguments.add(Names.bytes(id)));
    List<Holding> unheard = new ArrayList<>();
    for (Reply part :
        StreamReplies.items(
            claiming(Request.write(ServerScript.OWN, keys.withMessages(), arguments)))) {
      List<Reply> message = StreamReplies.items(part);
      long number = StreamReplies.whole(message.get(2));
      unheard.add(
          new Holding(
              StreamReplies.claimed(
                  StreamReplies.text(message.get(0)),
                  message.get(3),
                  StreamReplies.whole(message.get(1)),
                  number == 0),
              number));
    }
    if (unheard.isEmpty()) {
      auditAt = System.nanoTime() + (isDue(doubtUntil) ? periodNanos() : DOUBT_NANOS);
    }
    return unheard;
  }

  /** A call that may claim messages, though nobody hears of it. */
  private Reply claiming(Request request) {
    Reply reply = server.execute(request);
    if (reply instanceof Reply.Lost(Outcome outcome, var _) && outcome == Outcome.UNKNOWN) {
      doubt(0);
    }
    return answer(reply);
  }

  private void doubt(long millis) {
    auditAt = System.nanoTime();
    doubtUntil = auditAt + millis * 1_000_000 + 2 * timeoutNanos;
  }

  @Override
  public void stopTaking() {
    stopped = true;
    link.end();
    if (link.isAsking()) {
      try {
        executor.execute(() -> link.interrupt(server.deadline()));
      } catch (RejectedExecutionException e) {
        link.close(); // the instance closes
      }
    }
  }

  // Answers

  @Override
  public OptionalLong begin(Claimed message) {
    requireMember();
    Holding holding = holding(message);
    if (holding == null) {
      return OptionalLong.empty();
    }
    Reply reply =
        server.execute(
            Request.write(
                    ServerScript.BEGIN,
                    keys.withMessages(keys.numbers()),
                    arguments(
                        Names.bytes(message.id()),
                        number(message.count()),
                        number(holding.number),
                        Names.bytes(holding.begun ? "1" : "0")))
                .beside());
    if (mayHaveHappened(reply)) {
      holding.begun = true;
    }
    if (!(answer(reply) instanceof Reply.Whole(long count))) {
      forget(message);
      return OptionalLong.empty();
    }
    holding.count = count;
    // If it came again meanwhile, that is another claim, which begins on its own.
    return holding(message) == null ? OptionalLong.empty() : OptionalLong.of(count);
  }

  /** The claim, if it is the one that is held, and not an earlier one of the same message. */
  private @Nullable Holding holding(Claimed message) {
    Holding holding = held.get(message.id());
    return holding != null && holding.is(message) ? holding : null;
  }

  private static boolean mayHaveHappened(Reply reply) {
    return reply instanceof Reply.Lost(Outcome outcome, var _) && outcome == Outcome.UNKNOWN;
  }

  @Override
  public List<Boolean> settle(List<Settlement> answers) {
    requireMember();
    Settling settling = new Settling(answers);
    settling.send();
    return settling.stood();
  }

  /** Answers on their way. */
  private final class Settling {

    private final List<Settlement> answers;
    private final @Nullable Boolean[] stood;
    private final @Nullable Holding[] holdings;
    private @Nullable RuntimeException error;

    /** Whether the server did not answer, rather than refuse. */
    private boolean away;

    Settling(List<Settlement> answers) {
      this.answers = answers;
      this.stood = new Boolean[answers.size()];
      this.holdings = new Holding[answers.size()];
    }

    void send() {
      List<Integer> done = new ArrayList<>();
      List<Integer> back = new ArrayList<>();
      List<Integer> bury = new ArrayList<>();
      for (int i = 0; i < stood.length; i++) {
        Claimed message = answers.get(i).message();
        Holding holding = held.get(message.id());
        if (holding == null || !holding.is(message)) {
          // The answer of another claim: an earlier one, which has ended.
          stood[i] = holding != null && holding.follows(message);
          continue;
        }
        holdings[i] = holding;
        switch (answers.get(i)) {
          case Settlement.Done _ -> done.add(i);
          case Settlement.Retry _, Settlement.Release _ -> back.add(i);
          case Settlement.Bury _ -> bury.add(i);
        }
      }
      if (done.size() > 1) {
        StreamId[] ids = new StreamId[stood.length];
        done.forEach(i -> ids[i] = StreamId.of(answers.get(i).message().id()));
        done.sort(Comparator.comparing(i -> ids[i]));
      }
      List<List<Integer>> parts = new ArrayList<>();
      List<Request> requests = new ArrayList<>();
      for (List<Integer> some : portions(done)) {
        parts.add(some);
        requests.add(recording(some.stream().map(answers::get).toList()));
      }
      for (List<Integer> some : portions(back)) {
        parts.add(some);
        requests.add(givingBack(some));
      }
      for (int i : bury) {
        parts.add(List.of(i));
        requests.add(burying((Settlement.Bury) answers.get(i), false));
      }
      if (requests.isEmpty()) {
        return;
      }
      List<Integer> cut = record(parts, server.execute(requests));
      if (!cut.isEmpty()) {
        record(
            cut.stream().map(List::of).toList(),
            server.execute(
                cut.stream().map(i -> burying((Settlement.Bury) answers.get(i), true)).toList()));
      }
    }

    private Request givingBack(List<Integer> back) {
      List<byte[]> arguments = arguments();
      for (int i : back) {
        Settlement answer = answers.get(i);
        Claimed message = answer.message();
        boolean unseen = answer instanceof Settlement.Release && message.fresh();
        Duration delay = answer instanceof Settlement.Retry retry ? retry.delay() : Duration.ZERO;
        arguments.add(Names.bytes(message.id()));
        arguments.add(number(millis(delay)));
        Holding holding = Objects.requireNonNull(holdings[i]);
        arguments.add(number(holding.count));
        arguments.add(number(holding.number));
        arguments.add(Names.bytes(unseen ? "1" : "0"));
      }
      return Request.write(ServerScript.BACK, keys.withMessages(calls), arguments).beside();
    }

    /** Answers which the server asked more about. */
    private List<Integer> record(List<List<Integer>> parts, List<Reply> replies) {
      List<Integer> cut = new ArrayList<>();
      for (int i = 0; i < parts.size(); i++) {
        try {
          record(parts.get(i), replies.get(i), cut);
        } catch (LostMembershipException e) {
          throw e;
        } catch (RuntimeException e) { // one part's, which must not hold up the others
          error = error == null ? e : error;
        }
      }
      return cut;
    }

    private void record(List<Integer> some, Reply reply, List<Integer> cut) {
      if (mayHaveHappened(reply)) {
        some.forEach(at -> Objects.requireNonNull(holdings[at]).told = true);
      }
      away |= reply instanceof Reply.Lost;
      Reply answer = answer(reply);
      for (int i = 0; i < some.size(); i++) {
        int at = some.get(i);
        long one =
            answer instanceof Reply.Items(List<Reply> each)
                ? StreamReplies.whole(each.get(i))
                : StreamReplies.whole(answer);
        if (one == 2) {
          cut.add(at);
        } else {
          // What is told again, and is not there any more, was recorded the first time.
          stood[at] = one == 1 || Objects.requireNonNull(holdings[at]).told;
          forget(answers.get(at).message());
        }
      }
    }

    List<Boolean> stood() {
      List<@Nullable Boolean> known = Arrays.asList(stood);
      if (error == null) {
        refusals.set(0);
        return List.of(Arrays.copyOf(stood, stood.length, Boolean[].class));
      }
      if (away && known.stream().allMatch(one -> one == null)) {
        throw error;
      }
      if (!away) {
        refusal = String.valueOf(error.getMessage());
        refusals.incrementAndGet();
      }
      throw new PartlySettledException(known, error);
    }
  }

  private static List<List<Integer>> portions(List<Integer> all) {
    List<List<Integer>> portions = new ArrayList<>();
    for (int from = 0; from < all.size(); from += MOST_ANSWERS) {
      portions.add(all.subList(from, Math.min(all.size(), from + MOST_ANSWERS)));
    }
    return portions;
  }

  private Request recording(List<Settlement> done) {
    List<byte[]> arguments = arguments(number(done.size()));
    for (Settlement answer : done) {
      arguments.add(Names.bytes(answer.message().id()));
    }
    for (Settlement answer : done) {
      if (!answer.message().fresh()) {
        arguments.add(Names.bytes(answer.message().id()));
      }
    }
    return Request.write(ServerScript.SETTLE, keys.withMessages(), arguments).beside();
  }

  private Request burying(Settlement.Bury answer, boolean whole) {
    String hash = answer.stackHash();
    Claimed message = answer.message();
    List<byte[]> arguments =
        arguments(
            Names.bytes(message.id()),
            Names.bytes(answer.reason()),
            hash == null ? new byte[0] : Names.bytes(hash));
    if (whole) {
      arguments.add(message.payload());
      String key = message.key();
      if (key != null) {
        arguments.add(Names.bytes(key));
      }
    }
    return Request.write(ServerScript.BURY, keys.withMessages(keys.deadLetters()), arguments)
        .beside();
  }

  private void forget(Claimed message) {
    held.computeIfPresent(message.id(), (id, holding) -> holding.is(message) ? null : holding);
  }

  // Life

  @Override
  public void beat() {
    requireMember();
    answer(
        server.execute(
            Request.write(
                ServerScript.BEAT, List.of(keys.consumers()), List.of(me, number(claimMillis)))));
  }

  private void requireMember() {
    if (lost) {
      throw gone("it was lost before");
    }
  }

  private LostMembershipException gone(String why) {
    lost = true;
    return new LostMembershipException(why);
  }

  private List<byte[]> arguments(byte[]... more) {
    List<byte[]> arguments = new ArrayList<>(2 + more.length);
    arguments.add(group);
    arguments.add(me);
    arguments.addAll(List.of(more));
    return arguments;
  }

  /** The answer, unless it says that this consumer is none any more. */
  private Reply answer(Reply reply) {
    if (reply instanceof Reply.Bytes(byte[] word) && Arrays.equals(word, LOST)) {
      throw gone("the server has declared it silent");
    }
    if (reply instanceof Reply.Failure(String words) && words.startsWith("NOGROUP ")) {
      throw gone("the stream or the group is not there any more");
    }
    return Errors.answer(reply, what, true);
  }

  private static final byte[] LOST = Names.bytes("lost");

  @Override
  public void close() {
    stopped = true;
    link.close();
    if (closed || lost) {
      return;
    }
    try {
      while (StreamReplies.whole(leaving()) == 0) {
        // in portions
      }
      closed = true;
    } catch (LostMembershipException e) {
      // Others look after what it held.
    }
  }

  private Reply leaving() {
    List<byte[]> arguments = arguments();
    held.keySet().forEach(id -> arguments.add(Names.bytes(id)));
    return answer(
        server.execute(Request.write(ServerScript.LEAVE, keys.withMessages(calls), arguments)));
  }

  boolean isOver() {
    return lost || stopped;
  }

  /** What holds it up: answers that the server refuses again and again. */
  Optional<Finding> trouble() {
    int times = refusals.get();
    return times < MANY_REFUSALS
        ? Optional.empty()
        : Optional.of(
            new Finding(
                "ZEAL-F308",
                Finding.Severity.WARNING,
                what + ": answers were refused " + times + " times in a row, at last: " + refusal,
                "Mend what the server says: until then their messages stay with this consumer."));
  }

  /** Its name on the server. */
  @Override
  public String toString() {
    return "Consumer " + name + " of " + what;
  }
}
