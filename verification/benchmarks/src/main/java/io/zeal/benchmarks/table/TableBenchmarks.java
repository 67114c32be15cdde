package io.zeal.benchmarks.table;

import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.table.RowBytesBenchmark.Length;
import io.zeal.benchmarks.table.RowBytesBenchmark.Where;
import java.util.ArrayList;
import java.util.List;

/** The questions of this area. */
public final class TableBenchmarks {

  private TableBenchmarks() {}

  /** All of them. */
  public static List<Benchmark> all() {
    List<Benchmark> all = new ArrayList<>();
    for (Scale scale : Scale.values()) {
      all.add(new ReadRowBenchmark(scale));
      all.add(new WriteRowBenchmark(scale));
      all.add(new CountBenchmark(scale));
      all.add(new ReadColumnBenchmark(scale));
      all.add(new VisitRowsBenchmark(scale));
    }
    all.add(new DecodeRowBenchmark());
    all.add(new TwoProcessesBenchmark());
    for (Length length : Length.values()) {
      for (Where where : Where.values()) {
        all.add(new RowBytesBenchmark(where, length));
      }
    }
    return all;
  }
}
