package io.zeal.architecture;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A test that can be skipped says what is missing, in the annotation or in the assumption. */
final class SkipRule {

  private static final String CONDITIONS = "org.junit.jupiter.api.condition.";

  /** Messages of an assumption come last; these are the types that they have. */
  private static final Set<String> MESSAGES =
      Set.of("java.lang.String", "java.util.function.Supplier");

  static List<String> violations(JavaClasses classes) {
    return classes.stream().flatMap(SkipRule::violations).sorted().toList();
  }

  private static Stream<String> violations(JavaClass type) {
    return Stream.of(
            onType(type),
            type.getMembers().stream().flatMap(SkipRule::onMember),
            type.getMethodCallsFromSelf().stream().flatMap(SkipRule::onCall))
        .flatMap(it -> it);
  }

  private static Stream<String> onType(JavaClass type) {
    return type.getAnnotations().stream()
        .filter(SkipRule::skipsSilently)
        .map(it -> complaint(it, type.getName()));
  }

  private static Stream<String> onMember(JavaMember member) {
    return member.getAnnotations().stream()
        .filter(SkipRule::skipsSilently)
        .map(it -> complaint(it, member.getFullName()));
  }

  private static Stream<String> onCall(JavaMethodCall call) {
    var parameters = call.getTarget().getRawParameterTypes();
    var silent =
        call.getTargetOwner().getName().equals("org.junit.jupiter.api.Assumptions")
            && (parameters.isEmpty() || !MESSAGES.contains(parameters.getLast().getName()));
    return silent
        ? Stream.of(call.getOrigin().getFullName() + " assumes without a message")
        : Stream.of();
  }

  private static boolean skipsSilently(JavaAnnotation<?> annotation) {
    var name = annotation.getRawType().getName();
    if (name.equals("org.junit.jupiter.api.Disabled")) {
      return isBlank(annotation, "value");
    }
    return name.startsWith(CONDITIONS) && isBlank(annotation, "disabledReason");
  }

  private static boolean isBlank(JavaAnnotation<?> annotation, String property) {
    return annotation.get(property).map(it -> it.toString().isBlank()).orElse(true);
  }

  private static String complaint(JavaAnnotation<?> annotation, String where) {
    return where + " has @" + annotation.getRawType().getSimpleName() + " without a reason";
  }

  private SkipRule() {}
}
