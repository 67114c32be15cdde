package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.ValueType;
import io.zeal.ZealClosedException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Threads for loaders that are not to be had, or that come too late. */
class LoadThreadsTest {

  private static final ValueType<String> TEXT = ValueType.of(String.class);
  private static final RowKey KEY = Keys.of("users", "k");

  private static Loads loads(Executor executor) {
    CodecContext context = new CodecContext(null, List.of());
    CacheMeters meters = new CacheMeters();
    EntryReader reader = new EntryReader("users", meters);
    EntryRows rows = new EntryRows(HeapServer.local().open(context), "users", 1_000, 100);
    InstantSource clock = InstantSource.system();
    return new Loads(
        "users",
        new LocalShelf(rows, null, new LocalNumbers(), reader, meters, clock, _ -> Map.of()),
        new Values(CodecContext.codecs(), reader, clock),
        meters,
        executor,
        clock,
        () -> new ZealClosedException("closed"));
  }

  private static Loads.Order<String> order() {
    Ticket ticket = new Ticket(1, 1, Ticket.NOTHING);
    return new Loads.Order<>(
        KEY, TEXT, CacheOptions.defaults(), load -> "v", new Cached.Miss<>(), ticket, ticket);
  }

  private static Flight<?> board(Loads loads) {
    Loads.Order<String> order = order();
    var seat = loads.board(order, loads.beforeLook(KEY), loads::storeAlone);
    return ((Loads.Seat.On<String>) seat).flight();
  }

  @Test
  void aFlightEndsWhoseThreadCannotBeHad() {
    Error none = new OutOfMemoryError("unable to create native thread");
    Loads loads =
        loads(task -> {
          throw none;
        });
    assertThatThrownBy(() -> board(loads)).isSameAs(none);
    assertThat(loads.flights().isRunning(KEY.text())).as("whether it is stuck").isFalse();
  }

  @Test
  void aFlightThatIsRefusedAThreadIsClosed() {
    Loads loads =
        loads(task -> {
          throw new RejectedExecutionException();
        });
    Flight<?> flight = board(loads);
    assertThat(loads.flights().isRunning(KEY.text())).isFalse();
    assertThat(flight.result().exceptionNow()).isInstanceOf(Waits.Closed.class);
  }

  @Test
  void aFlightThatBoardsBehindTheCloseIsClosedToo() {
    Deque<Runnable> tasks = new ArrayDeque<>();
    Loads loads = loads(tasks::add);
    Flight<?> before = board(loads);
    loads.close();
    assertThat(before.result().exceptionNow()).isInstanceOf(Waits.Closed.class);
    loads.flights().supersede(KEY.text()); // so that the next is not joined to it
    Flight<?> behind = board(loads);
    assertThat(behind.result().exceptionNow()).isInstanceOf(Waits.Closed.class);
    Objects.requireNonNull(tasks.poll()).run();
    Objects.requireNonNull(tasks.poll()).run();
    assertThat(loads.flights().isRunning(KEY.text())).as("after their loaders returned").isFalse();
  }
}
