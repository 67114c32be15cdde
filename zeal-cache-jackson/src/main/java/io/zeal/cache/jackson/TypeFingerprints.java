package io.zeal.cache.jackson;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Numbers by which stored bytes say of what type they are, without its name: the first eight bytes
 * of the SHA-256 of the whole type's name, arguments included. Components are no part of it, so a
 * class that changed is still the type that it was.
 */
final class TypeFingerprints {

  /** Once for each class, and no longer than it lives: types are asked for with every value. */
  private final ClassValue<Long> classes =
      new ClassValue<>() {
        @Override
        protected Long computeValue(Class<?> type) {
          return hash(type.getName());
        }
      };

  long of(Type type) {
    return type instanceof Class<?> plain ? classes.get(plain) : hash(name(type));
  }

  /** Written here, since what {@link Type#getTypeName} answers is nobody's promise. */
  private static String name(Type type) {
    return switch (type) {
      case Class<?> plain -> plain.getName();
      case ParameterizedType generic ->
          name(generic.getRawType()) + "<" + names(generic.getActualTypeArguments()) + ">";
      case GenericArrayType array -> name(array.getGenericComponentType()) + "[]";
      case WildcardType wildcard ->
          "?" + names(wildcard.getUpperBounds()) + "-" + names(wildcard.getLowerBounds());
      default -> throw new IllegalStateException("Not a known type: " + type);
    };
  }

  private static String names(Type[] types) {
    return Arrays.stream(types).map(TypeFingerprints::name).collect(Collectors.joining(","));
  }

  private static long hash(String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
