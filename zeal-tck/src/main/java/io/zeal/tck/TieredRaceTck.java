package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.BackendUnavailableException;
import io.zeal.Patch;
import io.zeal.Reading;
import io.zeal.Zeal;
import io.zeal.spi.Operation;
import io.zeal.spi.Sequence;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Copies while rows change and messages are lost, late or wrong ({@code docs/contract/tiered.md},
 * T3 to T5). For backends with {@code Capability.CACHED_READS} over a far level that others share.
 */
public abstract class TieredRaceTck extends TieredKit {

  /** For a subclass in the backend's tests. */
  protected TieredRaceTck() {}

  // T3: what becomes a copy

  @Test
  final void t3_1_aReadThatWasUnderWayMakesNoOldCopy() {
    Node<Player> one = first();
    Node<Player> two = peer(one);
    one.store.put("k", player(1));
    one.store.put("lease", player(0));
    copied("T3.1", two, "lease");
    Gate late = two.line.delayAnswer(Operation.READ);
    Beside<Player> read = Beside.call(() -> two.get("k"));
    late.awaitArrived("T3.1", 1);
    one.store.put("k", player(2));
    two.line.awaitHeard("T3.1", one.line);
    late.open();
    assertThat(read.value("T3.1")).as("T3.1 a read beside a put").isEqualTo(player(1));
    assertThat(two.get("k")).as("T3.1 the read behind both").isEqualTo(player(2));
  }

  @Test
  final void t3_2_anOwnPutThatAnotherOvertookMakesNoCopy() {
    Node<Player> one = first();
    Node<Player> two = peer(one);
    one.store.put("k", player(0));
    copied("T3.2", two, "k");
    overtake(one, two, two.line.delayReport(), 1);
    copied("T3.2", two, "k");
    overtake(one, two, two.line.delayAnswer(Operation.PUT), 3);
  }

  /** While a put of {@code two} waits at {@code late}, {@code one} puts as well. */
  private static void overtake(Node<Player> one, Node<Player> two, Gate late, long score) {
    Beside<Boolean> put =
        Beside.call(() -> {
          two.store.put("k", player(score));
          return true;
        });
    late.awaitArrived("T3.2", 1);
    one.store.put("k", player(score + 1));
    two.line.awaitHeard("T3.2", one.line);
    late.open();
    assertThat(put.value("T3.2")).as("T3.2 a put beside another").isTrue();
    assertThat(two.get("k")).as("T3.2 the read behind both").isEqualTo(player(score + 1));
  }

  @Test
  final void t3_3_aWriteOfSomeColumnsMakesNoCopy() {
    Node<Player> node = first();
    node.store.put("k", player(1));
    copied("T3.3", node, "k");
    node.store.increment("k", "score", 1);
    assertThat(node.read("k").age()).as("T3.3 the age behind an increment").isZero();
    copied("T3.3", node, "k");
    node.store.patch("k", Patch.set("score", 9L));
    assertThat(node.read("k").age()).as("T3.3 the age behind a patch").isZero();
    copied("T3.3", node, "k");
    node.store.compareAndSet("k", "score", 9L, 10L);
    assertThat(node.read("k").age()).as("T3.3 the age behind a compareAndSet").isZero();
  }

  @Test
  final void t3_4_aWriteThatMayHaveHappenedEndsItsCopies() {
    Node<Player> node = first();
    node.store.put("k", player(1));
    copied("T3.4", node, "k");
    node.messages().hold();
    node.line.loseAnswer(Operation.PUT);
    refused(
        "T3.4 a put whose answer is lost",
        BackendUnavailableException.class,
        () -> node.store.put("k", player(2)));
    assertThat(node.get("k")).as("T3.4 the row behind it").isEqualTo(player(2));
  }

  @Test
  final void t3_5_whatMayBeOldIsNotCopied() {
    Node<Player> node = first();
    node.store.put("lease", player(0));
    node.putPast("k", player(1));
    copied("T3.5", node, "lease");
    node.line.answerOld(true);
    assertThat(node.read("k").stale()).as("T3.5 whether an old answer says so").isTrue();
    node.line.answerOld(false);
    node.putPast("k", player(2));
    Reading<Player> next = node.read("k");
    assertThat(next.value()).as("T3.5 the row behind an old answer").isEqualTo(player(2));
    assertThat(next.stale()).as("T3.5 whether it is stale").isFalse();
  }

  // T4: what was missed

  @Test
  final void t4_1_theNextMessageTellsThatOneWasLost() {
    Node<Player> one = first();
    Node<Player> two = peer(one);
    one.store.put("k", player(1));
    String beside = besideKey(one, "k");
    copied("T4.1", two, "k");
    two.line.stopHeartbeats();
    two.messages().lose();
    one.store.put("k", player(2));
    two.line.awaitLost("T4.1", one.line);
    two.messages().pass();
    one.store.put(beside, player(1));
    awaitScore("T4.1", two, "k", 2);
  }

