package io.zeal.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.CapacityException;
import io.zeal.Entry;
import io.zeal.ErrorCode;
import io.zeal.Finding;
import io.zeal.InvalidArgumentException;
import io.zeal.MaxBytes;
import io.zeal.Outcome;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Schema;
import io.zeal.Stats;
import io.zeal.StoreOptions;
import io.zeal.ZealException;
import io.zeal.spi.Announcement;
import io.zeal.spi.Announcer;
import io.zeal.spi.Announcer.Kind;
import io.zeal.spi.Backend;
import io.zeal.spi.Condition;
import io.zeal.spi.Rows;
import io.zeal.spi.Sequence;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who does not hear that a change happened does not learn its number either. */
class LostReplyTest {

  record Player(@MaxBytes(64) String name, long score) {}

  private final Chaos chaos = Chaos.seeded(42);
  private final Announcing below = new Announcing();
  private final List<Told> told = new ArrayList<>();
  private final StoreSpec<Player> spec =
      new StoreSpec<>(
          "players",
          Schema.of(Player.class, MethodHandles.lookup()),
          StoreOptions.defaults(),
          (bucket, kind, keys) -> announcement(keys));
  private final Rows<Player> rows = new ChaosBackend(below, chaos).rows(spec);

  private Told announcement(List<String> keys) {
    Told one = new Told(keys, new ArrayList<>());
    told.add(one);
    return one;
  }

  /** What is reported of one announcement. */
  private record Told(List<String> keys, List<Object> reports) implements Announcement {

    @Override
    public String channel() {
      return "c";
    }

    @Override
    public byte[] frame() {
      return new byte[] {1};
    }

    @Override
    public void published(Sequence sequence) {
      reports.add(sequence);
    }

    @Override
    public void skipped() {
      reports.add("skipped");
    }

    @Override
    public void failed(ZealException error) {
      reports.add(error);
    }
  }

  /** Announces each write, and does nothing else. */
  private static final class Announcing implements Backend {

    int writes;
    ZealException failure;
    boolean interrupts;

    @Override
    public BackendInfo info() {
      return new BackendInfo(
          "announcing", BackendInfo.Scope.CLUSTER, Set.of(Capability.ANNOUNCE), Map.of());
    }

    @Override
    public <R> Rows<R> rows(StoreSpec<R> spec) {
      return new AnnouncingRows<>(spec, this);
    }

    @Override
    public Stats stats() {
      return Stats.of("announcing", Map.of());
    }

    @Override
    public List<Finding> inspect() {
      return List.of();
    }

    @Override
    public void close() {}
  }

  private record AnnouncingRows<R>(StoreSpec<R> spec, Announcing backend) implements Rows<R> {

    @Override
    public Optional<Reading<R>> read(String key, ReadOptions options) {
      return Optional.empty();
    }

    @Override
    public WriteResult write(Write<R> write) {
      Announcer announcer = spec.announcer();
      Announcement announcement = announcer.announce(0, Kind.of(write), List.of(write.key()));
      if (backend.failure != null) {
        announcement.failed(backend.failure);
        throw backend.failure;
      }
      announcement.published(new Sequence(0, 7, ++backend.writes));
      if (backend.interrupts) {
        Thread.currentThread().interrupt();
      }
      return WriteResult.APPLIED;
    }

    @Override
    public void announce(Announcement announcement) {
      announcement.published(new Sequence(0, 7, backend.writes));
      announcement.published(new Sequence(1, 7, backend.writes));
    }

    @Override
    public long count() {
      return 0;
    }

    @Override
    public List<Entry<R>> page(String after, int limit) {
      return List.of();
    }

    @Override
    public void clear() {}
  }

  private static Write<Player> put(String key) {
    return new Write.Put<>(key, new Player("p", 1), 0, new Condition.Always<>());
  }

  private ZealException errorOf(Runnable call) {
    return catchThrowableOfType(ZealException.class, call::run);
  }

  @Test
  void specIsTheOneThatWasGiven() {
    assertThat(rows.spec()).isSameAs(spec);
  }

