package io.zeal.cache;

import static io.zeal.cache.CodecContext.codecs;
import static io.zeal.cache.CodecContext.codecsChosen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.example.ExampleCodec;
import io.zeal.CodecException;
import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.ValueType;
import io.zeal.ZealException;
import io.zeal.cache.Codecs.Encoded;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodecsTest {

  record Point(int x, int y) {}

  private static final ValueType<Point> POINT = ValueType.of(Point.class);
  private static final ValueType<List<String>> LIST = new ValueType<>() {};
  private static final ExampleCodec CBOR = ExampleCodec.of("cbor", 64);
  private static final ExampleCodec AVRO = ExampleCodec.of("avro", 255);

  @Test
  void bytesTextLongsAndFlatRecordsNeedNoModule() {
    Codecs codecs = codecs();

    assertThat(codecs.encode(new byte[] {1}, ValueType.of(byte[].class)).codec()).isEqualTo(1);
    assertThat(codecs.encode("x", ValueType.of(String.class)).codec()).isEqualTo(2);
    assertThat(codecs.encode(1L, ValueType.of(Long.class)).codec()).isEqualTo(3);
    assertThat(codecs.encode(1L, ValueType.of(long.class)).codec()).isEqualTo(3);
    assertThat(codecs.encode(new Point(1, 2), POINT).codec()).isEqualTo(4);
  }

  @Test
  void builtInCodecsComeBeforePlugins() {
    assertThat(codecs(CBOR).encode(new Point(1, 2), POINT).codec()).isEqualTo(4);
    assertThat(codecs(CBOR).encode("x", ValueType.of(String.class)).codec()).isEqualTo(2);
  }

  @Test
  void theChosenPluginComesBeforeFlatRecordsAndAfterTheRest() {
    Codecs codecs = codecsChosen("cbor", AVRO, CBOR);

    assertThat(codecs.encode(new Point(1, 2), POINT).codec()).isEqualTo(64);
    assertThat(codecs.encode(List.of(), LIST).codec()).isEqualTo(64);
    assertThat(codecs.encode("x", ValueType.of(String.class)).codec()).isEqualTo(2);
  }

  @Test
  void theChosenPluginWritesOnlyWhatItSupports() {
    ExampleCodec picky = new ExampleCodec("picky", 70, LIST::equals, bytes -> "");

    assertThat(codecsChosen("picky", picky, CBOR).encode(new Point(1, 2), POINT).codec())
        .isEqualTo(4);
    assertThat(codecsChosen("picky", picky, CBOR).encode(1, ValueType.of(Integer.class)).codec())
        .isEqualTo(64);
  }

  @Test
  void whatWasWrittenBeforeTheChoiceIsStillRead() {
    Encoded flat = codecs(CBOR).encode(new Point(1, 2), POINT);

    assertThat(codecsChosen("cbor", CBOR).decode(flat.codec(), flat.payload(), POINT))
        .isEqualTo(new Point(1, 2));
  }

  @Test
  void typeThatNoCodecSupportsIsRefusedWithTheModuleToAdd() {
    refused(
        CodecException.class,
        ErrorCode.CODEC,
        () -> codecs().encode(List.of("secret"), LIST),
        "No codec for values of java.util.List<java.lang.String>",
        "io.zeal:zeal-cache-jackson",
        "Found: []");
  }

  @Test
  void twoPluginsThatSupportATypeAreRefusedUntilOneIsChosen() {
    refused(
        ConfigurationException.class,
        ErrorCode.MISSING_SETTING,
        () -> codecs(CBOR, AVRO).encode(List.of(), LIST),
        "java.util.List<java.lang.String>: [avro, cbor]",
        "-Dzeal.cache.codec=avro",
        "ZEAL_CACHE_CODEC");
  }

  @Test
  void choiceThatIsNotThereIsRefused() {
    refused(
        ConfigurationException.class,
        ErrorCode.INVALID_SETTING,
        () -> codecsChosen("gson", CBOR, AVRO),
        "Setting zeal.cache.codec is 'gson'",
        "Found: [avro, cbor]");
  }

  @Test
  void twoCodecsOfOneNumberAreRefused() {
    refused(
        ConfigurationException.class,
        ErrorCode.DUPLICATE_PROVIDER,
        () -> codecs(CBOR, ExampleCodec.of("other", 64)),
        "Codec 'cbor' (com.example.ExampleCodec) and Codec 'other' (com.example.ExampleCodec)",
        "both have the number 64");
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1, 5, 63, 256, Integer.MAX_VALUE})
  void numberThatIsNotThePluginsToHaveIsRefused(int id) {
    refused(
        ConfigurationException.class,
        ErrorCode.DUPLICATE_PROVIDER,
        () -> codecs(ExampleCodec.of("mine", id)),
        "Codec 'mine' (com.example.ExampleCodec) has the number " + id,
        "Give it one of 64 to 255");
  }

  @Test
  void valueOfACodecThatIsNotThereIsUndecodable() {
    for (int id : List.of(-1, 0, 64, 255, 256)) {
      undecodable(() -> codecs().decode(id, new byte[1], LIST), "number " + id, "not there");
    }
  }

  @Test
  void valueOfAnotherTypesCodecIsUndecodable() {
    Encoded text = codecs().encode("secret", ValueType.of(String.class));

    undecodable(
        () -> codecs().decode(text.codec(), text.payload(), ValueType.of(Long.class)),
        "java.lang.Long",
        "written by the codec 'text'");
  }

  @Test
  void pluginThatThrowsOrAnswersNullIsUndecodable() {
    ExampleCodec throwing =
        new ExampleCodec(
            "throwing",
            64,
            type -> true,
            bytes -> {
              throw new IllegalStateException("secret");
            });
    ExampleCodec nothing = new ExampleCodec("nothing", 65, type -> true, bytes -> null);

    undecodable(
        () -> codecs(throwing).decode(64, new byte[0], LIST),
        "'throwing' ended in java.lang.IllegalStateException");
    undecodable(() -> codecs(nothing).decode(65, new byte[0], LIST), "'nothing' answered null");
  }

  @Test
  void codecsAreNamedForPeople() {
    assertThat(List.of(1, 2, 3, 4, 64, 77).stream().map(codecs(CBOR)::name))
        .containsExactly("bytes", "text", "long", "record", "cbor", "number 77");
  }

  @Test
  void bytesAreCopiedInAndOut() {
    ValueType<byte[]> type = ValueType.of(byte[].class);
    byte[] value = {1};
    byte[] payload = codecs().encode(value, type).payload();
    value[0] = 2;
    codecs().decode(1, payload, type)[0] = 3;

    assertThat(payload).containsExactly(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "Zürich", "\0\uffff\ud83d\ude00", "its own \ufffd"})
  void textRoundTrips(String text) {
    ValueType<String> type = ValueType.of(String.class);

    assertThat(codecs().decode(2, codecs().encode(text, type).payload(), type)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"secret\ud83d", "\ude00", "\ud83d\ud83d\ude00"})
  void textThatIsNotWellFormedIsRefused(String text) {
    refused(
        CodecException.class,
        ErrorCode.CODEC,
        () -> codecs().encode(text, ValueType.of(String.class)),
        "not well-formed",
        "cache its bytes");
  }

  @Test
  void bytesThatAreNoTextAreUndecodable() {
    undecodable(
        () -> codecs().decode(2, new byte[] {'a', (byte) 0xC3}, ValueType.of(String.class)),
        "text that is not UTF-8");
    undecodable(
        () -> codecs().decode(2, HexFormat.of().parseHex("efbfbdc3"), ValueType.of(String.class)),
        "text that is not UTF-8");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, 0x0123_4567_89ab_cdefL, Long.MIN_VALUE, Long.MAX_VALUE})
  void longRoundTripsAsEightBytesTheHighOneFirst(long number) {
    byte[] payload = codecs().encode(number, ValueType.of(Long.class)).payload();

    assertThat(HexFormat.of().formatHex(payload)).isEqualTo(HexFormat.of().toHexDigits(number));
    assertThat(codecs().decode(3, payload, ValueType.of(Long.class))).isEqualTo(number);
    assertThat(codecs().decode(3, payload, ValueType.of(long.class))).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 9})
  void bytesThatAreNoLongAreUndecodable(int length) {
    undecodable(
        () -> codecs().decode(3, new byte[length], ValueType.of(Long.class)), "they announce");
  }

  private static void undecodable(ThrowingCallable call, String... parts) {
    refused(CodecException.class, ErrorCode.CODEC, call, parts);
  }

  static <E extends ZealException> E refused(
      Class<E> type, ErrorCode code, ThrowingCallable call, String... parts) {
    E error = catchThrowableOfType(type, call);
    assertThat(error).as("nothing was thrown").isNotNull();
    assertThat(error.code()).isEqualTo(code.id());
    assertThat(error)
        .hasMessageContainingAll(parts)
        .hasMessageEndingWith(". " + code.id())
        .hasMessageNotContaining("secret");
    return error;
  }
}
