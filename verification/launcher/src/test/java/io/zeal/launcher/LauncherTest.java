package io.zeal.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What ./zeal says and does, with Maven, Java and the browser replaced by stand-ins. */
class LauncherTest {

  @TempDir Path directory;
  private Sandbox sandbox;

  @BeforeEach
  void prepare() throws IOException {
    sandbox = new Sandbox(directory);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "help", "--help"})
  void helpListsEveryCommandWithoutAJdk(String argument) throws Exception {
    var run = argument.isEmpty() ? sandbox.zeal() : sandbox.zeal(argument);

    assertThat(run.exitCode()).isZero();
    assertThat(String.join("\n", run.stdout()))
        .contains("test", "verify", "demo", "doctor", "bench", "format");
  }

  @Test
  void unknownCommandIsRefusedWithTheListOfCommands() throws Exception {
    var run = sandbox.zeal("tests");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.stderr())
        .contains("no command 'tests'", "help test verify demo doctor bench format");
  }

  @Test
  void reservedWordSaysThatItComesLater() throws Exception {
    var run = sandbox.zeal("tck");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.stderr()).contains("'tck' comes with a later release");
  }

  @Nested
  class FindingAJdk {

    @Test
    void withoutOneSaysWhatToInstall() throws Exception {
      sandbox.jdk("17.0.15");

      var run = sandbox.zeal("format");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.stderr())
          .contains("found no JDK, 25 or newer", "apt-get", "dnf", "brew", "sdk");
    }

    @Test
    void passesByOneThatIsTooOld() throws Exception {
      sandbox.jdk("17.0.15");
      var young = sandbox.jdk("25.0.1");

      assertThat(sandbox.zeal("format").stdout()).contains("JAVA_HOME=" + young);
    }

    @Test
    void prefersJavaHomeIfItWillDo() throws Exception {
      sandbox.jdk("25.0.1");
      var chosen = sandbox.jdk("26");
      sandbox.set("JAVA_HOME", chosen.toString());

      assertThat(sandbox.zeal("format").stdout()).contains("JAVA_HOME=" + chosen);
    }

    @Test
    void neverPassesByTheOneThatWasNamed() throws Exception {
      sandbox.jdk("25.0.1");
      sandbox.set("ZEAL_JAVA_HOME", sandbox.jdk("17.0.15").toString());

      var run = sandbox.zeal("format");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.stderr()).contains("ZEAL_JAVA_HOME", "a JDK 17");
    }
  }

  @Nested
  class Testing {

    private static final String REPORT =
        """
        mkdir -p a/target/surefire-reports
        { echo -; echo "Test set: T"; echo -; echo "Tests run: %d, Failures: %d, Errors: %d, Skipped: %d, Time"; } \
        > a/target/surefire-reports/T.txt
        printf 'argument %%s\\n' "$@"
        exit %d
        """;

    /** Writes down what it was asked for; "installs" what it was asked for. */
    private static final String FAKE_APT =
        """
        case "$*" in
          *update) echo 'apt-get update' >>"$BIN/apt.calls" ;;
          *"install chromium chromium-driver")
            echo "apt-get install chromium chromium-driver, $DEBIAN_FRONTEND" >>"$BIN/apt.calls"
            for name in chromium chromedriver; do
              printf '#!/bin/sh\n' >"$BIN/$name"
              /bin/chmod +x "$BIN/$name"
            done ;;
          *"install redis-tools")
            echo "apt-get install redis-tools, $DEBIAN_FRONTEND" >>"$BIN/apt.calls"
            printf '#!/bin/sh\necho "Redis server v=7"\n' >"$BIN/redis-check-rdb"
            /bin/chmod +x "$BIN/redis-check-rdb" ;;
          *"install libsasl2-modules") echo "apt-get install libsasl2-modules, $DEBIAN_FRONTEND" >>"$BIN/apt.calls" ;;
          *"install libc6 libevent-2.1-7")
            echo "apt-get install libc6 libevent-2.1-7, $DEBIAN_FRONTEND" >>"$BIN/apt.calls"
            echo >"$BIN/libevent" ;;
          *"download memcached")
            echo 'apt-get download memcached' >>"$BIN/apt.calls"
            echo >memcached_1.6_amd64.deb ;;
        esac
        """;

    /** Unpacks a memcached that runs with libevent alone. */
    private static final String FAKE_DPKG_DEB =
        """
        case "$1" in
          -x)
            mkdir -p usr/bin
            printf '#!/bin/sh\nset -e\ncat "%s" >/dev/null\necho "memcached 1.6"\n' "$BIN/libevent" >usr/bin/memcached
            /bin/chmod +x usr/bin/memcached ;;
          -f) echo 'adduser, perl:any, libc6 (>= 2.34), libevent-2.1-7 (>= 2.1.8-stable)' ;;
        esac
        """;

    @BeforeEach
    void install() throws IOException {
      sandbox.jdk("25.0.1");
    }

    @Test
    void endsWithTheFiguresOfAllReports() throws Exception {
      everything();
      sandbox.maven(REPORT.formatted(7, 0, 0, 2, 0));

      var run = sandbox.zeal("test");

      assertThat(run.stdout()).endsWith("PASSED.", "5 passed, 0 failed, 2 skipped");
      assertThat(run.exitCode()).isZero();
    }

    @Test
    void failsWithATest() throws Exception {
      everything();
      sandbox.maven(REPORT.formatted(7, 1, 1, 0, 1));

      var run = sandbox.zeal("test");

      assertThat(run.stdout().getLast()).isEqualTo("5 passed, 2 failed, 0 skipped");
      assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void failsWithTheBuildAlthoughNoTestFailed() throws Exception {
      everything();
      sandbox.maven(REPORT.formatted(7, 0, 0, 0, 1));

      assertThat(sandbox.zeal("test").exitCode()).isEqualTo(1);
    }

    @Test
    void failsIfNoTestRan() throws Exception {
      everything();
      sandbox.maven("exit 0");

      var run = sandbox.zeal("test");

      assertThat(run.stdout()).contains("FAILED. No test ran.");
      assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void countsNoReportOfAnEarlierRun() throws Exception {
      everything();
      sandbox.maven(REPORT.formatted(7, 0, 0, 0, 0));
      sandbox.zeal("test");
      sandbox.maven("exit 0");

      assertThat(sandbox.zeal("test").stdout().getLast())
          .isEqualTo("0 passed, 0 failed, 0 skipped");
    }

    @Test
    void withoutABrowserIsIncompleteAndSaysWhatDidNotRun() throws Exception {
      redis();
      memcached();
      sandbox.maven(REPORT.formatted(7, 0, 0, 0, 0));

      var run = sandbox.zeal("test", "--no-install");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(String.join("\n", run.stdout()))
          .contains("chromium and chromedriver", "browser tests", "apt-get", "INCOMPLETE")
          .doesNotContain("redis-server.");
      assertThat(run.stdout()).doesNotContain("argument -Dtest.requireAll=true");
    }

    @Test
    void withoutRedisIsIncompleteAndSaysWhatDidNotRun() throws Exception {
      browser();
      memcached();
      sandbox.maven(REPORT.formatted(7, 0, 0, 0, 0));

      var run = sandbox.zeal("test", "--no-install");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(String.join("\n", run.stdout()))
          .contains("Missing: redis-server.", "the Redis tests", "apt-get", "INCOMPLETE")
          .doesNotContain("chromium");
      assertThat(run.stdout()).doesNotContain("argument -Dtest.requireAll=true");
    }

    @Test
    void withoutRedisIsCompleteWhereTheTestsBringTheirOwn() throws Exception {
      browser();
      memcached();
      sandbox.command("uname", "[ \"$1\" = -m ] && echo x86_64 || echo Linux");
      sandbox.maven(REPORT.formatted(7, 0, 0, 0, 0));

      assertThat(sandbox.zeal("test", "--no-install").stdout())
          .contains("argument -Dtest.requireAll=true", "PASSED.");
    }

    @Test
    void takesNoOtherRedisThanTheOneThatWasNamed() throws Exception {
      everything();
      sandbox.command("uname", "[ \"$1\" = -m ] && echo x86_64 || echo Linux");
      sandbox.set("ZEAL_REDIS_SERVER", "/no/such/server");
      sandbox.maven(REPORT.formatted(7, 0, 0, 0, 0));

      assertThat(sandbox.zeal("test", "--no-install").stdout())
          .contains(
              "argument -Dtest.redis-server=/no/such/server",
              "Missing: redis-server. Not run: the Redis tests.")
          .doesNotContain("argument -Dtest.requireAll=true");
    }

    @Test
    void tellsTheTestsWhichRedisToUse() throws Exception {
      everything();
      sandbox.maven(REPORT.formatted(7, 0, 0, 0, 0));

      assertThat(sandbox.zeal("test", "--no-install").stdout())
          .contains("argument -Dtest.redis-server=" + directory.resolve("bin/redis-server"));
    }

    @Test
    void installsTheProgramOfRedisWithoutItsService() throws Exception {
      browser();
      memcached();
      sandbox.command("uname", "echo Linux");
      sandbox.command("id", "echo 0");
      sandbox.command("apt-get", FAKE_APT);
      sandbox.maven(REPORT.formatted(7, 0, 0, 0, 0));

      var run = sandbox.zeal("test");

      assertThat(directory.resolve("bin/apt.calls"))
          .hasContent("apt-get update\napt-get install redis-tools, noninteractive\n");
      assertThat(run.stdout())
          .contains(
              "argument -Dtest.requireAll=true",
              "argument -Dtest.redis-server="
                  + directory.toRealPath().resolve("root/target/redis-server"));
    }

    @Test
    void withoutMemcachedIsIncompleteAndSaysWhatDidNotRun() throws Exception {
      browser();
      redis();
      sandbox.maven(REPORT.formatted(7, 0, 0, 0, 0));

      var run = sandbox.zeal("test", "--no-install");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(String.join("\n", run.stdout()))
          .contains("Missing: memcached.", "the Memcached tests", "apt-get", "INCOMPLETE")
          .doesNotContain("chromium", "Missing: redis-server");
      assertThat(run.stdout()).doesNotContain("argument -Dtest.requireAll=true");
    }

    @Test
    void takesNoOtherMemcachedThanTheOneThatWasNamed() throws Exception {
      everything();
      sandbox.set("ZEAL_MEMCACHED", "/no/such/server");
      sandbox.maven(REPORT.formatted(7, 0, 0, 0, 0));

      assertThat(sandbox.zeal("test", "--no-install").stdout())
          .contains(
              "argument -Dtest.memcached=/no/such/server",
              "Missing: memcached. Not run: the Memcached tests.")
          .doesNotContain("argument -Dtest.requireAll=true");
    }

    @Test
    void tellsTheTestsWhichMemcachedToUse() throws Exception {
      everything();
      sandbox.maven(
          REPORT.formatted(7, 0, 0, 0, 0).replace("exit", "echo \"set $ZEAL_MEMCACHED\"; exit"));
      sandbox.set("ZEAL_MEMCACHED", directory.resolve("bin/redis-server").toString());

      assertThat(sandbox.zeal("test", "--no-install").stdout())
          .contains("argument -Dtest.memcached=" + directory.resolve("bin/redis-server"), "set ");
    }

    @Test
    void unpacksTheProgramOfMemcachedWithoutItsService() throws Exception {
      debianWithoutMemcached();
      sandbox.command("libevent");

      var run = sandbox.zeal("test");

      assertThat(directory.resolve("bin/apt.calls"))
          .hasContent(
              """
              apt-get update
              apt-get install libsasl2-modules, noninteractive
              apt-get download memcached
              """);
      assertThat(run.stdout())
          .contains("argument -Dtest.requireAll=true", "argument -Dtest.memcached=" + unpacked());
    }

    @Test
    void installsTheLibrariesThatMemcachedWants() throws Exception {
      debianWithoutMemcached();

      var run = sandbox.zeal("test");

      assertThat(directory.resolve("bin/apt.calls"))
          .hasContent(
              """
              apt-get update
              apt-get install libsasl2-modules, noninteractive
              apt-get download memcached
              apt-get install libc6 libevent-2.1-7, noninteractive
              """);
      assertThat(run.stdout()).contains("argument -Dtest.memcached=" + unpacked());
    }

    @Test
    void unpacksMemcachedAlsoWithoutTheRightToInstallAnything() throws Exception {
      debianWithoutMemcached();
      sandbox.command("id", "echo 1000");
      sandbox.command("sudo", "exit 1");
      sandbox.command("libevent");

      var run = sandbox.zeal("test");

      assertThat(directory.resolve("bin/apt.calls")).hasContent("apt-get download memcached\n");
      assertThat(run.stdout()).contains("argument -Dtest.memcached=" + unpacked());
    }

    @Test
    void keepsNoMemcachedThatDoesNotRun() throws Exception {
      debianWithoutMemcached();
      sandbox.command("id", "echo 1000");
      sandbox.command("sudo", "exit 1");

      var run = sandbox.zeal("test");

      assertThat(unpacked()).doesNotExist();
      assertThat(run.stdout()).contains("Missing: memcached. Not run: the Memcached tests.");
    }

    @Test
    void installsMemcachedWithBrew() throws Exception {
      browser();
      redis();
      sandbox.command("uname", "echo Darwin");
      sandbox.command(
          "brew",
          """
          echo "brew $*" >"$BIN/brew.calls"
          printf '#!/bin/sh\n' >"$BIN/memcached"
          /bin/chmod +x "$BIN/memcached"
          """);
      sandbox.maven(REPORT.formatted(7, 0, 0, 0, 0));

      assertThat(sandbox.zeal("test").stdout())
          .contains("argument -Dtest.memcached=" + directory.resolve("bin/memcached"));
      assertThat(directory.resolve("bin/brew.calls")).hasContent("brew install memcached\n");
    }

    @Test
    void asksForFreshPackageListsOnce() throws Exception {
      sandbox.command("uname", "echo Linux");
      sandbox.command("id", "echo 0");
      sandbox.command("apt-get", FAKE_APT);
      sandbox.command("dpkg-deb", FAKE_DPKG_DEB);
      sandbox.maven(REPORT.formatted(7, 0, 0, 0, 0));

      assertThat(sandbox.zeal("test").stdout()).contains("argument -Dtest.requireAll=true");
      assertThat(directory.resolve("bin/apt.calls"))
          .content()
          .containsOnlyOnce("apt-get update")
          .contains("chromium", "redis-tools", "libevent");
    }

    @Test
    void installsTheBrowserFromFreshPackageLists() throws Exception {
      redis();
      memcached();
      sandbox.command("uname", "echo Linux");
      sandbox.command("id", "echo 0");
      sandbox.command("apt-get", FAKE_APT);
      sandbox.maven(REPORT.formatted(7, 0, 0, 0, 0));

      var run = sandbox.zeal("test");

      assertThat(directory.resolve("bin/apt.calls"))
          .hasContent("apt-get update\napt-get install chromium chromium-driver, noninteractive\n");
      assertThat(run.stdout())
          .contains("argument -Dtest.requireAll=true")
          .endsWith("PASSED.", "7 passed, 0 failed, 0 skipped");
    }

    @Test
    void installsNothingThatIsForbidden() throws Exception {
      sandbox.command("apt-get", "echo 'apt-get was called'");
      sandbox.maven(REPORT.formatted(7, 0, 0, 0, 0));

      assertThat(sandbox.zeal("test", "--no-install").stdout())
          .doesNotContain("apt-get was called");
    }

    @Test
    void passesItsOtherArgumentsToMavenAndAllowsNoSkipForAMissingTool() throws Exception {
      everything();
      sandbox.maven(REPORT.formatted(7, 0, 0, 0, 0));

      assertThat(sandbox.zeal("test", "--no-install", "-pl", "a b").stdout())
          .contains(
              "argument verify", "argument -Dtest.requireAll=true", "argument -pl", "argument a b")
          .doesNotContain("argument --no-install");
    }

    private void debianWithoutMemcached() throws IOException {
      browser();
      redis();
      sandbox.command("uname", "echo Linux");
      sandbox.command("id", "echo 0");
      sandbox.command("apt-get", FAKE_APT);
      sandbox.command("dpkg-deb", FAKE_DPKG_DEB);
      sandbox.maven(REPORT.formatted(7, 0, 0, 0, 0));
    }

    private Path unpacked() throws IOException {
      return directory.toRealPath().resolve("root/target/memcached/usr/bin/memcached");
    }

    private void everything() throws IOException {
      browser();
      redis();
      memcached();
    }

    private void memcached() throws IOException {
      sandbox.command("memcached");
    }

    private void redis() throws IOException {
      sandbox.command("redis-server");
    }

    private void browser() throws IOException {
      sandbox.command("chromium");
      sandbox.command("chromedriver");
    }
  }

  @Nested
  class StartingTheDemo {

    @BeforeEach
    void install() throws IOException {
      sandbox.jdk("25.0.1");
    }

    @Test
    void runsItOnTheModulePathWithItsOptions() throws Exception {
      assertThat(sandbox.zeal("demo", "--port", "8080", "-Dzeal.backend=table").stdout())
          .containsExactly(
              "argument -Dzeal.backend=table",
              "argument -p",
              "argument zeal-demo/target/app",
              "argument -m",
              "argument io.zeal.demo/io.zeal.demo.Main",
              "argument --port",
              "argument 8080");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "--prot",
          "8080",
          "--port",
          "--port=x",
          "--port=65536",
          "-D",
          "--bind",
          "--bind=",
          "--processes",
          "--processes=",
          "--processes=1",
          "--processes=9",
          "--processes=two"
        })
    void refusesABadOption(String option) throws Exception {
      var run = sandbox.zeal("demo", option);

      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.stderr()).contains("zeal:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--bind=0.0.0.0", "--bind 0.0.0.0"})
    void handsTheAddressOn(String option) throws Exception {
      var words = new ArrayList<>(List.of("demo"));
      words.addAll(List.of(option.split(" ", -1)));

      assertThat(sandbox.zeal(words.toArray(String[]::new)).stdout())
          .endsWith(
              "argument io.zeal.demo/io.zeal.demo.Main", "argument --bind", "argument 0.0.0.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h"})
    void tellsItsOptionsWithoutBuildingAnything(String option) throws Exception {
      var run = sandbox.zeal("demo", "--port", "1", option);

      assertThat(run.exitCode()).isZero();
      assertThat(String.join("\n", run.stdout()))
          .contains("--port N", "--bind ADDRESS", "--processes N", "-Dzeal");
      assertThat(run.stderr()).isEmpty();
    }

    @Test
    void showsTheLogOfABuildThatFailed() throws Exception {
      sandbox.maven("echo it broke; exit 1");

      var run = sandbox.zeal("demo");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.stderr()).contains("Building zeal-demo ... failed:", "it broke");
    }
  }

  @Nested
  class AskingTheDoctor {

    @BeforeEach
    void install() throws IOException {
      sandbox.jdk("25.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--fail-on ERROR", "--fail-on=ERROR"})
    void runsItOnTheModulePathWithItsOptions(String option) throws Exception {
      var words = new ArrayList<>(List.of("doctor", "--json", "-Dzeal.backend=redis"));
      words.addAll(List.of(option.split(" ", -1)));
      words.add("-Dzeal.x=a b");

      assertThat(sandbox.zeal(words.toArray(String[]::new)).stdout())
          .containsExactly(
              "argument --enable-native-access=io.netty.common",
              "argument -Dzeal.backend=redis",
              "argument -Dzeal.x=a b",
              "argument -p",
              "argument zeal-doctor/target/app",
              "argument -m",
              "argument io.zeal.doctor/io.zeal.doctor.Main",
              "argument --fail-on",
              "argument ERROR",
              "argument --json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--fail", "ERROR", "--fail-on", "--fail-on=", "--fail-on=BAD", "-D"})
    void refusesABadOption(String option) throws Exception {
      var run = sandbox.zeal("doctor", option);

      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.stderr()).contains("zeal:").doesNotContain("Building");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h"})
    void tellsItsOptionsWithoutBuildingAnything(String option) throws Exception {
      var run = sandbox.zeal("doctor", "--json", option);

      assertThat(run.exitCode()).isZero();
      assertThat(String.join("\n", run.stdout()))
          .contains("-Dzeal.x=y", "--fail-on SEVERITY", "--json", "Exit code", "docs/doctor.md");
      assertThat(run.stderr()).isEmpty();
    }

    /** 1 says that something was found. */
    @Test
    void aBuildThatFailedIsNoFinding() throws Exception {
      sandbox.maven("echo it broke; exit 1");

      var run = sandbox.zeal("doctor");

      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.stderr()).contains("Building zeal-doctor ... failed:", "it broke");
    }
  }

  @Nested
  class StartingSeveralDemos {

    private static final Pattern PLACE =
        Pattern.compile("The table is in ([^, ]+)(, which .*)?\\. Ctrl.*");

    /** Tells its process and its arguments, and ends when it is told to. */
    private static final String FAKE_DEMO =
        """
        trap 'echo "$$ ends"; exit 143' TERM
        echo "$$ $*"
        while :; do sleep 1; done
        """;

    @Test
    void givesEachThePortAfterTheOneBeforeAndTheSameDirectory() throws Exception {
      sandbox.jdk("25.0.1", "echo \"$@\"");

      var run =
          sandbox.zeal("demo", "--processes", "3", "--port=9000", "--bind", "::1", "-Dzeal.x=a b");

      assertThat(run.exitCode()).isZero();
      var place = place(run.stdout());
      assertThat(run.stdout().subList(1, run.stdout().size()))
          .containsExactlyInAnyOrder(
              demo("-Dzeal.x=a b", place, 9000) + " --bind ::1",
              demo("-Dzeal.x=a b", place, 9001) + " --bind ::1",
              demo("-Dzeal.x=a b", place, 9002) + " --bind ::1");
      assertThat(place).as("once all have ended").doesNotExist();
    }

    @Test
    void givesEachAnyPortForPortZeroAndKeepsADirectoryThatWasGiven() throws Exception {
      sandbox.jdk("25.0.1", "echo \"$@\"");
      var place = Files.createDirectory(directory.resolve("table"));
      var given = "-Dzeal.table.directory=" + place;

      var run = sandbox.zeal("demo", given, "--port", "0", "--processes=2", "-Dzeal.backend=table");

      assertThat(place(run.stdout())).isEqualTo(place).isDirectory();
      var same = demo(given + " -Dzeal.backend=table", place, 0);
      assertThat(run.stdout().subList(1, run.stdout().size())).containsExactly(same, same);
    }

    @Test
    void buildsOnce() throws Exception {
      sandbox.jdk("25.0.1", "exit 0");

      assertThat(sandbox.zeal("demo", "--processes", "2").stderr())
          .containsOnlyOnce("Building zeal-demo");
    }

    @Test
    void refusesAnotherBackend() throws Exception {
      sandbox.jdk("25.0.1");

      var run = sandbox.zeal("demo", "--processes", "2", "-Dzeal.backend=redis");

      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.stderr()).contains("--processes is for the backend table", "it is 'redis'");
    }

    @Test
    void refusesAnotherBackendOfTheEnvironment() throws Exception {
      sandbox.jdk("25.0.1");
      sandbox.set("ZEAL_BACKEND", "memcached");

      assertThat(sandbox.zeal("demo", "--processes", "2").stderr()).contains("it is 'memcached'");
    }

    @Test
    void refusesPortsThatAreNone() throws Exception {
      sandbox.jdk("25.0.1");

      var run = sandbox.zeal("demo", "--processes", "3", "--port", "65534");

      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.stderr()).contains("3 demos from port 65534");
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void endsAllWithASignalAndRemovesTheDirectory(String signal, int code) throws Exception {
      assumeTrue(sandbox.canTrap(signal), "these tests run with " + signal + " ignored");
      sandbox.jdk("25.0.1", FAKE_DEMO);

      try (var running = sandbox.start("demo", "--processes", "2")) {
        var said = Waiting.until(running::said, it -> it.size() == 3);
        var place = place(said);
        assertThat(place).isDirectory();
        running.signal(signal);

        var run = running.await();
        assertThat(run.exitCode()).isEqualTo(code);
        assertThat(run.stdout()).contains(pid(said.get(1)) + " ends", pid(said.get(2)) + " ends");
        assertThat(place).doesNotExist();
      }
    }

    @Test
    void goesOnWithoutOneThatWasKilledAndEndsOneThatWasStopped() throws Exception {
      sandbox.jdk("25.0.1", FAKE_DEMO);

      try (var running = sandbox.start("demo", "--processes", "3")) {
        var said = Waiting.until(running::said, it -> it.size() == 4);
        Sandbox.signal("KILL", pid(said.get(1)));
        Waiting.until(() -> ProcessHandle.of(pid(said.get(1))), Optional::isEmpty);
        assertThat(running.process().isAlive()).isTrue();
        Sandbox.signal("STOP", pid(said.get(2)));
        running.signal("TERM");

        assertThat(running.await().stdout())
            .contains(pid(said.get(2)) + " ends", pid(said.get(3)) + " ends");
        assertThat(place(said)).doesNotExist();
      }
    }

    @Test
    void endsTheOthersIfOneCannotStart() throws Exception {
      sandbox.jdk(
          "25.0.1",
          """
          case "$*" in *"--port 8081") echo 'no such port' >&2; exit 2 ;; esac
          """
              + FAKE_DEMO);

      var run = sandbox.zeal("demo", "--processes", "2");

      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.stderr()).contains("no such port", "a demo could not start");
      assertThat(run.stdout().getLast()).endsWith(" ends");
      assertThat(place(run.stdout())).doesNotExist();
    }

    private static String demo(String settings, Path place, int port) {
      return settings
          + " -Dzeal.backend=table -Dzeal.table.directory="
          + place
          + " -p zeal-demo/target/app -m io.zeal.demo/io.zeal.demo.Main --port "
          + port;
    }

    private static Path place(List<String> said) {
      return said.stream()
          .map(PLACE::matcher)
          .filter(Matcher::matches)
          .map(line -> Path.of(line.group(1)))
          .findFirst()
          .orElseThrow();
    }

    private static long pid(String line) {
      return Long.parseLong(line.substring(0, line.indexOf(' ')));
    }
  }

  @Test
  void formatEndsWithItsVerdict() throws Exception {
    sandbox.jdk("25.0.1");

    var done = sandbox.zeal("format");
    assertThat(done.stdout()).endsWith("format: done.");
    assertThat(done.exitCode()).isZero();

    sandbox.maven("exit 1");
    var failed = sandbox.zeal("format");
    assertThat(failed.stderr()).contains("format: FAILED.");
    assertThat(failed.exitCode()).isEqualTo(1);
  }

  @Test
  void benchPassesAllArgumentsOn() throws Exception {
    sandbox.jdk("25.0.1");

    assertThat(sandbox.zeal("bench", "-f", "1", "Read.*").stdout())
        .endsWith("argument -f", "argument 1", "argument Read.*");
  }

  @Nested
  class Verifying {

    @BeforeEach
    void install() throws IOException {
      sandbox.jdk("25.0.1");
    }

    @Test
    void passesAllArgumentsOn() throws Exception {
      assertThat(sandbox.zeal("verify", "cache", "--rounds", "3").stdout())
          .containsExactly(
              "argument -cp",
              "argument verification/proofs/target/app/*",
              "argument io.zeal.proofs.Main",
              "argument cache",
              "argument --rounds",
              "argument 3");
    }

    @Test
    void tellsTheProofsWhichRedisToUse() throws Exception {
      sandbox.command("redis-server");

      assertThat(sandbox.zeal("verify").stdout())
          .startsWith("argument -Dtest.redis-server=" + directory.resolve("bin/redis-server"));
    }

    @Test
    void tellsTheProofsWhichMemcachedToUse() throws Exception {
      sandbox.command("memcached");

      assertThat(sandbox.zeal("verify").stdout())
          .startsWith("argument -Dtest.memcached=" + directory.resolve("bin/memcached"));
    }
  }
}
