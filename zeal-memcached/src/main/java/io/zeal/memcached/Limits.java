package io.zeal.memcached;

import io.zeal.memcached.ClientException.Kind;
import java.util.Map;

/**
 * What a server takes.
 *
 * @param itemBytes its greatest item, with key and overhead
 * @param connection which of the connections to it was asked; it may have been started anew since
 */
record Limits(long itemBytes, int connection) {

  private static final String DEFAULT_ITEM_BYTES = "1048576";

  static Limits of(Map<String, String> settings, int connection, Address address)
      throws ClientException {
    if (settings.getOrDefault("cas_enabled", "yes").equals("no")) {
      throw new ClientException(
          Kind.REFUSED,
          false,
          address
              + " runs without versions of items (-C), so that no change would be atomic:"
              + " start it without -C",
          null);
    }
    try {
      return new Limits(
          Long.parseLong(settings.getOrDefault("item_size_max", DEFAULT_ITEM_BYTES)), connection);
    } catch (NumberFormatException e) {
      throw new ClientException(
          Kind.REFUSED, false, address + " says nothing sensible of its item_size_max", e);
    }
  }
}
