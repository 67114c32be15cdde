package io.zeal.concurrency.lincheck;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.StressOptions;

/** Runs histories against a map that answers one call after the other. */
public final class Lincheck {

  private static final Map<String, Subjects> TESTS =
      new TreeMap<>(
          Map.of(
              "rows", new Subjects(RowsHistory.class, RowsModel.class),
              "fullStore", new Subjects(FullStoreHistory.class, FullStoreModel.class),
              "counter", new Subjects(CounterHistory.Plain.class, CounterModel.class),
              "windowedCounter", new Subjects(CounterHistory.Windowed.class, CounterModel.class)));

  private Lincheck() {}

  private record Subjects(Class<?> history, Class<?> model) {}

  /**
   * How much of it.
   *
   * @param seed says which histories
   * @param histories how many of them
   * @param times how often each is run
   */
  public record Effort(long seed, int histories, int times) {}

  /** The names of all tests. */
  public static Iterable<String> tests() {
    return TESTS.keySet();
  }

  /** Runs one; answers what was found that no order of the calls explains. */
  public static Optional<String> run(String test, Effort effort) {
    Subjects subjects = TESTS.get(test);
    if (subjects == null) {
      throw new IllegalArgumentException("No test '" + test + "'. There is: " + TESTS.keySet());
    }
    Later.begin(effort.seed());
    // Two threads and then three: more meet, less is to be checked.
    return run(subjects, effort, 2, 4).or(() -> run(subjects, effort, 3, 2));
  }

  private static Optional<String> run(Subjects subjects, Effort effort, int threads, int calls) {
    try {
      new StressOptions()
          .iterations(effort.histories())
          .invocationsPerIteration(effort.times())
          .threads(threads)
          .actorsPerThread(calls)
          .actorsBefore(2)
          .actorsAfter(2)
          .executionGenerator(Later.class)
          .sequentialSpecification(subjects.model())
          .minimizeFailedScenario(false)
          .check(subjects.history());
      return Optional.empty();
    } catch (LincheckAssertionError e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
