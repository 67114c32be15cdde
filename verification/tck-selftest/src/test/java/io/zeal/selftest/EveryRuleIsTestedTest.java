package io.zeal.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EveryRuleIsTestedTest {

  private static Set<String> tested() {
    return Rules.tests().stream().map(Rules::of).collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyMustHasAKitTestOrAReason() {
    Set<String> left = new TreeSet<>(Rules.musts());
    left.removeAll(tested());
    left.removeAll(Rules.excused());
    assertThat(left)
        .as("MUST rules without a kit test and without a line in untested.md")
        .isEmpty();
  }

  @Test
  void everyKitTestCitesARuleThatIsWritten() {
    Set<String> unknown = new TreeSet<>(tested());
    unknown.removeAll(Rules.written());
    assertThat(unknown).as("rules that kit tests cite and docs/contract does not have").isEmpty();
  }

  @Test
  void whatIsExcusedIsWrittenAndHasNoTest() {
    assertThat(Rules.written()).as("rules of untested.md").containsAll(Rules.excused());
    Set<String> both = new TreeSet<>(Rules.excused());
    both.retainAll(tested());
    assertThat(both).as("rules of untested.md that have a kit test").isEmpty();
  }

  @Test
  void everyKitTestHasABreakageAndEveryBreakageAKitTest() {
    Set<String> broken =
        KitCatchesEachBreakageTest.breakages().stream()
            .flatMap(breakage -> breakage.tests.stream())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(broken).as("tests that a breakage is there for").isEqualTo(Rules.tests());
  }
}
