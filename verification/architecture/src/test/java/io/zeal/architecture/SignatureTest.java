package io.zeal.architecture;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.zeal.architecture.fixtures.Leaks;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Requires;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What exported packages may speak of. */
class SignatureTest {

  /**
   * Libraries that a module has for its purpose to show; an entry here is a promise of a version.
   */
  private static final Map<String, List<String>> SHOWN =
      Map.of("io.zeal.tck", List.of("org.junit.jupiter.api", "org.assertj.core.api"));

  @ParameterizedTest
  @MethodSource("modules")
  void exportedPackagesSpeakOnlyOfWhatTheirUsersCanName(Reactor.Module module) {
    var visible = visiblePackages(module.descriptor());
    var rule = new SignatureRule(exports(module.descriptor())::contains, visible::contains);

    assertThat(rule.violations(Reactor.moduleClasses(List.of(module)))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("modules")
  void onlyZealTheJdkAndListedLibrariesArePassedOn(Reactor.Module module) {
    var allowed = SHOWN.getOrDefault(module.name(), List.of());

    var passedOn =
        module.descriptor().requires().stream()
            .filter(it -> it.modifiers().contains(Requires.Modifier.TRANSITIVE))
            .map(Requires::name)
            .filter(it -> !isJdk(it) && !isZeal(it));

    assertThat(passedOn)
        .as("third-party modules that %s requires transitively", module)
        .allMatch(name -> allowed.stream().anyMatch(shown -> shown.startsWith(name)));
  }

  @Test
  void typeOfAnotherLibraryInASignatureIsFound() {
    Predicate<String> promised = "io.zeal.architecture.fixtures"::equals;
    Predicate<String> visible = name -> name.startsWith("java.") || promised.test(name);

    var violations =
        new SignatureRule(promised, visible)
            .violations(new ClassFileImporter().importClasses(Leaks.class));

    assertThat(violations)
        .containsExactly(
            "io.zeal.architecture.fixtures.Leaks.inGenerics(java.util.List) speaks of "
                + "com.tngtech.archunit.core.domain.JavaClass",
            "io.zeal.architecture.fixtures.Leaks.inResult() speaks of "
                + "com.tngtech.archunit.core.domain.JavaClass");
  }

  static List<Reactor.Module> modules() {
    return Reactor.modules();
  }

  private static Set<String> visiblePackages(ModuleDescriptor module) {
    var zeal =
        Reactor.modules().stream().collect(toMap(Reactor.Module::name, Reactor.Module::descriptor));
    var packages = new HashSet<>(exports(module));
    packages.addAll(jdkPackages("java.base"));
    packages.addAll(SHOWN.getOrDefault(module.name(), List.of()));
    for (var it : module.requires()) {
      if (it.modifiers().contains(Requires.Modifier.TRANSITIVE)) {
        packages.addAll(
            zeal.containsKey(it.name())
                ? visiblePackages(zeal.get(it.name()))
                : jdkPackages(it.name()));
      }
    }
    return packages;
  }

  private static Set<String> exports(ModuleDescriptor module) {
    var packages = new HashSet<String>();
    module.exports().stream()
        .filter(it -> !it.isQualified())
        .map(Exports::source)
        .forEach(packages::add);
    return packages;
  }

  private static Set<String> jdkPackages(String module) {
    return ModuleLayer.boot()
        .findModule(module)
        .filter(it -> isJdk(module))
        .map(it -> exports(it.getDescriptor()))
        .orElse(Set.of());
  }

  private static boolean isJdk(String module) {
    return module.startsWith("java.") || module.startsWith("jdk.");
  }

  private static boolean isZeal(String module) {
    return module.equals("io.zeal") || module.startsWith("io.zeal.");
  }
}
