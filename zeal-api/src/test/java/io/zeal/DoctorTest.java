package io.zeal;

import static io.zeal.Refused.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.zeal.Finding.Severity;
import io.zeal.spi.Backend;
import io.zeal.spi.ForwardingBackend;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DoctorTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String NETTY = "META-INF/io.netty.versions.properties";

  private final FakeBackend backend = new FakeBackend("fake");
  private final ZealConfig.Builder config =
      ZealConfig.builder().set("zeal.doctor.at-start", "off").backend(finding(() -> List.of()));

  /** A backend that finds what {@code findings} says at that moment. */
  private FakeBackendProvider finding(Supplier<List<Finding>> findings) {
    return new FakeBackendProvider("fake", List.of(), _ -> new Finds(backend, findings));
  }

  private static final class Finds extends ForwardingBackend {

    private final Supplier<List<Finding>> findings;

    Finds(Backend inner, Supplier<List<Finding>> findings) {
      super(inner);
      this.findings = findings;
    }

    @Override
    public List<Finding> inspect() {
      return findings.get();
    }
  }

  private static Finding of(String code, Severity severity) {
    return new Finding(code, severity, "a disk is full", "Empty it.");
  }

  private Zeal open() {
    return Zeal.open(config.build());
  }

  // Acknowledging

  @Test
  void whatIsAcknowledgedIsShownAndMarked() {
    Finding first = of("ZEAL-F201", Severity.WARNING);
    Finding second = of("ZEAL-F305", Severity.WARNING);
    Finding foreign = of("ACME-7", Severity.ERROR);
    config
        .backend(finding(() -> List.of(first, second, foreign)))
        .set("zeal.doctor.acknowledge", " ZEAL-F305 ,ACME-7,");

    try (Zeal zeal = open()) {
      assertThat(zeal.inspect())
          .containsExactly(first, second.asAcknowledged(), foreign.asAcknowledged());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ZEAL-F20,  ZEAL-F201",
    "ZEAL-F999, ZEAL-F309",
    "zeal-f302, ZEAL-F302",
    "ZEL-F302,  ZEAL-F302",
    "F302,      ZEAL-F302",
    "ZEAL-101,  ZEAL-F201"
  })
  void aCodeThatIsNoneIsRefusedWithTheNearest(String slip, String meant) {
    config.set("zeal.doctor.acknowledge", "ZEAL-F201," + slip);

    refused(
        ConfigurationException.class,
        ErrorCode.INVALID_SETTING,
        this::open,
        "zeal.doctor.acknowledge names '" + slip + "'",
        meant);
    assertThat(backend.closes()).as("nothing was opened").isZero();
  }

  @Test
  void aSettingThatTheDoctorDoesNotKnowIsRefused() {
    config.set("zeal.doctor.acknowledged", "ZEAL-F201");

    refused(
        ConfigurationException.class,
        ErrorCode.UNKNOWN_SETTING,
        this::open,
        "zeal.doctor.acknowledge");
  }

  @Test
  void theFormOfTheSettingIsShownAsItIsWritten() {
    config.set("zeal.doctor.at-start", "fail");

    refused(
        ConfigurationException.class,
        ErrorCode.INVALID_SETTING,
        this::open,
        "one of [off, log, fail-on-error, fail-on-warning]");
  }

  @Test
  void eachFindingOfZealHasAPlaceOnThePage() {
    assertThat(of("ZEAL-F302", Severity.INFO).link()).contains("docs/errors.md#zeal-f302");
    assertThat(of("ACME-7", Severity.INFO).link()).isEmpty();
  }

  // At the start

  @Test
  void unlessToldOtherwiseWhatIsFoundAtTheStartIsALineEach() {
    Settings settings =
        Settings.read(
            ZealConfig.defaults(),
            List.of(),
            new Properties(),
            Map.of(),
            DoctorTest.class.getClassLoader());

    assertThat(settings.require(Doctor.AT_START)).isEqualTo(Doctor.AtStart.LOG);
  }

  @Test
  void eachIsALineInTheLogButForWhatIsAcknowledged() {
    config
        .backend(
            finding(() ->
                List.of(
                    of("ZEAL-F201", Severity.INFO),
                    of("ZEAL-F305", Severity.WARNING),
                    of("ACME-7", Severity.ERROR),
                    of("ZEAL-F302", Severity.WARNING))))
        .set("zeal.doctor.at-start", "log")
        .set("zeal.doctor.acknowledge", "ZEAL-F305");

    try (LogCapture log = new LogCapture();
        Zeal zeal = open()) {
      await(() -> log.lines().size() >= 2);

      assertThat(log.lines())
          .as("not what is only good to know")
          .containsExactly(
              "WARNING: a disk is full. Empty it. ACME-7",
              "WARNING: a disk is full. Empty it. ZEAL-F302 (docs/errors.md#zeal-f302)");
      assertThat(zeal.info().name()).isEqualTo("fake");
    }
  }

  @Test
  void nobodyWaitsForALookThatOnlyTells() throws InterruptedException {
    CountDownLatch looking = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    config.backend(finding(() -> hang(looking, interrupted))).set("zeal.doctor.at-start", "log");

    try (LogCapture log = new LogCapture()) {
      try (Zeal zeal = assertTimeoutPreemptively(LIMIT, this::open)) {
        assertThat(looking.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(zeal.info().name()).isEqualTo("fake");
      }
      assertThat(interrupted.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(log.lines()).as("an instance that was closed tells nothing").isEmpty();
    }
  }

  /** A backend that is closed may answer as if all its servers were away. */
  @Test
  void whatIsFoundOfAnInstanceThatClosesMeanwhileIsNotTold() throws InterruptedException {
    CountDownLatch looking = new CountDownLatch(1);
    AtomicReference<Thread> teller = new AtomicReference<>();
    config
        .backend(
            finding(() -> {
              teller.set(Thread.currentThread());
              looking.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                // It does not care.
              }
              return List.of(of("ZEAL-F305", Severity.WARNING));
            }))
        .set("zeal.doctor.at-start", "log");

    try (LogCapture log = new LogCapture()) {
      try (Zeal zeal = open()) {
        assertThat(looking.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(zeal.info().name()).isEqualTo("fake");
      }
      assertThat(teller.get().join(LIMIT)).isTrue();
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void aLookAtWhatClosesMeanwhileIsRefused() {
    Zeal[] own = new Zeal[1];
    config.backend(
        finding(() -> {
          own[0].close();
          return List.of(of("ZEAL-F305", Severity.WARNING));
        }));
    own[0] = open();

    refused(ZealClosedException.class, ErrorCode.CLOSED, own[0]::inspect, "is closed");
  }

  private static List<Finding> hang(CountDownLatch looking, CountDownLatch interrupted) {
    looking.countDown();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      interrupted.countDown();
      throw new OperationInterruptedException("interrupted", null, e);
    }
    return List.of();
  }

  @ParameterizedTest
  @CsvSource({"fail-on-error,   ERROR", "fail-on-warning, ERROR", "fail-on-warning, WARNING"})
  void aStartThatFindsTooMuchFailsAndClosesWhatItOpened(String atStart, Severity severity) {
    config
        .backend(finding(() -> List.of(of("ZEAL-F306", severity))))
        .set("zeal.doctor.at-start", atStart);

    try (LogCapture log = new LogCapture()) {
      refused(
          ConfigurationException.class,
          ErrorCode.FINDINGS_AT_START,
          this::open,
          "Opening the backend 'fake' found what zeal.doctor.at-start does not let pass",
          "a disk is full. Empty it. ZEAL-F306",
          "zeal.doctor.acknowledge");
      assertThat(log.lines()).hasSize(1);
    }
    assertThat(backend.closes()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"fail-on-error, WARNING", "fail-on-error, INFO", "fail-on-warning, INFO"})
  void aStartThatFindsLessGoesOn(String atStart, Severity severity) {
    config
        .backend(finding(() -> List.of(of("ZEAL-F306", severity))))
        .set("zeal.doctor.at-start", atStart);

    try (LogCapture log = new LogCapture();
        Zeal zeal = open()) {
      assertThat(log.lines()).hasSize(severity == Severity.INFO ? 0 : 1);
      assertThat(zeal.info().name()).isEqualTo("fake");
    }
  }

  @Test
  void whatIsAcknowledgedEndsNoStart() {
    config
        .backend(finding(() -> List.of(of("ZEAL-F306", Severity.ERROR))))
        .set("zeal.doctor.at-start", "fail-on-warning")
        .set("zeal.doctor.acknowledge", "ZEAL-F306");

    try (LogCapture log = new LogCapture();
        Zeal zeal = open()) {
      assertThat(log.lines()).isEmpty();
      assertThat(zeal.inspect()).allMatch(Finding::acknowledged);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fail-on-warning", "log"})
  void aLookThatFailsIsAFinding(String atStart) {
    config
        .backend(
            finding(() -> {
              throw new BackendUnavailableException("Nobody\nis there.", null, null);
            }))
        .set("zeal.doctor.at-start", atStart);

    try (LogCapture log = new LogCapture()) {
      if (atStart.equals("log")) {
        try (Zeal zeal = open()) {
          await(() -> !log.lines().isEmpty());
          assertThat(zeal.info().name()).isEqualTo("fake");
        }
      } else {
        refused(ConfigurationException.class, ErrorCode.FINDINGS_AT_START, this::open, "ZEAL-F522");
      }
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("WARNING: the look at the start failed: Nobody is there.")
          .contains("ZEAL-F522 (docs/errors.md#zeal-f522)");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FAIL_ON_ERROR", "FAIL_ON_WARNING"})
  void aLookThatTakesTooLongIsGivenUp(Doctor.AtStart atStart) throws InterruptedException {
    CountDownLatch interrupted = new CountDownLatch(1);
    config.backend(finding(() -> hang(new CountDownLatch(1), interrupted)));
    Settings settings =
        Settings.read(
            ZealConfig.builder().set("zeal.doctor.at-start", atStart.name()).build(),
            List.of(),
            new Properties(),
            Map.of(),
            DoctorTest.class.getClassLoader());
    Doctor doctor = Doctor.of(settings, DoctorTest.class.getClassLoader());

    try (LogCapture log = new LogCapture();
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        Zeal zeal = open()) {
      Runnable look = () -> doctor.lookAtStart(zeal, executor, Duration.ofMillis(50));
      if (atStart == Doctor.AtStart.FAIL_ON_ERROR) {
        look.run();
      } else {
        refused(
            ConfigurationException.class,
            ErrorCode.FINDINGS_AT_START,
            look::run,
            "took longer than 50 ms");
      }
      assertThat(log.lines()).singleElement().asString().contains("ZEAL-F522");
      assertThat(interrupted.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
  }

  // The path

  @Test
  void nettyInTwoVersionsIsAFinding() {
    config.classLoader(
        new FilesOnThePath()
            .with(
                "netty-buffer.jar",
                NETTY,
                "netty-buffer.version=4.2.20.Final\nnetty-buffer.longCommitHash=ab\n")
            .with(
                "netty-common.jar",
                NETTY,
                "netty-common.version=4.2.20.Final\nnetty-tcnative.version=2.0.70.Final\n")
            .with("netty-codec-4.1.jar", NETTY, "netty-codec.version=4.1.101.Final\n"));

    try (Zeal zeal = open()) {
      assertThat(zeal.inspect())
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("ZEAL-F521");
            assertThat(finding.found())
                .isEqualTo(
                    "netty is on the path in several versions: 4.1.101.Final (netty-codec),"
                        + " 4.2.20.Final (netty-buffer, netty-common)");
            assertThat(finding.action()).contains("netty-bom");
          });
    }
  }

  @Test
  void nettyInOneVersionIsNone() {
    config.classLoader(
        new FilesOnThePath()
            .with("netty-buffer.jar", NETTY, "netty-buffer.version=4.2.20.Final\n")
            .with(
                "netty-common.jar",
                NETTY,
                "netty-common.version=4.2.20.Final\nnetty-tcnative.version=2.0.70.Final"));

    try (Zeal zeal = open()) {
      assertThat(zeal.inspect()).isEmpty();
    }
  }

  @Test
  void nettyThatAJarHasUnderNamesOfItsOwnIsNone() {
    config.classLoader(
        new FilesOnThePath()
            .with("netty-common-4.2.20.Final.jar", NETTY, "netty-common.version=4.2.20.Final\n")
            .with("grpc-netty-shaded-1.78.0.jar", NETTY, "netty-common.version=4.1.127.Final\n"));

    try (Zeal zeal = open()) {
      assertThat(zeal.inspect()).isEmpty();
    }
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("within %s", LIMIT).isNegative();
      LockSupport.parkNanos(5_000_000);
    }
  }
}
