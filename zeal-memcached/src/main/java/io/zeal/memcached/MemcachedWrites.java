package io.zeal.memcached;

import io.zeal.ZealException;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Changes rows, each server's in rounds. In each round the server is asked for its epoch and for
 * the rows that conditions are about; rows that are stored whatever is there are sent right behind
 * the question. What was decided is then sent with the version of what was read. Whoever was not
 * the first, or wrote in an epoch that had ended before, is in the next round; nothing of it
 * happened.
 */
final class MemcachedWrites<R> {

  /** How many writes go together; more are several rounds before one deadline. */
  private static final int TRIP = 1_000;

  private final StoreOnServers<R> store;
  private final Decision<R> decision;
  private final BlindPuts<R> blindPuts;

  MemcachedWrites(StoreOnServers<R> store) {
    this.store = store;
    this.decision = new Decision<>(store);
    this.blindPuts = new BlindPuts<>(store);
  }

  WriteResult write(Write<R> write) {
    store.errors().requireOpen(store.what());
    Deadline deadline = Deadline.in(store.timeout());
    if (write instanceof Write.Put<R> put
        && BlindPuts.isBlind(put)
        && blindPuts.store(put, deadline)) {
      return WriteResult.APPLIED;
    }
    Pending<R> pending = pending(write);
    WriteResult result =
        pending.blind != null
            ? made(pending, deadline)
            : store
                .node(pending.node)
                .turns()
                .take(
                    write.key(),
                    deadline,
                    store.what(),
                    store.errors(),
                    () -> made(pending, deadline));
    if (result instanceof WriteResult.Failed(ZealException error)) {
      throw error;
    }
    return result;
  }

  private WriteResult made(Pending<R> pending, Deadline deadline) {
    List<Pending<R>> waiting = new ArrayList<>(1);
    waiting.add(pending);
    makeAll(waiting, deadline);
    return pending.result();
  }

  List<WriteResult> writeAll(List<Write<R>> writes) {
    store.errors().requireOpen(store.what());
    List<Pending<R>> waiting = new ArrayList<>(writes.size());
    for (Write<R> write : writes) {
      waiting.add(pending(write));
    }
    List<Pending<R>> all = List.copyOf(waiting);
    makeAll(waiting, Deadline.in(store.timeout()));
    return all.stream().map(Pending::result).toList();
  }

  /** Each server in rounds of its own, so that one that is silent keeps no other waiting. */
  private void makeAll(List<Pending<R>> all, Deadline deadline) {
    Map<Integer, Line> byNode = new LinkedHashMap<>();
    for (Pending<R> pending : all) {
      if (pending.result == null) {
        byNode.computeIfAbsent(pending.node, Line::new).waiting.add(pending);
      }
    }
    List<Line> lines = new ArrayList<>(byNode.values());
    lines.forEach(line -> line.begin(deadline));
    while (!lines.isEmpty()) {
      Line line = lines.size() == 1 ? lines.getFirst() : deadline.next(lines, Line::answer);
      line.goOn(deadline);
      if (line.isOver()) {
        lines.remove(line);
      }
    }
  }

  /** What is stored whatever is there is known before anything is sent. */
  private Pending<R> pending(Write<R> write) {
    Pending<R> pending = new Pending<>(write, store.owner(write.key()));
    if (write instanceof Write.Put<R> put && BlindPuts.isBlind(put)) {
      try {
        pending.blind =
            new Step.Store(store.form().row(put.row()), store.expiryMillis(put.ttlMillis()));
      } catch (ZealException e) {
        pending.fail(e);
      }
    }
    return pending;
  }

  private void failWithoutTime(Collection<Pending<R>> waiting, Deadline deadline) {
    try {
      deadline.requireTime();
    } catch (ClientException e) {
      for (Pending<R> pending : waiting) {
        pending.fail(
            pending.conflicts > 0 && !Thread.currentThread().isInterrupted()
                ? Errors.contended(store.what(), pending.conflicts)
                : store.errors().beforeWrite(e, store.what()));
      }
      waiting.clear();
    }
  }

