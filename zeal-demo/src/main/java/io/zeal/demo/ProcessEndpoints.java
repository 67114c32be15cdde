package io.zeal.demo;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /demo/processes}: processes of one host that add to the same rows of a table. */
final class ProcessEndpoints {

  private static final long MILLIS = 2_000;

  private final @Nullable Adder adder;

  /**
   * Over what this process adds.
   *
   * @param adder null if the backend is none that processes of one host share
   */
  ProcessEndpoints(@Nullable Adder adder) {
    this.adder = adder;
  }

  void addTo(Routes routes) {
    routes.add("GET", "/demo/processes", this::show);
    routes.add("POST", "/demo/processes/add", this::add);
  }

  /**
   * The rows.
   *
   * @param there whether processes of one host share the backend; if not, the rest is absent
   * @param server the name of this demo
   * @param addingMillis how long all go on adding
   * @param all what is in the row that everybody adds to
   * @param sum of what is in the rows of the processes
   * @param equal whether these are the same; not to be relied on while processes add
   * @param processes each process there is or was, those that live first
   * @param error why this process cannot add; absent if it can
   */
  record ProcessesAnswer(
      boolean there,
      @Nullable String server,
      @Nullable String addingMillis,
      @Nullable String all,
      @Nullable String sum,
      @Nullable Boolean equal,
      @Nullable List<ProcessAnswer> processes,
      Problem.@Nullable Detail error) {}

  /**
   * A process.
   *
   * @param name of its demo
   * @param added what is in its own row
   * @param state ALIVE, SILENT (killed, stopped or stuck) or ENDED
   * @param silentMillis how long ago it last said that it lives; 0 of one that ended
   */
  record ProcessAnswer(String name, String pid, String added, String state, String silentMillis) {}

  private void show(Exchange exchange) throws IOException {
    var _ = exchange.query();
    exchange.json(
        200,
        adder == null
            ? new ProcessesAnswer(false, null, null, null, null, null, null, null)
            : answer(adder));
  }

  private void add(Exchange exchange) throws IOException {
    Body body = exchange.body("millis");
    long millis = body.whole("millis", 1, Adder.MOST_MILLIS, MILLIS);
    Adder here = require();
    here.letAllAdd(millis);
    exchange.json(200, answer(here));
  }

  private static ProcessesAnswer answer(Adder adder) {
    Adder.Rows rows = adder.rows();
    long sum = rows.sum();
    Problem problem = adder.problem();
    return new ProcessesAnswer(
        true,
        adder.name(),
        String.valueOf(rows.leftMillis()),
        String.valueOf(rows.all()),
        String.valueOf(sum),
        rows.all() == sum,
        rows.parts().stream()
            .sorted(Comparator.comparing(Adder.Part::state).thenComparing(Adder.Part::name))
            .map(ProcessEndpoints::answer)
            .toList(),
        problem == null ? null : problem.detail());
  }

  private static ProcessAnswer answer(Adder.Part part) {
    return new ProcessAnswer(
        part.name(),
        String.valueOf(part.pid()),
        String.valueOf(part.added()),
        part.state().name(),
        String.valueOf(part.silentMillis()));
  }

  private Adder require() {
    if (adder == null) {
      throw new Problem(
          501,
          "DEMO-501",
          "No other process shares this backend as a table of this host. Start the demo with"
              + " ./zeal demo --processes 2, or each with -Dzeal.table.directory=/dev/shm/zeal-demo.");
    }
    return adder;
  }
}
