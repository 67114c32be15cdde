package io.zeal.memcached;

import io.zeal.ZealException;
import io.zeal.spi.Condition;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Changes rows, in rounds. In each round a server is asked for its epoch and for the rows that
 * conditions are about; rows that are stored whatever is there are sent right behind the question.
 * What was decided is then sent with the version of what was read. Whoever was not the first, or
 * wrote in an epoch that had ended before, is in the next round; nothing of it happened.
 */
final class MemcachedWrites<R> {

  /** How many writes go together; more are several rounds before one deadline. */
  private static final int TRIP = 1_000;

  private final StoreOnServers<R> store;
  private final Decision<R> decision;

  MemcachedWrites(StoreOnServers<R> store) {
    this.store = store;
    this.decision = new Decision<>(store);
  }

  WriteResult write(Write<R> write) {
    store.errors().requireOpen(store.what());
    Deadline deadline = Deadline.in(store.timeout());
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

  private void makeAll(List<Pending<R>> waiting, Deadline deadline) {
    waiting.removeIf(pending -> pending.result != null);
    int rounds = 0;
    while (!waiting.isEmpty()) {
      List<Pending<R>> round = nextRound(waiting);
      writeTogether(round, deadline);
      waiting.removeIf(pending -> pending.result != null);
      if (round.stream().anyMatch(Pending::hasMetOthers)) {
        store.counts().conflicts().incrementAndGet();
        Pause.after(++rounds);
      }
      failWithoutTime(waiting, deadline);
      waiting.removeIf(pending -> pending.result != null);
    }
  }

  /** What is stored whatever is there is known before anything is sent. */
  private Pending<R> pending(Write<R> write) {
    Pending<R> pending = new Pending<>(write, store.owner(write.key()));
    if (write instanceof Write.Put<R>(var _, R row, long ttlMillis, Condition.Always<R> _)
        && ttlMillis != Write.KEEP) {
      try {
        pending.blind = new Step.Store(store.form().row(row), store.expiryMillis(ttlMillis));
      } catch (ZealException e) {
        pending.fail(e);
      }
    }
    return pending;
  }

  /** As many as go together, of each key the first: writes of one key keep their order. */
  private List<Pending<R>> nextRound(List<Pending<R>> waiting) {
    if (waiting.size() == 1) {
      return List.copyOf(waiting);
    }
    List<Pending<R>> round = new ArrayList<>();
    Set<String> keys = new HashSet<>();
    for (Pending<R> pending : waiting) {
      if (round.size() < TRIP && keys.add(pending.write.key())) {
        round.add(pending);
      }
    }
    return round;
  }

  private void writeTogether(List<Pending<R>> round, Deadline deadline) {
    Map<Integer, Visit> byNode = new LinkedHashMap<>();
    for (Pending<R> pending : round) {
      byNode.computeIfAbsent(pending.node, Visit::new).pending.add(pending);
    }
    List<Visit> visits = new ArrayList<>(byNode.values());
    // First those that wait for nothing: one that has to ask before may be silent.
    visits.stream().filter(Visit::isReady).forEach(visit -> visit.begin(deadline));
    visits.stream().filter(visit -> !visit.begun).forEach(visit -> visit.begin(deadline));
    List<Visit> decided = new ArrayList<>();
    deadline.asTheyCome(
        visits,
        Visit::answer,
        visit -> {
          visit.decide(deadline);
          decided.add(visit);
        });
    decided.forEach(visit -> visit.finish(deadline));
  }

  private void failWithoutTime(List<Pending<R>> waiting, Deadline deadline) {
    try {
      deadline.requireTime();
    } catch (ClientException e) {
      for (Pending<R> pending : waiting) {
        pending.fail(
            pending.conflicts > 0 && !Thread.currentThread().isInterrupted()
                ? Errors.contended(store.what(), pending.conflicts)
                : store.errors().beforeWrite(e, store.what()));
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

  /** The writes of a round that are for one server. */
  private final class Visit {

    final List<Pending<R>> pending = new ArrayList<>();
    boolean begun;
    private final int number;
    private final Node node;
    private @Nullable Epoch used;
    private @Nullable CompletionStage<Items> read;

    Visit(int number) {
      this.number = number;
      this.node = store.node(number);
    }

    boolean isReady() {
      return node.knowsLimits() && store.epochs().known(number) != null;
    }

    void begin(Deadline deadline) {
      begun = true;
      try {
        deadline.requireTime();
        node.requireLimits(deadline);
        Epoch epoch = store.epochs().at(number, deadline);
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
        read = node.read(names, this::sendBlind);
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

    CompletableFuture<?> answer() {
      CompletionStage<Items> asked = read;
      return asked == null ? CompletableFuture.completedFuture(null) : asked.toCompletableFuture();
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
        giveUp(e, asked);
      } catch (ZealException e) {
        failAll(e);
      }
    }

    /** Nothing more is sent: a question that still waits in line is taken back. */
    private void giveUp(ClientException e, CompletionStage<Items> asked) {
      boolean takenBack = asked.toCompletableFuture().cancel(false);
      for (Pending<R> one : pending) {
        if (one.result == null) {
          boolean perhaps = one.blind != null && (takenBack || mayHaveArrived(one));
          one.fail(
              perhaps
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
