package io.zeal.tiered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.OperationTimeoutException;
import io.zeal.Outcome;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.spi.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The orders of events that the parts of the protocol are there for, one by one. */
class InterleavingTest {

  private static final SimRow OLD = new SimRow(1, 0);
  private static final SimRow NEW = new SimRow(2, 0);
  private static final long SECOND = Instance.SECOND;

  private final Instance.Server server = new Instance.Server();
  private final Instance one = new Instance(server);

  @BeforeEach
  void oneHasALeaseAndACopy() {
    server.foreignPut("a", OLD);
    one.renewLease();
    assertThat(one.hits("a")).as("before it was read").isFalse();
    assertThat(one.hits("a")).as("after it was read").isTrue();
  }

  private Optional<SimRow> readA() {
    return one.get("a");
  }

  @Test
  void copyEndsWithTheFrameOfAForeignChange() {
    server.foreignPut("a", NEW);
    assertThat(readA()).as("not heard of yet").contains(OLD);
    one.deliver();
    assertThat(readA()).contains(NEW);
  }

  /**
   * The line is well, then everything on it takes half a minute for a minute, then it is well again
   * and what was on its way comes first.
   */
  @Test
  void framesAndHeartbeatsDelayedTogetherBy30SecondsMakeNothingOlderThanTheBound() {
    long step = SECOND / 10;
    long late = 10 * SECOND; // since the beginning
    long well = late + 60 * SECOND;
    long bound = 2 * SECOND;
    long began = one.now;
    List<Long> published = new ArrayList<>(); // by message: when
    int heard = server.published.size(); // before the test
    server.published.forEach(message -> published.add(began));
    long version = 100;
    long overwritten = began; // when the version before it was
    int hitsInTime = 0;
    int hitsLate = 0;
    int hitsAgain = 0;
    for (int i = 0; i < 900; i++) {
      long passed = one.now - began;
      if (i % 27 == 0) { // old for longer than the bound; not when a late frame comes
        server.foreignPut("a", new SimRow(++version, 0));
        overwritten = one.now;
      }
      if (i % 10 == 0) {
        one.store.beat();
      }
      while (published.size() < server.published.size()) {
        published.add(one.now);
      }
      long delay = passed >= late && passed < well ? 30 * SECOND : 0;
      while (heard < published.size() && published.get(heard) + delay <= one.now) {
        one.store.receiver().receive(server.published.get(heard++));
      }
      long hits = one.number("hits");
      long read = readA().orElseThrow().version();
      boolean hit = one.number("hits") > hits;
      if (one.now - overwritten >= bound) {
        assertThat(read).as("after %s s", passed / 1e9).isEqualTo(version);
      }
      if (passed < late) {
        hitsInTime += hit ? 1 : 0;
      } else if (passed >= late + bound && passed < well) {
        hitsLate += hit ? 1 : 0;
      } else if (passed >= well) {
        hitsAgain += hit ? 1 : 0;
      }
      one.now += step;
    }
    assertThat(hitsInTime).as("copies before").isGreaterThan(50);
    assertThat(hitsLate).as("copies by late heartbeats").isZero();
    assertThat(hitsAgain).as("copies afterwards").isGreaterThan(50);
  }

  @Test
  void leaseCountsFromTheSendingOfItsHeartbeat() {
    one.now += SECOND;
    one.store.beat();
    one.now += SECOND + SECOND / 2;
    one.deliver();
    one.now += SECOND / 2 - 1;
    assertThat(one.hits("a")).isTrue();
    one.now += 1;
    assertThat(one.hits("a")).isFalse();
  }

  @Test
  void readerThatIsPausedBetweenCopyAndClockServesNothingOld() {
    one.afterCopyRead.add(() -> {
      server.foreignPut("a", NEW);
      one.lose();
      one.now += 10 * SECOND;
    });
    assertThat(readA()).contains(NEW);
  }

  @Test
  void readerThatIsPausedBeforeTheClockServesNothingOld() {
    one.beforeClock.add(() -> {
      server.foreignPut("a", NEW);
      one.lose();
      one.now += 10 * SECOND;
    });
    assertThat(readA()).contains(NEW);
  }

  @Test
  void readerThatIsPausedAtTheCountsServesNothingOld() {
    one.afterCountRead.add(() -> {
      server.foreignPut("a", NEW);
      one.now += 10 * SECOND;
    });
    assertThat(readA()).contains(NEW);
  }

  @Test
  void leaseThatComesBehindTheCountsIsNotForThem() {
    server.foreignPut("a", NEW);
    one.now += 3 * SECOND; // no lease, and the copy would be young enough
    one.afterCountRead.add(one::renewLease);
    assertThat(readA()).contains(NEW);
  }

