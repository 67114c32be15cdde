package io.zeal.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Column;
import io.zeal.ColumnType;
import io.zeal.Row;
import io.zeal.Schema;
import io.zeal.spi.ColumnSource;
import io.zeal.spi.RowMapper;
import io.zeal.spi.Schemas;
import java.lang.invoke.MethodHandles;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HotCopiesTest {

  private static final int PLACES = 1 << 12;

  private static final Schema<Row> NUMBERS = Schema.builder().column("n", ColumnType.LONG).build();

  private static NearRow<Row> copy(Schema<Row> schema) {
    return new NearRow<>(Row.of(schema, Map.of()), 0, 0, 0, 0, NearRow.NEVER);
  }

  @Test
  void whatWasKeptLastIsFoundUnderItsOwnKeyAlone() {
    HotCopies<Row> hot = new HotCopies<>(NUMBERS, PLACES);
    NearRow<Row> first = copy(NUMBERS);
    NearRow<Row> second = copy(NUMBERS);
    hot.keep("a", first);
    hot.keep("a", second);

    assertThat(hot.find("a")).isSameAs(second);
    assertThat(hot.find("b")).isNull();
  }

  @Test
  void anyNumberOfKeysFindsItsOwnCopyOrNone() {
    HotCopies<Row> hot = new HotCopies<>(NUMBERS, PLACES);
    int found = 0;
    for (int i = 0; i < 4 * PLACES; i++) {
      hot.keep("key" + i, new NearRow<>(Row.of(NUMBERS, Map.of("n", (long) i)), 0, 0, 0, 0, 0));
    }
    for (int i = 0; i < 4 * PLACES; i++) {
      NearRow<Row> copy = hot.find("key" + i);
      if (copy != null) {
        found++;
        assertThat(copy.value().get("n")).isEqualTo((long) i);
      }
    }
    assertThat(found).isBetween(PLACES / 2, PLACES);
  }

  @Test
  void aBoundOfOneCopyIsEnoughToFindIt() {
    HotCopies<Row> hot = new HotCopies<>(NUMBERS, 1);
    NearRow<Row> only = copy(NUMBERS);
    hot.keep("a", only);

    assertThat(hot.find("a")).isSameAs(only);
  }

  @Test
  void theHeapHasABoundWhateverTheNumberOfCopies() {
    HotCopies<Row> hot = new HotCopies<>(NUMBERS, Long.MAX_VALUE);
    NearRow<Row> same = copy(NUMBERS);
    int keys = 4 * HotCopies.MOST_PLACES;
    for (int i = 0; i < keys; i++) {
      hot.keep("key" + i, same);
    }

    assertThat(IntStream.range(0, keys).filter(i -> hot.find("key" + i) != null).count())
        .isBetween((long) HotCopies.MOST_PLACES / 2, (long) HotCopies.MOST_PLACES);
  }

  @Test
  void noMemoryIsTakenBeforeSomethingIsKept() {
    HotCopies<Row> hot = new HotCopies<>(NUMBERS, PLACES);
    assertThat(hot.find("a")).isNull();
    assertThat(hot.places()).isZero();
    hot.keep("a", copy(NUMBERS));
    assertThat(hot.places()).isEqualTo(PLACES);
  }

  @Test
  void viewsOfAStoreWithRowsOfOneTypeShareThem() {
    TieredStore store = new Instance(new Instance.Server()).store;
    HotCopies<SimRow> hot = store.hotCopies(Instance.SCHEMA);
    assertThat(store.hotCopies(Schema.of(SimRow.class, MethodHandles.lookup()))).isSameAs(hot);
    assertThat((Object) store.hotCopies(Schema.of(Other.class, MethodHandles.lookup())))
        .isNotSameAs(hot);
    Schema.Builder same = Schema.builder();
    Schema.Builder again = Schema.builder();
    for (Column column : Instance.SCHEMA.columns()) {
      same.column(column.name(), column.type());
      again.column(column.name(), column.type());
    }
    HotCopies<Row> rows = store.hotCopies(same.build());
    assertThat((Object) rows).isNotSameAs(hot);
    assertThat(store.hotCopies(again.build())).isSameAs(rows);
  }

  @Test
  void viewsOfOneTypeShareThemHoweverManyOtherTypesThereAre() {
    HotCopiesOfTypes types = new HotCopiesOfTypes(PLACES);
    HotCopies<SimRow> hot = types.of(Instance.SCHEMA);
    List<HotCopies<SimRow>> others =
        Stream.generate(HotCopiesTest::unequal)
            .limit(4 * HotCopiesOfTypes.LATELY)
            .map(types::of)
            .toList();

    assertThat(types.of(Schema.of(SimRow.class, MethodHandles.lookup()))).isSameAs(hot);
    assertThat(others).doesNotHaveDuplicates().doesNotContain(hot);
  }

  @Test
  void schemasWhoseMappersAreEqualToThemselvesAloneAreTypesOfTheirOwn() {
    HotCopiesOfTypes types = new HotCopiesOfTypes(PLACES);
    Schema<SimRow> schema = unequal();

    assertThat(types.of(schema)).isSameAs(types.of(schema)).isNotSameAs(types.of(unequal()));
  }

  @Test
  void whatNoViewHasIsLetGoButForTheTypesAskedForLast() {
    HotCopiesOfTypes types = new HotCopiesOfTypes(PLACES);
    WeakReference<HotCopies<SimRow>> first = new WeakReference<>(types.of(unequal()));
    List<WeakReference<HotCopies<SimRow>>> last =
        Stream.generate(HotCopiesTest::unequal)
            .limit(HotCopiesOfTypes.LATELY)
            .map(schema -> new WeakReference<>(types.of(schema)))
            .toList();

    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!first.refersTo(null)) {
      assertThat(System.nanoTime() - end).as("still held").isNegative();
      System.gc();
    }
    assertThat(last).noneMatch(held -> held.refersTo(null));
    assertThat(types.of(Instance.SCHEMA)).isNotNull(); // until here they are held
  }

  /** The rows of {@link SimRow}, by a mapper that is equal to itself alone. */
  private static Schema<SimRow> unequal() {
    RowMapper<SimRow> mapper = Instance.SCHEMA.mapper();
    return Schemas.mapped(
        Instance.SCHEMA.columns(),
        SimRow.class,
        new RowMapper<>() {
          @Override
          public SimRow read(ColumnSource source) {
            return mapper.read(source);
          }

          @Override
          public long number(SimRow row, int column) {
            return mapper.number(row, column);
          }

          @Override
          public String text(SimRow row, int column) {
            return mapper.text(row, column);
          }

          @Override
          public byte[] bytes(SimRow row, int column) {
            return mapper.bytes(row, column);
          }
        });
  }

  /** With the columns of {@link SimRow}. */
  record Other(long version, long count) {}

  @Test
  void rowsWithBytesAreNotSharedByReaders() {
    Schema<Row> bytes = Schema.builder().column("b", ColumnType.BYTES, 10).build();
    HotCopies<Row> hot = new HotCopies<>(bytes, PLACES);
    hot.keep("a", copy(bytes));

    assertThat(hot.find("a")).isNull();
  }
}
