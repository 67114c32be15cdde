package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.ValueType;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FlightsTest {

  private static final Ticket SEEN = new Ticket(1, 2, 3);

  private final Flights flights = new Flights();

  private Flight<String> flight(String key) {
    return flight(key, SEEN, null);
  }

  private Flight<String> flight(String key, @Nullable Ticket seen, @Nullable Flight<?> parent) {
    return flight(key, seen, parent, flights.beforeLook(key));
  }

  private Flight<String> flight(
      String key, @Nullable Ticket seen, @Nullable Flight<?> parent, Flights.Before before) {
    return new Flight<>(
        flights,
        key,
        ValueType.of(String.class),
        seen,
        parent,
        Set.of(),
        before.invalidations(),
        0,
        0);
  }

  private Flights.@Nullable Boarded board(Flight<?> flight) {
    return flights.board(flight, flights.beforeLook(flight.key()));
  }

  @Test
  void theFirstIsOwnAndTheNextJoins() {
    Flight<String> first = flight("k");
    assertThat(board(first)).isEqualTo(new Flights.Boarded(first, true));
    assertThat(board(flight("k"))).isEqualTo(new Flights.Boarded(first, false));
    Flight<String> other = flight("other");
    assertThat(board(other)).isEqualTo(new Flights.Boarded(other, true));
    assertThat(flights.isRunning("k")).isTrue();
    flights.end(first);
    assertThat(flights.isRunning("k")).isFalse();
    assertThat(flights.isRunning("other")).isTrue();
  }

  @Test
  void whoLookedBeforeAFlightEndedHasToLookAgain() {
    Flights.Before before = flights.beforeLook("k");
    Flight<String> first = flight("k");
    board(first);
    flights.end(first);
    assertThat(flights.board(flight("k"), before)).isNull();
    assertThat(flights.isRunning("k")).as("a flight that was not begun").isFalse();
    assertThat(board(flight("k"))).isNotNull();
  }

  @Test
  void whoSawAnotherEpochOrAnotherVersionBeginsAFlightBesideIt() {
    for (Ticket other : List.of(new Ticket(9, 2, 3), new Ticket(1, 2, 9))) {
      Flight<String> first = flight("k");
      board(first);
      Flight<String> second = flight("k", other, null);
      assertThat(board(second))
          .as("a seat for %s", other)
          .isEqualTo(new Flights.Boarded(second, true));
      assertThat(first.isSuperseded())
          .as("superseded, since what it stores would be in the way")
          .isEqualTo(other.epoch() != SEEN.epoch());
      flights.forEach(flights::end);
    }
  }

  @Test
  void theNumberTheyWereSeenUnderPartsNobody() {
    Flight<String> first = flight("k");
    board(first);
    for (int number : List.of(1, 2, 9)) {
      Flight<String> other = flight("k", new Ticket(1, number, 3), null);
      assertThat(board(other)).isEqualTo(new Flights.Boarded(first, false));
    }
    assertThat(first.isOlderThan(new Ticket(1, 9, 3))).isTrue();
    assertThat(first.isOlderThan(SEEN)).isFalse();
    assertThat(first.isOlderThan(new Ticket(9, 1, 3))).as("than another epoch").isTrue();
  }

  @Test
  void aRowThatIsGoneIsNoChange() {
    Flight<String> first = flight("k");
    board(first);
    assertThat(board(flight("k", new Ticket(1, 2, Ticket.NOTHING), null)))
        .isEqualTo(new Flights.Boarded(first, false));
  }

  @Test
  void whatIsSupersededIsNotJoined() {
    Flight<String> first = flight("k");
    board(first);
    flights.supersede("k");
    assertThat(first.isSuperseded()).isTrue();
    Flight<String> second = flight("k");
    assertThat(board(second)).isEqualTo(new Flights.Boarded(second, true));
    assertThat(second.isSuperseded()).isFalse();
  }

  @Test
  void aChangeReachesEveryFlightOfTheKey() {
    Flight<String> first = flight("k", null, null);
    Flight<String> second = flight("k");
    board(first);
    board(second);
    flights.supersede("k");
    assertThat(first.isSuperseded()).isTrue();
    assertThat(second.isSuperseded()).isTrue();
  }

  @Test
  void whileTheBackendIsAwayFlightsAreShared() {
    Flight<String> first = flight("k", null, null);
    board(first);
    assertThat(board(flight("k", null, null))).isEqualTo(new Flights.Boarded(first, false));
  }

  @Test
  void whoKnowsNothingJoinsAndIsNotJoinedByWhoKnows() {
    Flight<String> unknowing = flight("k", null, null);
    board(unknowing);
    Flight<String> knowing = flight("k");
    assertThat(board(knowing)).isEqualTo(new Flights.Boarded(knowing, true));
    for (int i = 0; i < 3; i++) {
      assertThat(board(flight("k", null, null))).isEqualTo(new Flights.Boarded(knowing, false));
      assertThat(board(flight("k"))).isEqualTo(new Flights.Boarded(knowing, false));
    }
  }

  @Test
  void whoKnowsNothingJoinsNothingFromBeforeAnInvalidationOfThisInstance() {
    Flight<String> first = flight("k");
    board(first);
    flights.invalidated();
    Flight<String> second = flight("k", null, null);
    assertThat(board(second)).isEqualTo(new Flights.Boarded(second, true));
    assertThat(first.isSuperseded()).isFalse();
  }

  @Test
  void aFlightIsWithinItselfAndThoseThatAskedForIt() {
    Flight<String> a = flight("a");
    Flight<String> b = flight("b", SEEN, a);
    Flight<String> c = flight("c", SEEN, b);
    assertThat(c.isWithin(flights, "a")).isTrue();
    assertThat(c.isWithin(flights, "c")).isTrue();
    assertThat(a.isWithin(flights, "b")).isFalse();
    assertThat(c.isWithin(new Flights(), "a")).as("the same key of another cache").isFalse();
    a.result().complete("v");
    assertThat(c.isWithin(flights, "a")).as("a flight that is over").isFalse();
    assertThat(c.isWithin(flights, "b")).isTrue();
  }

  @Test
  void aWaitThatWouldNeverEndIsRefused() {
    Flight<String> a = flight("a");
    Flight<String> b = flight("b");
    Flight<String> c = flight("c");
    assertThat(a.startAwaiting(a)).as("a for itself").isFalse();
    assertThat(a.startAwaiting(b)).isTrue();
    assertThat(b.startAwaiting(c)).isTrue();
    assertThat(c.startAwaiting(a)).as("c for a, which waits for b, which waits for c").isFalse();
    assertThat(c.startAwaiting(flight("d"))).as("a wait after one that was refused").isTrue();
    b.stopAwaiting(c);
    assertThat(c.startAwaiting(a)).as("once b waits no longer").isTrue();
  }

  @Test
  void ofTwoThatCloseACircleAtTheSameTimeOneIsRefused() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      CyclicBarrier together = new CyclicBarrier(2);
      for (int i = 0; i < 2_000; i++) {
        Flight<String> a = flight("a");
        Flight<String> b = flight("b");
        Future<Boolean> first =
            threads.submit(() -> {
              together.await();
              return a.startAwaiting(b);
            });
        Future<Boolean> second =
            threads.submit(() -> {
              together.await();
              return b.startAwaiting(a);
            });
        assertThat(first.get() && second.get()).as("both wait, in round %s", i).isFalse();
      }
    }
  }
}
