package io.zeal.consumer.closed;

import io.zeal.Zeal;

/** What the application's other packages may see of this one. */
public final class ClosedPackage {

  private ClosedPackage() {}

  /** Stores and reads a record of this package. */
  public static String roundTrip(Zeal zeal) {
    return Closed.roundTrip(zeal);
  }

  /** What Zeal says of a record here if nobody lends it a lookup. */
  public static String withoutLookup() {
    return Closed.withoutLookup();
  }
}
