package io.zeal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.zeal.Stats;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatsTextTest {

  private static final String EVIL = "a\"b\\c\nd{}=,\uD83D\uDE00";

  private static Stats tree(String store) {
    Stats rows = Stats.of(store, Map.of("rows", 7L, "evictions", 9_007_199_254_740_993L));
    Stats stores = new Stats("stores", Map.of(), Map.of(store, rows));
    Stats table = new Stats("table", Map.of("stores", 1L), Map.of("stores", stores));
    return new Stats("zeal", Map.of(), Map.of("backend", table));
  }

  @Test
  void prometheusTextIsWhatTheFormatAllows() {
    var samples = PrometheusParser.parse(StatsText.prometheus(tree(EVIL)));
    assertThat(samples)
        .contains(
            new PrometheusParser.Sample(
                "zeal_store_rows_evicted_total",
                "counter",
                Map.of(
                    "db_system_name", "zeal.table",
                    "db_collection_name", EVIL,
                    "zeal_role", "primary"),
                "9007199254740993"))
        .anySatisfy(it -> assertThat(it.name()).isEqualTo("zeal_stores"));
  }

  @Test
  void aNumberWithoutANameOfItsOwnIsThereAllTheSame() {
    Stats other = Stats.of("mine", Map.of("things", 3L));
    Stats tree = new Stats("zeal", Map.of(), Map.of("backend", other));
    assertThat(PrometheusParser.parse(StatsText.prometheus(tree)))
        .containsExactly(
            new PrometheusParser.Sample(
                "zeal_stats_number",
                "gauge",
                Map.of(
                    "db_system_name", "zeal.mine",
                    "zeal_role", "primary",
                    "zeal_stats_part", "mine",
                    "zeal_stats_number", "things"),
                "3"));
  }

  /** Below zero there is nothing where Zeal says so; what others mean by it is theirs to know. */
  @Test
  void aForeignNumberBelowZeroIsThere() {
    Stats tree =
        new Stats("zeal", Map.of(), Map.of("backend", Stats.of("mine", Map.of("balance", -3L))));
    assertThat(PrometheusParser.parse(StatsText.prometheus(tree)))
        .singleElement()
        .satisfies(it -> assertThat(it.value()).isEqualTo("-3"));
  }

  @Test
  void timesAreSecondsAndAMissingOneIsLeftOut() {
    assertThat(leaseAge(1_500))
        .singleElement()
        .satisfies(it -> assertThat(it.value()).isEqualTo("1.5"));
    assertThat(leaseAge(-1)).isEmpty();
  }

  private static List<PrometheusParser.Sample> leaseAge(long millis) {
    Stats store = Stats.of("s", Map.of("leaseAgeMillis", millis));
    Stats stores = new Stats("stores", Map.of(), Map.of("s", store));
    Stats tiered = new Stats("tiered", Map.of(), Map.of("stores", stores));
    return PrometheusParser.parse(
        StatsText.prometheus(new Stats("zeal", Map.of(), Map.of("backend", tiered))));
  }

  @Test
  void aCircuitIsExportedWithoutItsHistory() {
    Stats history = new Stats("history", Map.of(), Map.of("01", Stats.of("01", Map.of("to", 2L))));
    Stats circuit =
        new Stats(
            "resilience",
            Map.of("state", 2L, "opened", 1L, "lastChangeMillis", 1_700_000_000_000L),
            Map.of("history", history));
    Stats redis = new Stats("redis", Map.of(), Map.of("resilience", circuit));
    assertThat(
            PrometheusParser.parse(
                StatsText.prometheus(new Stats("zeal", Map.of(), Map.of("backend", redis)))))
        .extracting(PrometheusParser.Sample::name, PrometheusParser.Sample::value)
        .containsExactly(tuple("zeal_circuit_opened_total", "1"), tuple("zeal_circuit_state", "2"));
  }

  @Test
  void noTwoMetricsHaveOneNameAtPrometheus() {
    assertThat(Catalog.metrics().stream().map(StatsText::family)).doesNotHaveDuplicates();
    assertThat(Catalog.metrics().stream().map(Metric::name)).doesNotHaveDuplicates();
  }

  @Test
  void theParserIsStrict() {
    String good = "# HELP a x\n# TYPE a gauge\na 1\n";
    assertThat(PrometheusParser.parse(good)).hasSize(1);
    for (String bad :
        List.of(
            "a 1\n",
            good + "a 2\n",
            good + good,
            good + "b{x=\"y\"} 2\n",
            good.replace("a 1\n", "a 1"),
            good.replace("a 1", "a{x=\"\\t\"} 1"),
            good.replace("a 1", "a{1x=\"y\"} 1"),
            good.replace("a 1", "a one"))) {
      assertThatThrownBy(() -> PrometheusParser.parse(bad)).as(bad).isInstanceOf(Error.class);
    }
  }

  @Test
  void jsonIsTheWholeTree() {
    assertThat(StatsText.json(tree("s")))
        .isEqualTo(
            "{\"name\":\"zeal\",\"numbers\":{},\"parts\":{\"backend\":{\"name\":\"table\","
                + "\"numbers\":{\"stores\":1},\"parts\":{\"stores\":{\"name\":\"stores\",\"numbers\":{},"
                + "\"parts\":{\"s\":{\"name\":\"s\",\"numbers\":{\"evictions\":9007199254740993,"
                + "\"rows\":7},\"parts\":{}}}}}}}}");
  }

  @Test
  void jsonEscapesWhateverANameHolds() {
    String json = StatsText.json(Stats.of("q\"b\\n\n\u0001\uD800", Map.of("n\"", 1L)));
    assertThat(json)
        .isEqualTo(
            "{\"name\":\"q\\\"b\\\\n\\u000a\\u0001\\ud800\",\"numbers\":{\"n\\\"\":1},\"parts\":{}}");
  }
}
