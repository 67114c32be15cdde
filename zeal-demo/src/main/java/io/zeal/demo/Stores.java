package io.zeal.demo;

import io.zeal.Capability;
import io.zeal.CapacityException;
import io.zeal.ErrorCode;
import io.zeal.MaxBytes;
import io.zeal.Overflow;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The stores of the page. The list is a store too, so every server on a shared backend shows the
 * same. It has a fixed number of places, each a key that is known beforehand: that needs no paging,
 * which not every backend has.
 */
final class Stores {

  private static final int PLACES = 64;
  private static final int NAME_BYTES = 63;

  private static final List<String> KEYS =
      IntStream.range(0, PLACES).mapToObj(i -> "place-" + i).toList();

  /**
   * A place of the list.
   *
   * @param name what the page calls the store
   * @param ttlMillis how long its rows live, 0 for ever
   * @param capacity its most rows
   * @param evict whether it removes a row to make place, rather than refuse
   */
  record Listed(@MaxBytes(63) String name, long ttlMillis, long capacity, boolean evict) {

    StoreOptions options() {
      return StoreOptions.defaults()
          .withTtl(Duration.ofMillis(ttlMillis))
          .withCapacity(capacity)
          .withOverflow(evict ? Overflow.EVICT : Overflow.REJECT);
    }
  }

  private final Zeal zeal;
  private final Store<Listed> places;

  Stores(Zeal zeal) {
    this.zeal = zeal;
    this.places =
        zeal.store(
            "demo/stores",
            Schema.of(Listed.class),
            portable(StoreOptions.defaults().withCapacity(PLACES)));
  }

  /** The stores, oldest first. */
  List<Listed> list() {
    Map<String, Listed> found = places.getAll(KEYS).orThrow();
    Map<String, Listed> byName = new LinkedHashMap<>();
    for (String key : KEYS) {
      Listed listed = found.get(key);
      if (listed != null) {
        byName.putIfAbsent(listed.name(), listed);
      }
    }
    return List.copyOf(byName.values());
  }

  /** The store of that name. */
  Store<Player> open(String name) {
    return open(find(name).orElseThrow(() -> absent(name)));
  }

  Store<Player> open(Listed listed) {
    return zeal.store(
        prefixed("demo/rows/", listed.name()), Player.SCHEMA, portable(listed.options()));
  }

  /**
   * Makes the store, or finds it.
   *
   * @return whether it is new to the list
   * @throws io.zeal.SchemaException if it exists with other options
   * @throws CapacityException if it does not fit
   */
  boolean make(Listed listed) {
    // The store first: if that is refused, the list stays as it is.
    var _ = open(listed);
    if (find(listed.name()).isPresent()) {
      return false;
    }
    for (String key : KEYS) {
      if (places.putIfAbsent(key, listed)) {
        return true;
      }
      if (isAt(key, listed.name())) {
        return false; // another demo was faster
      }
    }
    throw new Problem(507, "DEMO-507", "The list has its " + PLACES + " stores. Use one of those.");
  }

  private boolean isAt(String key, String name) {
    return places.get(key).filter(listed -> listed.name().equals(name)).isPresent();
  }

  Optional<Listed> find(String name) {
    return list().stream().filter(listed -> listed.name().equals(name)).findFirst();
  }

  /**
   * The options, accepting what the backend lacks: the page then says so, instead of not opening at
   * all.
   */
  StoreOptions portable(StoreOptions options) {
    StoreOptions accepted = options;
    for (Capability capability : List.of(Capability.EXACT_COUNT, Capability.BOUNDED_ROWS)) {
      if (!zeal.info().can(capability)) {
        accepted = accepted.accepting(capability);
      }
    }
    return accepted;
  }

  /**
   * The page's own corner of the backend. Zeal takes names of 63 bytes, of which the prefix has
   * some: a longer one is refused here, in words about what was typed. An empty name stays empty,
   * and what is not well-formed as it is, so that Zeal refuses them.
   */
  static String prefixed(String prefix, String name) {
    int limit = NAME_BYTES - prefix.length();
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > limit) {
      throw new Problem(
          400,
          ErrorCode.INVALID_NAME.id(),
          "The name '"
              + shown(name)
              + "' is "
              + bytes
              + " bytes of UTF-8; the page puts '"
              + prefix
              + "' before it, so use 1 to "
              + limit
              + " bytes.");
    }
    return name.isEmpty() ? name : prefix + name;
  }

  private static String shown(String name) {
    return name.length() <= NAME_BYTES ? name : name.substring(0, NAME_BYTES) + "…";
  }

  private static Problem absent(String name) {
    return new Problem(404, "DEMO-404", "There is no store '" + shown(name) + "'. Make it first.");
  }
}
