package io.zeal.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The results as text, one line each, columns aligned. */
final class Table {

  private static final List<String> HEAD =
      List.of(
          "work",
          "setting",
          "ours",
          "ns/op",
          "B/op",
          "peer",
          "ns/op",
          "B/op",
          "ratio [quartiles]",
          "goal",
          "met");

  private Table() {}

  static String of(List<Result> results) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(HEAD);
    results.forEach(result -> lines.add(cells(result)));
    int[] widths =
        IntStream.range(0, HEAD.size())
            .map(column ->
                lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0))
            .toArray();
    return lines.stream().map(line -> aligned(line, widths)).collect(Collectors.joining("\n"));
  }

  private static List<String> cells(Result result) {
    return List.of(
        result.work(),
        result.setting().toString(),
        result.ours().name(),
        nanos(result.ours()),
        bytes(result.ours()),
        result.peer().name(),
        nanos(result.peer()),
        bytes(result.peer()),
        ratio(result.ratio()),
        result.goal() == null ? "-" : result.goal().toString(),
        result.met().map(met -> met ? "yes" : "no").orElse("-"));
  }

  private static String nanos(Result.Side side) {
    return String.format(Locale.ROOT, "%.1f", side.nanosPerOperation().median());
  }

  private static String bytes(Result.Side side) {
    double bytes = side.bytesPerOperation();
    return Double.isNaN(bytes) ? "-" : String.format(Locale.ROOT, "%.0f", bytes);
  }

  private static String ratio(Spread ratio) {
    return String.format(
        Locale.ROOT, "%.2f [%.2f..%.2f]", ratio.median(), ratio.lower(), ratio.upper());
  }

  private static String aligned(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String cell = cells.get(column);
      String gap = " ".repeat(widths[column] - cell.length());
      line.append(isNumber(column) ? gap + cell : cell + gap).append("  ");
    }
    return line.toString().stripTrailing();
  }

  private static boolean isNumber(int column) {
    return HEAD.get(column).endsWith("/op");
  }
}