  @Test
  void changeThatIsHeardOfWhileAReaderIsPausedIsSeenWhenItGoesOn() {
    one.afterCopyRead.add(() -> {
      server.foreignPut("a", NEW);
      one.deliver();
    });
    assertThat(readA()).contains(NEW);
  }

  @Test
  void fillThatBeganBeforeAChangeWasHeardOfIsNoCopy() {
    server.foreignPut("b", OLD);
    one.deliver();
    one.beforeAnswer.add(() -> {
      server.foreignPut("b", NEW);
      one.deliver();
    });
    assertThat(one.get("b")).as("read before the change").contains(OLD);
    assertThat(one.get("b")).contains(NEW);
  }

  @Test
  void fillThatBeganBeforeAGapWasSeenIsNoCopy() {
    server.foreignPut("b", OLD);
    one.deliver();
    one.beforeAnswer.add(() -> {
      server.foreignPut("b", NEW);
      one.lose();
      one.renewLease();
    });
    assertThat(one.get("b")).as("read before the change").contains(OLD);
    assertThat(one.get("b")).contains(NEW);
  }

  @Test
  void missingFrameIsSeenByTheNextOne() {
    server.foreignPut("a", NEW);
    one.lose();
    server.foreignFrame("other");
    one.deliver();
    assertThat(readA()).contains(NEW);
    assertThat(one.number("missedSteps")).isEqualTo(1);
  }

  @Test
  void missingFrameIsSeenByTheNextHeartbeat() {
    server.foreignPut("a", NEW);
    one.lose();
    one.renewLease();
    assertThat(readA()).contains(NEW);
  }

  @Test
  void failoverThatGoesBackIsSeenByTheNextFrame() {
    server.foreignFrame("other");
    one.deliver();
    server.number--;
    server.data.put("a", NEW);
    server.foreignFrame("other");
    one.deliver();
    assertThat(readA()).contains(NEW);
    assertThat(one.number("wentBack")).isEqualTo(1);
  }

  @Test
  void failoverThatGoesBackIsSeenByTheNextHeartbeat() {
    server.foreignFrame("other");
    one.deliver();
    server.number--;
    server.data.put("a", NEW);
    one.renewLease();
    assertThat(readA()).contains(NEW);
    assertThat(one.number("wentBack")).isEqualTo(1);
  }

  @Test
  void otherEpochEndsEveryCopyAlsoIfTheNumberFits() {
    server.epoch++;
    server.data.put("a", NEW);
    server.foreignFrame("other");
    one.deliver();
    assertThat(readA()).contains(NEW);
    server.epoch++;
    server.data.put("a", OLD);
    one.renewLease();
    assertThat(readA()).contains(OLD);
    assertThat(one.number("otherEpochs")).isEqualTo(2);
  }

  @Test
  void generationInTheStatisticsTellsHowOftenAllCopiesOfABucketEnded() {
    long before = generation();
    server.foreignPut("a", NEW);
    one.deliver();
    one.put("a", OLD);
    one.deliver();
    assertThat(generation()).as("after changes of one key").isEqualTo(before);
    server.foreignFrame("other");
    one.lose();
    one.renewLease();
    assertThat(generation()).as("after a message that was lost").isEqualTo(before + 1);
    one.store.receiver().gap();
    assertThat(generation()).as("after a gap").isEqualTo(before + 2);
  }

  private long generation() {
    return Objects.requireNonNull(one.store.stats().numbers().get("generation"));
  }

  @Test
  void gapOfTheSubscriptionEndsEveryCopyAndTheLease() {
    server.data.put("a", NEW); // whatever was missed
    one.store.receiver().gap();
    assertThat(readA()).contains(NEW);
    assertThat(one.hits("a")).as("without a lease").isFalse();
    one.renewLease();
    assertThat(one.hits("a")).isFalse();
    assertThat(one.hits("a")).isTrue();
  }

  @Test
  void firstFrameBehindAGapEndsWhatWasReadInBetween() {
    one.store.receiver().gap();
    one.store.beat();
    one.store.receiver().receive(server.published.getLast());
    assertThat(readA()).contains(OLD);
    one.store.receiver().gap();
    server.data.put("a", NEW);
    server.number++; // its frame was lost with the connection
    one.lose();
    one.store.beat();
    one.deliver();
    assertThat(readA()).contains(NEW);
  }

  @Test
  void ownPutIsReadAtOnceFromItsCopy() {
    one.put("a", NEW);
    assertThat(one.hits("a")).isTrue();
    assertThat(readA()).contains(NEW);
    one.deliver();
    assertThat(one.hits("a")).as("after its own frame").isTrue();
  }

