package io.zeal.cache;

import static io.zeal.cache.CodecContext.codecs;
import static io.zeal.cache.CodecsTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.CodecException;
import io.zeal.ErrorCode;
import io.zeal.MaxBytes;
import io.zeal.ValueType;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordCodecTest {

  private static final int RECORD = 4;

  @SuppressWarnings("ArrayRecordComponent") // compared component by component
  record All(
      boolean flag, byte b, short s, int i, long l, float f, double d, String text, byte[] bytes) {}

  static Stream<All> values() {
    return Stream.of(
        new All(false, (byte) 0, (short) 0, 0, 0, 0, 0, "", new byte[0]),
        new All(
            true,
            Byte.MIN_VALUE,
            Short.MIN_VALUE,
            Integer.MIN_VALUE,
            Long.MIN_VALUE,
            -0f,
            Double.NEGATIVE_INFINITY,
            "\0é\ud83d\ude00",
            new byte[] {-128, 0, 127}),
        new All(
            true,
            (byte) -1,
            (short) -1,
            -1,
            Long.MAX_VALUE,
            Float.NaN,
            Double.MIN_VALUE,
            "x".repeat(300_000),
            new byte[2_000_000]));
  }

  @ParameterizedTest
  @MethodSource("values")
  void everyComponentTypeRoundTripsToTheBit(All value) {
    ValueType<All> type = ValueType.of(All.class);

    All back = codecs().decode(RECORD, codecs().encode(value, type).payload(), type);

    assertThat(back.flag).isEqualTo(value.flag);
    assertThat(back.b).isEqualTo(value.b);
    assertThat(back.s).isEqualTo(value.s);
    assertThat(back.i).isEqualTo(value.i);
    assertThat(back.l).isEqualTo(value.l);
    assertThat(Float.floatToRawIntBits(back.f)).isEqualTo(Float.floatToRawIntBits(value.f));
    assertThat(Double.doubleToRawLongBits(back.d)).isEqualTo(Double.doubleToRawLongBits(value.d));
    assertThat(back.text).isEqualTo(value.text);
    assertThat(back.bytes).isEqualTo(value.bytes);
  }

  /** What is stored on servers and disks: the first eight bytes are of names and types. */
  @Test
  void bytesAreTheSameInEveryRelease() {
    All value =
        new All(
            true, (byte) -2, (short) 0x0102, 0x0304_0506, -1, 1.5f, -2.5, "é", new byte[] {9, 8});

    assertThat(
            HexFormat.ofDelimiter(" ")
                .formatHex(codecs().encode(value, ValueType.of(All.class)).payload()))
        .isEqualTo(
            "a0 e4 ca f4 c6 5a 7c 83 01 fe 01 02 03 04 05 06 ff ff ff ff ff ff ff ff 3f c0 00 00"
                + " c0 04 00 00 00 00 00 00 02 c3 a9 02 09 08");
  }

  record Player(@MaxBytes(4) String name, long score) {}

  record Renamed(String name, long score) {}

  record Reordered(long score, String name) {}

  record OtherName(String nick, long score) {}

  record OtherType(String name, int score) {}

  record More(String name, long score, boolean active) {}

  @Test
  void recordOfAnotherNameWithTheSameComponentsReadsIt() {
    assertThat(as(Renamed.class, new Player("longer than four", 7)))
        .isEqualTo(new Renamed("longer than four", 7));
  }

  @ParameterizedTest
  @ValueSource(classes = {Reordered.class, OtherName.class, OtherType.class, More.class})
  <R extends Record> void recordOfOtherComponentsDoesNot(Class<R> other) {
    refused(
        CodecException.class,
        ErrorCode.CODEC,
        () -> as(other, new Player("secret", 7)),
        "no value of " + other.getName(),
        "a record of other components");
  }

  private static <R extends Record> R as(Class<R> type, Player player) {
    byte[] payload = codecs().encode(player, ValueType.of(Player.class)).payload();
    return codecs().decode(RECORD, payload, ValueType.of(type));
  }

  @Test
  void everyPartOfARecordIsUndecodable() {
    ValueType<Player> type = ValueType.of(Player.class);
    byte[] payload = codecs().encode(new Player("secret", 7), type).payload();
    for (int length = 0; length <= payload.length + 1; length++) {
      if (length != payload.length) {
        byte[] part = Arrays.copyOf(payload, length);
        refused(
            CodecException.class,
            ErrorCode.CODEC,
            () -> codecs().decode(RECORD, part, type),
            Player.class.getName());
      }
    }
  }

  @Test
  void nullComponentIsRefusedWithWhatToDo() {
    refused(
        CodecException.class,
        ErrorCode.CODEC,
        () -> codecs().encode(new Player(null, 1), ValueType.of(Player.class)),
        "Component 'name' of " + Player.class.getName() + " is null",
        "io.zeal:zeal-cache-jackson",
        "zeal.cache.codec=jackson");
  }

  @Test
  void textThatIsNotWellFormedIsRefusedByComponent() {
    refused(
        CodecException.class,
        ErrorCode.CODEC,
        () -> codecs().encode(new Player("secret\ud83d", 1), ValueType.of(Player.class)),
        "Component 'name' of " + Player.class.getName() + " is not well-formed");
  }

  record Nested(Player player) {}

  record Wrapped(@Nullable Integer number) {}

  record Box<T>(T value) {}

  record Nothing() {}

  @ParameterizedTest
  @ValueSource(
      classes = {Nested.class, Wrapped.class, Box.class, Nothing.class, Integer.class, List.class})
  void whatIsNotFlatIsLeftToOthers(Class<?> type) {
    assertThat(new RecordCodec().supports(ValueType.of(type))).isFalse();
  }

  @SuppressWarnings("UnusedTypeParameter") // a type argument is all it is for
  record Named<T>(String name) {}

  @Test
  void recordWithTypeArgumentsIsLeftToOthers() {
    assertThat(new RecordCodec().supports(new ValueType<Named<String>>() {})).isFalse();
    assertThat(new RecordCodec().supports(ValueType.of(Named.class))).isTrue();
  }

  record Picky(long number) {
    Picky {
      if (number == 4711) {
        throw new IllegalArgumentException("not that one");
      }
    }
  }

  @Test
  void valueThatTheConstructorRefusesIsUndecodable() {
    ValueType<Picky> type = ValueType.of(Picky.class);
    byte[] payload = codecs().encode(new Picky(1), type).payload();
    byte[] refused = Arrays.copyOf(payload, 16);
    refused[14] = 0x12;
    refused[15] = 0x67;

    refused(
        CodecException.class,
        ErrorCode.CODEC,
        () -> codecs().decode(RECORD, refused, type),
        "constructor of " + Picky.class.getName());
  }

  @Test
  void recordInAClosedPackageIsRefusedWithTheLineToAdd() throws ReflectiveOperationException {
    ValueType<?> type = ValueType.of(ClosedModule.load("ClosedPoint"));

    assertThat(new RecordCodec().supports(type)).isTrue();
    refused(
        CodecException.class,
        ErrorCode.CODEC,
        () -> codecs().decode(RECORD, new byte[16], type),
        "Record com.example.closed.ClosedPoint cannot be cached",
        "'opens com.example.closed to io.zeal;' to module game");
  }

  @Test
  void recordInAPackageThatIsOpenToZealIsRead() throws ReflectiveOperationException {
    byte[] payload = codecs().encode(new Point(1, 2), ValueType.of(Point.class)).payload();

    assertThat(
            codecs()
                .<Object>decode(RECORD, payload, open(ClosedModule.load("ClosedPoint", "io.zeal"))))
        .hasToString("ClosedPoint[x=1, y=2]");
  }

  @SuppressWarnings("unchecked") // any object will do
  private static ValueType<Object> open(Class<?> type) {
    return ValueType.of((Class<Object>) type);
  }

  record Point(int x, int y) {}
}
