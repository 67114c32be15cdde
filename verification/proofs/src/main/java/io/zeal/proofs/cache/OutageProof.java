package io.zeal.proofs.cache;

import io.zeal.proofs.Proof;
import io.zeal.proofs.cache.SharedCaches.Kept;
import io.zeal.verification.servers.FaultProxy;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** K7.1: the backend goes away in all ways and comes back, under fifty callers. */
public final class OutageProof implements Proof {

  private static final Keyspace KEYS = new Keyspace(50, 2, 8);
  private static final int FAULTS = 3;

  /** The hard timeout of a load, and what changes may take that make several trips. */
  private static final Duration LONGEST_CALL = Duration.ofSeconds(8);

  /** What happens. */
  private enum Fault {
    REFUSE,
    BLACK_HOLE,
    CUTS,
    EXECUTED_BUT_CUT,
    NOT_SENT,
    SERVER_KILLED,
    SERVER_STANDS_STILL
  }

  @Override
  public String area() {
    return "cache";
  }

  @Override
  public String name() {
    return "outage";
  }

  @Override
  public String claim() {
    return "the backend goes away and comes back; reads answer, changes fail as documented, then all is well";
  }

  @Override
  public Tally round(long seed) throws Exception {
    Random random = new Random(seed);
    Kept kept =
        switch (random.nextInt(3)) {
          case 0 -> Kept.NOTHING;
          case 1 -> Kept.SNAPSHOT;
          default -> Kept.EVERYTHING;
        };
    History history = new History(KEYS.all());
    history.shared();
    Traffic traffic = new Traffic(KEYS, history, new AtomicLong(), LONGEST_CALL);
    try (SharedCaches shared = SharedCaches.open(kept)) {
      for (int i = 0; i < FAULTS; i++) {
        calm(shared, traffic, random);
        history.check();
        fault(shared, history, traffic, kept, random);
        history.check();
      }
      calm(shared, traffic, random);
    }
    history.check();
    return new Tally(history.calls(), history.checks());
  }

  private static void calm(SharedCaches shared, Traffic traffic, Random random)
      throws InterruptedException {
    shared.caches().forEach(cache -> KEYS.all().forEach(key -> traffic.get(cache, key)));
    SharedCaches.Users users = shared.use(KEYS, traffic, random);
    SharedCaches.pass(random, 100, 200);
    users.end();
  }

  private static void fault(
      SharedCaches shared, History history, Traffic traffic, Kept kept, Random random)
      throws InterruptedException {
    Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
    if (fault == Fault.SERVER_KILLED && kept == Kept.SNAPSHOT) {
      goBack(shared, history, traffic, random);
      return;
    }
    List<FaultProxy> hit =
        switch (random.nextInt(3)) {
          case 0 -> shared.lines();
          case 1 -> shared.lines().subList(0, 1);
          default -> shared.lines().subList(1, 2);
        };
    history.faults();
    traffic.weather(Traffic.Weather.FAULTS);
    SharedCaches.Users users = shared.use(KEYS, traffic, random);
    SharedCaches.pass(random, 10, 100);
    happen(fault, hit, shared, random);
    SharedCaches.pass(random, 50, 300);
    users.end();
    shared.settle();
    shared.awaitWorking();
    if (fault == Fault.SERVER_KILLED && kept == Kept.NOTHING) {
      history.lost();
    }
    history.calm();
    traffic.weather(Traffic.Weather.CALM);
    shared.requireNoFlight(KEYS);
  }

  /**
   * The server loses what happened since a snapshot, while nobody asks; then both instances make a
   * call, and one of them at least knows of changes that were lost (K5.6).
   */
  private static void goBack(SharedCaches shared, History history, Traffic traffic, Random random)
      throws InterruptedException {
    calm(shared, traffic, random);
    shared.server().command("SAVE");
    calm(shared, traffic, random);
    history.check();
    history.faults();
    shared.server().kill();
    shared.server().restart();
    shared.settle();
    shared.awaitWorking();
    history.lost();
    history.calm();
  }

  /** Begins and ends it. */
  private static void happen(
      Fault fault, List<FaultProxy> hit, SharedCaches shared, Random random) {
    switch (fault) {
      case REFUSE -> {
        hit.forEach(FaultProxy::refuse);
        hit.forEach(FaultProxy::cut);
        SharedCaches.pass(random, 50, 800);
        hit.forEach(FaultProxy::pass);
      }
      case BLACK_HOLE -> {
        hit.forEach(FaultProxy::blackHole);
        SharedCaches.pass(random, 50, 2_500);
        hit.forEach(FaultProxy::pass);
      }
      case CUTS -> {
        for (int i = 0; i < 10; i++) {
          hit.forEach(FaultProxy::cut);
          SharedCaches.pass(random, 1, 60);
        }
      }
      case EXECUTED_BUT_CUT -> {
        hit.forEach(line -> line.executeThenCut(10, request -> random.nextInt(20) == 0));
        SharedCaches.pass(random, 100, 500);
        hit.forEach(FaultProxy::pass);
      }
      case NOT_SENT -> {
        hit.forEach(line -> line.cutBeforeSending(10, request -> random.nextInt(20) == 0));
        SharedCaches.pass(random, 100, 500);
        hit.forEach(FaultProxy::pass);
      }
      case SERVER_KILLED -> {
        shared.server().kill();
        SharedCaches.pass(random, 10, 500);
        shared.server().restart();
      }
      case SERVER_STANDS_STILL -> {
        shared.server().pause();
        SharedCaches.pass(random, 50, 2_500);
        shared.server().resume();
      }
    }
  }
}
