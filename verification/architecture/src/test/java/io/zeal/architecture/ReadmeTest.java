package io.zeal.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The README's Java is code that compiles and runs in verification/consumer. */
class ReadmeTest {

  private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
  private static final String EXAMPLE =
      "verification/consumer/src/main/java/io/zeal/consumer/ReadmeExample.java";

  @Test
  void firstExampleOfTheReadmeIsCompiledCode() throws IOException {
    var readme = JAVA.matcher(Files.readString(Reactor.ROOT.resolve("README.md")));

    assertThat(readme.find()).as("README.md has a block of Java").isTrue();
    assertThat(lines(Files.readString(Reactor.ROOT.resolve(EXAMPLE))))
        .as("%s holds the README's first block of Java, line by line", EXAMPLE)
        .contains(lines(readme.group(1)));
  }

  /** Without indentation and blank lines, which differ between a page and a class. */
  private static String lines(String code) {
    return code.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("\n"));
  }
}
