package io.zeal.consumer.closed;

import io.zeal.MaxBytes;
import io.zeal.Schema;
import io.zeal.SchemaException;
import io.zeal.Zeal;
import java.lang.invoke.MethodHandles;

/** A record that only this package sees, bound through a lookup made here. */
record Closed(@MaxBytes(16) String name, boolean live) {

  static String roundTrip(Zeal zeal) {
    var store = zeal.store("closed", Schema.of(Closed.class, MethodHandles.lookup()));
    store.put("a", new Closed("bob", true));
    return store.get("a").orElseThrow().toString();
  }

  static String withoutLookup() {
    try {
      Schema.of(Closed.class);
      return "bound";
    } catch (SchemaException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
