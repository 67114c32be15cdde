package io.zeal;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.zeal.spi.CounterSpec;
import io.zeal.spi.StoreSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ErrorsPageTest {

  private static final Pattern ID = Pattern.compile("ZEAL-\\d+");

  private final String page = read();

  private static String read() {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("mvnw"))) {
      root = root.getParent();
      assertThat(root).as("a directory above that holds mvnw").isNotNull();
    }
    try {
      return Files.readString(root.resolve("docs/errors.md"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Stream<String> codes() {
    return Arrays.stream(ErrorCode.values()).map(ErrorCode::id);
  }

  @Test
  void everyCodeHasOneHeadingInOrder() {
    List<String> headings =
        Pattern.compile("(?m)^### (ZEAL-\\d+) \\S.*$")
            .matcher(page)
            .results()
            .map(heading -> heading.group(1))
            .toList();

    assertThat(headings).containsExactlyElementsOf(codes().toList());
  }

  @Test
  void everyFindingHasAPlaceAndTheOtherWayRound() {
    List<String> places =
        Pattern.compile("<a id=\"zeal-(f\\d+)\"></a>ZEAL-(?i:\\1) ")
            .matcher(page)
            .results()
            .map(it -> "ZEAL-F" + it.group(1).substring(1))
            .toList();

    assertThat(places)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(OwnFindings.codes());
  }

  @Test
  void noCodeIsMentionedThatDoesNotExist() {
    assertThat(ID.matcher(page).results().map(MatchResult::group)).isSubsetOf(codes().toList());
  }

  @Test
  void everySectionShowsAMessageThatEndsWithItsCode() {
    Map<String, String> sections =
        Pattern.compile("(?ms)^### (ZEAL-\\d+) (.*?)(?=^##|\\z)")
            .matcher(page)
            .results()
            .collect(toMap(it -> it.group(1), it -> it.group(2), (a, _) -> a, LinkedHashMap::new));

    assertThat(sections).hasSize(ErrorCode.values().length);
    sections.forEach(
        (code, section) -> assertThat(section).as(code).containsPattern("(?m)^> .* " + code + "$"));
  }

  /** Those that can be had without a backend, so that the page and the code do not part. */
  @Test
  void examplesAreRealMessages() {
    Schema<Row> schema =
        Schema.builder()
            .column("name", ColumnType.TEXT, 64)
            .column("level", ColumnType.BYTE)
            .column("score", ColumnType.LONG)
            .build();
    Schema<Row> shown =
        Schema.builder()
            .column("name", ColumnType.TEXT, 64)
            .column("score", ColumnType.LONG)
            .build();
    StoreSpec<Row> players = new StoreSpec<>("players", schema, StoreOptions.defaults(), null);
    CounterSpec hits = new CounterSpec("hits", CounterOptions.defaults());

    Stream.<Throwable>of(
            players.full(),
            players.outOfRange(1),
            hits.outOfRange(),
            catchThrowable(() -> Row.of(schema, Map.of("level", 128))),
            catchThrowable(() -> Row.of(schema, Map.of("name", "x".repeat(70)))),
            catchThrowable(() -> Row.of(schema, Map.of("score", "many"))),
            catchThrowable(() -> shown.position("scroe")),
            catchThrowable(() -> Text.requireName("", "store")),
            catchThrowable(() -> StoreOptions.defaults().withKeyLimit(0)),
            catchThrowable(() ->
                Zeal.open(
                    ZealConfig.builder()
                        .set("zeal.doctor.acknowledge", "ZEAL-F30")
                        .backend(FakeBackendProvider.of(new FakeBackend("fake")))
                        .build())))
        .forEach(error -> assertThat(page).contains("\n> " + error.getMessage() + "\n"));
  }

  @Test
  void codesAreNotUsedTwice() {
    assertThat(codes()).doesNotHaveDuplicates().allMatch(ID.asMatchPredicate());
  }

  @Test
  void everyExceptionThatExistsIsNamed() {
    assertThat(ZealException.class.getPermittedSubclasses())
        .extracting(Class::getSimpleName)
        .allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
  }
}
