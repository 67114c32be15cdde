package io.zeal.demo;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The parameters behind the question mark, decoded strictly. Keys and store names travel here and
 * not in the path, where a browser would swallow a key like {@code ..}.
 */
final class Query {

  private final Map<String, String> values = new HashMap<>();

  private Query() {}

  static Query parse(@Nullable String raw, List<String> names) {
    Query query = new Query();
    if (raw == null || raw.isEmpty()) {
      return query;
    }
    for (String pair : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
      if (!names.contains(name)) {
        throw Problem.badRequest("Unknown query parameter. Known here: " + names + ".");
      }
      if (query.values.put(name, value) != null) {
        throw Problem.badRequest("The query parameter '" + name + "' is there twice.");
      }
    }
    return query;
  }

  String required(String name) {
    return find(name)
        .orElseThrow(() -> Problem.badRequest("The query parameter '" + name + "' is missing."));
  }

  Optional<String> find(String name) {
    return Optional.ofNullable(values.get(name));
  }

  int number(String name, int least, int most, int otherwise) {
    String text = values.getOrDefault(name, String.valueOf(otherwise));
    if (text.matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw Problem.badRequest(
        "The query parameter '"
            + name
            + "' does not fit. Give a number from "
            + least
            + " to "
            + most
            + ".");
  }

  /** A number of a sequence that begins with 1; 0, which is before it, if there is none. */
  long position(String name) {
    String text = values.getOrDefault(name, "0");
    if (text.matches("[0-9]{1,18}")) {
      return Long.parseLong(text);
    }
    throw Problem.badRequest(
        "The query parameter '" + name + "' does not fit. Give the number of a line, or 0.");
  }

  /**
   * Unlike {@code URLDecoder} this refuses what is not UTF-8 instead of replacing it: another key
   * would be meant.
   */
  private static String decode(String raw) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        bytes.write(hex(raw, i + 1) << 4 | hex(raw, i + 2));
        i += 2;
      } else {
        bytes.writeBytes((c == '+' ? " " : String.valueOf(c)).getBytes(StandardCharsets.UTF_8));
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw Problem.badRequest("The query is not percent-encoded UTF-8.");
    }
  }

  private static int hex(String raw, int position) {
    int digit = position < raw.length() ? Character.digit(raw.charAt(position), 16) : -1;
    if (digit < 0) {
      throw Problem.badRequest("The query has a '%' without two hexadecimal digits behind it.");
    }
    return digit;
  }
}