  /** The writes for one server, and the round of them that is under way. */
  private final class Line {

    /** In their order; those of the round are not among them. */
    final ArrayDeque<Pending<R>> waiting = new ArrayDeque<>();

    private final int node;
    private @Nullable Visit visit;
    private int rounds;

    Line(int node) {
      this.node = node;
    }

    boolean isOver() {
      return visit == null;
    }

    CompletableFuture<?> answer() {
      Visit current = visit;
      return current == null ? CompletableFuture.completedFuture(null) : current.answer();
    }

    void begin(Deadline deadline) {
      Visit next = new Visit(node, nextRound());
      visit = next;
      if (next.isReady()) {
        next.begin(deadline);
      } else {
        next.prepare();
      }
    }

    /** As many as go together, of each key the first: writes of one key keep their order. */
    private List<Pending<R>> nextRound() {
      List<Pending<R>> round = new ArrayList<>(Math.min(TRIP, waiting.size()));
      List<Pending<R>> later = new ArrayList<>();
      Set<String> keys = new HashSet<>();
      while (!waiting.isEmpty() && round.size() < TRIP && later.size() < TRIP) {
        Pending<R> pending = waiting.removeFirst();
        (keys.add(pending.write.key()) ? round : later).add(pending);
      }
      later.reversed().forEach(waiting::addFirst);
      return round;
    }

    /** Takes the next step of the round; behind its last one another begins, if any. */
    void goOn(Deadline deadline) {
      Visit current = visit;
      if (current == null || !current.isLastStep(deadline)) {
        return;
      }
      visit = null;
      boolean metOthers = false;
      for (Pending<R> pending : current.pending.reversed()) {
        metOthers |= pending.hasMetOthers();
        if (pending.result == null) {
          waiting.addFirst(pending);
        }
      }
      if (metOthers) {
        store.counts().conflicts().incrementAndGet();
        Pause.after(++rounds);
      }
      if (!waiting.isEmpty()) {
        failWithoutTime(waiting, deadline);
      }
      if (!waiting.isEmpty()) {
        begin(deadline);
      }
    }
  }

  /** A write and what became of it. */
  private static final class Pending<R> {

    final Write<R> write;
    final int node;
    @Nullable WriteResult result;

    /** The row to be stored whatever is there; null if that has to be known. */
    Step.@Nullable Store blind;

    /** What was sent for it in this round, and what to answer once it is done. */
    @Nullable CompletionStage<Answer> sent;

    @Nullable WriteResult onDone;

    /** The item to be. */
    String name = "";

    byte[] value = {};
    int seconds;

    /** How often somebody else came between. */
    int conflicts;

    boolean metOthers;

    Pending(Write<R> write, int node) {
      this.write = write;
      this.node = node;
    }

    void fail(ZealException error) {
      result = new WriteResult.Failed(error);
    }

    boolean hasMetOthers() {
      boolean met = metOthers;
      metOthers = false;
      return met;
    }

    WriteResult result() {
      if (result == null) {
        throw new IllegalStateException("a write without a result");
      }
      return result;
    }
  }

  /** How far a round is. */
  private enum Phase {
    /** Nothing is known of the server, which was asked. */
    UNREADY,
    /** It was asked for epoch and rows. */
    ASKED,
    /** What follows from them was sent. */
    SENT
  }

  /** The writes of a round that are for one server. */
  private final class Visit {

    final List<Pending<R>> pending;
    private final int number;
    private final Node node;
    private Phase phase = Phase.UNREADY;
    private CompletableFuture<?> answer = CompletableFuture.completedFuture(null);
    private @Nullable CompletionStage<Items> look;
    private @Nullable Epoch used;
    private @Nullable CompletionStage<Items> read;

    Visit(int number, List<Pending<R>> pending) {
      this.number = number;
      this.node = store.node(number);
      this.pending = pending;
    }

