package io.zeal.proofs.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge finds what is wrong, and nothing else. Times are nanoseconds, the bound is 100. */
class JudgeTest {

  private static final long BOUND = 100;

  private final Journal journal = new Journal();

  private void said(int process, String... lines) {
    journal.read(process, List.of(lines));
  }

  private List<String> wrong() {
    return Judge.of(journal, BOUND).wrong();
  }

  @Test
  void copyWithinTheBoundIsRight() {
    said(1, "P own-0-0 1 10 20", "P own-0-0 2 30 40");
    said(2, "R own-0-0 1 25 140 150 3", "R own-0-0 2 160 900 910 2");

    assertThat(wrong()).isEmpty();
    assertThat(Judge.of(journal, BOUND).checks()).isEqualTo(5);
  }

  @Test
  void copyThatIsOlderIsStale() {
    said(1, "P own-0-0 1 10 20", "P own-0-0 2 30 40");
    said(2, "R own-0-0 1 25 141 150 3");

    assertThat(wrong()).singleElement().asString().contains("process 2 read 1 of own-0-0");
  }

  @Test
  void valueThatWasRemovedIsStaleToo() {
    said(1, "P own-0-0 1 10 20", "D own-0-0 2 30 40");
    said(2, "R own-0-0 1 25 141 150 3");

    assertThat(wrong()).hasSize(1);
  }

  @Test
  void countOfTheServerIsStaleWhoeverAddedToIt() {
    said(1, "P shared-0 5 10 20");
    said(3, "P shared-0 9 30 40");
    said(2, "R shared-0 4 25 141 150 3");

    assertThat(wrong()).singleElement().asString().contains("overwritten by 5");
  }

  @Test
  void writeWithoutAnAnswerMayHappenLate() {
    said(1, "U own-0-0 1 5", "P own-0-0 2 30 40");
    said(2, "R own-0-0 1 25 900 910 3");

    assertThat(wrong()).isEmpty();
  }

  @Test
  void writeWithoutAnAnswerThatWasReadIsOverwrittenByWhatBeganAfterThat() {
    said(1, "U own-0-0 1 5", "P own-0-0 2 30 40");
    said(2, "R own-0-0 1 20 20 29 1");
    said(3, "R own-0-0 1 35 140 150 9");
    assertThat(wrong()).isEmpty();

    said(3, "R own-0-0 1 150 151 160 2");
    assertThat(wrong()).singleElement().asString().contains("overwritten by 2");
  }

  @Test
  void writeWithoutAnAnswerThatWasReadAsALaterOneBeganMayHaveHappenedAfterThat() {
    said(1, "U own-0-0 1 5", "P own-0-0 2 30 40");
    said(2, "R own-0-0 1 20 30 31 2");
    said(3, "R own-0-0 1 150 900 910 2");

    assertThat(wrong()).isEmpty();
  }

  @Test
  void writeOfAProcessThatWasKilledInTheMiddleIsOneWithoutAnAnswer() {
    said(1, "R own-0-0 1000001 10 20 29 2");
    said(2, "P own-0-0 2000001 30 40");
    said(3, "R own-0-0 1000001 150 900 910 2");

    assertThat(wrong()).singleElement().asString().contains("overwritten by 2000001");
  }

  @Test
  void writeWithoutAnAnswerThatWasReadIsLostAsOthersAre() {
    said(1, "U own-0-0 1 25", "U own-0-0 2 19");
    journal.losses.add(new Journal.Loss(15, 20, 50, 60, 200));
    said(2, "R own-0-0 1 30 49 49 2", "R own-0-0 1 201 301 310 2");
    assertThat(wrong()).singleElement().asString().contains("read 1", "lost by the server");

    said(2, "R own-0-0 2 30 49 49 2", "R own-0-0 2 201 301 310 2");
    assertThat(wrong()).as("what may have been saved").hasSize(1);
  }

  @Test
  void ownWriteIsReadAfterOneWithoutAnAnswerThatWasReadBefore() {
    said(1, "U own-0-0 1 5", "P own-0-0 2 30 40");
    said(1, "R own-0-0 1 50 50 51 1", "O own-0-0 1 2 40 50 51");
    assertThat(wrong()).isEmpty();

    said(2, "R own-0-0 1 20 20 29 1");
    assertThat(wrong()).singleElement().asString().contains("its own 2 was confirmed");
  }

  @Test
  void writeThatTheServerMayHaveLostOverwritesNothingAfterIt() {
    said(1, "P own-0-0 1 10 20", "P own-0-0 2 30 40");
    journal.losses.add(new Journal.Loss(21, 22, 50, 60, 200));
    said(2, "R own-0-0 1 900 900 910 3");

    assertThat(wrong()).isEmpty();
  }

  @Test
  void writeThatWasSavedOverwritesAlsoAfterALoss() {
    said(1, "P own-0-0 1 10 20", "P own-0-0 2 30 40");
    journal.losses.add(new Journal.Loss(45, 46, 50, 60, 200));
    said(2, "R own-0-0 1 900 900 910 3");

    assertThat(wrong()).hasSize(1);
  }

  @Test
  void valueThatTheServerLostIsStaleWhenItIsBack() {
    said(1, "P own-0-0 1 10 20");
    journal.losses.add(new Journal.Loss(Long.MIN_VALUE, Long.MIN_VALUE, 50, 60, 200));
    said(2, "R own-0-0 1 30 300 310 3");
    assertThat(wrong()).isEmpty();

    said(3, "R own-0-0 1 30 301 310 3");
    assertThat(wrong()).singleElement().asString().contains("lost by the server");
  }

  @Test
  void ownWriteThatIsNotReadIsWrong() {
    said(1, "P own-0-0 1 10 20", "P own-0-0 2 30 40", "O own-0-0 1 2 40 41 42");
    assertThat(wrong()).singleElement().asString().contains("its own 2 was confirmed");
  }

  @Test
  void ownWriteThatWasLostOrThatALateOneFollowedNeedNotBeRead() {
    said(1, "P own-0-0 2 30 40", "O own-0-0 1 2 40 41 42");
    assertThat(wrong()).isEmpty();

    said(1, "P own-0-1 1 10 20", "P own-0-1 2 30 40", "O own-0-1 1 2 40 71 72");
    assertThat(wrong()).hasSize(1);
    journal.losses.add(new Journal.Loss(25, 26, 50, 60, 70));
    assertThat(wrong()).isEmpty();
  }

  @Test
  void absenceBehindAnOwnPutIsWrongUnlessItIsBeingRemoved() {
    said(1, "P own-0-0 1 10 20", "O own-0-0 0 1 20 30 31");
    assertThat(wrong()).hasSize(1);

    said(1, "D own-0-0 2 25 35");
    assertThat(wrong()).isEmpty();
  }

  @Test
  void whatAProcessFoundWrongItselfIsTold() {
    said(1, "W nobody wrote that");

    assertThat(wrong()).containsExactly("process 1: nobody wrote that");
  }
}
