package io.zeal.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A file with one JSON object per line, each with the facts, so that a line can be read by itself.
 */
final class JsonLines {

  private static final JsonMapper MAPPER = JsonMapper.shared();

  private JsonLines() {}

  /**
   * One object.
   *
   * @param met null if there is no goal
   */
  record Line(Facts facts, @Nullable Boolean met, Result result) {

    static Line of(Facts facts, Result result) {
      return new Line(facts, result.met().orElse(null), result);
    }
  }

  static void write(Path file, Facts facts, List<Result> results) throws IOException {
    Files.writeString(
        file,
        results.stream()
            .map(result -> MAPPER.writeValueAsString(Line.of(facts, result)) + "\n")
            .collect(Collectors.joining()));
  }

  static List<Result> read(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .map(line -> MAPPER.readValue(line, Line.class).result())
        .toList();
  }
}
