package io.zeal.concurrency.lincheck;

import io.zeal.concurrency.Card;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What {@link RowsHistory} has to answer, one call after the other. */
public class RowsModel {

  static final String ABSENT = "absent";

  private static final Card ZERO = new Card("", "", 0, 0, 0);

  private final Map<Integer, Card> rows = new HashMap<>();

  /** Called by Lincheck. */
  public RowsModel() {}

  /** As {@link RowsHistory#get}. */
  public String get(int key) {
    Card row = rows.get(key);
    return row == null ? ABSENT : row.whole();
  }

  /** As {@link RowsHistory#visits}. */
  public String visits(int key) {
    Card row = rows.get(key);
    return row == null ? ABSENT : String.valueOf(row.visits());
  }

  /** As {@link RowsHistory#contains}. */
  public boolean contains(int key) {
    return rows.containsKey(key);
  }

  /** As {@link RowsHistory#put}. */
  public void put(int key, int number) {
    rows.put(key, RowsHistory.card(key, number));
  }

  /** As {@link RowsHistory#putIfAbsent}. */
  public boolean putIfAbsent(int key, int number) {
    return rows.putIfAbsent(key, RowsHistory.card(key, number)) == null;
  }

  /** As {@link RowsHistory#patch}. */
  public boolean patch(int key, int number) {
    return change(
        key,
        row -> true,
        row -> {
          Card said = RowsHistory.card(key, number);
          return new Card(row.owner(), said.text(), said.number(), said.half(), row.visits());
        });
  }

  /** As {@link RowsHistory#increment}. */
  public long increment(int key, int number) {
    rows.putIfAbsent(key, ZERO);
    change(key, row -> true, row -> row.visited(row.visits() + number));
    return visitsOf(rows.get(key));
  }

  /** As {@link RowsHistory#replace}. */
  public boolean replace(int key, int expected, int next) {
    return change(key, RowsHistory.card(key, expected)::equals, row -> RowsHistory.card(key, next));
  }

  /** As {@link RowsHistory#compareAndSet}. */
  public boolean compareAndSet(int key, int expected, int next) {
    return change(key, row -> row.visits() == expected, row -> row.visited(next));
  }

  /** As {@link RowsHistory#remove}. */
  public boolean remove(int key) {
    return rows.remove(key) != null;
  }

  /** As {@link RowsHistory#removeExpected}. */
  public boolean removeExpected(int key, int number) {
    return rows.remove(key, RowsHistory.card(key, number));
  }

  private boolean change(int key, Predicate<Card> condition, UnaryOperator<Card> change) {
    Card row = rows.get(key);
    if (row == null || !condition.test(row)) {
      return false;
    }
    rows.put(key, change.apply(row));
    return true;
  }

  private static int visitsOf(@Nullable Card row) {
    return row == null ? 0 : row.visits();
  }
}