    boolean isReady() {
      return node.knowsLimits() && store.epochs().known(number) != null;
    }

    /** Asks for what has to be known before anything else is asked. */
    void prepare() {
      CompletionStage<Items> asked = node.read(List.of(store.epochs().name()));
      look = asked;
      answer = CompletableFuture.allOf(asked.toCompletableFuture(), node.askForLimits());
    }

    /** What the next step waits for. */
    CompletableFuture<?> answer() {
      return answer;
    }

    /**
     * Takes the next step.
     *
     * @return whether it was the last
     */
    boolean isLastStep(Deadline deadline) {
      switch (phase) {
        case UNREADY -> begin(deadline);
        case ASKED -> {
          decide(deadline);
          phase = Phase.SENT;
          answer =
              CompletableFuture.allOf(
                  pending.stream()
                      .map(one -> one.sent)
                      .filter(Objects::nonNull)
                      .map(CompletionStage::toCompletableFuture)
                      .toArray(CompletableFuture[]::new));
        }
        case SENT -> {
          finish(deadline);
          return true;
        }
      }
      return false;
    }

    void begin(Deadline deadline) {
      phase = Phase.ASKED;
      answer = CompletableFuture.completedFuture(null);
      try {
        deadline.requireTime();
        node.requireLimits(deadline);
        CompletionStage<Items> looked = look;
        Epoch epoch =
            looked == null
                ? store.epochs().at(number, deadline)
                : store
                    .epochs()
                    .seen(number, deadline.await(looked, node.client()).first(), null, deadline);
        Epoch current = epoch == null ? store.epochs().make(number, deadline) : epoch;
        used = current;
        List<String> names = new ArrayList<>(pending.size() + 1);
        names.add(store.epochs().name());
        for (Pending<R> one : pending) {
          one.name = Keys.named(current.rows(), one.write.key());
          if (one.blind == null) {
            names.add(one.name);
          } else {
            prepare(one, one.blind, current);
          }
        }
        deadline.requireTime();
        CompletableFuture<Items> asked = node.readNow(names);
        read = asked;
        answer = asked;
        sendBlind();
      } catch (ClientException e) {
        failAll(store.errors().beforeWrite(e, store.what()));
      } catch (ZealException e) {
        failAll(e);
      }
    }

    /** Behind the question for the epoch: if that is another one, these rows are nobody's. */
    private void sendBlind() {
      for (Pending<R> one : pending) {
        if (one.blind != null && one.result == null) {
          one.sent = node.client().set(one.name, one.value, one.seconds, 0);
        }
      }
    }

    private void failAll(ZealException e) {
      for (Pending<R> one : pending) {
        if (one.result == null) {
          one.fail(e);
        }
      }
    }

    /** Knows the epoch and the rows, and sends what follows from them. */
    void decide(Deadline deadline) {
      CompletionStage<Items> asked = read;
      Epoch epoch = used;
      if (asked == null || epoch == null) {
        return;
      }
      try {
        Items items = deadline.await(asked, node.client());
        if (!epoch.isSame(store.epochs().seen(number, items.first(), epoch, deadline))) {
          forgetSent(deadline);
          return;
        }
        boolean decides = pending.stream().anyMatch(one -> one.blind == null);
        if (decides) {
          deadline.requireTime();
        }
        long now = store.nowMillis();
        int next = 1;
        for (Pending<R> one : pending) {
          if (one.blind == null) {
            decide(one, items.at(next++), epoch, now);
          }
        }
      } catch (ClientException e) {
        giveUp(e);
      } catch (ZealException e) {
        failAll(e);
      }
    }

    private void giveUp(ClientException e) {
      for (Pending<R> one : pending) {
        if (one.result == null) {
          one.fail(
              mayHaveArrived(one)
                  ? store.errors().ofWrite(e.asSent(), store.what())
                  : store.errors().beforeWrite(e, store.what()));
        }
      }
    }

