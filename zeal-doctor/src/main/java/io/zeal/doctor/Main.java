package io.zeal.doctor;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.ToIntFunction;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Opens the backend that the settings name, prints what is found of it, and ends: {@code java
 * -Dzeal.backend=redis -p target/app -m io.zeal.doctor/io.zeal.doctor.Main}.
 */
public final class Main {

  /** Nothing was found that is to fail. */
  static final int OK = 0;

  /** Something was. */
  static final int FOUND = 1;

  /** The command line, a setting or the way to the backend has to change. */
  static final int USAGE = 2;

  private Main() {}

  /** Exits when it is done. */
  public static void main(String[] args) {
    Logger.getLogger("").setLevel(Level.WARNING); // clients of servers introduce themselves
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(args, ZealConfig.builder(), out, err));
  }

  /** Looks, prints, and says how that went as an exit code. */
  static int run(String[] args, ZealConfig.Builder config, PrintStream out, PrintStream err) {
    Arguments arguments;
    try {
      arguments = Arguments.parse(args);
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      err.println(Arguments.USAGE);
      return USAGE;
    }
    if (arguments.help()) {
      out.println(Arguments.USAGE);
      return OK;
    }
    try {
      return look(config, report -> print(report, arguments, out));
    } catch (ZealException e) {
      err.println("The backend cannot be looked at. " + e.getMessage());
      return USAGE;
    } catch (RuntimeException | LinkageError e) { // what nobody foresaw is no finding
      err.println("The backend cannot be looked at:");
      e.printStackTrace(err);
      return USAGE;
    }
  }

  /**
   * All drivers are on the path here, and what is found depends on none of them. It is printed
   * before the end, which may fail as well.
   */
  private static int look(ZealConfig.Builder config, ToIntFunction<Report> print) {
    config.set("zeal.doctor.at-start", "off").setDefault("zeal.redis.driver", "jedis");
    try (Zeal zeal = Zeal.open(config.build())) {
      return print.applyAsInt(new Report(zeal.info().name(), zeal.inspect()));
    }
  }

  private static int print(Report report, Arguments arguments, PrintStream out) {
    out.println(arguments.json() ? report.json() : report.text());
    return report.has(arguments.failOn()) ? FOUND : OK;
  }
}
