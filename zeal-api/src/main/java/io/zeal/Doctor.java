package io.zeal;

import io.zeal.Finding.Severity;
import io.zeal.spi.Setting;
import io.zeal.spi.Texts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is done with findings: those that somebody acknowledged are marked, and at the start of an
 * instance they are told, or end it.
 */
final class Doctor {

  /** Codes that the operator knows of, separated by commas. */
  static final Setting<String> ACKNOWLEDGE = Setting.text("zeal.doctor.acknowledge");

  /** What becomes of findings at the start. */
  static final Setting<AtStart> AT_START =
      Setting.choice("zeal.doctor.at-start", AtStart.class).withDefault(AtStart.LOG);

  /** How long opening waits for what may end it. */
  static final Duration LIMIT = Duration.ofSeconds(10);

  private static final System.Logger LOG = System.getLogger("io.zeal.doctor");
  private static final int MOST_NEAREST = 3;

  /** What becomes of findings at the start. */
  enum AtStart {
    /** Nobody looks. */
    OFF,
    /** Warnings and errors are lines in the log, soon after the start; nobody waits for them. */
    LOG,
    /** An error among them ends the start. */
    FAIL_ON_ERROR,
    /** So does a warning. */
    FAIL_ON_WARNING;

    boolean isEndedBy(Severity severity) {
      return switch (this) {
        case OFF, LOG -> false;
        case FAIL_ON_ERROR -> severity == Severity.ERROR;
        case FAIL_ON_WARNING -> severity != Severity.INFO;
      };
    }
  }

  private final AtStart atStart;
  private final Set<String> acknowledged;
  private final ClassLoader loader;

  private Doctor(AtStart atStart, Set<String> acknowledged, ClassLoader loader) {
    this.atStart = atStart;
    this.acknowledged = acknowledged;
    this.loader = loader;
  }

  /**
   * As the settings say.
   *
   * @throws ConfigurationException if one does not fit, or acknowledges what there is not
   */
  static Doctor of(Settings settings, ClassLoader loader) {
    Set<String> codes = new TreeSet<>();
    for (String code : settings.find(ACKNOWLEDGE).orElse("").split(",", -1)) {
      if (!code.isBlank()) {
        codes.add(known(code.strip()));
      }
    }
    return new Doctor(settings.require(AT_START), codes, loader);
  }

  /** Codes of other people's backends are theirs to know; they have a word in front as well. */
  private static String known(String code) {
    String upper = code.toUpperCase(Locale.ROOT);
    List<String> nearest =
        OwnFindings.codes().stream()
            .sorted(
                Comparator.comparingInt((String own) -> Settings.distance(upper, own))
                    .thenComparing(Comparator.naturalOrder()))
            .limit(MOST_NEAREST)
            .toList();
    boolean isForeign =
        code.indexOf('-') > 0
            && !upper.startsWith("ZEAL")
            && Settings.distance(upper, nearest.getFirst()) > 2;
    if (nearest.contains(code) || isForeign) {
      return code;
    }
    throw new ConfigurationException(
        ErrorCode.INVALID_SETTING,
        "Setting "
            + ACKNOWLEDGE.key()
            + " names "
            + Texts.quote(code)
            + ", which is no finding. The nearest there are: "
            + String.join(", ", nearest)
            + ". Mend or remove it.");
  }

  /** These and what the path itself shows, each marked if it is acknowledged. */
  List<Finding> findings(List<Finding> found) {
    return Stream.concat(found.stream(), NettyVersions.inspect(loader).stream())
        .map(finding -> acknowledged.contains(finding.code()) ? finding.asAcknowledged() : finding)
        .toList();
  }

  /**
   * Looks once. Nobody waits for it unless it may end the start, and then no longer than {@code
   * limit}.
   *
   * @throws ConfigurationException if something was found that is to end it
   */
  void lookAtStart(Zeal zeal, ExecutorService executor, Duration limit) {
    switch (atStart) {
      case OFF -> {}
      case LOG -> executor.execute(() -> tell(look(zeal)));
      case FAIL_ON_ERROR, FAIL_ON_WARNING -> judge(zeal, executor, limit);
    }
  }

  private void judge(Zeal zeal, ExecutorService executor, Duration limit) {
    List<Finding> findings = lookWithin(zeal, executor, limit);
    tell(findings);
    List<Finding> fatal =
        findings.stream()
            .filter(finding -> !finding.acknowledged() && atStart.isEndedBy(finding.severity()))
            .toList();
    if (!fatal.isEmpty()) {
      throw new ConfigurationException(
          ErrorCode.FINDINGS_AT_START,
          "Opening the backend "
              + Texts.quote(zeal.info().name())
              + " found what "
              + AT_START.key()
              + " does not let pass: "
              + fatal.stream().map(Doctor::text).collect(Collectors.joining(" "))
              + " Mend that, or name the code in "
              + ACKNOWLEDGE.key()
              + ".");
    }
  }

  private List<Finding> lookWithin(Zeal zeal, ExecutorService executor, Duration limit) {
    Future<List<Finding>> look = executor.submit(() -> look(zeal));
    try {
      return look.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      look.cancel(true);
      return notSeen("the look at the start took longer than " + limit.toMillis() + " ms");
    } catch (InterruptedException e) {
      look.cancel(true);
      Thread.currentThread().interrupt();
      throw new OperationInterruptedException(
          "Opening: interrupted while looking at what it found. Open it again.", null, e);
    } catch (ExecutionException e) {
      return notSeen("the look at the start failed: " + e.getCause());
    }
  }

  /** Everything, or why it cannot be had; nothing of an instance that is closed meanwhile. */
  private List<Finding> look(Zeal zeal) {
    try {
      return zeal.inspect();
    } catch (ZealClosedException | OperationInterruptedException e) {
      return List.of();
    } catch (ZealException e) {
      return notSeen("the look at the start failed: " + e.getMessage());
    } catch (RuntimeException | LinkageError e) {
      return notSeen("the look at the start failed: " + e);
    }
  }

  private List<Finding> notSeen(String why) {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        new Finding(
            OwnFindings.NOT_SEEN,
            Severity.WARNING,
            why,
            "See that the servers can be reached and answer; Zeal.inspect() looks again."));
    return findings(findings);
  }

  private static void tell(List<Finding> findings) {
    findings.stream().filter(finding -> !finding.acknowledged()).forEach(Doctor::tell);
  }

  /**
   * What is only good to know is true of every healthy set-up, whose start says nothing. A logger
   * that fails does not end what tells it.
   */
  private static void tell(Finding finding) {
    System.Logger.Level level =
        switch (finding.severity()) {
          case INFO -> System.Logger.Level.DEBUG;
          case WARNING, ERROR -> System.Logger.Level.WARNING;
        };
    try {
      LOG.log(level, () -> text(finding));
    } catch (RuntimeException | Error e) {
      // Nobody can do anything about it.
    }
  }

  /** In one line. */
  private static String text(Finding finding) {
    String found = finding.found().replaceAll("\\s+", " ").strip();
    return found
        + (found.endsWith(".") ? " " : ". ")
        + finding.action()
        + " "
        + finding.code()
        + finding.link().map(link -> " (" + link + ")").orElse("");
  }
}
