package io.zeal.pubsub.spi;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The same short text for the same stack trace: of classes, methods and lines along the chain of
 * causes. Without messages, which differ from message to message and may hold a payload, and
 * without what lies below the handler.
 */
final class StackHash {

  private static final int DIGITS = 16;
  private static final String BELOW = Handling.class.getName();

  private StackHash() {}

  /** The hash; null for an error whose own methods fail. */
  static @Nullable String of(Throwable error) {
    try {
      return hash(error);
    } catch (RuntimeException | Error e) {
      return null;
    }
  }

  private static String hash(Throwable error) {
    StringBuilder trace = new StringBuilder();
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>()); // causes may circle
    for (Throwable at = error; at != null && seen.add(at); at = at.getCause()) {
      trace.append(at.getClass().getName()).append('\n');
      for (StackTraceElement frame : at.getStackTrace()) {
        if (frame.getClassName().equals(BELOW)) {
          break;
        }
        trace
            .append(frame.getClassName())
            .append('.')
            .append(frame.getMethodName())
            .append(':')
            .append(frame.getLineNumber())
            .append('\n');
      }
    }
    return HexFormat.of()
        .formatHex(sha256().digest(trace.toString().getBytes(StandardCharsets.UTF_8)))
        .substring(0, DIGITS);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java platform has SHA-256", e);
    }
  }
}