    private boolean mayHaveArrived(Pending<R> one) {
      CompletionStage<Answer> sent = one.sent;
      if (sent == null) {
        return false;
      }
      CompletableFuture<Answer> answer = sent.toCompletableFuture();
      return !answer.isCompletedExceptionally()
          || node.client().reason(answer.exceptionNow()).sent();
    }

    /**
     * The epoch had ended before these rows were sent, and nobody finds them. Waits for the answers
     * all the same, so that not too much is under way.
     */
    private void forgetSent(Deadline deadline) throws ClientException {
      List<CompletionStage<Answer>> forgotten = new ArrayList<>();
      for (Pending<R> one : pending) {
        if (one.sent != null) {
          forgotten.add(one.sent);
          one.sent = null;
        }
      }
      for (CompletionStage<Answer> one : forgotten) {
        var _ = deadline.await(one, node.client());
      }
    }

    private void decide(Pending<R> one, @Nullable Item item, Epoch epoch, long nowMillis) {
      try {
        StoredRow<R> row = store.decode(item, epoch, one.write.key(), nowMillis);
        Step step = decision.of(one.write, row);
        if (step instanceof Step.Skip) {
          one.result = WriteResult.SKIPPED;
        } else {
          send(one, item, step, epoch);
        }
      } catch (ZealException e) {
        one.fail(e);
      }
    }

    private void send(Pending<R> one, @Nullable Item item, Step step, Epoch epoch) {
      Client client = node.client();
      if (step instanceof Step.Store row) {
        prepare(one, row, epoch);
        if (one.result == null) {
          one.sent =
              item == null
                  ? client.add(one.name, one.value, one.seconds, 0)
                  : client.replace(one.name, one.value, one.seconds, 0, item.version());
        }
      } else if (item != null) {
        one.onDone = step.onDone();
        one.sent = client.delete(one.name, item.version());
      }
    }

    /** Makes the item, or fails the write if that is larger than the server takes. */
    private void prepare(Pending<R> one, Step.Store row, Epoch epoch) {
      byte[] value = store.encode(epoch, one.write.key(), row.expiryMillis(), row.columns());
      if (value.length > node.mostBytes(one.name)) {
        one.fail(Errors.tooLarge(store.what(), value.length, node.mostBytes(one.name), node));
        return;
      }
      one.value = value;
      one.seconds = StoreOnServers.seconds(row.expiryMillis(), store.nowMillis());
      one.onDone = row.onDone();
    }

    void finish(Deadline deadline) {
      for (Pending<R> one : pending) {
        CompletionStage<Answer> sent = one.sent;
        one.sent = null;
        if (sent != null && one.result == null) {
          finish(one, sent, deadline);
        }
      }
    }

    private void finish(Pending<R> one, CompletionStage<Answer> sent, Deadline deadline) {
      try {
        switch (deadline.await(sent, node.client())) {
          case DONE -> one.result = one.onDone;
          case CONFLICT, ABSENT -> {
            one.conflicts++;
            one.metOthers = true;
          }
          case TOO_LARGE ->
              one.fail(Errors.refusedAsTooLarge(store.what(), one.value.length, node));
          case OUT_OF_MEMORY -> one.fail(Errors.outOfMemory(store.what(), node));
        }
      } catch (ClientException e) {
        one.fail(store.errors().ofWrite(e, store.what()));
      }
    }
  }

  /** What a write comes to, given the row there is. */
  sealed interface Step {

    /** What to answer once it is done. */
    WriteResult onDone();

    /** Nothing to do. */
    record Skip() implements Step {
      @Override
      public WriteResult onDone() {
        return WriteResult.SKIPPED;
      }
    }

    /** A row to store. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Store(byte[] columns, long expiryMillis, WriteResult onDone) implements Step {
      Store(byte[] columns, long expiryMillis) {
        this(columns, expiryMillis, WriteResult.APPLIED);
      }
    }

    /** A row to remove. */
    record Remove() implements Step {
      @Override
      public WriteResult onDone() {
        return WriteResult.APPLIED;
      }
    }
  }
}
