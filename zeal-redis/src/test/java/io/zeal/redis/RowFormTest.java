package io.zeal.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.zeal.ColumnType;
import io.zeal.redis.spi.Reply;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What stands in a row's fields ({@code docs/redis-layout.md}), and what is refused there. */
class RowFormTest {

  private final RowForm<AllTypes> form = new RowForm<>(AllTypes.spec());

  static Stream<AllTypes> rows() {
    byte[] large = new byte[1 << 20];
    new Random(1).nextBytes(large);
    return Stream.of(
        AllTypes.ZERO,
        AllTypes.LEAST,
        AllTypes.GREATEST,
        new AllTypes(true, (byte) 1, (short) -1, 2, -2, -0f, -0d, "x".repeat(1 << 20), large));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aRowComesBackAsItWas(AllTypes row) {
    assertThat(form.row("k", reply(values(row)))).isEqualTo(row);
  }

  @Test
  void wholeNumbersAreDigits() {
    assertThat(shown(AllTypes.LEAST).subList(0, 5))
        .containsExactly("0", "-128", "-32768", "-2147483648", "-9223372036854775808");
    assertThat(shown(AllTypes.GREATEST).subList(0, 5))
        .containsExactly("1", "127", "32767", "2147483647", "9223372036854775807");
  }

  @Test
  void floatingNumbersAreTheirBytesFromTheGreatest() {
    assertThat(RowForm.number(ColumnType.FLOAT, Float.floatToIntBits(1.5f)))
        .containsExactly(0x3f, 0xc0, 0, 0);
    assertThat(RowForm.number(ColumnType.DOUBLE, Double.doubleToLongBits(-0d)))
        .containsExactly(0x80, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void everyNaNIsTheOneOfJava() {
    float single = Float.intBitsToFloat(0xffc1_2345);
    double real = Double.longBitsToDouble(0xfff8_0000_0000_0001L);
    AllTypes row = new AllTypes(false, (byte) 0, (short) 0, 0, 0, single, real, "", new byte[0]);
    List<byte[]> changed = new ArrayList<>();
    form.addColumn(AllTypes.SINGLE, single, changed);
    form.addColumn(AllTypes.REAL, real, changed);

    List<byte[]> values = values(row);

    byte[] oneSingle = {0x7f, (byte) 0xc0, 0, 0};
    byte[] oneReal = {0x7f, (byte) 0xf8, 0, 0, 0, 0, 0, 0};
    assertThat(values.get(AllTypes.SINGLE)).isEqualTo(oneSingle).isEqualTo(changed.get(1));
    assertThat(values.get(AllTypes.REAL)).isEqualTo(oneReal).isEqualTo(changed.get(3));
  }

  @Test
  void aNaNOfSomebodyElseIsReadAsOne() {
    List<byte[]> values = values(AllTypes.ZERO);
    values.set(AllTypes.SINGLE, new byte[] {-1, -1, -1, -1});

    assertThat(form.row("k", reply(values)))
        .isNotNull()
        .satisfies(row -> assertThat(row.single()).isNaN());
  }

  @Test
  void anUntouchedRowIsARowOfZeros() {
    List<byte[]> pairs = new ArrayList<>();
    form.addZeros(pairs);

    List<byte[]> expected = new ArrayList<>();
    form.addRow(AllTypes.ZERO, expected);
    assertThat(pairs).usingRecursiveComparison().isEqualTo(expected);
  }

  @Test
  void aChangedColumnIsTheSameBytesAsInAWholeRow() {
    AllTypes row = AllTypes.GREATEST;
    List<Object> ofJava =
        List.of(
            row.flag(),
            row.tiny(),
            row.small(),
            row.medium(),
            row.large(),
            row.single(),
            row.real(),
            row.text(),
            row.bytes());
    List<byte[]> pairs = new ArrayList<>();
    for (int column = 0; column < ofJava.size(); column++) {
      form.addColumn(column, ofJava.get(column), pairs);
    }

    List<byte[]> expected = new ArrayList<>();
    form.addRow(row, expected);
    assertThat(pairs).usingRecursiveComparison().isEqualTo(expected);
  }

  @Test
  void bytesOfTheCallerAreCopied() {
    byte[] mine = {1};
    List<byte[]> pairs = new ArrayList<>();
    form.addColumn(AllTypes.BYTES, mine, pairs);

    mine[0] = 2;

    assertThat(pairs.getLast()).containsExactly(1);
  }

  @Test
  void fieldsAreCalledAsColumns() {
    assertThat(form.fields().stream().map(field -> new String(field, UTF_8)))
        .containsExactly(
            "flag", "tiny", "small", "medium", "large", "single", "real", "text", "bytes");
  }

  @Test
  void noFieldAtAllIsNoRow() {
    assertThat(form.row("k", reply(Arrays.asList(new byte[9][])))).isNull();
  }

  @Test
  void aRowThatLacksAColumnIsNamedByIt() {
    List<byte @Nullable []> values = new ArrayList<>(values(AllTypes.ZERO));
    values.set(AllTypes.LARGE, null);

    assertThatThrownBy(() -> form.row("k", reply(values))).hasMessage("column 'large' is missing");
  }

  @ParameterizedTest
  @CsvSource({
    "0, yes",
    "1, 128",
    "1, 7x",
    "2, -32769",
    "3, 2147483648",
    "4, 9223372036854775808",
    "4, ''",
    "4, 1.5",
    "5, 1.5",
    "5, 12345",
    "6, 1.25",
    "6, 123456789",
  })
  void whatIsNoNumberOfItsTypeIsRefusedWithoutShowingIt(int column, String stored) {
    List<byte[]> values = values(AllTypes.ZERO);
    values.set(column, stored.getBytes(ISO_8859_1));

    Throwable error = catchThrowable(() -> form.row("k", reply(values)));

    String name = new String(form.field(column), UTF_8);
    assertThat(error)
        .hasMessage(
            "Store 's', key 'k': column '%s' holds no %s. Put the row again. ZEAL-601",
            name, form.type(column));
    assertThatThrownBy(() -> form.bits(column, values.get(column)))
        .hasMessage("column '%s' holds no %s", name, form.type(column));
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    assertThat(text.toString().lines().filter(line -> !line.startsWith("\tat ")))
        .as("every message of the error")
        .noneMatch(line -> !stored.isEmpty() && line.contains(stored));
  }

  private List<byte[]> values(AllTypes row) {
    List<byte[]> values = new ArrayList<>();
    form.addValues(row, values);
    return values;
  }

  private List<String> shown(AllTypes row) {
    return values(row).stream().map(value -> new String(value, ISO_8859_1)).toList();
  }

  private static Reply.Items reply(List<? extends byte @Nullable []> values) {
    List<Reply> replies = new ArrayList<>();
    for (byte[] value : values) {
      replies.add(value == null ? new Reply.Nil() : new Reply.Bytes(value));
    }
    return new Reply.Items(replies);
  }
}
