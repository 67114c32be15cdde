package io.zeal.concurrency.lincheck;

import io.zeal.Store;
import io.zeal.concurrency.Card;
import io.zeal.concurrency.Place;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * Calls of few keys and several columns, in a store with room for all; {@link RowsModel} is right.
 */
@Param(name = "key", gen = IntGen.class, conf = "0:2")
@Param(name = "number", gen = IntGen.class, conf = "1:3")
public class RowsHistory {

  private final Store<Card> store = Place.next(Place.Kind.ROOMY).store();

  /** Called by Lincheck for each run. */
  public RowsHistory() {}

  /** The whole row. */
  @Operation(params = {"key"})
  public String get(int key) {
    return store.get(key(key)).map(Card::whole).orElse(RowsModel.ABSENT);
  }

  /** One column of it. */
  @Operation(params = {"key"})
  public String visits(int key) {
    var visits = store.getLong(key(key), "visits");
    return visits.isPresent() ? String.valueOf(visits.getAsLong()) : RowsModel.ABSENT;
  }

  /** Whether there is one. */
  @Operation(params = {"key"})
  public boolean contains(int key) {
    return store.contains(key(key));
  }

  /** A row in place of what was there. */
  @Operation(params = {"key", "number"})
  public void put(int key, int number) {
    store.put(key(key), card(key, number));
  }

  /** A row where there is none. */
  @Operation(params = {"key", "number"})
  public boolean putIfAbsent(int key, int number) {
    return store.putIfAbsent(key(key), card(key, number));
  }

  /** Three columns of five. */
  @Operation(params = {"key", "number"})
  public boolean patch(int key, int number) {
    return store.patch(key(key), Card.number(number));
  }

  /** Another column. */
  @Operation(params = {"key", "number"})
  public long increment(int key, int number) {
    return store.increment(key(key), "visits", number);
  }

  /** One row in place of another one. */
  @Operation(params = {"key", "number", "number"})
  public boolean replace(int key, int expected, int next) {
    return store.replace(key(key), card(key, expected), card(key, next));
  }

  /** One column. */
  @Operation(params = {"key", "number", "number"})
  public boolean compareAndSet(int key, int expected, int next) {
    return store.compareAndSet(key(key), "visits", expected, next);
  }

  /** Removes whatever is there. */
  @Operation(params = {"key"})
  public boolean remove(int key) {
    return store.remove(key(key));
  }

  /** Removes one row and no other. */
  @Operation(params = {"key", "number"})
  public boolean removeExpected(int key, int number) {
    return store.remove(key(key), card(key, number));
  }

  /** Once all is quiet, the rows that are found are those that are counted and paged. */
  @Validate
  public void everyViewAgrees() {
    Views.requireAgreement(store, List.of(key(0), key(1), key(2)));
  }

  static String key(int key) {
    return "k" + key;
  }

  static Card card(int key, int number) {
    return Card.of(key(key), number);
  }
}
