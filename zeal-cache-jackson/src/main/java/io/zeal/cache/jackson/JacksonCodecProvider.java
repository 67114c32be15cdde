package io.zeal.cache.jackson;

import io.zeal.Codec;
import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.spi.BackendContext;
import io.zeal.spi.CodecProvider;
import io.zeal.spi.Setting;
import java.util.List;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MutableCoercionConfig;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * The codec "jackson". It uses the {@link JsonMapper} that the application handed in by {@code
 * ZealConfig.instance(JsonMapper.class, mapper)}, or else its own.
 */
public final class JacksonCodecProvider implements CodecProvider {

  @Override
  public String name() {
    return "jackson";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  /**
   * Opens the codec.
   *
   * @throws ConfigurationException if the mapper that was handed in writes class names
   */
  @Override
  public Codec open(BackendContext context) {
    return new JacksonCodec(
        context
            .instance(JsonMapper.class)
            .map(JacksonCodecProvider::withoutClassNames)
            .orElseGet(JacksonCodecProvider::mapper));
  }

  /**
   * What Zeal's own mapper is. Features that decide what is stored are set whatever Jackson's
   * defaults are, since the bytes outlive a release of either.
   *
   * <p>Unknown properties are ignored, so that a release that was rolled back reads what a newer
   * one wrote; missing ones are not made up, and a component that is of another kind now is not
   * converted. Enums go by the names of their constants, dates and durations by ISO-8601 with the
   * offset and zone they have.
   */
  private static JsonMapper mapper() {
    return JsonMapper.builder()
        .annotationIntrospector(new ComponentsAreThere())
        .enable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .withCoercionConfig(LogicalType.Textual, JacksonCodecProvider::onlyText)
        .enable(
            DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
            DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(EnumFeature.READ_ENUMS_USING_TO_STRING, EnumFeature.WRITE_ENUMS_USING_TO_STRING)
        .disable(
            DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE,
            DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS,
            DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
        .enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
        .build();
  }

  private static void onlyText(MutableCoercionConfig text) {
    for (CoercionInputShape shape :
        List.of(CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean)) {
      text.setCoercion(shape, CoercionAction.Fail);
    }
  }

  /** Whoever can write to a cache could otherwise name the class that is built on a read. */
  private static JsonMapper withoutClassNames(JsonMapper given) {
    if (given.deserializationConfig().getDefaultTyper(given.constructType(Object.class)) != null) {
      throw new ConfigurationException(
          ErrorCode.INVALID_ARGUMENT,
          "The JsonMapper given by ZealConfig.instance has default typing, by which stored bytes"
              + " name classes. Give one without; name subtypes by @JsonTypeInfo and"
              + " @JsonSubTypes.");
    }
    return given;
  }
}
