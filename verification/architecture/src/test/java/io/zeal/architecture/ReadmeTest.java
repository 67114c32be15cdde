package io.zeal.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Java on pages is code that compiles, and for beginners code that runs too. */
class ReadmeTest {

  private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
  private static final String CONSUMER = "verification/consumer/src/main/java/io/zeal/consumer/";
  private static final String EXAMPLE = CONSUMER + "ReadmeExample.java";
  private static final String DRIVER =
      "verification/redis-drivers/src/test/java/io/zeal/redisdrivers/DriverExample.java";
  private static final String SCRIPTS = "zeal-api/src/main/java/io/zeal/Scripts.java";
  private static final String CACHES =
      "zeal-cache-jackson/src/test/java/io/zeal/cache/jackson/CacheExamples.java";
  private static final String MESSAGES =
      "zeal-pubsub/src/test/java/io/zeal/pubsub/MessageExamples.java";
  private static final String COPIES =
      "verification/redis-drivers/src/test/java/io/zeal/redisdrivers/CopyExamplesTest.java";
  private static final String MEMCACHED =
      "zeal-memcached/src/test/java/io/zeal/memcached/MemcachedExamplesTest.java";
  private static final String TELEMETRY =
      "verification/consumer-telemetry/src/main/java/io/zeal/consumer/telemetry/Main.java";
  private static final String FAULTS =
      "zeal-testkit/src/test/java/io/zeal/testkit/ChaosExamplesTest.java";
  private static final String RESILIENCE =
      "verification/outages/src/test/java/io/zeal/outages/FallbackExampleTest.java";
  private static final String FIRST_STEPS = CONSUMER + "FirstSteps.java";

  @Test
  void firstExampleOfTheReadmeIsCompiledCode() throws IOException {
    var readme = JAVA.matcher(Files.readString(Reactor.ROOT.resolve("README.md")));

    assertThat(readme.find()).as("README.md has a block of Java").isTrue();
    assertThat(lines(Files.readString(Reactor.ROOT.resolve(EXAMPLE))))
        .as("%s holds the README's first block of Java, line by line", EXAMPLE)
        .contains(lines(readme.group(1)));
  }

  @ParameterizedTest
  @CsvSource({
    "docs/first-steps.md, " + FIRST_STEPS,
    "docs/contract/scripts.md, " + FIRST_STEPS,
    "docs/redis-drivers.md, " + DRIVER,
    "docs/caches.md, " + CACHES,
    "docs/copies.md, " + COPIES,
    "docs/memcached.md, " + MEMCACHED,
    "docs/messages.md, " + MESSAGES,
    "docs/telemetry.md, " + TELEMETRY,
    "docs/testkit.md, " + FAULTS,
    "docs/resilience.md, " + RESILIENCE
  })
  void everyExampleOfThePageIsCompiledCode(String page, String source) throws IOException {
    String code = lines(Files.readString(Reactor.ROOT.resolve(source)));
    List<String> examples =
        JAVA.matcher(Files.readString(Reactor.ROOT.resolve(page)))
            .results()
            .map(block -> lines(block.group(1)))
            .toList();

    assertThat(examples).as("blocks of Java in %s", page).isNotEmpty();
    assertThat(examples)
        .allSatisfy(
            example -> assertThat(code).as("%s holds it line by line", source).contains(example));
  }

  @Test
  void exampleInTheJavadocOfScriptsIsCompiledCode() throws IOException {
    String scripts = Files.readString(Reactor.ROOT.resolve(SCRIPTS));
    int from = scripts.indexOf("{@snippet lang=\"java\" :");
    assertThat(from).as("%s has a snippet", SCRIPTS).isPositive();
    String snippet =
        scripts
            .substring(scripts.indexOf('\n', from), scripts.indexOf("\n * }\n", from))
            .replaceAll("(?m)^ \\*", "");

    assertThat(lines(Files.readString(Reactor.ROOT.resolve(FIRST_STEPS)))).contains(lines(snippet));
  }

  /** Without indentation and blank lines, which differ between a page and a class. */
  private static String lines(String code) {
    return code.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("\n"));
  }
}
