package io.zeal.demo;

import com.fasterxml.jackson.annotation.JsonInclude;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON in and out. Every 64-bit number is written as a string, since a browser would round one
 * above 2^53; requests may give it either way.
 */
final class Json {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .changeDefaultPropertyInclusion(
              include -> include.withValueInclusion(JsonInclude.Include.NON_NULL))
          .build();

  private Json() {}

  static byte[] write(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  static ObjectNode readObject(byte[] json) {
    JsonNode node;
    try {
      node = MAPPER.readTree(json);
    } catch (JacksonException e) {
      throw Problem.badRequest("The body is not well-formed JSON: " + reason(e) + ".");
    }
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw Problem.badRequest(
        "The body is not a JSON object. Send one, for example {\"name\": \"hits\"}.");
  }

  /**
   * What the parser found, without its remarks on where a bracket opened, which name its own
   * settings.
   */
  private static String reason(JacksonException e) {
    return String.valueOf(e.getOriginalMessage()).replaceFirst("(?s) \\(start marker at .*", "");
  }
}
