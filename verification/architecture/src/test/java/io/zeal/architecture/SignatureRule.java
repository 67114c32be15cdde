package io.zeal.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A type that others can name speaks only of types that they can name too: those of packages that
 * its module exports or requires transitively. So no client library shows through, and no internal
 * class.
 */
record SignatureRule(Predicate<String> isPromisedPackage, Predicate<String> isVisiblePackage) {

  /** One line for each member that speaks of something else. */
  List<String> violations(JavaClasses classes) {
    var violations = new ArrayList<String>();
    classes.stream()
        .filter(type -> isPromisedPackage.test(type.getPackageName()) && isPromised(type))
        .forEach(type -> check(type, violations));
    return violations.stream().sorted().toList();
  }

  private void check(JavaClass type, List<String> violations) {
    var parents = Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
    parents.forEach(parent -> check(type.getName(), parent, violations));
    type.getMembers().stream()
        .filter(SignatureRule::isVisible)
        .forEach(
            member -> types(member).forEach(it -> check(member.getFullName(), it, violations)));
  }

  private void check(String where, JavaType type, List<String> violations) {
    type.getAllInvolvedRawTypes().stream()
        .map(JavaClass::getBaseComponentType)
        .filter(it -> !it.isPrimitive() && !isVisiblePackage.test(it.getPackageName()))
        .map(it -> where + " speaks of " + it.getName())
        .forEach(violations::add);
  }

  private static Stream<JavaType> types(JavaMember member) {
    return switch (member) {
      case JavaField field -> Stream.of(field.getType());
      case JavaCodeUnit code ->
          Stream.of(
                  Stream.of(code.getReturnType()),
                  code.getParameterTypes().stream(),
                  code.getThrowsClause().getTypes().stream())
              .flatMap(it -> it);
      default -> throw new IllegalStateException("Neither field nor code: " + member);
    };
  }

  private static boolean isPromised(JavaClass type) {
    return isVisible(type.getModifiers())
        && type.getEnclosingClass().map(SignatureRule::isPromised).orElse(true);
  }

  private static boolean isVisible(JavaMember member) {
    return isVisible(member.getModifiers())
        && !member.getModifiers().contains(JavaModifier.SYNTHETIC);
  }

  private static boolean isVisible(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }
}
