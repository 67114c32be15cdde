package io.zeal.concurrency.lincheck;

import io.zeal.CapacityException;
import io.zeal.Store;
import io.zeal.concurrency.Card;
import io.zeal.concurrency.Place;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;

/** Four keys that compete for two rows; {@link FullStoreModel} is right. */
@Param(name = "key", gen = IntGen.class, conf = "0:3")
public class FullStoreHistory {

  private final Store<Card> store = Place.next(Place.Kind.TWO_ROWS).store();

  /** Called by Lincheck for each run. */
  public FullStoreHistory() {}

  /** A row if there is room, or one already. */
  @Operation(params = {"key"})
  public String put(int key) {
    try {
      store.put(RowsHistory.key(key), RowsHistory.card(key, 1));
      return FullStoreModel.STORED;
    } catch (CapacityException e) {
      return FullStoreModel.REFUSED;
    }
  }

  /** A row if there is room and none. */
  @Operation(params = {"key"})
  public String putIfAbsent(int key) {
    try {
      return String.valueOf(store.putIfAbsent(RowsHistory.key(key), RowsHistory.card(key, 2)));
    } catch (CapacityException e) {
      return FullStoreModel.REFUSED;
    }
  }

  /** The sum if there is room, or a row. */
  @Operation(params = {"key"})
  public String increment(int key) {
    try {
      return String.valueOf(store.increment(RowsHistory.key(key), "visits", 1));
    } catch (CapacityException e) {
      return FullStoreModel.REFUSED;
    }
  }

  /** Whether there is one. */
  @Operation(params = {"key"})
  public boolean contains(int key) {
    return store.contains(RowsHistory.key(key));
  }

  /** Makes room. */
  @Operation(params = {"key"})
  public boolean remove(int key) {
    return store.remove(RowsHistory.key(key));
  }

  /** Once all is quiet, the rows that are found are those that are counted and paged. */
  @Validate
  public void everyViewAgrees() {
    Views.requireAgreement(
        store,
        List.of(RowsHistory.key(0), RowsHistory.key(1), RowsHistory.key(2), RowsHistory.key(3)));
  }
}
