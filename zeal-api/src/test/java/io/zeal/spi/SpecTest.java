package io.zeal.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zeal.Capability;
import io.zeal.CapacityException;
import io.zeal.ColumnType;
import io.zeal.CounterOptions;
import io.zeal.ErrorCode;
import io.zeal.Overflow;
import io.zeal.Row;
import io.zeal.Schema;
import io.zeal.SchemaException;
import io.zeal.StoreOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecTest {

  private static final int BYTE = 0;
  private static final int LONG = 1;
  private static final int FLOAT = 2;
  private static final int DOUBLE = 3;

  private static final Schema<Row> SCHEMA =
      Schema.builder()
          .column("small", ColumnType.BYTE)
          .column("large", ColumnType.LONG)
          .column("single", ColumnType.FLOAT)
          .column("real", ColumnType.DOUBLE)
          .build();

  private static final StoreSpec<Row> STORE =
      new StoreSpec<>("s", SCHEMA, StoreOptions.defaults().withCapacity(7), null);

  record Free(String name) {}

  @Test
  void noStoreIsOfColumnsWithoutALimit() {
    Schema<Free> schema = Schema.unlimited(Free.class);

    assertThatExceptionOfType(SchemaException.class)
        .isThrownBy(() -> new StoreSpec<>("s", schema, StoreOptions.defaults(), null))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_SCHEMA.id()))
        .withMessageContainingAll("Store 's': column 'name' has no limit", "@MaxBytes(n)");
  }

  @ParameterizedTest
  @CsvSource({"1,2,3", "127,-255,-128", "-128,255,127", "0,0,0"})
  void aSumThatFitsItsColumnIsExact(long a, long b, long sum) {
    assertThat(STORE.sum(BYTE, a, b)).isEqualTo(sum);
  }

  @ParameterizedTest
  @CsvSource({"127,1", "-128,-1", "9223372036854775807,1", "-9223372036854775808,-1"})
  void aSumThatLeavesItsColumnIsRefused(long a, long b) {
    int column = Math.abs(a) < 1000 ? BYTE : LONG;

    refused(
        () -> STORE.sum(column, a, b),
        ErrorCode.NUMBER_OUT_OF_RANGE,
        "Store 's', column '" + (column == BYTE ? "small' is BYTE" : "large' is LONG"));
  }

  @Test
  void aLongSumIsExactToItsEnds() {
    assertThat(STORE.sum(LONG, Long.MAX_VALUE - 1, 1)).isEqualTo(Long.MAX_VALUE);
    assertThat(STORE.sum(LONG, Long.MIN_VALUE, Long.MAX_VALUE)).isEqualTo(-1);
  }

  @Test
  void floatingSumsAreOfTheColumnsPrecision() {
    int single = Float.floatToRawIntBits(16_777_216f);
    assertThat(STORE.sum(FLOAT, single, Float.floatToRawIntBits(1f))).isEqualTo(single);
    assertThat(
            STORE.sum(
                DOUBLE, Double.doubleToRawLongBits(16_777_216d), Double.doubleToRawLongBits(1)))
        .isEqualTo(Double.doubleToRawLongBits(16_777_217d));
  }

  @Test
  void aFloatingSumThatIsNotFiniteIsRefused() {
    long large = Double.doubleToRawLongBits(Double.MAX_VALUE);
    int single = Float.floatToRawIntBits(Float.MAX_VALUE);

    refused(
        () -> STORE.sum(DOUBLE, large, large),
        ErrorCode.NUMBER_OUT_OF_RANGE,
        "column 'real' is DOUBLE, finite");
    refused(
        () -> STORE.sum(FLOAT, single, single),
        ErrorCode.NUMBER_OUT_OF_RANGE,
        "column 'single' is FLOAT, finite");
  }

  @Test
  void aFullStoreSaysItsSizeAndWhatHelps() {
    refused(
        () -> {
          throw STORE.full();
        },
        ErrorCode.STORE_FULL,
        "Store 's' holds its 7 rows",
        "StoreOptions.withCapacity",
        "Overflow.EVICT");
  }

  @Test
  void aCounterThatLeaves64BitsNamesItself() {
    refused(
        () -> {
          throw new CounterSpec("c", CounterOptions.defaults()).outOfRange();
        },
        ErrorCode.NUMBER_OUT_OF_RANGE,
        "Counter 'c': the sum does not fit 64 bits");
  }

  /** What servers have recorded. This text is never corrected, only joined by one of version 2. */
  @Test
  void theFingerprintIsTheSameInEveryRelease() {
    Schema.Builder columns = Schema.builder();
    for (ColumnType type : ColumnType.values()) {
      String name = "a-1_z." + type.name();
      if (type.isFixed()) {
        columns.column(name, type);
      } else {
        columns.column(name, type, 64);
      }
    }

    assertThat(fingerprint(columns.build(), StoreOptions.defaults()))
        .isEqualTo(
            "1:(a-1_z.BOOLEAN:BOOLEAN, a-1_z.BYTE:BYTE, a-1_z.SHORT:SHORT, a-1_z.INT:INT,"
                + " a-1_z.LONG:LONG, a-1_z.FLOAT:FLOAT, a-1_z.DOUBLE:DOUBLE,"
                + " a-1_z.TEXT:TEXT(64), a-1_z.BYTES:BYTES(64))"
                + " ttl=none, capacity=16384, overflow=REJECT, keyLimit=63");
    assertThat(
            fingerprint(
                Schema.builder().column("n", ColumnType.LONG).build(),
                StoreOptions.defaults()
                    .withTtl(Duration.ofMinutes(1).plusNanos(1))
                    .withCapacity(1_000_000)
                    .withOverflow(Overflow.EVICT)
                    .withKeyLimit(1_024)
                    .accepting(Capability.EXACT_COUNT)))
        .isEqualTo("1:(n:LONG) ttl=60001ms, capacity=1000000, overflow=EVICT, keyLimit=1024");
  }

  @Test
  void theFingerprintOfANameIsPlainAsciiAndItsOwn() {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("é", "'\\u00e9'");
    names.put("\u0660", "'\\u0660'"); // a digit, says Unicode
    names.put("日", "'\\u65e5'");
    names.put("\ud83d\ude00", "'\\ud83d\\ude00'");
    names.put("\u0000\u007f", "'\\u0000\\u007f'");
    names.put("a b~", "'a b~'");
    names.put("it's", "'it\\'s'");
    names.put("a\\b", "'a\\\\b'");
    names.put("a:LONG, b", "'a:LONG, b'");

    names.forEach((name, shown) ->
        assertThat(
                fingerprint(
                    Schema.builder().column(name, ColumnType.INT).build(), StoreOptions.defaults()))
            .startsWith("1:(" + shown + ":INT) "));
  }

  private static String fingerprint(Schema<Row> schema, StoreOptions options) {
    return new StoreSpec<>("s", schema, options, null).fingerprint();
  }

  private static void refused(ThrowingCallable call, ErrorCode code, String... parts) {
    assertThatExceptionOfType(CapacityException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.code()).isEqualTo(code.id()))
        .withMessageContainingAll(parts);
  }
}
