package io.zeal.proofs.cache;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.proofs.BrokenPromiseException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Wrong answers are found, and right ones are not taken for wrong. */
class HistoryTest {

  private static final String KEY = "shared-1";
  private static final List<String> TAGS = Keyspace.tagsOf(KEY);

  private final History history = new History(List.of(KEY));

  private long begin(Kind kind, long version) {
    return history.begin(kind, kind == Kind.CLEAR ? "" : KEY, version);
  }

  private void done(long call) {
    history.end(call, Ending.DONE, State.ABSENT);
  }

  private void put(long version) {
    done(begin(Kind.PUT, version));
  }

  private void answer(Kind kind, State state) {
    history.end(begin(kind, 0), Ending.ANSWERED, state);
  }

  private void right() {
    assertThatCode(history::check).doesNotThrowAnyException();
  }

  private void wrong() {
    assertThatThrownBy(history::check)
        .isInstanceOf(BrokenPromiseException.class)
        .hasMessageContaining(KEY);
  }

  @Test
  void whatWasPutLastIsRight() {
    put(1);
    put(2);
    answer(Kind.GET, State.fresh(2));
    right();
  }

  @Test
  void whatWasReplacedIsWrong() {
    put(1);
    put(2);
    answer(Kind.GET, State.fresh(1));
    wrong();
  }

  @Test
  void whatIsLostIsWrong() {
    put(1);
    answer(Kind.GET, State.ABSENT);
    wrong();
  }

  @Test
  void anAnswerMayBeOfBeforeAnythingThatOverlapsIt() {
    put(1);
    long get = begin(Kind.GET, 0);
    put(2);
    history.end(get, Ending.ANSWERED, State.fresh(1));
    right();
  }

  @Test
  void aLoadFromBeforeARemovalIsWrongAfterIt() { // K3.8
    long compute = begin(Kind.COMPUTE, 0);
    history.loading(KEY, 1);
    done(begin(Kind.REMOVE, 0));
    history.end(compute, Ending.ANSWERED, State.fresh(1));
    right();
    answer(Kind.GET, State.fresh(1));
    wrong();
  }

  @Test
  void aLoadFromBeforeAClearIsNotJoinedAfterIt() { // K3.9
    begin(Kind.COMPUTE, 0);
    history.loading(KEY, 1);
    done(begin(Kind.CLEAR, 0));
    answer(Kind.COMPUTE, State.fresh(1));
    wrong();
  }

  @Test
  void aLoadedValueIsThereIfNobodyCameBetween() { // K3.1
    long compute = begin(Kind.COMPUTE, 0);
    history.loading(KEY, 1);
    history.end(compute, Ending.ANSWERED, State.fresh(1));
    answer(Kind.GET, State.ABSENT);
    wrong();
  }

  @Test
  void whatWasUnderWayAtAKillMayBeThereOrNot() { // K8.2
    put(1);
    begin(Kind.PUT, 2);
    history.ended();
    history.found(KEY, State.fresh(2), false);
    right();
  }

  @Test
  void whatWasRemovedBeforeAKillIsWrongAfterIt() { // K8.2
    put(1);
    done(begin(Kind.REMOVE, 0));
    history.ended();
    history.found(KEY, State.fresh(1), false);
    wrong();
  }

  @Test
  void aValueOfAShortLifeIsGoneAfterARestart() {
    put(3);
    history.ended();
    history.found(KEY, State.fresh(3), false);
    wrong();
  }

  @Test
  void aChangeThatFailedMayHappenUntilAllIsQuiet() {
    history.faults();
    history.end(begin(Kind.PUT, 1), Ending.UNKNOWN, State.ABSENT);
    put(2);
    answer(Kind.GET, State.fresh(1));
    right();
    history.calm();
    put(4);
    answer(Kind.GET, State.fresh(1));
    wrong();
  }

  @Test
  void removingATagEndsWhatHasIt() { // K5.1
    put(1);
    history.end(history.begin(Kind.REMOVE_TAG, TAGS.getFirst(), 0), Ending.DONE, State.ABSENT);
    answer(Kind.GET, State.fresh(1));
    wrong();
  }
}
