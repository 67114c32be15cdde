package io.zeal.selftest;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.engine.support.store.Namespace;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the whole kit against the twin with something broken, or what is about scripts against a
 * server. Several runs at once do not know of each other: each has a session of its own, and what
 * is broken comes with it.
 */
final class Kit {

  /** How the kit's tests ended, by method name. */
  record Outcome(
      Map<String, Throwable> failed, Map<String, String> skipped, Map<String, Boolean> passed) {}

  private static final LauncherConfig ALONE =
      LauncherConfig.builder()
          .enableTestExecutionListenerAutoRegistration(false)
          .enableLauncherSessionListenerAutoRegistration(false)
          .enableLauncherDiscoveryListenerAutoRegistration(false)
          .enablePostDiscoveryFilterAutoRegistration(false)
          .build();

  private Kit() {}

  /**
   * Runs every test of the kit that the breakage can reach; {@code threads} of 1 is one after
   * another.
   */
  static Outcome run(Breakage breakage, int threads) {
    LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
    (breakage.onServer ? Subjects.ON_SERVER : breakage.subjects)
        .forEach(subject -> request.selectors(selectClass(subject)));
    if (threads > 1) {
      request
          .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
          .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
          .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
          .configurationParameter(
              "junit.jupiter.execution.parallel.config.executor-service", "WORKER_THREAD_POOL")
          .configurationParameter(
              "junit.jupiter.execution.parallel.config.fixed.parallelism", "" + threads);
    }
    return run(breakage, request.build());
  }

  private static Outcome run(Breakage breakage, LauncherDiscoveryRequest request) {
    Outcome outcome = new Outcome(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    try (LauncherSession session = LauncherFactory.openSession(ALONE)) {
      session.getStore().put(Namespace.GLOBAL, Breakage.class, breakage);
      session.getLauncher().execute(request, new Recorder(outcome));
    }
    return outcome;
  }

  /** Gives the subjects, which JUnit makes, what is broken in their run. */
  static final class Broken implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Breakage.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return Objects.requireNonNull(
          context
              .getStore(StoreScope.LAUNCHER_SESSION, ExtensionContext.Namespace.GLOBAL)
              .get(Breakage.class));
    }
  }

  private record Recorder(Outcome outcome) implements TestExecutionListener {

    @Override
    public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
      String name = name(test);
      switch (result.getStatus()) {
        case SUCCESSFUL -> {
          if (test.isTest()) {
            outcome.passed.put(name, true);
          }
        }
        case ABORTED ->
            outcome.skipped.put(name, result.getThrowable().map(Throwable::getMessage).orElse(""));
        case FAILED ->
            outcome.failed.put(name, result.getThrowable().orElseGet(AssertionError::new));
      }
    }

    private static String name(TestIdentifier test) {
      return test.getSource()
          .filter(MethodSource.class::isInstance)
          .map(source -> ((MethodSource) source).getMethodName())
          .orElse(test.getUniqueId());
    }
  }
}
