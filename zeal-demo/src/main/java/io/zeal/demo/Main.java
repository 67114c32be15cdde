package io.zeal.demo;

import io.zeal.ConfigurationException;
import io.zeal.ZealException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.util.function.Consumer;

/** Starts the demo: {@code java -p target/app -m io.zeal.demo/io.zeal.demo.Main --port 8080}. */
public final class Main {

  /** It runs, or help was asked for. */
  static final int OK = 0;

  /** Something failed that neither the command line nor a setting can mend. */
  static final int FAILED = 1;

  /** The command line, a setting or the port has to change. */
  static final int USAGE = 2;

  private Main() {}

  /** Runs until the process is told to stop; exits at once if it cannot start. */
  public static void main(String[] args) {
    int exit = run(args, System.out, System.err, Main::closeAtExit);
    if (exit != OK) {
      System.exit(exit);
    }
  }

  /** Starts the demo, hands it to {@code started}, and says how that went as an exit code. */
  static int run(String[] args, PrintStream out, PrintStream err, Consumer<Demo> started) {
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
    return start(arguments, out, err, started);
  }

  private static int start(
      Arguments arguments, PrintStream out, PrintStream err, Consumer<Demo> started) {
    try {
      Demo demo = Demo.start(arguments);
      started.accept(demo);
      out.println("Zeal demo on " + demo.url() + " (backend " + demo.backend() + ")");
      return OK;
    } catch (ConfigurationException e) {
      err.println(e.getMessage());
      return USAGE;
    } catch (BindException e) {
      err.println(
          "Port "
              + arguments.port()
              + " on "
              + arguments.bind().getHostAddress()
              + " cannot be had: "
              + e.getMessage()
              + ". Stop what listens there, or choose another with --port N; --port 0 takes any that is free.");
      return USAGE;
    } catch (ZealException e) {
      err.println("The demo could not start. " + e.getMessage());
      return FAILED;
    } catch (IOException e) {
      err.println("The demo could not start its web server: " + e);
      return FAILED;
    }
  }

  private static void closeAtExit(Demo demo) {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> stop(demo, System.out), "zeal-demo-stop"));
  }

  /** Closes the demo and says so, last. */
  static void stop(Demo demo, PrintStream out) {
    demo.close();
    out.println("Zeal demo stopped.");
  }
}
