package io.zeal.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Capability;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.Zeal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KitCatchesEachBreakageTest {

  static List<Breakage> breakages() {
    List<Breakage> all = new ArrayList<>();
    all.addAll(StoreBreakages.all());
    all.addAll(LimitBreakages.all());
    all.addAll(ExpiryBreakages.all());
    all.addAll(PageBreakages.all());
    all.addAll(RaceBreakages.all());
    all.addAll(CounterBreakages.all());
    all.addAll(ScriptBreakages.all());
    all.addAll(CacheBreakages.all());
    all.addAll(LoadBreakages.all());
    all.addAll(BulkBreakages.all());
    all.addAll(PubSubBreakages.all());
    all.addAll(ReliableBreakages.all());
    all.addAll(AnnounceBreakages.all());
    all.addAll(TieredBreakages.all());
    all.addAll(CircuitBreakages.all());
    return all;
  }

  private static final Runs RUNS = new Runs(KitCatchesEachBreakageTest::run);

  static List<Runs.Run> runs() {
    return RUNS.of(breakages());
  }

  private static Kit.Outcome run(Breakage breakage) {
    // Tests of caches, messages and copies spend their time waiting.
    boolean waits =
        Stream.of(Subjects.STORES, Subjects.ON_TWIN).noneMatch(breakage.subjects::equals);
    return Kit.run(breakage, waits ? 12 : 1);
  }

  @AfterAll
  static void endRuns() {
    RUNS.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runs")
  void theTestsOfThatRuleFailAndNoOthers(Runs.Run run) {
    Breakage breakage = run.breakage();
    if (breakage.needsServer()) {
      Subjects.server(); // or this test is skipped
    }
    Map<String, Throwable> failed = run.outcome().failed();
    assertThat(new TreeSet<>(failed.keySet()))
        .as("tests that failed because %s: %s", breakage.what, failed)
        .isEqualTo(breakage.tests);
    failed.forEach((test, thrown) ->
        assertThat(thrown.getMessage())
            .as("the message of %s begins with its rule", test)
            .matches("(?s)\\s*\\[?" + Rules.of(test).replace(".", "\\.") + "\\b.*"));
  }

  @Test
  void theUnbrokenTwinPassesEveryTest() {
    Kit.Outcome outcome = Kit.run(Breakage.none(), 1);
    assertThat(outcome.failed()).as("tests that failed with nothing broken").isEmpty();
    assertThat(outcome.skipped().values())
        .as("why tests were skipped with everything claimed")
        .allMatch(why -> why.contains("not claimed: the scope PROCESS"));
  }

  @Test
  void theUnbrokenTwinOfOneProcessPassesEveryTestAboutMessages() {
    Kit.Outcome outcome = Kit.run(Breakage.noneOfMessages().inOneProcess(), 1);
    assertThat(outcome.failed()).as("tests that failed with nothing broken").isEmpty();
    assertThat(outcome.skipped().values())
        .as("why tests were skipped within one process")
        .allMatch(why -> why.contains("not claimed: a scope beyond PROCESS"));
  }

  @Test
  void theUnbrokenServerPassesEveryTestAboutScripts() {
    Subjects.server();
    Kit.Outcome outcome = Kit.run(Breakage.none().onServer(), 1);
    assertThat(outcome.failed()).as("tests that failed with nothing broken").isEmpty();
    assertThat(outcome.skipped()).as("tests that were skipped with everything claimed").isEmpty();
  }

  @Test
  void theUnbrokenServerPassesEveryTestAboutAnnouncements() {
    Subjects.server();
    Kit.Outcome outcome = Kit.run(Breakage.noneOfAnnouncements(), 1);
    assertThat(outcome.failed()).as("tests that failed with nothing broken").isEmpty();
    assertThat(outcome.skipped())
        .as("tests that were skipped with everything claimed")
        .containsOnlyKeys("n1_7_withoutTheCapabilityAnAnnouncerIsRefused");
  }

  @Test
  void theUnbrokenCircuitPassesEveryTest() {
    Kit.Outcome outcome = Kit.run(Breakage.noneOfCircuits(), 1);
    assertThat(outcome.failed()).as("tests that failed with nothing broken").isEmpty();
    assertThat(outcome.skipped()).as("tests that were skipped with everything claimed").isEmpty();
  }

  @Test
  void theUnbrokenTiersPassEveryTestAboutCopies() {
    Subjects.server();
    Kit.Outcome outcome = Kit.run(Breakage.noneOfCopies(), 12);
    assertThat(outcome.failed()).as("tests that failed with nothing broken").isEmpty();
    assertThat(outcome.skipped()).as("tests that were skipped with everything claimed").isEmpty();
  }

  static List<Runs.Run> lesserTiers() {
    return RUNS.of(
        List.of(
            Breakage.noneOfCopies().without(Capability.SCRIPTS),
            Breakage.noneOfCopies().without(Capability.PAGE, Capability.CLEAR),
            Breakage.noneOfCopies().without(Capability.COUNT, Capability.EXACT_COUNT),
            Breakage.noneOfCopies().without(Capability.CACHED_READS)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lesserTiers")
  void tiersThatClaimLessPassWhatIsLeft(Runs.Run run) {
    Subjects.server();
    Breakage tiers = run.breakage();
    Kit.Outcome outcome = run.outcome();
    assertThat(outcome.failed()).as("tests that failed without %s", tiers.missing).isEmpty();
    assertThat(outcome.skipped().values())
        .as("why tests were skipped without %s", tiers.missing)
        .allMatch(why -> tiers.missing.stream().anyMatch(c -> why.contains("not claimed: " + c)));
  }

  @Test
  void aServerThatClaimsNoScriptsPassesWhatIsLeft() {
    Subjects.server();
    Kit.Outcome outcome =
        Kit.run(
            ScriptBreakages.claimingNone(Breakage.none())
                .onCall(
                    "Zeal.scripts",
                    call -> {
                      throw new UnsupportedCapabilityException(Capability.SCRIPTS, "No scripts.");
                    }),
            1);
    assertThat(outcome.failed()).as("tests that failed without scripts").isEmpty();
    assertThat(outcome.passed()).containsOnlyKeys("x1_4_withoutTheCapabilityScriptsAreRefused");
    assertThat(outcome.skipped().values())
        .as("why tests were skipped without scripts")
        .allMatch(why -> why.contains("not claimed: " + Capability.SCRIPTS));
  }

  @Test
  void aTwinWhoseReadsEndWithoutAnOutcomeWhenTheyMeetClosePassesEveryTest() {
    Kit.Outcome outcome = Kit.run(LimitBreakages.readsCutOff(), 1);
    assertThat(outcome.failed()).as("tests that failed though reads have no outcome").isEmpty();
  }

  /** Each test's first read comes after everything has expired; its repetition keeps up. */
  @Test
  void aMachineThatIsTooSlowFailsNoTest() {
    Breakage slow = Breakage.none().without(Capability.INJECTED_CLOCK);
    for (String read :
        List.of("Store.get", "Store.read", "Store.contains", "Store.count", "Counter.get")) {
      slow.onCall(
          read,
          call -> {
            if (call.world.countUp("reads") == 1) {
              BrokenRows.pause(Duration.ofMillis(1_400));
            }
            return call.proceed();
          });
    }

    Kit.Outcome outcome = Kit.run(slow, 24);

    assertThat(outcome.failed()).as("tests that failed on a slow machine").isEmpty();
    assertThat(outcome.skipped().values())
        .as("why tests were skipped on a slow machine")
        .allMatch(why ->
            why.contains("not claimed: the scope PROCESS")
                || why.contains("not claimed: " + Capability.INJECTED_CLOCK));
  }

  @Test
  void aSlowMachineDoesNotHideWhatIsBroken() {
    Breakage slow =
        breakage("s4_8_touchStartsTheTimeAnew")
            .without(Capability.INJECTED_CLOCK)
            .onCall(
                "Store.touch",
                call -> {
                  if (call.world.countUp("touches") == 1) {
                    BrokenRows.pause(Duration.ofMillis(1_400));
                  }
                  return call.proceed();
                });

    assertThat(Kit.run(slow, 24).failed())
        .as("tests that failed because %s, on a slow machine", slow.what)
        .containsOnlyKeys(slow.tests);
  }

  private static Breakage breakage(String test) {
    return breakages().stream()
        .filter(breakage -> breakage.tests.contains(test))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyInstanceIsClosedThoughTheCloseOfOthersFails() {
    Set<Zeal> used = ConcurrentHashMap.newKeySet();
    Set<Zeal> closed = ConcurrentHashMap.newKeySet();
    Breakage breakage =
        Breakage.none()
            .onCall(
                "Zeal.store",
                call -> {
                  used.add(call.world.zeal);
                  return call.proceed();
                })
            .onCall(
                "Zeal.close",
                call -> {
                  closed.add(call.world.zeal);
                  call.proceed();
                  throw new IllegalStateException("close fails");
                });

    assertThat(Kit.run(breakage, 1).failed().values())
        .as("failures of a kit whose instances cannot be closed")
        .extracting(Throwable::getMessage)
        .contains("close fails");
    assertThat(closed).as("instances that were closed").containsAll(used);
  }

  static List<Runs.Run> lesserTwins() {
    return RUNS.of(
        List.of(
            Breakage.none().without(Capability.EXACT_COUNT),
            Breakage.none().without(Capability.COUNT, Capability.EXACT_COUNT),
            Breakage.none().without(Capability.PAGE),
            Breakage.none().without(Capability.CLEAR),
            Breakage.none().without(Capability.BOUNDED_ROWS),
            Breakage.none().without(Capability.COUNTERS),
            Breakage.noneOfMessages().without(Capability.EXACT_RECEIVERS),
            Breakage.noneOfMessages().without(Capability.PUB_SUB),
            Breakage.noneOfMessages().without(Capability.RELIABLE_PUB_SUB),
            Breakage.none()
                .without(Capability.NEGATIVE_COUNTERS)
                .on(
                    Twin.OnCounters.class,
                    (real, hooked) -> CounterBreakages.unsigned(real, hooked, false))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lesserTwins")
  void aTwinThatClaimsLessPassesWhatIsLeft(Runs.Run run) {
    Breakage twin = run.breakage();
    Kit.Outcome outcome = run.outcome();
    assertThat(outcome.failed()).as("tests that failed without %s", twin.missing).isEmpty();
    assertThat(outcome.skipped().values())
        .as("why tests were skipped without %s", twin.missing)
        .filteredOn(why -> !why.contains("not claimed: the scope PROCESS"))
        .allMatch(why -> twin.missing.stream().anyMatch(c -> why.contains("not claimed: " + c)));
  }

  @Test
  void aTwinOnRealTimePassesEveryTest() {
    Kit.Outcome outcome = Kit.run(Breakage.none().without(Capability.INJECTED_CLOCK), 24);
    assertThat(outcome.failed()).as("tests that failed on the system's clock").isEmpty();
    assertThat(outcome.skipped().values())
        .as("why tests were skipped on the system's clock")
        .allMatch(why ->
            why.contains("not claimed: the scope PROCESS")
                || why.contains("not claimed: " + Capability.INJECTED_CLOCK));
  }
}