  @Test
  void answerThatIsHeardHasItsNumber() {
    chaos.errors(1e-12);
    assertThat(rows.write(put("k"))).isEqualTo(WriteResult.APPLIED);
    assertThat(told.getFirst().reports()).containsExactly(new Sequence(0, 7, 1));
  }

  @Test
  void answerThatIsLostIsAFailedAnnouncementWithTheErrorOfTheCall() {
    chaos.partitionOneWay();
    ZealException error = errorOf(() -> rows.write(put("k")));
    assertThat(below.writes).isEqualTo(1);
    assertThat(error.outcome()).contains(Outcome.UNKNOWN);
    assertThat(told.getFirst().reports()).containsExactly(error);
  }

  @Test
  void whatIsNotSentAsksNobody() {
    chaos.partition();
    assertThat(errorOf(() -> rows.write(put("k"))).outcome()).contains(Outcome.NOT_SENT);
    assertThat(below.writes).isZero();
    assertThat(told).isEmpty();
  }

  @Test
  void ofManyOnlyThoseThatAreLostFail() {
    chaos.errors(0.5, Outcome.UNKNOWN);
    List<WriteResult> results =
        rows.writeAll(IntStream.range(0, 200).mapToObj(i -> put("k" + i)).toList());
    assertThat(results).hasSize(200);
    assertThat(told).hasSize(below.writes);
    for (Told one : told) {
      WriteResult result = results.get(Integer.parseInt(one.keys().getFirst().substring(1)));
      assertThat(one.reports()).hasSize(1);
      assertThat(one.reports().getFirst() instanceof Sequence)
          .as("%s: %s", one.keys(), result)
          .isEqualTo(result instanceof WriteResult.Applied);
    }
    assertThat(below.writes - chaos.repliesLost())
        .isEqualTo(results.stream().filter(WriteResult.Applied.class::isInstance).count());
  }

  @Test
  void announcementAloneIsToldOnceWhateverHappens() {
    Told fine = announcement(List.of());
    rows.announce(fine);
    assertThat(fine.reports()).hasSize(2);

    chaos.partitionOneWay();
    Told lost = announcement(List.of());
    ZealException error = errorOf(() -> rows.announce(lost));
    assertThat(lost.reports()).containsExactly(error);

    chaos.partition();
    Told notSent = announcement(List.of());
    error = errorOf(() -> rows.announce(notSent));
    assertThat(notSent.reports()).containsExactly(error);
  }

  @Test
  void whoIsInterruptedOnTheWayBackDoesNotHearOfTheChange() {
    below.interrupts = true;
    chaos.latency(Duration.ofMillis(2), Duration.ZERO);
    ZealException one = errorOf(() -> rows.write(put("k")));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(one.outcome()).contains(Outcome.UNKNOWN);
    assertThat(chaos.repliesLost()).isEqualTo(1);

    ZealException many = errorOf(() -> rows.writeAll(List.of(put("a"), put("b"))));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(many.outcome()).contains(Outcome.UNKNOWN);
    assertThat(below.writes).isEqualTo(3);
    assertThat(chaos.repliesLost()).isEqualTo(3);
  }

  @Test
  void backendsOwnErrorIsNotHeardEither() {
    below.failure = new CapacityException(ErrorCode.STORE_FULL, "As the test says.");
    chaos.partitionOneWay();
    ZealException error = errorOf(() -> rows.write(put("k")));
    assertThat(error.code()).isEqualTo("ZEAL-401");
    assertThat(error.getSuppressed()).containsExactly(below.failure);
    assertThat(told.getFirst().reports()).containsExactly(error);
    assertThat(chaos.repliesLost()).as("changes that happened unheard").isZero();
  }

  @Test
  void whatIsKnownWithoutAnAnswerComesOutAsItIs() {
    below.failure = new InvalidArgumentException(ErrorCode.INVALID_KEY, "As the test says.");
    chaos.partitionOneWay();
    assertThat(errorOf(() -> rows.write(put("k")))).isSameAs(below.failure);
    assertThat(chaos.repliesLost()).isZero();
  }
}
