package io.zeal.memcached;

import io.zeal.ZealException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Changes counters, in rounds: all are read, what each comes to is sent with the version of what
 * was read, and those that somebody else changed between are in the next round.
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
          trip -> trip.asked.toCompletableFuture(),
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
    private final List<Swap> swaps;
    private final CompletionStage<Items> asked;
    private final List<@Nullable CompletionStage<Answer>> sent = new ArrayList<>();

    Trip(Node node, List<Swap> swaps) {
      this.node = node;
      this.swaps = swaps;
      this.asked = node.read(swaps.stream().map(swap -> swap.cell().name()).toList());
    }

    void send(Deadline deadline) {
      try {
        Items items = deadline.await(asked, node.client());
        deadline.requireTime();
        for (int i = 0; i < swaps.size(); i++) {
          sent.add(send(swaps.get(i), items.at(i)));
        }
      } catch (ClientException e) {
        swaps.forEach(swap -> swap.fail(servers.errors().beforeWrite(e, swap.cell().what())));
      }
    }

    void finish(Deadline deadline) {
      for (int i = 0; i < sent.size(); i++) {
        CompletionStage<Answer> answer = sent.get(i);
        if (answer != null) {
          end(swaps.get(i), answer, deadline);
        }
      }
    }

    private @Nullable CompletionStage<Answer> send(Swap swap, @Nullable Item item) {
      try {
        return swap.cell().send(swap, item);
      } catch (ZealException e) {
        swap.fail(e);
        return null;
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
