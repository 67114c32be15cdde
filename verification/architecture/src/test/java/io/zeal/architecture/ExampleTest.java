package io.zeal.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The backend that is there to be read stays short enough to be read. */
class ExampleTest {

  private static final int LIMIT = 300;

  @Test
  void theMapBackendHasFewerThan300LinesOfCode() throws IOException {
    int lines = 0;
    for (var file : sources(Reactor.ROOT.resolve("examples/zeal-backend-map/src/main/java"))) {
      lines += codeLines(Files.readAllLines(file));
    }

    assertThat(lines)
        .as("lines of examples/zeal-backend-map: not blank, no comment, no import, no package")
        .isBetween(1, LIMIT - 1);
  }

  @Test
  void blankLinesCommentsImportsAndPackagesAreNoCode() {
    assertThat(
            codeLines(
                """
                package a;

                import b.C;

                /** What it is. */
                class D { // for E

                  /*
                   * Why.
                   */
                  int f = 1; /* not
                  code */
                  // none
                }
                """
                    .lines()
                    .toList()))
        .isEqualTo(3);
  }

  private static List<Path> sources(Path root) throws IOException {
    try (var files = Files.walk(root)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  private static int codeLines(List<String> lines) {
    int code = 0;
    boolean comment = false;
    for (String line : lines) {
      var text = line.strip();
      boolean begins = text.startsWith("/*");
      boolean isCode =
          !comment
              && !begins
              && !text.isEmpty()
              && !text.startsWith("//")
              && !text.startsWith("import ")
              && !text.startsWith("package ");
      code += isCode ? 1 : 0;
      comment = (comment || text.contains("/*")) && !text.endsWith("*/");
    }
    return code;
  }
}
