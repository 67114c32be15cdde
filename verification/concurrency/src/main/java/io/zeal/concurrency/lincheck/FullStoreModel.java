package io.zeal.concurrency.lincheck;

import java.util.HashMap;
import java.util.Map;

/** What {@link FullStoreHistory} has to answer, one call after the other. */
public class FullStoreModel {

  static final String STORED = "stored";
  static final String REFUSED = "refused";

  private static final int ROWS = 2;

  /** Visits by key. */
  private final Map<Integer, Integer> rows = new HashMap<>();

  /** Called by Lincheck. */
  public FullStoreModel() {}

  /** As {@link FullStoreHistory#put}. */
  public String put(int key) {
    if (isRefused(key)) {
      return REFUSED;
    }
    rows.put(key, 0);
    return STORED;
  }

  /** As {@link FullStoreHistory#putIfAbsent}. */
  public String putIfAbsent(int key) {
    return isRefused(key) ? REFUSED : String.valueOf(rows.putIfAbsent(key, 0) == null);
  }

  /** As {@link FullStoreHistory#increment}. */
  public String increment(int key) {
    return isRefused(key) ? REFUSED : String.valueOf(rows.merge(key, 1, Integer::sum));
  }

  /** As {@link FullStoreHistory#contains}. */
  public boolean contains(int key) {
    return rows.containsKey(key);
  }

  /** As {@link FullStoreHistory#remove}. */
  public boolean remove(int key) {
    return rows.remove(key) != null;
  }

  private boolean isRefused(int key) {
    return rows.size() == ROWS && !rows.containsKey(key);
  }
}
