package io.zeal.architecture;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The promise of a module as text: every type and member that code elsewhere can name, nullness
 * included.
 *
 * <p>Left out: what the compiler adds (bridges, {@code values()}) and {@code equals}, {@code
 * hashCode}, {@code toString}, which every class has.
 */
final class ApiText {

  static String of(Stream<Class<?>> types) {
    return types
        .filter(ApiText::isPromised)
        .sorted((a, b) -> a.getName().compareTo(b.getName()))
        .map(ApiText::type)
        .collect(Collectors.joining("\n"));
  }

  private static boolean isPromised(Class<?> type) {
    for (Class<?> at = type; at != null; at = at.getEnclosingClass()) {
      if (!isVisible(at.getModifiers()) || at.isAnonymousClass() || at.isLocalClass()) {
        return false;
      }
    }
    return !type.isSynthetic();
  }

  private static boolean isVisible(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private static String type(Class<?> type) {
    var members = new TreeSet<String>();
    fields(type).forEach(members::add);
    constructors(type).forEach(members::add);
    methods(type).forEach(members::add);
    var body = members.stream().map(member -> "  " + member + "\n").collect(Collectors.joining());
    return header(type) + "\n" + recordComponents(type) + body;
  }

  private static String header(Class<?> type) {
    var parts = new ArrayList<String>();
    parts.add(modifiers(type, type.getModifiers() & ~Modifier.INTERFACE) + kind(type));
    parts.add(type.getName().replace('$', '.') + typeParameters(type.getTypeParameters()));
    var superclass = type.getAnnotatedSuperclass();
    if (superclass != null
        && !type.isEnum()
        && !type.isRecord()
        && superclass.getType() != Object.class) {
      parts.add("extends " + text(superclass));
    }
    if (type.getInterfaces().length > 0) {
      parts.add(type.isInterface() ? "extends" : "implements");
      parts.add(texts(type.getAnnotatedInterfaces()));
    }
    if (type.isSealed() && !type.isEnum()) {
      var permitted = Arrays.stream(type.getPermittedSubclasses()).map(Class::getName).sorted();
      parts.add("permits " + permitted.map(ApiText::shorten).collect(Collectors.joining(", ")));
    }
    return String.join(" ", parts);
  }

  private static String kind(Class<?> type) {
    var sealed = type.isSealed() && !type.isEnum() ? "sealed " : "";
    if (type.isAnnotation()) {
      return "@interface";
    }
    if (type.isEnum()) {
      return "enum";
    }
    return sealed + (type.isInterface() ? "interface" : type.isRecord() ? "record" : "class");
  }

  private static String recordComponents(Class<?> type) {
    if (!type.isRecord()) {
      return "";
    }
    return Arrays.stream(type.getRecordComponents())
        .map(it -> "  component " + text(it.getAnnotatedType()) + " " + it.getName() + "\n")
        .collect(Collectors.joining());
  }

  private static Stream<String> fields(Class<?> type) {
    return Arrays.stream(type.getDeclaredFields())
        .filter(field -> isVisible(field.getModifiers()) && !field.isSynthetic())
        .map(field -> field.isEnumConstant() ? "constant " + field.getName() : field(field));
  }

  private static String field(Field field) {
    return modifiers(field, field.getModifiers())
        + text(field.getAnnotatedType())
        + " "
        + field.getName();
  }

  private static Stream<String> constructors(Class<?> type) {
    return Arrays.stream(type.getDeclaredConstructors())
        .filter(it -> isVisible(it.getModifiers()) && !it.isSynthetic())
        .map(ApiText::constructor);
  }

  private static String constructor(Constructor<?> constructor) {
    var modifiers = constructor.getModifiers() & Modifier.constructorModifiers();
    return modifiers(constructor, modifiers) + "new" + call(constructor);
  }

  private static Stream<String> methods(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(it -> isVisible(it.getModifiers()) && !it.isSynthetic())
        .filter(it -> !isOfEveryClass(it) && !(type.isEnum() && isOfEveryEnum(it)))
        .map(ApiText::method);
  }

  private static String method(Method method) {
    // VOLATILE and TRANSIENT share their bits with BRIDGE and VARARGS, which the text shows
    // otherwise.
    var modifiers = method.getModifiers() & Modifier.methodModifiers();
    var isDefault = method.isDefault() ? "default " : "";
    var generic = method.getTypeParameters().length > 0;
    var typeParameters = generic ? typeParameters(method.getTypeParameters()) + " " : "";
    return modifiers(method, modifiers)
        + isDefault
        + typeParameters
        + text(method.getAnnotatedReturnType())
        + " "
        + method.getName()
        + call(method);
  }

  private static boolean isOfEveryClass(Method method) {
    return switch (method.getName()) {
      case "hashCode", "toString" -> method.getParameterCount() == 0;
      case "equals" ->
          method.getParameterCount() == 1 && method.getParameterTypes()[0] == Object.class;
      default -> false;
    };
  }

  private static boolean isOfEveryEnum(Method method) {
    return method.getName().equals("values") || method.getName().equals("valueOf");
  }

  private static String call(Executable executable) {
    var parameters = new ArrayList<String>();
    for (var type : executable.getAnnotatedParameterTypes()) {
      parameters.add(text(type));
    }
    if (executable.isVarArgs()) {
      parameters.set(parameters.size() - 1, parameters.getLast().replaceFirst("\\[]$", "..."));
    }
    var thrown = texts(executable.getAnnotatedExceptionTypes());
    return "("
        + String.join(", ", parameters)
        + ")"
        + (thrown.isEmpty() ? "" : " throws " + thrown);
  }

  private static String typeParameters(TypeVariable<?>[] variables) {
    if (variables.length == 0) {
      return "";
    }
    return Arrays.stream(variables)
        .map(it -> it.getName() + bounds(it.getAnnotatedBounds()))
        .collect(Collectors.joining(", ", "<", ">"));
  }

  private static String bounds(AnnotatedType[] bounds) {
    var texts = Arrays.stream(bounds).map(ApiText::text).filter(it -> !it.equals("Object"));
    var all = texts.collect(Collectors.joining(" & "));
    return all.isEmpty() ? "" : " extends " + all;
  }

  private static String modifiers(AnnotatedElement element, int modifiers) {
    var deprecated = element.isAnnotationPresent(Deprecated.class) ? "@Deprecated " : "";
    var words = Modifier.toString(modifiers);
    return deprecated + words + (words.isEmpty() ? "" : " ");
  }

  private static String texts(AnnotatedType[] types) {
    return List.of(types).stream().map(ApiText::text).collect(Collectors.joining(", "));
  }

  private static String text(AnnotatedType type) {
    return shorten(type.toString());
  }

  private static String shorten(String type) {
    return type.replaceAll("@org\\.jspecify\\.annotations\\.(\\w+)\\(\\)", "@$1")
        .replaceAll("\\bjava\\.lang\\.(?=@|[A-Z])", "")
        .replace('$', '.');
  }

  private ApiText() {}
}
