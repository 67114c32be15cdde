package io.zeal.tiered;

import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.Script;
import io.zeal.Scripts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Scripts of the far level, which announces within the script's own step what stores it touches.
 * That needs a store that is open here: of another one nobody would be told.
 */
final class TieredScripts implements Scripts {

  private final Scripts far;
  private final Map<String, TieredStore> stores;

  TieredScripts(Scripts far, Map<String, TieredStore> stores) {
    this.far = far;
    this.stores = stores;
  }

  @Override
  public Reply run(Script script, List<String> keys, List<String> arguments) {
    List<TieredStore> touched = new ArrayList<>();
    for (String name : script.touchedStores()) {
      TieredStore store = stores.get(name);
      if (store == null) {
        throw new InvalidArgumentException(
            ErrorCode.INVALID_ARGUMENT,
            "A script touches store '"
                + name
                + "', which is not open in this Zeal instance, so that others would not drop their"
                + " copies of its rows. Nothing was run; open the store first (Zeal.store).");
      }
      store.requireBuckets(); // else what the far level announces has no place here
      touched.add(store);
    }
    touched.forEach(TieredStore::flush);
    try {
      return far.run(script, keys, arguments);
    } finally {
      touched.forEach(TieredStore::flush);
    }
  }
}
