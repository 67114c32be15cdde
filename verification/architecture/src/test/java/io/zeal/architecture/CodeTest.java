package io.zeal.architecture;

import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.zeal.architecture.fixtures.Skips;
import io.zeal.architecture.fixtures.Talks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What compiled code may do. */
class CodeTest {

  private static final String NULL_MARKED = "org.jspecify.annotations.NullMarked";
  private static final String FIXTURES = "io.zeal.architecture.fixtures";

  private static final ArchRule NO_CYCLES =
      slices().assignedFrom(new PackageWithItsSpi()).should().beFreeOfCycles();

  /**
   * A package and its {@code spi} count as one: they are two faces of one promise, the
   * application's and the plugin author's, and each names types of the other.
   */
  private static final class PackageWithItsSpi implements SliceAssignment {

    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      var name = type.getPackageName();
      return name.startsWith("io.zeal")
          ? SliceIdentifier.of(name.replaceFirst("\\.spi$", ""))
          : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "packages, each with its spi";
    }
  }

  @Test
  void packagesDependOnEachOtherWithoutCycles() {
    NO_CYCLES.allowEmptyShould(true).check(Reactor.moduleClasses(Reactor.modules()));
  }

  @Test
  void cycleOfPackagesIsFound() {
    var cycle = new ClassFileImporter().importPackages(FIXTURES + ".cycle..");

    assertThat(failures(NO_CYCLES, cycle)).singleElement().asString().contains("cycle.left");
  }

  @ParameterizedTest
  @MethodSource("quietModules")
  void libraryCodeLeavesStandardStreamsToTheApplication(Reactor.Module module) {
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS
        .allowEmptyShould(true)
        .check(Reactor.moduleClasses(List.of(module)));
  }

  @Test
  void useOfAStandardStreamIsFound() {
    var talks = new ClassFileImporter().importClasses(Talks.class);

    assertThat(failures(NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS, talks)).hasSize(1);
  }

  @Test
  void everyTestThatCanBeSkippedSaysWhy() {
    var outsideFixtures =
        Reactor.allClasses()
            .that(
                DescribedPredicate.describe(
                    "no fixtures", type -> !type.getPackageName().startsWith(FIXTURES)));

    assertThat(SkipRule.violations(outsideFixtures)).isEmpty();
  }

  @Test
  void skipWithoutAReasonIsFound() {
    var skips = new ClassFileImporter().importClasses(Skips.class);
    var byAssertJ = " assumes by AssertJ; use org.junit.jupiter.api.Assumptions with a message";

    assertThat(SkipRule.violations(skips))
        .containsExactly(
            Skips.class.getName() + " has @Disabled without a reason",
            Skips.class.getName() + ".blank() has @Disabled without a reason",
            Skips.class.getName() + ".byAbortion() aborts without a message",
            Skips.class.getName() + ".byAssertJ()" + byAssertJ,
            Skips.class.getName() + ".byAssertJWithReason()" + byAssertJ,
            Skips.class.getName() + ".byAssumption() assumes without a message",
            Skips.class.getName() + ".byMixin()" + byAssertJ,
            Skips.class.getName()
                + ".onCondition() has @EnabledIfEnvironmentVariable without a reason");
  }

  @Test
  void everyPackageIsNullMarked() throws IOException {
    for (var classes : Reactor.mainClasses()) {
      assertThat(packagesNotMarked(classes))
          .as("packages in %s without a @NullMarked package-info", Reactor.ROOT.relativize(classes))
          .isEmpty();
    }
  }

  @Test
  void packageThatIsNotNullMarkedIsFound() throws IOException {
    var classes = Path.of("target/test-classes");

    assertThat(packagesNotMarked(classes)).contains(FIXTURES);
  }

  static List<Reactor.Module> quietModules() {
    return Reactor.modules().stream()
        .filter(module -> !module.name().equals("io.zeal.demo"))
        .filter(module -> !module.name().equals("io.zeal.doctor"))
        .filter(module -> !module.name().startsWith("io.zeal.examples."))
        .toList();
  }

  private static List<String> failures(ArchRule rule, JavaClasses classes) {
    return rule.evaluate(classes).getFailureReport().getDetails();
  }

  private static List<String> packagesNotMarked(Path classes) throws IOException {
    var missing = new ArrayList<String>();
    for (var directory : packageDirectories(classes)) {
      var info = directory.resolve("package-info.class");
      if (!Files.exists(info) || !isNullMarked(info)) {
        missing.add(classes.relativize(directory).toString().replace('/', '.'));
      }
    }
    return missing;
  }

  private static boolean isNullMarked(Path packageInfo) {
    return new ClassFileImporter()
        .importPath(packageInfo).stream().anyMatch(it -> it.isAnnotatedWith(NULL_MARKED));
  }

  private static List<Path> packageDirectories(Path classes) throws IOException {
    try (var files = Files.walk(classes)) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .filter(file -> !file.endsWith("module-info.class"))
          .map(Path::getParent)
          // Written by JMH's processor.
          .filter(directory -> !directory.endsWith("jmh_generated"))
          .distinct()
          .sorted()
          .toList();
    }
  }
}
