package io.zeal;

import static io.zeal.Refused.refused;
import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.zeal.found.BackBackends;
import io.zeal.found.BlueBackends;
import io.zeal.found.BrokenBackends;
import io.zeal.found.Decorating;
import io.zeal.found.InOneProcess;
import io.zeal.found.MoreRedBackends;
import io.zeal.found.RedBackends;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendDecorator;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.ForwardingBackend;
import io.zeal.spi.MessagingProvider;
import io.zeal.spi.Role;
import io.zeal.spi.Setting;
import java.lang.module.ModuleDescriptor;
import java.nio.file.spi.FileSystemProvider;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class OpeningTest {

  private final OpeningLog log = new OpeningLog();
  private final FilesOnThePath path = new FilesOnThePath();
  private final ZealConfig.Builder config =
      ZealConfig.builder().classLoader(path).instance(OpeningLog.class, log);

  private Zeal open() {
    return Zeal.open(config.build());
  }

  private void opening(Function<BackendContext, Backend> opening) {
    config.backend(new FakeBackendProvider("given", List.of(), opening));
  }

  // Choosing

  @Test
  void theOnlyBackendThereIsIsOpened() {
    path.with(BackendProvider.class, RedBackends.class);

    try (Zeal zeal = open()) {
      assertThat(zeal.info().name()).isEqualTo("red");
    }
    assertThat(log.lines()).containsExactly("open red at nowhere", "close red");
  }

  @Test
  void withoutAnyBackendTheErrorSaysHowToAddOne() {
    refused(
        ConfigurationException.class,
        ErrorCode.BACKEND_NOT_FOUND,
        this::open,
        "No backend found: []",
        "Add io.zeal:zeal-table",
        "META-INF/services/io.zeal.spi.BackendProvider",
        "ZealConfig.classLoader or moduleLayer");
  }

  @Test
  void ofSeveralBackendsNoneIsChosenSilently() {
    path.with(BackendProvider.class, RedBackends.class, BlueBackends.class);

    refused(
        ConfigurationException.class,
        ErrorCode.BACKEND_NOT_FOUND,
        this::open,
        "Several backends found: [blue, red]",
        "-Dzeal.backend=",
        "ZEAL_BACKEND");
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void theSettingChoosesAmongSeveral() {
    path.with(BackendProvider.class, RedBackends.class, BlueBackends.class);
    config.set("zeal.backend", "blue").set("zeal.blue.url", "somewhere");

    open().close();

    assertThat(log.lines()).containsExactly("open blue at somewhere", "close blue");
  }

  @Test
  void aBackendThatIsNotThereIsNamedWithThoseThatAre() {
    path.with(BackendProvider.class, RedBackends.class, BlueBackends.class);
    config.set("zeal.backend", "green");

    refused(
        ConfigurationException.class,
        ErrorCode.BACKEND_NOT_FOUND,
        this::open,
        "No backend named 'green'. Found: [blue, red]. Mend the name, or");
  }

  @Test
  void aBackendThatIsPublishedIsNamedWithItsArtifact() {
    path.with(BackendProvider.class, RedBackends.class);
    config.set("zeal.backend", "redis");

    refused(
        ConfigurationException.class,
        ErrorCode.BACKEND_NOT_FOUND,
        this::open,
        "No backend named 'redis'. Found: [red]. Add io.zeal:zeal-redis to the module path");
  }

  @Test
  void aSlipOfThePenIsAnsweredWithTheNearestName() {
    path.with(BackendProvider.class, BlueBackends.class);
    Map<String, String> answers = new LinkedHashMap<>();
    answers.put("bleu", "The nearest is 'blue'. Mend the name");
    answers.put("tabel", "The nearest is 'table'. Add io.zeal:zeal-table to");

    answers.forEach((slip, answer) -> {
      config.set("zeal.backend", slip);
      ConfigurationException error =
          refused(
              ConfigurationException.class,
              ErrorCode.BACKEND_NOT_FOUND,
              this::open,
              "No backend named '" + slip + "'. Found: [blue]. " + answer);
      assertThat(error.getMessage()).doesNotContain("zeal-" + slip);
    });
  }

  @Test
  void theOnlyBackendIsNotTakenForAnotherThatWasAskedFor() {
    path.with(BackendProvider.class, RedBackends.class);
    config.set("zeal.backend", "green");

    refused(
        ConfigurationException.class, ErrorCode.BACKEND_NOT_FOUND, this::open, "'green'", "[red]");
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void twoBackendsOfOneNameAreRefused() {
    path.with(BackendProvider.class, RedBackends.class, MoreRedBackends.class);

    refused(
        ConfigurationException.class,
        ErrorCode.DUPLICATE_PROVIDER,
        this::open,
        "Two plugins are named 'red'",
        RedBackends.class.getName(),
        MoreRedBackends.class.getName(),
        "Keep one on the path");
  }

  @Test
  void aBackendInCodeWinsOverPathAndSetting() {
    path.with(BackendProvider.class, RedBackends.class, BlueBackends.class);
    config.set("zeal.backend", "red").backend(FakeBackendProvider.of(new FakeBackend("given")));

    try (Zeal zeal = open()) {
      assertThat(zeal.info().name()).isEqualTo("given");
    }
  }

  @Test
  void aBackendInCodeStandsInForOneOfItsNameOnThePath() {
    path.with(BackendProvider.class, RedBackends.class);
    config.backend(FakeBackendProvider.of(new FakeBackend("red")));

    open().close();

    assertThat(log.lines()).isEmpty();
  }

  @Test
  void aPluginThatCannotBeLoadedIsNamedWithItsCause() {
    path.with(BackendProvider.class, BrokenBackends.class);

    ConfigurationException error =
        refused(
            ConfigurationException.class,
            ErrorCode.MODULE_NOT_FOUND,
            this::open,
            BackendProvider.class.getName(),
            BrokenBackends.class.getName(),
            "Mend or remove its module");
    assertThat(error).hasRootCauseMessage("a library is missing");
  }

  @Test
  void aBackendWithoutItsLibrarySaysSo() {
    LinkageError missing = new NoClassDefFoundError("com/spotify/folsom/MemcacheClient");
    opening(_ -> {
      throw missing;
    });

    ConfigurationException error =
        refused(
            ConfigurationException.class,
            ErrorCode.MODULE_NOT_FOUND,
            this::open,
            "Backend 'given' cannot be loaded",
            "com/spotify/folsom/MemcacheClient",
            "Its library is missing");
    assertThat(error).hasCause(missing);
  }

  @Test
  void aLineThatNamesNoClassIsRefused() {
    path.with("META-INF/services/" + BackendProvider.class.getName(), "io.zeal.found.Nowhere");

    refused(
        ConfigurationException.class,
        ErrorCode.MODULE_NOT_FOUND,
        this::open,
        "io.zeal.found.Nowhere",
        "cannot be loaded");
  }

  // Where plugins are looked for

  @Test
  void withoutALoaderInTheConfigurationTheContextClassLoaderCounts() {
    path.with(BackendProvider.class, RedBackends.class);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(path);
    try (Zeal zeal = Zeal.open()) {
      assertThat(zeal.info().name()).isEqualTo("red");
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void withoutAContextClassLoaderZealsOwnCounts() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(null);
    try {
      refused(
          ConfigurationException.class,
          ErrorCode.BACKEND_NOT_FOUND,
          Zeal::open,
          "No backend found");
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void aModuleLayerIsSearchedInsteadOfTheLoader() {
    path.with(BackendProvider.class, BlueBackends.class);
    ModuleLayer layer =
        Layers.of(
            ModuleDescriptor.newModule("found")
                .requires("io.zeal")
                .packages(java.util.Set.of("io.zeal.found"))
                .provides(BackendProvider.class.getName(), List.of(RedBackends.class.getName()))
                .build());
    config.moduleLayer(layer);

    try (Zeal zeal = open()) {
      assertThat(zeal.info().name()).isEqualTo("red");
    }
  }

  @Test
  void theFileIsReadThroughTheConfiguredLoader() {
    path.with(BackendProvider.class, RedBackends.class);
    path.with("zeal.properties", "zeal.red.url=in the file");

    open().close();

    assertThat(log.lines()).contains("open red at in the file");
  }

  // Decorating

  @Test
  void decoratorsAreAppliedByOrderThenNameTheLastOutermost() {
    path.with(BackendProvider.class, RedBackends.class);
    path.with(
        BackendDecorator.class,
        Decorating.Outermost.class,
        Decorating.Outer.class,
        Decorating.Inner.class);

    try (Zeal zeal = open()) {
      assertThat(zeal.info().name()).isEqualTo("outermost(outer(inner(red)))");
    }
    assertThat(log.lines())
        .containsExactly(
            "open red at nowhere",
            "inner around red as PRIMARY",
            "outer around inner(red) as PRIMARY",
            "outermost around outer(inner(red)) as PRIMARY",
            "close outermost",
            "close outer",
            "close inner",
            "close red");
  }

  @Test
  void aBackendOpenedByAnotherIsDecoratedForItsRole() {
    path.with(BackendProvider.class, RedBackends.class, BlueBackends.class);
    path.with(BackendDecorator.class, Decorating.Inner.class);
    opening(context -> {
      Backend near = context.open("red", Role.NEAR);
      context.open("blue", Role.FAR);
      return near;
    });

    open().close();

    assertThat(log.lines())
        .containsSubsequence(
            "open red at nowhere",
            "inner around red as NEAR",
            "open blue at nowhere",
            "inner around blue as FAR",
            "inner around inner(red) as PRIMARY");
  }

  @Test
  void aBackendOpenedByAnotherHasToBeThere() {
    path.with(BackendProvider.class, RedBackends.class);
    opening(context -> context.open("green", Role.FAR));

    refused(
        ConfigurationException.class,
        ErrorCode.BACKEND_NOT_FOUND,
        this::open,
        "'green'",
        "[given, red]");
  }

  @Test
  void aDecoratorThatThrowsLeavesNothingOpen() {
    path.with(BackendProvider.class, RedBackends.class);
    path.with(BackendDecorator.class, Decorating.Failing.class, Decorating.Inner.class);

    assertThatThrownBy(this::open).hasMessage("cannot decorate");

    assertThat(log.lines())
        .containsExactly(
            "open red at nowhere", "inner around red as PRIMARY", "close inner", "close red");
  }

  @Test
  void aBackendThatCannotSayWhatItIsIsClosed() {
    RuntimeException failure = new IllegalStateException("no answer");
    FakeBackend fake = new FakeBackend("given");
    opening(_ ->
        new ForwardingBackend(fake) {
          @Override
          public BackendInfo info() {
            throw failure;
          }
        });

    assertThatThrownBy(this::open).isSameAs(failure);

    assertThat(fake.closes()).isEqualTo(1);
  }

  @Test
  void aBackendThatOpensItselfIsRefused() {
    opening(context -> context.open("given", Role.FAR));

    refused(
        ConfigurationException.class,
        ErrorCode.BACKEND_OPENS_ITSELF,
        this::open,
        "'given' opens itself: given -> given");
  }

  @Test
  void backendsThatOpenEachOtherAreRefusedWithTheWholeChain() {
    path.with(BackendProvider.class, RedBackends.class, BackBackends.class);
    opening(context -> {
      context.open("red", Role.NEAR).close(); // another one twice is nobody's loop
      context.open("red", Role.NEAR).close();
      return context.open("back", Role.FAR);
    });

    refused(
        ConfigurationException.class,
        ErrorCode.BACKEND_OPENS_ITSELF,
        this::open,
        "'given' opens itself: given -> back -> given");
  }

  @Test
  void anErrorWhileClosingDoesNotHideWhyOpeningFailed() {
    path.with(BackendDecorator.class, Decorating.Failing.class);
    opening(_ -> closing(new IllegalStateException("cannot close")));

    assertThatThrownBy(this::open)
        .hasMessage("cannot decorate")
        .hasSuppressedException(new IllegalStateException("cannot close"));
  }

  private static Backend closing(RuntimeException failure) {
    return new ForwardingBackend(new FakeBackend("given")) {
      @Override
      public void close() {
        throw failure;
      }
    };
  }

  // What a plugin is given

  @Test
  void aReadyMadeInstanceIsHandedThroughByItsType() {
    String client = "client";
    config.instance(CharSequence.class, client);
    opening(context -> {
      assertThat(context.instance(CharSequence.class)).containsSame(client);
      assertThat(context.instance(String.class)).isEmpty();
      return new FakeBackend("given");
    });

    open().close();
  }

  @Test
  void anInstanceThatNobodyAskedForIsOneLineInTheLog() {
    config.instance(CharSequence.class, "hunter2").instance(Number.class, 7);
    opening(context -> {
      assertThat(context.instance(OpeningLog.class)).isPresent();
      assertThat(context.instance(Runnable.class)).isEmpty();
      return new FakeBackend("given");
    });

    try (LogCapture lines = new LogCapture()) {
      open().close();

      assertThat(lines.lines())
          .containsExactly(
              "WARNING: ZealConfig.instance: no plugin on the path took [java.lang.CharSequence,"
                  + " java.lang.Number]. Types that were asked for: [io.zeal.OpeningLog,"
                  + " java.lang.Runnable].");
    }
  }

  @Test
  void instancesThatWereAskedForAreNoLineInTheLog() {
    config.instance(CharSequence.class, "client");
    opening(context -> {
      assertThat(context.instance(CharSequence.class)).isPresent();
      assertThat(context.instance(OpeningLog.class)).isPresent();
      return new FakeBackend("given");
    });

    try (LogCapture lines = new LogCapture()) {
      open().close();

      assertThat(lines.lines()).isEmpty();
    }
  }

  /** Caches and messages are opened late, and may take what the backend did not. */
  @Test
  void whereSomethingOpensLateTheLineComesAtTheEnd() {
    path.with(MessagingProvider.class, InOneProcess.FoundMessaging.class);
    opening(_ -> new FakeBackend("given"));
    config.instance(CharSequence.class, "client");

    try (LogCapture lines = new LogCapture()) {
      Zeal zeal = open();
      zeal.pubSub();
      assertThat(lines.lines()).isEmpty();

      zeal.close();

      assertThat(lines.lines())
          .singleElement(as(STRING))
          .contains("took [java.lang.CharSequence]")
          .contains("io.zeal.OpeningLog");
    }
  }

  @Test
  void settingsAreReadAsDeclared() {
    Setting<Long> port = Setting.number("zeal.given.port", 1, 10);
    Setting<String> url = Setting.text("zeal.given.url");
    config
        .set("zeal.given.port", "7")
        .backend(
            new FakeBackendProvider(
                "given",
                List.of(port, url),
                context -> {
                  assertThat(context.setting(port)).isEqualTo(7);
                  assertThat(context.optionalSetting(url)).isEmpty();
                  refused(
                      ConfigurationException.class,
                      ErrorCode.MISSING_SETTING,
                      () -> context.setting(url),
                      "zeal.given.url");
                  return new FakeBackend("given");
                }));

    open().close();
  }

  @Test
  void theClockIsTheConfiguredOne() {
    InstantSource clock = InstantSource.fixed(Instant.EPOCH);
    config.clock(clock);
    opening(context -> {
      assertThat(context.clock()).isSameAs(clock);
      return new FakeBackend("given");
    });

    open().close();
  }

  @Test
  void aPluginFindsServicesThatZealDoesNotKnow() {
    opening(context -> {
      assertThat(context.plugins(FileSystemProvider.class)).isNotEmpty();
      return new FakeBackend("given");
    });

    open().close();
  }

  @Test
  void theExecutorRunsVirtualThreadsUntilTheEnd() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    opening(context -> {
      context.executor().execute(() -> runUntilInterrupted(started, interrupted));
      return new FakeBackend("given");
    });

    Zeal zeal = open();
    assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
    zeal.close();

    assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aProviderThatThrowsLeavesNoTaskRunning() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    opening(context -> {
      context.executor().execute(() -> runUntilInterrupted(started, interrupted));
      throw new IllegalStateException("no server");
    });

    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> assertThatExceptionOfType(IllegalStateException.class).isThrownBy(this::open));

    assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private static void runUntilInterrupted(CountDownLatch started, CountDownLatch interrupted) {
    assertThat(Thread.currentThread().isVirtual()).isTrue();
    started.countDown();
    try {
      Thread.currentThread().join();
    } catch (InterruptedException e) {
      interrupted.countDown();
    }
  }
}
