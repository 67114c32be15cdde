package io.zeal.demo;

import io.zeal.Column;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON object of a request; every refusal names the field, what was found and what to give. */
final class Body {

  private final ObjectNode fields;

  private Body(ObjectNode fields) {
    this.fields = fields;
  }

  /** Takes an object that has none but the named fields. */
  static Body of(ObjectNode fields, List<String> names) {
    for (String found : fields.propertyNames()) {
      if (!names.contains(found)) {
        throw Problem.badRequest("Unknown field '" + shown(found) + "'. Known: " + names + ".");
      }
    }
    return new Body(fields);
  }

  Set<String> names() {
    return Set.copyOf(fields.propertyNames());
  }

  boolean has(String name) {
    return fields.has(name);
  }

  String text(String name) {
    JsonNode value = required(name);
    if (!value.isString()) {
      throw wrong(name, "a text");
    }
    return value.stringValue();
  }

  /** A well-formed text of 1 to that many characters. */
  String text(String name, int most) {
    String found = text(name);
    boolean fits = !found.isEmpty() && found.length() <= most;
    if (!fits || !StandardCharsets.UTF_8.newEncoder().canEncode(found)) {
      throw wrong(name, "a text of 1 to " + most + " characters");
    }
    return found;
  }

  String oneOf(String name, List<String> known) {
    String found = text(name);
    if (!known.contains(found)) {
      throw wrong(name, "one of " + String.join(", ", known));
    }
    return found;
  }

  long whole(String name, long least, long most) {
    JsonNode value = required(name);
    try {
      if (value.isIntegralNumber() && value.canConvertToLong()) {
        return inRange(name, value.longValue(), least, most);
      }
      if (value.isString() && value.stringValue().matches("-?[0-9]{1,19}")) {
        return inRange(name, Long.parseLong(value.stringValue()), least, most);
      }
    } catch (NumberFormatException e) {
      // beyond 64 bits: refused below
    }
    throw wrong(name, "a whole number from " + least + " to " + most);
  }

  long whole(String name) {
    return whole(name, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  long whole(String name, long least, long most, long otherwise) {
    return has(name) ? whole(name, least, most) : otherwise;
  }

  double real(String name) {
    JsonNode value = required(name);
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw wrong(name, "a finite number");
    }
    return value.doubleValue();
  }

  boolean flag(String name) {
    JsonNode value = required(name);
    if (!value.isBoolean()) {
      throw wrong(name, "true or false");
    }
    return value.booleanValue();
  }

  /** The field named after a column, as that column's type. */
  Object value(Column column) {
    String name = column.name();
    return switch (column.type()) {
      case TEXT -> text(name);
      case BOOLEAN -> flag(name);
      case BYTE, SHORT, INT, LONG ->
          whole(name, column.type().minValue(), column.type().maxValue());
      case FLOAT -> (float) real(name);
      case DOUBLE -> real(name);
      case BYTES ->
          throw Problem.badRequest(
              "Column '" + name + "' holds bytes; the page has no form for them.");
    };
  }

  private static long inRange(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw wrong(name, "a whole number from " + least + " to " + most);
    }
    return value;
  }

  private JsonNode required(String name) {
    JsonNode value = fields.get(name);
    if (value == null) {
      throw Problem.badRequest("The field '" + name + "' is missing.");
    }
    return value;
  }

  private static Problem wrong(String name, String wanted) {
    return Problem.badRequest("The field '" + name + "' does not fit. Give " + wanted + ".");
  }

  private static String shown(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
