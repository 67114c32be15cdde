package io.zeal.memcached;

import io.zeal.ZealException;
import io.zeal.memcached.Client.Sum;
import io.zeal.spi.CounterChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Changes counters, in rounds: all are read, but for those that the server was asked to add to by
 * itself. What each comes to is sent with the version of what was read; a counter to which the
 * server found nothing to add comes to life. Those that somebody else changed between are in the
 * next round.
 */
final class Swaps {

  private final Servers servers;

  Swaps(Servers servers) {
    this.servers = servers;
  }

  /** Returns when each has ended; of every counter there is one change at most. */
  void make(List<Swap> swaps, Deadline deadline) {
    List<Swap> waiting = swaps;
    int conflicts = 0;
    while (!waiting.isEmpty()) {
      List<Trip> trips = trips(waiting);
      List<Trip> sent = new ArrayList<>();
      deadline.asTheyCome(
          trips,
          Trip::answer,
          trip -> {
            trip.send(deadline);
            sent.add(trip);
          });
      sent.forEach(trip -> trip.finish(deadline));
      waiting = waiting.stream().filter(swap -> !swap.hasEnded()).toList();
      if (!waiting.isEmpty()) { // each met somebody else
        conflicts++;
        servers.counts().conflicts().addAndGet(waiting.size());
        Pause.after(conflicts);
        if (deadline.hasPassed()) {
          for (Swap swap : waiting) {
            swap.fail(Errors.contended(swap.cell().what(), conflicts));
          }
          return;
        }
      }
    }
  }

  /** One for each server, with its question on the way. */
  private List<Trip> trips(List<Swap> swaps) {
    Map<Node, List<Swap>> byNode = new LinkedHashMap<>();
    for (Swap swap : swaps) {
      byNode.computeIfAbsent(swap.cell().node(), node -> new ArrayList<>()).add(swap);
    }
    List<Trip> trips = new ArrayList<>();
    byNode.forEach((node, some) -> trips.add(new Trip(node, some)));
    return trips;
  }

  private final class Trip {

    private final Node node;
    private final List<Swap> adding;
    private final List<Swap> others;
    private final CompletionStage<Items> asked;

    /** Whether versions decide there: without them no swap is one. */
    private final CompletionStage<?> limits;

    private final Map<Swap, CompletionStage<Answer>> sent = new LinkedHashMap<>();

    Trip(Node node, List<Swap> swaps) {
      this.node = node;
      this.adding = swaps.stream().filter(swap -> swap.adding() != null).toList();
      this.others = swaps.stream().filter(swap -> swap.adding() == null).toList();
      this.asked =
          others.isEmpty()
              ? CompletableFuture.completedFuture(place -> null)
              : node.read(others.stream().map(swap -> swap.cell().name()).toList());
      this.limits = others.isEmpty() ? asked : node.askForLimits();
    }

    CompletableFuture<?> answer() {
      return CompletableFuture.allOf(
          Stream.concat(Stream.of(asked, limits), adding.stream().map(Swap::adding))
              .filter(Objects::nonNull)
              .map(CompletionStage::toCompletableFuture)
              .toArray(CompletableFuture[]::new));
    }

    void send(Deadline deadline) {
      adding.forEach(swap -> add(swap, deadline));
      try {
        Items items = deadline.await(asked, node.client());
        var _ = deadline.await(limits, node.client());
        if (!others.isEmpty()) {
          deadline.requireTime();
        }
        for (int i = 0; i < others.size(); i++) {
          send(others.get(i), items.at(i));
        }
      } catch (ClientException e) {
        others.forEach(swap -> swap.fail(servers.errors().beforeWrite(e, swap.cell().what())));
      }
    }

    /** The server is asked to add and to nothing else. */
    private static long delta(Swap swap) {
      return swap.change() instanceof CounterChange.Add(long delta) ? delta : 0;
    }

    private void add(Swap swap, Deadline deadline) {
      CompletionStage<Sum> stage = swap.adding();
      if (stage == null) {
        return;
      }
      swap.notAdded(); // as far as is known
      try {
        switch (swap.cell().added(stage, delta(swap), deadline)) {
          case Sum.Value(long value) -> swap.added(value);
          case Sum.Nothing _ -> {
            deadline.requireTime();
            send(swap, null);
          }
          case Sum.NotDigits _ -> {} // it is held: read in the next round
          case Sum.NoMemory _ -> swap.fail(Errors.noMemoryToAdd(swap.cell().what(), node));
        }
      } catch (ClientException e) {
        swap.fail(servers.errors().beforeWrite(e, swap.cell().what()));
      } catch (ZealException e) {
        swap.fail(e);
      }
    }

    void finish(Deadline deadline) {
      sent.forEach((swap, answer) -> end(swap, answer, deadline));
    }

    private void send(Swap swap, @Nullable Item item) {
      try {
        CompletionStage<Answer> answer = swap.cell().send(swap, item);
        if (answer != null) {
          sent.put(swap, answer);
        }
      } catch (ZealException e) {
        swap.fail(e);
      }
    }

    private void end(Swap swap, CompletionStage<Answer> answer, Deadline deadline) {
      try {
        switch (deadline.await(answer, node.client())) {
          case DONE -> swap.done();
          case CONFLICT, ABSENT -> {} // in the next round
          case TOO_LARGE, OUT_OF_MEMORY -> swap.fail(Errors.outOfMemory(swap.cell().what(), node));
        }
      } catch (ClientException e) {
        swap.fail(servers.errors().ofWrite(e, swap.cell().what()));
      }
    }
  }
}