  @Test
  void ownFrameThatOvertakesTheAnswerCostsNoCopy() {
    one.beforeAnswer.add(one::deliver);
    one.put("a", NEW);
    assertThat(one.hits("a")).isTrue();
    assertThat(one.number("ownCopies")).isEqualTo(1);
  }

  @Test
  void twoWritersWhoseFramesCrossEndWithTheServersOrder() {
    Instance two = new Instance(server);
    two.renewLease();
    one.deliver();
    one.beforeAnswer.add(() -> {
      two.put("a", OLD); // the newer one on the server
      one.deliver();
    });
    one.put("a", NEW);
    assertThat(readA()).contains(OLD);
    two.deliver();
    assertThat(two.get("a")).contains(OLD);
  }

  @Test
  void framesOfTwoWritersThatArriveInTheWrongOrderEndWithTheServersOrder() {
    Instance two = new Instance(server);
    two.renewLease();
    one.deliver();
    int first = server.published.size();
    one.put("a", OLD);
    two.put("a", NEW);
    for (Instance writer : List.of(one, two)) {
      writer.store.receiver().receive(server.published.get(first + 1));
      assertThat(writer.get("a")).contains(NEW);
      writer.store.receiver().receive(server.published.get(first));
      assertThat(writer.get("a")).contains(NEW);
      assertThat(writer.hits("a")).as("copied again").isTrue();
    }
  }

  @Test
  void foreignFrameBeforeTheAnswerRefusesTheOwnCopyWhicheverWasFirst() {
    one.beforeEffect.add(() -> {
      server.foreignPut("a", OLD);
      one.deliver();
    });
    one.put("a", NEW);
    assertThat(one.number("ownCopies")).isZero();
    assertThat(readA()).contains(NEW);
  }

  @Test
  void ownCopyIsNoneIfAGapWasSeenSinceItWasSent() {
    one.beforeAnswer.add(() -> {
      server.foreignPut("a", OLD); // the newer one on the server
      one.lose();
      one.renewLease();
    });
    one.put("a", NEW);
    assertThat(readA()).contains(OLD);
  }

  @Test
  void ownFrameEndsACopyWhileItsWriterIsPaused() {
    one.put("b", OLD);
    one.beforeEffect.add(() -> {
      assertThat(one.get("b")).as("read again, and copied").contains(OLD);
      one.beforeAnswer.add(() -> {
        one.deliver();
        assertThat(one.get("b")).as("while the writer does not go on").contains(NEW);
      });
    });
    one.put("b", NEW);
    assertThat(one.get("b")).contains(NEW);
  }

  @Test
  void ownFrameEndsACopyWhileItsWriterIsPausedBehindItsAnswer() {
    one.beforeEffect.add(() -> {
      assertThat(readA()).as("read again, and copied").contains(OLD);
      one.beforeBump.add(() -> {
        one.deliver();
        assertThat(readA()).as("while the writer does not go on").contains(NEW);
      });
    });
    one.put("a", NEW);
    assertThat(readA()).contains(NEW);
  }

  @Test
  void twoThreadsThatWriteOneKeyEndWithTheServersOrder() {
    SimRow newest = new SimRow(3, 0);
    one.beforeAnswer.add(() -> inAnotherThread(() -> one.put("a", newest)));
    one.put("a", NEW);
    assertThat(readA()).contains(newest);
    one.deliver();
    assertThat(readA()).contains(newest);
  }

