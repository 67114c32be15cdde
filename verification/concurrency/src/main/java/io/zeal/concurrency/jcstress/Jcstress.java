package io.zeal.concurrency.jcstress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.grading.GradingResult;
import org.openjdk.jcstress.infra.runners.ForkedTestConfig;
import org.openjdk.jcstress.infra.runners.Runner;
import org.openjdk.jcstress.infra.runners.TestConfig;
import org.openjdk.jcstress.infra.runners.TestList;
import org.openjdk.jcstress.os.AffinityMode;
import org.openjdk.jcstress.os.NodeType;
import org.openjdk.jcstress.os.SchedulingClass;
import org.openjdk.jcstress.vm.CompileMode;

/**
 * Runs tests of jcstress in this process, one at a time.
 *
 * <p>jcstress's own command starts a process for each of dozens of variants of each test, and
 * leaves out tests with more actors than processors. What such a process does, and nothing else, is
 * done here; who wants variants starts a process with other flags ({@link
 * io.zeal.concurrency.Main}).
 */
public final class Jcstress {

  private static final String PACKAGE = Jcstress.class.getPackageName() + ".";

  /**
   * Runs that are prepared at a time are at most their product; {@code Place} has more than that.
   */
  private static final int STRIDE_SIZE = 16;

  private static final int STRIDE_COUNT = 8;

  private Jcstress() {}

  /**
   * What came of a test.
   *
   * @param test its name
   * @param failures what was found that may not be; empty if it passed
   * @param interesting what was found that may be and is worth a line
   * @param runs how often the actors met
   */
  public record Result(String test, List<String> failures, List<String> interesting, long runs) {

    /** Whether nothing was found that may not be. */
    public boolean passed() {
      return failures.isEmpty();
    }
  }

  /** The names of all tests, like {@code Walks.Replacing}. */
  public static List<String> tests() {
    return TestList.tests().stream()
        .filter(name -> name.startsWith(PACKAGE))
        .map(name -> name.substring(PACKAGE.length()))
        .sorted()
        .toList();
  }

  /** Runs one test for that long. */
  public static Result run(String test, int millis) {
    TestConfig config = config(PACKAGE + test, millis);
    TestResult found = runner(config).run();
    found.setConfig(config);
    return result(test, found);
  }

  private static TestConfig config(String test, int millis) {
    Options options =
        new Options(
            new String[] {
              "-time", String.valueOf(millis),
              "-iters", "1",
              "-strideSize", String.valueOf(STRIDE_SIZE),
              "-strideCount", String.valueOf(STRIDE_COUNT),
              "-spinStyle", "THREAD_YIELD",
              // Only to keep it from finding out, which takes a second.
              "-c", String.valueOf(Runtime.getRuntime().availableProcessors())
            });
    try {
      options.parse();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var info = TestList.getInfo(test);
    return new TestConfig(
        options,
        info,
        0,
        List.of(),
        CompileMode.UNIFIED,
        new SchedulingClass(AffinityMode.NONE, info.threads(), NodeType.PACKAGE));
  }

  private static Runner<?> runner(TestConfig config) {
    try {
      return Class.forName(config.generatedRunnerName)
          .asSubclass(Runner.class)
          .getConstructor(ForkedTestConfig.class)
          .newInstance(new ForkedTestConfig(config));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "Test "
              + config.name
              + " has no runner. It is written by jcstress's annotation processor when this module is"
              + " compiled; compile it anew.",
          e);
    }
  }

  private static Result result(String test, TestResult found) {
    List<String> failures = new ArrayList<>();
    List<String> interesting = new ArrayList<>();
    long runs = 0;
    if (found.status() != Status.NORMAL) {
      failures.add(found.status() + " " + String.join("\n", found.getMessages()));
    }
    for (GradingResult outcome : found.grading().gradingResults.values()) {
      runs += outcome.count;
      if (outcome.count == 0) {
        continue;
      }
      String line = "'" + outcome.id + "' " + outcome.count + " times: " + outcome.description;
      if (outcome.expect == Expect.FORBIDDEN) {
        failures.add(line);
      } else if (outcome.expect == Expect.ACCEPTABLE_INTERESTING) {
        interesting.add(line);
      }
    }
    return new Result(test, failures, interesting, runs);
  }
}
