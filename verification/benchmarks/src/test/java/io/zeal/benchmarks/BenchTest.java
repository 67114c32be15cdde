package io.zeal.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BenchTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<Boolean> answeredQuickly = new ArrayList<>();

  @TempDir Path directory;

  @Test
  void withoutGoalsTheVerdictIsThatNothingWasMissed() {
    assertThat(run(FakeBenchmark.withGoals(), "--check")).isZero();

    assertThat(lastLine()).isEqualTo("bench: 2 rows, 0 goals demanded, 0 missed.");
  }

  @Test
  void aDemandedGoalThatIsMetPasses() {
    assertThat(run(FakeBenchmark.withGoals(Goal.demanded("peer", 2.0)), "--check")).isZero();

    assertThat(lastLine()).isEqualTo("bench: 2 rows, 1 goals demanded, 0 missed.");
    assertThat(text(out)).contains("2.00 [2.00..2.00]  <= 2.00  yes");
  }

  @Test
  void aDemandedGoalThatIsMissedFailsTheCheck() {
    assertThat(run(FakeBenchmark.withGoals(Goal.demanded("peer", 1.9)), "--check")).isOne();

    assertThat(text(out))
        .contains("missed: do nothing, 10 rows, 1 thread, against peer: 2.00, goal <= 1.90");
    assertThat(lastLine()).isEqualTo("bench: 2 rows, 1 goals demanded, 1 missed; --check fails.");
  }

  @Test
  void withoutCheckAMissedGoalIsOnlyTold() {
    assertThat(run(FakeBenchmark.withGoals(Goal.demanded("peer", 1.9)))).isZero();

    assertThat(lastLine()).isEqualTo("bench: 2 rows, 1 goals demanded, 1 missed (not checked).");
  }

  @Test
  void whatIsAllocatedIsDemandedToStayWithinItsBound() {
    assertThat(run(FakeBenchmark.allocating(20), "--check")).isZero();
    assertThat(lastLine()).isEqualTo("bench: 2 rows, 1 goals demanded, 0 missed.");

    assertThat(run(FakeBenchmark.allocating(19), "--check")).isOne();
    assertThat(text(out)).contains("missed: do nothing, 10 rows, 1 thread: 20 B/op, goal <= 19");
    assertThat(lastLine()).isEqualTo("bench: 2 rows, 1 goals demanded, 1 missed; --check fails.");
  }

  @Test
  void everyAreaDemandsSomething() {
    Map<String, List<Benchmark>> areas =
        Catalog.all().stream().collect(Collectors.groupingBy(Benchmark::area));
    assertThat(areas).allSatisfy((area, all) -> assertThat(all).anyMatch(BenchTest::demands));
  }

  private static boolean demands(Benchmark benchmark) {
    return benchmark.settings().stream()
        .anyMatch(setting ->
            benchmark.maxBytesPerOperation(setting).isPresent()
                || benchmark.goals(setting).stream().anyMatch(Goal::demanded));
  }

  @Test
  void anInformativeGoalNeverFails() {
    assertThat(run(FakeBenchmark.withGoals(Goal.informative("peer", 0.1)), "--check")).isZero();

    assertThat(text(out)).contains("<= 0.10 (info)  no");
  }

  @Test
  void everyRowBecomesOneJsonObjectWithItsRounds() throws Exception {
    Path file = directory.resolve("rows.json");

    run(FakeBenchmark.withGoals(Goal.demanded("peer", 1.9)), "--quick", "--json", file.toString());

    List<JsonNode> rows =
        Files.readAllLines(file).stream().map(JsonMapper.shared()::readTree).toList();
    assertThat(rows).hasSize(2);
    JsonNode first = rows.getFirst();
    assertThat(first.at("/facts/jdk").asString()).isEqualTo(Runtime.version().toString());
    assertThat(first.at("/facts/quick").asBoolean()).isTrue();
    assertThat(first.at("/met").isBoolean()).isTrue();
    assertThat(first.at("/met").asBoolean()).isFalse();
    assertThat(first.at("/result/peer/name").asString()).isEqualTo("peer");
    assertThat(first.at("/result/ratio/median").asDouble()).isEqualTo(2.0);
    assertThat(first.at("/result/rounds")).hasSize(3);
    assertThat(first.at("/result/rounds/0/nanosPerOperation/ours").asDouble()).isEqualTo(20.0);
    assertThat(rows.getLast().at("/met").isNull()).isTrue();
  }

  @Test
  void whatWasWrittenAsJsonReadsBackTheSame() throws Exception {
    Path file = directory.resolve("rows.json");
    List<Result> results = answer(FakeBenchmark.withGoals(Goal.demanded("peer", 1.9)), true);

    JsonLines.write(file, Facts.of(true), results);

    assertThat(JsonLines.read(file)).isEqualTo(results);
  }

  @Test
  void theFactsHoldNothingThatNamesAMachineOrAUser() {
    assertThat(Facts.class.getRecordComponents())
        .extracting(RecordComponent::getName)
        .containsExactly("at", "quick", "os", "arch", "cpu", "cpus", "loadAverage", "jdk", "jvm");
    assertThat(Facts.of(true).os()).matches("[A-Za-z ]+ [0-9.]+");
  }

  @Test
  void aBenchmarkWithoutASettingForAQuickRunIsLeftOutAndSaysSo() {
    assertThat(run(FakeBenchmark.fullOnly(), "--quick")).isZero();

    assertThat(answeredQuickly).isEmpty();
    assertThat(text(out)).contains("fake: do nothing: not with --quick.");
    assertThat(lastLine()).isEqualTo("bench: 0 rows, 0 goals demanded, 0 missed.");

    assertThat(run(FakeBenchmark.fullOnly())).isZero();
    assertThat(answeredQuickly).containsExactly(false);
  }

  @Test
  void aFractionOfAByteIsNoAllocation() {
    Setting setting = new Setting(10, 1);

    assertThat(new Allocation("work", setting, 0.4, 0).isMet()).isTrue();
    assertThat(new Allocation("work", setting, 0.6, 0).isMet()).isFalse();
  }

  @Test
  void aGoalShowsAsManyPlacesAsItHas() {
    assertThat(Goal.demanded("peer", 2)).hasToString("<= 2.00");
    assertThat(Goal.informative("peer", 0.125)).hasToString("<= 0.125 (info)");
  }

  @Test
  void onlyTheAreasAskedForAreRun() {
    assertThat(run(FakeBenchmark.withGoals(), "fake", "--quick")).isZero();

    assertThat(answeredQuickly).containsExactly(true);
  }

  @Test
  void anUnknownAreaIsRefusedWithTheListOfAreas() {
    assertThat(run(FakeBenchmark.withGoals(), "tabel")).isEqualTo(2);

    assertThat(text(err)).contains("No area 'tabel'.", "Usage: ./zeal bench", "Areas: fake");
    assertThat(answeredQuickly).isEmpty();
  }

  @Test
  void anUnknownOptionIsRefused() {
    assertThat(run(FakeBenchmark.withGoals(), "--quik")).isEqualTo(2);

    assertThat(text(err)).contains("No option '--quik'.", "Areas: fake");
  }

  @Test
  void jsonWithoutAFileIsRefused() {
    assertThat(run(FakeBenchmark.withGoals(), "--json")).isEqualTo(2);

    assertThat(text(err)).contains("Put a file name behind it.");
  }

  @Test
  void jsonInADirectoryThatIsNotThereIsRefusedBeforeAnythingRuns() {
    String file = directory.resolve("missing/rows.json").toString();

    assertThat(run(FakeBenchmark.withGoals(), "--json", file)).isEqualTo(2);

    assertThat(text(err)).contains("--json cannot write");
    assertThat(answeredQuickly).isEmpty();
  }

  @Test
  void aGoalAgainstNobodyIsRefused() {
    assertThat(run(FakeBenchmark.withGoals(Goal.demanded("pear", 1.0)))).isOne();

    assertThat(text(err)).contains("a goal against 'pear', who is not among its peers");
  }

  @Test
  void aBenchmarkThatFailsLeavesNoVerdictAndEndsWithOne() {
    Bench bench =
        new Bench(
            List.of(FakeBenchmark.withGoals()),
            (benchmark, quick) -> {
              throw new IllegalStateException("no server");
            },
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));

    assertThat(bench.run()).isOne();

    assertThat(text(err)).contains("bench: failed, no verdict: no server");
    assertThat(text(out)).doesNotContain("goals demanded");
  }

  @Test
  void everyBenchmarkOfTheCatalogMakesSense() {
    Bench bench =
        new Bench(
            Catalog.all(),
            (benchmark, quick) -> List.of(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));

    assertThat(bench.run()).as(text(err)).isZero();

    assertThat(Catalog.all())
        .extracting(each -> each.area() + "/" + each.name())
        .doesNotHaveDuplicates();
  }

  private int run(FakeBenchmark benchmark, String... args) {
    return new Bench(
            List.of(benchmark),
            this::answer,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8))
        .run(args);
  }

  /** Three rounds in which we take twice as long as every peer. */
  private List<Result> answer(Benchmark benchmark, boolean quick) {
    answeredQuickly.add(quick);
    Map<String, Double> nanos = new LinkedHashMap<>();
    benchmark.candidates().forEach(candidate -> nanos.put(candidate.name(), 10.0));
    nanos.put(FakeBenchmark.OURS, 20.0);
    List<Round> rounds = Collections.nCopies(3, new Round(nanos));
    return Measuring.results(benchmark, benchmark.settings().getFirst(), rounds, nanos);
  }

  private String lastLine() {
    return text(out).lines().reduce("", (before, line) -> line);
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
