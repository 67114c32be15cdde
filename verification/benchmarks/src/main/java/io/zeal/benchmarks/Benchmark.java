package io.zeal.benchmarks;

import java.util.List;
import java.util.OptionalLong;

/**
 * One question about speed: one kind of work, done by Zeal and by its peers, in some settings.
 *
 * <p>A class needs a constructor without arguments, and a line in {@link Catalog}.
 */
public interface Benchmark {

  /** What to type behind {@code ./zeal bench} to run it. */
  String area();

  /** What is done once per operation, in a few words: it is the first column of the table. */
  String work();

  /** Under which circumstances; each is measured by itself. */
  List<Setting> settings();

  /** The same with {@code --quick}, for settings that take long to prepare; none leaves it out. */
  default List<Setting> quickSettings() {
    return settings();
  }

  /** Why it is not in a run for which it has no settings. */
  default String leftOut() {
    return "not with --quick.";
  }

  /** Those of a quick run, or of a full one. */
  default List<Setting> settings(boolean quick) {
    return quick ? quickSettings() : settings();
  }

  /** Who does the work: Zeal first, then its peers. Names are unique. */
  List<Candidate> candidates();

  /** What is asked of Zeal in this setting; none unless overridden. */
  default List<Goal> goals(Setting setting) {
    return List.of();
  }

  /** How the work is timed; as calls of nanoseconds in this process unless overridden. */
  default Timing timing() {
    return Timing.BATCHES;
  }

  /** How long to measure, for work that takes far longer or far less long than usual. */
  default Pace pace(Pace usual) {
    return usual;
  }

  /**
   * Whether what everybody allocates is measured too, which opens each of them once more; not where
   * each call is timed by itself.
   */
  default boolean isAllocationMeasured() {
    return timing() == Timing.BATCHES;
  }

  /**
   * The most that Zeal may allocate per operation in this setting; {@code --check} insists on it.
   */
  default OptionalLong maxBytesPerOperation(Setting setting) {
    return OptionalLong.empty();
  }

  /** Flags that some candidate needs of the JVM; they hold for all candidates of this question. */
  default List<String> jvmFlags() {
    return List.of();
  }

  /** The name under which the JVM that measures finds it. */
  default String name() {
    return getClass().getSimpleName();
  }
}