  @Test
  final void t4_2_theNextHeartbeatTellsThatAMessageWasLost() {
    Node<Player> one = first();
    Node<Player> two = peer(one);
    one.store.put("k", player(1));
    copied("T4.2", two, "k");
    two.messages().lose();
    one.store.put("k", player(2));
    two.line.awaitLost("T4.2", one.line);
    two.messages().pass();
    awaitScore("T4.2", two, "k", 2);
  }

  @Test
  final void t4_3_anotherEpochEndsEveryCopy() {
    Node<Player> one = first();
    Node<Player> two = peer(one);
    oneWithAnotherTrailer(
        "T4.3",
        one,
        two,
        sequence -> new Sequence(sequence.bucket(), ~sequence.epoch(), sequence.number()));
  }

  @Test
  final void t4_4_aNumberThatWentBackEndsEveryCopy() {
    Node<Player> one = first();
    Node<Player> two = peer(one);
    oneWithAnotherTrailer(
        "T4.4",
        one,
        two,
        sequence -> new Sequence(sequence.bucket(), sequence.epoch(), sequence.number() - 2));
  }

  private void oneWithAnotherTrailer(
      String rule, Node<Player> one, Node<Player> two, UnaryOperator<Sequence> trailer) {
    one.store.put("k", player(1));
    one.store.put("k", player(1));
    String beside = besideKey(one, "k");
    copied(rule, two, "k");
    two.line.stopHeartbeats();
    two.putPast("k", player(2)); // what only the end of all copies shows
    two.line.change(trailer);
    one.store.put(beside, player(1));
    awaitScore(rule, two, "k", 2);
  }

  @Test
  final void t4_5_aSubscriptionThatWasAwayEndsEveryCopy() {
    Node<Player> one = first();
    Node<Player> two = peer(one);
    one.store.put("k", player(1));
    copied("T4.5", two, "k");
    two.line.stopHeartbeats();
    two.putPast("k", player(2));
    two.messages().cut();
    assertThat(two.read("k").value()).as("T4.5 the row behind a gap").isEqualTo(player(2));
  }

  @Test
  final void t4_6_copiesComeBackByThemselves() {
    Node<Player> one = first();
    Node<Player> two = peer(one, TieredKit::shortLease);
    one.store.put("k", player(1));
    copied("T4.6", two, "k");
    two.messages().lose();
    await("T4.6 reads that go to the far level", () -> !isCopy(two.read("k")));
    for (long score = 2; score <= 3; score++) {
      // Whoever has a lease that nobody gave takes a copy meanwhile.
      Waiting.until(() -> isCopy(two.read("k")), BOUND);
      one.store.put("k", player(score));
      assertThat(two.get("k")).as("T4.6 the row during an outage").isEqualTo(player(score));
    }
    two.messages().pass();
    two.messages().cut();
    assertThat(copied("T4.6", two, "k").value())
        .as("T4.6 the copy behind an outage")
        .isEqualTo(player(3));
    one.store.put("k", player(4));
    awaitScore("T4.6", two, "k", 4);
  }

  // T5: the lease

  @Test
  final void t5_1_withoutAnAnsweredHeartbeatNothingIsCopied() {
    Node<Player> one = first();
    one.store.put("k", player(0));
    Zeal away = openAnother();
    line(away).messages().hold();
    Node<Player> two = node(away, one.store.name(), Player.SCHEMA);
    AtomicLong puts = new AtomicLong();
    await(
        "T5.1 three heartbeats",
        () -> {
          Player row = player(puts.incrementAndGet());
          one.store.put("k", row);
          Reading<Player> read = two.read("k");
          assertThat(read.value()).as("T5.1 the row without a lease").isEqualTo(row);
          assertThat(read.age()).as("T5.1 its age").isZero();
          return two.line.heartbeats() >= 3;
        });
    two.messages().pass();
    copied("T5.1", two, "k");
  }

  @Test
  final void t5_2_aLateHeartbeatGivesNoMoreThanOneInTime() {
    Node<Player> one = first();
    Node<Player> two = peer(one, TieredKit::shortLease);
    one.store.put("k", player(1));
    one.store.put("other", player(1));
    copied("T5.2", two, "k");
    two.messages().hold();
    await(
        "T5.2 heartbeats that are under way",
        () -> two.get("other").score() == 1 && two.messages().waiting() >= 2);
    two.line.stopHeartbeats();
    Waiting.forAtLeast(BOUND.multipliedBy(2));
    int late = two.messages().waiting();
    one.store.put("k", player(2));
    for (int i = 0; i < late; i++) {
      two.messages().bring(1);
      assertThat(two.get("k")).as("T5.2 the row behind a late heartbeat").isEqualTo(player(2));
    }
  }
}
