package io.zeal.architecture;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A test that can be skipped says what is missing, in the annotation or in the assumption.
 *
 * <p>AssertJ's assumptions are refused altogether: their message is given by another call, of which
 * compiled code does not say that it belongs to them.
 */
final class SkipRule {

  private static final String CONDITIONS = "org.junit.jupiter.api.condition.";

  /** Messages of an assumption come last; these are the types that they have. */
  private static final Set<String> MESSAGES =
      Set.of("java.lang.String", "java.util.function.Supplier");

  private static final Set<String> ASSERTJ =
      Set.of(
          "org.assertj.core.api.Assumptions",
          "org.assertj.core.api.BDDAssumptions",
          "org.assertj.core.api.WithAssumptions");

  static List<String> violations(JavaClasses classes) {
    return classes.stream().flatMap(SkipRule::violations).sorted().toList();
  }

  private static Stream<String> violations(JavaClass type) {
    return Stream.of(
            onType(type),
            type.getMembers().stream().flatMap(SkipRule::onMember),
            type.getMethodCallsFromSelf().stream().flatMap(SkipRule::onCall),
            type.getConstructorCallsFromSelf().stream().flatMap(SkipRule::onAbort))
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
    if (isAssertJ(call)) {
      return Stream.of(
          call.getOrigin().getFullName()
              + " assumes by AssertJ; use org.junit.jupiter.api.Assumptions with a message");
    }
    var silent =
        call.getTargetOwner().getName().equals("org.junit.jupiter.api.Assumptions")
            && !hasMessage(call);
    return silent
        ? Stream.of(call.getOrigin().getFullName() + " assumes without a message")
        : Stream.of();
  }

  private static boolean isAssertJ(JavaMethodCall call) {
    return ASSERTJ.contains(call.getTargetOwner().getName())
        || (call.getTarget().getName().startsWith("assumeThat")
            && call.getTargetOwner().isAssignableTo("org.assertj.core.api.WithAssumptions"));
  }

  private static Stream<String> onAbort(JavaConstructorCall call) {
    var silent =
        call.getTargetOwner().getName().equals("org.opentest4j.TestAbortedException")
            && call.getTarget().getRawParameterTypes().isEmpty();
    return silent
        ? Stream.of(call.getOrigin().getFullName() + " aborts without a message")
        : Stream.of();
  }

  private static boolean hasMessage(JavaMethodCall call) {
    var parameters = call.getTarget().getRawParameterTypes();
    return !parameters.isEmpty() && MESSAGES.contains(parameters.getLast().getName());
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
