package io.zeal.cache;

import io.zeal.Codec;
import io.zeal.CodecException;
import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.ValueType;
import io.zeal.spi.BackendContext;
import io.zeal.spi.CodecProvider;
import io.zeal.spi.Setting;
import io.zeal.spi.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which codec writes a type, and which reads what is stored.
 *
 * <p>A value is written by the first that supports its type: bytes, text and longs; the plugin that
 * {@link #CODEC} names; flat records; the one plugin that supports it. It is read by the codec
 * whose number is stored with it, so that another choice makes no entry unreadable. Immutable.
 */
final class Codecs {

  /** The plugin that writes what it supports, flat records included. */
  static final Setting<String> CODEC = Setting.text("zeal.cache.codec");

  private static final int LAST_OF_ZEAL = 63;
  private static final int LAST = 255;

  /**
   * A codec and what it is called.
   *
   * @param owner the class that brought it, for messages
   */
  private record Named(String name, Codec codec, String owner) {

    static Named own(String name, Codec codec) {
      return new Named(name, codec, codec.getClass().getName());
    }
  }

  /** What a value became, and the number of the codec that did it. */
  @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
  record Encoded(int codec, byte[] payload) {}

  private final List<Named> plain =
      List.of(
          Named.own("bytes", new BytesCodec()),
          Named.own("text", new TextCodec()),
          Named.own("long", new LongCodec()));
  private final Named records = Named.own("record", new RecordCodec());
  private final List<Named> plugins;
  private final Optional<Named> chosen;
  private final Named[] byId = new Named[LAST + 1];

  private Codecs(List<Named> plugins, Optional<String> choice) {
    this.plugins = List.copyOf(plugins);
    plain.forEach(this::add);
    add(records);
    plugins.forEach(this::add);
    this.chosen = choice.map(this::plugin);
  }

  /**
   * Opens the codecs on the path.
   *
   * @throws ConfigurationException if two have one number, one has a number that is not its to
   *     have, or the setting names none of them
   */
  static Codecs open(BackendContext context) {
    List<Named> plugins = new ArrayList<>();
    for (CodecProvider provider : context.plugins(CodecProvider.class)) {
      plugins.add(
          new Named(provider.name(), provider.open(context), provider.getClass().getName()));
    }
    return new Codecs(plugins, context.optionalSetting(CODEC));
  }

  private void add(Named named) {
    int id = named.codec().id();
    boolean isOfZeal = named.owner().startsWith("io.zeal.");
    if (id < 1 || id > LAST || (id <= LAST_OF_ZEAL && !isOfZeal)) {
      throw new ConfigurationException(
          ErrorCode.DUPLICATE_PROVIDER,
          describe(named)
              + " has the number "
              + id
              + ", which is not its to have: 1 to 63 are Zeal's own. Give it one of 64 to 255.");
    }
    Named other = byId[id];
    if (other != null) {
      throw new ConfigurationException(
          ErrorCode.DUPLICATE_PROVIDER,
          describe(other)
              + " and "
              + describe(named)
              + " both have the number "
              + id
              + ". Keep one on the path.");
    }
    byId[id] = named;
  }

  private static String describe(Named named) {
    return "Codec '" + named.name() + "' (" + named.owner() + ")";
  }

  private Named plugin(String name) {
    return plugins.stream()
        .filter(plugin -> plugin.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new ConfigurationException(
                ErrorCode.INVALID_SETTING,
                "Setting "
                    + CODEC.key()
                    + " is "
                    + Texts.quote(name)
                    + ", and no codec on the path has that name. Found: "
                    + names(plugins)
                    + ". Mend the name, or put its module on the path."));
  }

  private static List<String> names(List<Named> codecs) {
    return codecs.stream().map(Named::name).sorted().toList();
  }

  /**
   * The bytes of a value.
   *
   * @throws CodecException if no codec supports the type, or its codec refuses the value
   * @throws ConfigurationException if several plugins support the type and none was chosen
   */
  <T> Encoded encode(T value, ValueType<T> type) {
    Named named = writer(type);
    try {
      return new Encoded(named.codec().id(), named.codec().encode(value, type));
    } catch (CodecException e) {
      throw e;
    } catch (RuntimeException e) { // of a plugin: a bug, and still no more than a value not cached
      throw new CodecException(
          ErrorCode.CODEC,
          describe(named) + " failed on a value of " + type + ". See the cause.",
          e);
    }
  }

  private Named writer(ValueType<?> type) {
    return first(plain, type)
        .or(() -> chosen.filter(named -> named.codec().supports(type)))
        .or(() -> first(List.of(records), type))
        .orElseGet(() -> onlyPlugin(type));
  }

  private static Optional<Named> first(List<Named> codecs, ValueType<?> type) {
    return codecs.stream().filter(named -> named.codec().supports(type)).findFirst();
  }

  private Named onlyPlugin(ValueType<?> type) {
    List<Named> able = plugins.stream().filter(named -> named.codec().supports(type)).toList();
    if (able.isEmpty() && !plugins.isEmpty()) {
      throw new CodecException(
          ErrorCode.CODEC,
          "No codec for values of "
              + type
              + ": none of those on the path takes them. Found: "
              + names(plugins)
              + ". Name the whole type, such as new ValueType<List<User>>() {}, without Object or a"
              + " type variable as the type of the value, or add a CodecProvider of your own.");
    }
    if (able.isEmpty()) {
      throw new CodecException(
          ErrorCode.CODEC,
          "No codec for values of "
              + type
              + ". Without a module there are byte[], String, long and records of primitive"
              + " numbers, booleans, String and byte[]. Add io.zeal:zeal-cache-jackson, or a"
              + " CodecProvider of your own. Found: "
              + names(plugins)
              + ".");
    }
    if (able.size() > 1) {
      throw new ConfigurationException(
          ErrorCode.MISSING_SETTING,
          "Several codecs can write values of "
              + type
              + ": "
              + names(able)
              + ". Choose one: -D"
              + CODEC.key()
              + "="
              + names(able).getFirst()
              + ", or "
              + CODEC.variable()
              + " in the environment.");
    }
    return able.getFirst();
  }

  /**
   * The value of stored bytes.
   *
   * @throws CodecException if their codec is not on the path, was not made for the type, or cannot
   *     read them: for a cache, a miss
   */
  <T> T decode(int id, byte[] payload, ValueType<T> type) {
    return decode(id, Payload.of(payload), type);
  }

  /** As {@link #decode(int, byte[], ValueType)}, of bytes among others. */
  <T> T decode(int id, Payload payload, ValueType<T> type) {
    Named named = id >= 0 && id <= LAST ? byId[id] : null;
    if (named == null) {
      throw undecodable(type, "a codec with the number " + id + " wrote them, which is not there");
    }
    if (!named.codec().supports(type)) {
      throw undecodable(type, "they were written by the codec '" + named.name() + "'");
    }
    T value;
    try {
      value =
          named.codec() instanceof PlaceCodec codec
              ? codec.decode(payload, type)
              : named.codec().decode(payload.toBytes(), type);
    } catch (CodecException e) {
      throw e;
    } catch (RuntimeException e) { // of a plugin; its message may hold the value, so it is dropped
      throw undecodable(
          type, "the codec '" + named.name() + "' ended in " + e.getClass().getName());
    }
    if (value == null) { // of a plugin that does not keep to the contract: null is no payload
      throw undecodable(type, "the codec '" + named.name() + "' answered null");
    }
    return value;
  }

  /** What a codec is called, for people. */
  String name(int id) {
    Named named = id >= 0 && id <= LAST ? byId[id] : null;
    return named == null ? "number " + id : named.name();
  }

  static CodecException undecodable(ValueType<?> type, DamagedException damage) {
    return undecodable(type, "they hold " + damage.getMessage());
  }

  private static CodecException undecodable(ValueType<?> type, String found) {
    return new CodecException(
        ErrorCode.CODEC,
        "Stored bytes are no value of "
            + type
            + ": "
            + found
            + ". Cache the value anew, under another key if both are in use.");
  }
}