  private static void inAnotherThread(Runnable task) {
    Thread thread = Thread.ofPlatform().start(task);
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void writeThatFailedAndHappensLaterEndsTheCopyByItsOwnFrame() {
    one.answersFail = true;
    assertThatThrownBy(() -> one.put("a", NEW)).isInstanceOf(OperationTimeoutException.class);
    assertThat(readA()).contains(OLD);
    assertThat(one.hits("a")).isTrue();
    one.late.run();
    one.deliver();
    assertThat(readA()).contains(NEW);
  }

  @Test
  void copyThatIsMadeBetweenSendingAndEffectEndsWithTheAnswer() {
    one.beforeEffect.add(() -> assertThat(readA()).as("copied again").contains(OLD));
    one.remove("a");
    assertThat(readA()).isEmpty();
  }

  @Test
  void fillThatReadBeforeAnOwnWriteIsNoCopyAfterIt() {
    one.put("b", OLD);
    one.beforeAnswer.add(() -> one.put("b", NEW)); // while a read of another thread is on its way
    one.now += 6 * SECOND; // the copy is too old
    one.renewLease();
    assertThat(one.get("b")).contains(OLD);
    assertThat(one.get("b")).contains(NEW);
  }

  @Test
  void callThatTookTenThousandNumbersIsHeardBehindALaterOne() {
    int many = 10_000;
    server.foreignFrame("other", 1 + many + 1); // sent while the others wait for their turn
    one.deliver();
    for (int i = 2; i <= many + 1; i++) {
      SimRow row = new SimRow(i, 0);
      assertThat(one.get("a")).isPresent(); // copied again
      server.data.put("a", row);
      server.foreignFrame("a", i);
      one.deliver();
      assertThat(readA()).as("after number %d", i).contains(row);
    }
    assertThat(one.number("repeats")).isZero();
    assertThat(one.number("missedSteps")).isZero();
  }

  @Test
  void copyAmongManyThatEndsWhileTheOthersAreReadIsReadAsWell() {
    server.foreignPut("b", OLD);
    one.deliver();
    one.beforeAnswer.add(() -> {
      server.foreignPut("a", NEW);
      one.deliver();
    });
    var all = one.rows.readAll(List.of("a", "b", "none"), ReadOptions.defaults());
    assertThat(all.values().keySet()).containsExactlyInAnyOrder("a", "b");
    assertThat(all.values().get("a").value()).isEqualTo(NEW);
  }

  @Test
  void copyAmongManyIsAsOldAsItIsWhenTheOthersWereRead() {
    server.foreignPut("b", OLD);
    one.deliver();
    ReadOptions second = ReadOptions.maxStaleness(Duration.ofSeconds(1));
    one.beforeAnswer.add(() -> one.now += SECOND / 2);
    var all = one.rows.readAll(List.of("a", "b"), second);
    assertThat(all.values().get("a").age()).isEqualTo(Duration.ofMillis(500));

    one.remove("b");
    server.data.put("a", NEW); // nobody says so
    one.beforeAnswer.add(() -> one.now += SECOND);
    all = one.rows.readAll(List.of("a", "b"), second);
    assertThat(all.values().get("a").value()).as("too old by then").isEqualTo(NEW);
    assertThat(all.values().get("a").age()).isEqualTo(Duration.ZERO);
  }

  @Test
  void repeatedFrameChangesNothing() {
    server.foreignPut("a", NEW);
    one.deliver();
    assertThat(readA()).contains(NEW);
    one.store.receiver().receive(server.published.getLast());
    assertThat(one.hits("a")).isTrue();
    assertThat(one.number("repeats")).isEqualTo(1);
  }

  @Test
  void unsignedForgeryOfTheNextFrameHidesAChangeUntilTheCopyIsTooOld() {
    server.forgeNextForeignFrame("other");
    server.foreignPut("a", NEW);
    for (int i = 0; i < 4; i++) {
      one.now += SECOND;
      one.renewLease();
      assertThat(readA()).as("the true message is taken for a repeat").contains(OLD);
    }
    one.now += SECOND; // near-ttl
    one.renewLease();
    assertThat(readA()).contains(NEW);
  }

  @Test
  void forgeryOfTheNextFrameIsRefusedWhereFramesAreSigned() {
    Instance.Server signing = new Instance.Server(true);
    signing.foreignPut("a", OLD);
    Instance signed = new Instance(signing);
    signed.renewLease();
    var _ = signed.get("a");
    assertThat(signed.hits("a")).isTrue();

    signing.forgeNextForeignFrame("other");
    signed.deliver();
    assertThat(signed.hits("a")).as("behind the forgery").isTrue();
    assertThat(signed.number("refusedSignature")).isEqualTo(1);
    signing.foreignPut("a", NEW);
    signed.deliver();
    assertThat(signed.get("a")).contains(NEW);
  }

  @Test
  void repeatedHeartbeatWithAnotherTrailerEndsTheLease() {
    one.store.beat();
    byte[] frame = Sequence.frame(server.published.getLast());
    one.store
        .receiver()
        .receive(Sequence.append(frame, List.of(new Sequence(0, server.epoch, server.number + 1))));
    one.deliver();
    assertThat(one.store.fence().lease(0)).isEqualTo(Fence.NONE);
    assertThat(one.hits("a")).isFalse();
    one.renewLease();
    assertThat(one.hits("a")).as("filled again").isFalse();
    assertThat(one.hits("a")).isTrue();
  }

  @Test
  void heartbeatOfSomebodyElseGivesNoLease() {
    Instance two = new Instance(server);
    two.store.beat();
    two.lose(); // its own
    one.store.beat();
    two.deliver();
    assertThat(two.hits("a")).isFalse();
    assertThat(two.hits("a")).as("nothing was copied").isFalse();
    assertThat(two.number("foreignHeartbeats")).isPositive();
  }

  @Test
  void storeThatIsReadOnlyWhereWritesAreVisibleDoesNotListen() {
    Instance two = new Instance(server);
    two.put("a", NEW);
    ReadOptions fresh = ReadOptions.maxStaleness(Duration.ZERO);
    assertThat(two.rows.read("a", fresh)).isPresent();
    assertThat(two.rows.readAll(List.of("a", "b"), fresh).values()).hasSize(1);
    two.remove("a");
    assertThat(two.heartStarts).isZero();
    assertThat(two.store.isDeaf()).as("deaf before it listens").isFalse();

    assertThat(two.get("a")).isEmpty();
    assertThat(two.heartStarts).as("for a read that a copy might answer").isEqualTo(1);
  }

  @Test
  void readThatWasUnderWayWhenListeningBeganMakesNoCopy() {
    Instance two = new Instance(server);
    two.beforeAnswer.add(() -> {
      server.foreignPut("a", NEW);
      two.renewLease(); // the first: it hears nothing of the change
    });
    assertThat(two.get("a")).as("read before the change").contains(OLD);
    assertThat(two.hits("a")).isFalse();
    assertThat(two.get("a")).contains(NEW);
  }

  @Test
  void changeWhileListeningBeginsIsSeen() {
    Instance two = new Instance(server);
    two.whileListenBegins.add(() -> {
      assertThat(two.get("a")).contains(OLD);
      server.foreignPut("a", NEW); // before it is in force
    });
    two.renewLease();
    assertThat(two.get("a")).contains(NEW);
    assertThat(two.hits("a")).isTrue();
  }

  @Test
  void listeningThatIsRefusedIsTriedAgainAndReadsGoOn() {
    Instance two = new Instance(server);
    two.whileListenBegins.add(() -> {
      throw new OperationTimeoutException(
          OperationTimeoutException.Stage.SERVER, "no subscription", Outcome.UNKNOWN, null);
    });
    int published = server.published.size();
    two.store.beat();
    assertThat(server.published).as("heartbeats nobody hears").hasSize(published);
    assertThat(two.get("a")).contains(OLD);
    assertThat(two.hits("a")).isFalse();
    assertThat(two.number("listenFailures")).isEqualTo(1);
    assertThat(two.number("heartbeats")).isZero();
    assertThat(two.store.isDeaf()).isTrue();
    assertThat(two.store.listenFailure()).isPresent();

    two.renewLease();
    assertThat(two.store.isDeaf()).isFalse();
    assertThat(two.store.listenFailure()).isEmpty();
    assertThat(two.hits("a")).isFalse();
    assertThat(two.hits("a")).isTrue();
    two.renewLease();
    assertThat(two.subscriptions).hasSize(1);
  }

  @Test
  void storeThatIsClosedWhileItBeginsToListenLeavesNoSubscription() {
    Instance two = new Instance(server);
    two.whileListenBegins.add(() -> two.store.close());
    int published = server.published.size();
    two.store.beat();
    assertThat(two.subscriptions).singleElement().matches(one -> !one.isActive());
    assertThat(server.published).hasSize(published);
  }

  @Test
  void leaseIsGivenForABucketThatNobodyHasWritten() {
    Instance.Server empty = new Instance.Server();
    empty.data.put("a", OLD); // as old as the server
    Instance first = new Instance(empty);
    first.renewLease();
    assertThat(first.hits("a")).isFalse();
    assertThat(first.hits("a")).isTrue();
    empty.foreignPut("a", NEW);
    first.deliver();
    assertThat(first.get("a")).contains(NEW);
  }

  @Test
  void copyIsServedUpToItsAgeAndItsExpiry() {
    one.now += SECOND;
    one.renewLease();
    Reading<SimRow> reading =
        one.rows.read("a", ReadOptions.maxStaleness(Duration.ofSeconds(1))).orElseThrow();
    assertThat(reading.age()).isEqualTo(Duration.ofSeconds(1));
    one.now += 1;
    long misses = one.number("misses");
    var _ = one.rows.read("a", ReadOptions.maxStaleness(Duration.ofSeconds(1)));
    assertThat(one.number("misses")).as("one nanosecond too old").isEqualTo(misses + 1);
    server.ttlNanos = SECOND;
    var _ = one.rows.read("a", ReadOptions.maxStaleness(Duration.ZERO));
    one.now += SECOND - 1;
    assertThat(one.hits("a")).isTrue();
    one.now += 1;
    assertThat(one.hits("a")).as("expired").isFalse();
  }
}
