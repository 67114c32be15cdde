package io.zeal.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.ErrorCode;
import io.zeal.Finding;
import io.zeal.Finding.Severity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Everything a user meets in an error or a finding is on the page {@code docs/errors.md}, and
 * nothing else is. {@code ErrorsPageTest} of {@code zeal-api} sees to the headings.
 */
class ErrorPageTest {

  private static final Pattern FINDING = Pattern.compile("ZEAL-F\\d{3}");
  private static final Pattern ERROR = Pattern.compile("ZEAL-\\d{3}");

  /** A row of a table of findings: anchor, code, severity. */
  private static final Pattern ROW =
      Pattern.compile(
          "(?m)^\\| <a id=\"([^\"]*)\"></a>(ZEAL-F\\d+) \\| (\\w+(?: or \\w+)?) \\| \\S.* \\| \\S.* \\|$");

  private static final Pattern CONSTANT =
      Pattern.compile("static final String (\\w+) =\\s*\"(ZEAL-F\\d+)\"");

  private static final Pattern MADE =
      Pattern.compile(
          "new Finding\\(\\s*(?:\"(ZEAL-F\\d+)\"|(?:\\w+\\.)?(\\w+)),"
              + "\\s*([^,\"]*Severity\\.[^,\"]*),");

  private static final Pattern SEVERITY = Pattern.compile("Severity\\.(INFO|WARNING|ERROR)");

  /** Shorter ones are everywhere. */
  private static final int SHORTEST_WORDS = 8;

  /** How much of an example is words of the sources; the rest is names, numbers, other's words. */
  private static final double LEAST_OF_THE_SOURCES = 0.33;

  private final String page = read(Reactor.ROOT.resolve("docs/errors.md"));
  private final List<String> sources = sources();

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of what is published. */
  private static List<String> sources() {
    try (Stream<Path> top = Files.list(Reactor.ROOT)) {
      return top.map(module -> module.resolve("src/main/java"))
          .filter(Files::isDirectory)
          .flatMap(ErrorPageTest::javaFiles)
          .map(ErrorPageTest::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> javaFiles(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> all(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Set<String> all(Pattern pattern) {
    return sources.stream()
        .flatMap(source -> all(pattern, source).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Codes with the severities they are made with. */
  private Map<String, Set<Severity>> made() {
    Map<String, String> constants = new HashMap<>();
    sources.forEach(source ->
        CONSTANT.matcher(source).results().forEach(it -> constants.put(it.group(1), it.group(2))));
    Map<String, Set<Severity>> made = new TreeMap<>();
    for (String source : sources) {
      Map<String, String> own = new HashMap<>(constants);
      CONSTANT.matcher(source).results().forEach(it -> own.put(it.group(1), it.group(2)));
      MADE.matcher(source)
          .results()
          .forEach(it -> {
            String code = it.group(1) != null ? it.group(1) : own.get(it.group(2));
            assertThat(code).as("the code of %s", it.group()).isNotNull();
            Set<Severity> severities = made.computeIfAbsent(code, _ -> new TreeSet<>());
            SEVERITY
                .matcher(it.group(3))
                .results()
                .forEach(one -> severities.add(Severity.valueOf(one.group(1))));
          });
    }
    return made;
  }

  @Test
  void everyFindingHasOneRowAndEveryRowAFinding() {
    assertThat(ROW.matcher(page).results().map(it -> it.group(2)))
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(made().keySet());
  }

  @Test
  void theSeverityOfARowIsThatOfTheFinding() {
    Map<String, Set<Severity>> shown = new TreeMap<>();
    ROW.matcher(page)
        .results()
        .forEach(it ->
            shown.put(
                it.group(2),
                Stream.of(it.group(3).split(" or ", -1))
                    .map(word -> Severity.valueOf(word.toUpperCase(Locale.ROOT)))
                    .collect(Collectors.toSet())));

    assertThat(made()).isEqualTo(shown);
  }

  @Test
  void everyRowIsWhereItsFindingLeads() {
    assertThat(ROW.matcher(page).results())
        .isNotEmpty()
        .allSatisfy(it ->
            assertThat(new Finding(it.group(2), Severity.INFO, "", "").link())
                .contains("docs/errors.md#" + it.group(1)));
  }

  @Test
  void everyFindingThatIsNamedAnywhereExists() throws IOException {
    Set<String> made = made().keySet();

    assertThat(all(FINDING)).as("in the sources").isEqualTo(made);
    for (Path file : documents()) {
      assertThat(all(FINDING, read(file))).as("in %s", file).isSubsetOf(made);
    }
  }

  @Test
  void everyErrorThatIsNamedAnywhereExists() throws IOException {
    Set<String> codes =
        Arrays.stream(ErrorCode.values()).map(ErrorCode::id).collect(Collectors.toSet());

    assertThat(all(ERROR)).as("in the sources").isSubsetOf(codes);
    for (Path file : documents()) {
      assertThat(all(ERROR, read(file))).as("in %s", file).isSubsetOf(codes);
    }
  }

  private static List<Path> documents() throws IOException {
    try (Stream<Path> files = Files.walk(Reactor.ROOT.resolve("docs"))) {
      return Stream.concat(
              files.filter(file -> file.toString().endsWith(".md")),
              Stream.of(Reactor.ROOT.resolve("README.md"), Reactor.ROOT.resolve("CHANGELOG.md")))
          .toList();
    }
  }

  @Test
  void everyErrorIsUsed() {
    String all = String.join("\n", sources);

    assertThat(ErrorCode.values())
        .allSatisfy(code -> assertThat(all).contains("ErrorCode." + code.name()));
  }

  /**
   * An example of the page consists of words that stand in the sources, and of what differs from
   * time to time. So an example whose message was worded anew is found.
   */
  @Test
  void examplesAreMadeOfWordsOfTheSources() {
    Set<String> words = words();
    List<String> examples =
        Pattern.compile("(?m)^> (\\S.*) (ZEAL-\\d{3})$")
            .matcher(page)
            .results()
            .map(it -> it.group(1))
            .toList();

    assertThat(examples)
        .hasSizeGreaterThan(50)
        .allSatisfy(example ->
            assertThat(partOfSources(example, words))
                .as("the part of this example that stands in the sources: %s", example)
                .isGreaterThanOrEqualTo(LEAST_OF_THE_SOURCES));
  }

  @Test
  void anExampleOfOtherWordsIsFound() {
    assertThat(partOfSources("The circuit is broken; mend the wires behind it.", words()))
        .isLessThan(LEAST_OF_THE_SOURCES);
  }

  private static double partOfSources(String example, Set<String> words) {
    BitSet covered = new BitSet();
    for (String some : words) {
      for (int at = example.indexOf(some); at >= 0; at = example.indexOf(some, at + 1)) {
        covered.set(at, at + some.length());
      }
    }
    return (double) covered.cardinality() / example.length();
  }

  /** What stands between quotation marks; what is put together of constants is one. */
  private Set<String> words() {
    Set<String> words = new HashSet<>();
    for (String source : sources) {
      String joined = source.replaceAll("\"\\s*\\+\\s*\"", "");
      Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"")
          .matcher(joined)
          .results()
          .flatMap(it -> Stream.of(it.group(1).replace("\\\"", "\"").split("%[sdn]|\\{\\d}", -1)))
          .filter(some -> some.length() >= SHORTEST_WORDS)
          .forEach(words::add);
    }
    return words;
  }
}
