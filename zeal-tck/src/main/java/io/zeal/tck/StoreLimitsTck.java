package io.zeal.tck;

import static io.zeal.tck.Player.ALICE;
import static io.zeal.tck.Player.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zeal.Capability;
import io.zeal.CapacityException;
import io.zeal.ColumnType;
import io.zeal.Entry;
import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.MaxBytes;
import io.zeal.Overflow;
import io.zeal.Patch;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Row;
import io.zeal.Schema;
import io.zeal.SchemaException;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.Zeal;
import io.zeal.ZealClosedException;
import io.zeal.ZealException;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * What a store takes and what it refuses: keys and names, sizes, attaching, missing capabilities,
 * closing. {@code docs/contract/store.md} S8, S9, S10, S13, S14 and S15.
 */
public abstract class StoreLimitsTck extends BackendTck {

  /** For a subclass in the backend's tests. */
  protected StoreLimitsTck() {}

  // S8: keys and names

  @Test
  void s8_1_keysAreAnyWellFormedText() {
    Store<Player> store = players();
    List<String> keys = Texts.KEYS;
    for (int i = 0; i < keys.size(); i++) {
      store.put(keys.get(i), new Player("", i));
    }
    for (int i = 0; i < keys.size(); i++) {
      assertThat(store.get(keys.get(i)))
          .as("S8.1 the row under key %s", Texts.show(keys.get(i)))
          .contains(new Player("", i));
    }
  }

  @Test
  void s8_2_keyLimitCountsBytesOfUtf8() {
    Store<Player> store = players();
    List<String> fitting =
        List.of("k".repeat(63), "é".repeat(31) + "k", "€".repeat(21), "😀".repeat(15) + "€");
    for (String key : fitting) {
      store.put(key, ALICE);
      assertThat(store.get(key)).as("S8.2 a key of 63 bytes: %s", Texts.show(key)).contains(ALICE);
      refused(
          "S8.2 a key of 64 bytes: " + Texts.show(key + "k"),
          InvalidArgumentException.class,
          ErrorCode.INVALID_KEY,
          () -> store.put(key + "k", ALICE));
    }
  }

  @Test
  void s8_2_keyLimitIsTheStores() {
    int most =
        Math.toIntExact(Math.min(1_024, zeal().info().limits().getOrDefault("keyBytes", 1_024L)));
    for (int limit : new int[] {1, 8, most}) {
      Store<Player> store = players(options().withKeyLimit(limit));
      store.put("k".repeat(limit), ALICE);
      assertThat(store.get("k".repeat(limit)))
          .as("S8.2 a key of %s bytes under that limit", limit)
          .contains(ALICE);
      refused(
          "S8.2 a key of one byte more than " + limit,
          InvalidArgumentException.class,
          ErrorCode.INVALID_KEY,
          () -> store.get("k".repeat(limit + 1)));
    }
  }

  @Test
  void s8_3_keyThatIsNoKeyIsRefusedByEveryCall() {
    Store<Sample> store = samples();
    for (String key : List.of("", "\ud800", "a\udc00", "\udc00\ud800", "k".repeat(64))) {
      keyed(store, key)
          .forEach((call, action) ->
              refused(
                  "S8.3 " + call + " with key " + Texts.show(key),
                  InvalidArgumentException.class,
                  ErrorCode.INVALID_KEY,
                  action));
    }
  }

  /** Every call that takes a key. */
  private static Map<String, ThrowingCallable> keyed(Store<Sample> store, String key) {
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("get", () -> store.get(key));
    calls.put("read", () -> store.read(key, ReadOptions.defaults()));
    calls.put("contains", () -> store.contains(key));
    calls.put("getLong", () -> store.getLong(key, "large"));
    calls.put("getDouble", () -> store.getDouble(key, "real"));
    calls.put("getBoolean", () -> store.getBoolean(key, "flag"));
    calls.put("getString", () -> store.getString(key, "text"));
    calls.put("getBytes", () -> store.getBytes(key, "bytes"));
    calls.put("put", () -> store.put(key, Sample.SOME));
    calls.put("put with ttl", () -> store.put(key, Sample.SOME, Duration.ZERO));
    calls.put("putIfAbsent", () -> store.putIfAbsent(key, Sample.SOME));
    calls.put("replace", () -> store.replace(key, Sample.SOME, Sample.ZERO));
    calls.put("patch", () -> store.patch(key, Patch.set("large", 1)));
    calls.put("increment", () -> store.increment(key, "large", 1));
    calls.put("increment by a double", () -> store.increment(key, "real", 1d));
    calls.put("compareAndSet", () -> store.compareAndSet(key, "large", 1, 2));
    calls.put("touch", () -> store.touch(key));
    calls.put("touch with ttl", () -> store.touch(key, Duration.ZERO));
    calls.put("remove", () -> store.remove(key));
    calls.put("remove expected", () -> store.remove(key, Sample.SOME));
    calls.put("getAll", () -> store.getAll(List.of(key)));
    calls.put("putAll", () -> store.putAll(Map.of(key, Sample.SOME)));
    calls.put("removeAll", () -> store.removeAll(List.of(key)));
    return calls;
  }

  /** Calls that an open store refuses for another reason than its key. */
  private static Map<String, ThrowingCallable> mistaken(Store<Sample> store) {
    Sample tooLong = Sample.SOME.withText("x".repeat(65));
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("getLong of no column", () -> store.getLong("k", "points"));
    calls.put("getDouble of a text", () -> store.getDouble("k", "text"));
    calls.put("getBoolean of a text", () -> store.getBoolean("k", "text"));
    calls.put("getString of a number", () -> store.getString("k", "large"));
    calls.put("getBytes of a text", () -> store.getBytes("k", "text"));
    calls.put("put of a value too long", () -> store.put("k", tooLong));
    calls.put("put with a negative ttl", () -> store.put("k", Sample.SOME, Duration.ofDays(-1)));
    calls.put("putIfAbsent of a value too long", () -> store.putIfAbsent("k", tooLong));
    calls.put("replace by a value too long", () -> store.replace("k", Sample.SOME, tooLong));
    calls.put("patch of no column", () -> store.patch("k", Patch.set("points", 1)));
    calls.put("increment of no column", () -> store.increment("k", "points", 1));
    calls.put("increment of a text", () -> store.increment("k", "text", 1));
    calls.put("increment by NaN", () -> store.increment("k", "real", Double.NaN));
    calls.put("increment by too much", () -> store.increment("k", "single", 1e300));
    calls.put("compareAndSet of no column", () -> store.compareAndSet("k", "points", 1, 2));
    calls.put("compareAndSet to a text", () -> store.compareAndSet("k", "large", 1, "x"));
    calls.put("touch with a negative ttl", () -> store.touch("k", Duration.ofDays(-1)));
    calls.put("putAll of a value too long", () -> store.putAll(Map.of("k", tooLong)));
    calls.put("page of no rows", () -> store.page("", 0));
    calls.put("page behind no key", () -> store.page("k".repeat(64), 1));
    return calls;
  }

  @Test
  void s8_4_noTwoPairsOfStoreAndKeyMeet() {
    String base = freshName();
    List<Store<Player>> stores = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    for (String joint : Texts.JOINTS) {
      // "a" + joint + "b" under "c", and "a" under "b" + joint + "c": one text if joined by joint.
      for (List<String> pair :
          List.of(
              List.of(base + joint + "b", "c"), List.of(base, "b" + joint + "c"),
              List.of(base + joint, "c"), List.of(base, joint + "c"))) {
        stores.add(store(pair.getFirst(), Player.SCHEMA));
        keys.add(pair.getLast());
      }
    }
    for (int i = 0; i < keys.size(); i++) {
      stores.get(i).put(keys.get(i), new Player("", i));
    }
    for (int i = 0; i < keys.size(); i++) {
      assertThat(stores.get(i).get(keys.get(i)))
          .as("S8.4 key %s of store %s", Texts.show(keys.get(i)), Texts.show(stores.get(i).name()))
          .contains(new Player("", i));
    }
  }

  @Test
  void s8_5_storeNamesAreAnyWellFormedTextOf1To63Bytes() {
    for (String tail : Texts.JOINTS) {
      String name = freshName() + tail;
      Store<Player> store = store(name, Player.SCHEMA);
      store.put("k", ALICE);
      assertThat(store.get("k")).as("S8.5 a row of store %s", Texts.show(name)).contains(ALICE);
    }
    for (String name : List.of("", "\ud800", "n".repeat(64))) {
      refused(
          "S8.5 a store named " + Texts.show(name),
          InvalidArgumentException.class,
          ErrorCode.INVALID_NAME,
          () -> store(name, Player.SCHEMA));
    }
  }

  @Test
  void s8_6_storeAndCounterOfOneNameDoNotMeet() {
    requires(Capability.COUNTERS);
    String name = freshName();
    Store<Player> store = store(name, Player.SCHEMA);
    store.put("k", ALICE);
    store.put(name, BOB);
    zeal().counter(name).add(5);
    assertThat(zeal().counter(name).get())
        .as("S8.6 the counter beside a store of its name")
        .isEqualTo(5);
    assertThat(store.get("k"))
        .as("S8.6 a row beside a counter of its store's name")
        .contains(ALICE);
    zeal().counter(name).reset();
    assertThat(store.get(name)).as("S8.6 a row after the counter was reset").contains(BOB);
  }

  @Test
  @SuppressWarnings("NullAway") // null is what this is about
  void s8_7_nullIsRefused() {
    Store<Player> store = players();
    store.put("k", ALICE);
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>(keyed(samples(), null));
    calls.keySet().removeAll(List.of("getAll", "putAll", "removeAll"));
    calls.put("put of null", () -> store.put("k", null));
    calls.put("put with a null ttl", () -> store.put("k", BOB, null));
    calls.put("putIfAbsent of null", () -> store.putIfAbsent("k", null));
    calls.put("replace of null", () -> store.replace("k", null, BOB));
    calls.put("replace by null", () -> store.replace("k", ALICE, null));
    calls.put("a null text in a row", () -> store.put("k", new Player(null, 1)));
    calls.put("getLong of a null column", () -> store.getLong("k", null));
    calls.put("getDouble of a null column", () -> store.getDouble("k", null));
    calls.put("getBoolean of a null column", () -> store.getBoolean("k", null));
    calls.put("getString of a null column", () -> store.getString("k", null));
    calls.put("getBytes of a null column", () -> store.getBytes("k", null));
    calls.put("increment of a null column", () -> store.increment("k", null, 1));
    calls.put("increment of a null column by a double", () -> store.increment("k", null, 1d));
    calls.put("compareAndSet of a null column", () -> store.compareAndSet("k", null, 1L, 2L));
    calls.put("patch of a null column", () -> store.patch("k", Patch.set(null, 1)));
    calls.put("patch of null", () -> store.patch("k", null));
    calls.put("compareAndSet by null", () -> store.compareAndSet("k", "score", 100L, null));
    calls.put("compareAndSet of null", () -> store.compareAndSet("k", "score", null, 1L));
    calls.put("remove of null", () -> store.remove("k", null));
    calls.put("touch with a null ttl", () -> store.touch("k", null));
    calls.put("getAll of null", () -> store.getAll(null));
    calls.put("getAll with a null key", () -> store.getAll(Collections.singletonList(null)));
    calls.put("putAll with a null row", () -> store.putAll(Collections.singletonMap("k", null)));
    calls.put("removeAll with a null key", () -> store.removeAll(Arrays.asList("k", null)));
    calls.forEach((call, action) -> refused("S8.7 " + call, NullPointerException.class, action));
    assertThat(store.get("k")).as("S8.7 the row after calls with null").contains(ALICE);
  }

  // S9: what does not fit

  @Test
  void s9_1_valueLongerThanItsColumnIsRefusedWithBothSizes() {
    Store<Player> store = players();
    Player tooLong = new Player("x".repeat(17), 1);
    store.put("k", ALICE);
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("put", () -> store.put("k", tooLong));
    calls.put("put with ttl", () -> store.put("k", tooLong, Duration.ZERO));
    calls.put("putIfAbsent", () -> store.putIfAbsent("new", tooLong));
    calls.put("replace", () -> store.replace("k", ALICE, tooLong));
    calls.put("patch", () -> store.patch("k", Patch.set("name", tooLong.name())));
    calls.put("compareAndSet", () -> store.compareAndSet("k", "name", "alice", tooLong.name()));
    calls.put("putAll", () -> store.putAll(Map.of("k", tooLong)));
    calls.forEach((call, action) -> {
      String what = "S9.1 " + call + " of 17 bytes into TEXT(16)";
      assertThat(refused(what, CapacityException.class, ErrorCode.VALUE_TOO_LONG, action))
          .as("%s: the message has both sizes", what)
          .hasMessageContaining("16")
          .hasMessageContaining("17");
    });
    assertThat(store.get("k")).as("S9.1 the row after values too long").contains(ALICE);
    assertThat(store.contains("new"))
        .as("S9.1 a row after putIfAbsent of a value too long")
        .isFalse();
  }

  @Test
  void s9_2_valueOfExactlyItsColumnsLimitIsStoredWhole() {
    Store<Sample> store = samples();
    Sample full = Sample.SOME.withText("😀".repeat(16)).withBytes(new byte[300]);
    store.put("k", full);
    assertThat(store.get("k")).as("S9.2 64 bytes in TEXT(64), 300 in BYTES(300)").contains(full);
    refused(
        "S9.2 65 bytes in 33 characters into TEXT(64)",
        CapacityException.class,
        ErrorCode.VALUE_TOO_LONG,
        () -> store.put("k", Sample.SOME.withText("é".repeat(32) + "e")));
    refused(
        "S9.2 301 bytes into BYTES(300)",
        CapacityException.class,
        ErrorCode.VALUE_TOO_LONG,
        () -> store.put("k", Sample.SOME.withBytes(new byte[301])));
    assertThat(store.get("k")).as("S9.2 the row after values too long").contains(full);
  }

  @Test
  void s9_3_textThatIsNotWellFormedIsRefused() {
    Store<Player> store = players();
    store.put("k", ALICE);
    refused(
        "S9.3 put of a lone surrogate",
        InvalidArgumentException.class,
        () -> store.put("k", new Player("a\ud800", 1)));
    refused(
        "S9.3 patch with a lone surrogate",
        InvalidArgumentException.class,
        () -> store.patch("k", Patch.set("name", "\udc00")));
    assertThat(store.get("k"))
        .as("S9.3 the row after text that is not well-formed")
        .contains(ALICE);
  }

  @Test
  void s9_4_fullStoreRejectsNewRowsAndKeepsEveryRow() {
    requires(Capability.BOUNDED_ROWS);
    Store<Player> store = players(options().withCapacity(3));
    fill(store, 3);
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("put", () -> store.put("new", ALICE));
    calls.put("putIfAbsent", () -> store.putIfAbsent("new", ALICE));
    calls.put("increment", () -> store.increment("new", "score", 1));
    calls.forEach((call, action) ->
        refused(
            "S9.4 " + call + " of a fourth row at capacity 3",
            CapacityException.class,
            ErrorCode.STORE_FULL,
            action));
    assertThat(store.contains("new")).as("S9.4 the row that was rejected").isFalse();
    assertThat(store.getAll(List.of("k0", "k1", "k2")).values())
        .as("S9.4 the rows of a full store")
        .isEqualTo(
            Map.of("k0", new Player("", 0), "k1", new Player("", 1), "k2", new Player("", 2)));
  }

  @Test
  void s9_5_fullStoreGoesOnChangingItsRows() {
    requires(Capability.BOUNDED_ROWS);
    Store<Player> store = players(options().withCapacity(3));
    fill(store, 3);
    assertThat(store.putIfAbsent("k0", BOB))
        .as("S9.5 putIfAbsent of a row in a full store")
        .isFalse();
    store.put("k0", ALICE);
    assertThat(store.increment("k1", "score", 1)).as("S9.5 increment in a full store").isEqualTo(2);
    assertThat(store.remove("k2")).as("S9.5 remove from a full store").isTrue();
    store.put("new", BOB);
    assertThat(store.get("new")).as("S9.5 a new row in place of a removed one").contains(BOB);
    assertThat(store.get("k0")).as("S9.5 a row replaced in a full store").contains(ALICE);
  }

  @Test
  void s9_6_evictingStoreTakesEveryRowAndStaysWithinItsCapacity() {
    requires(Capability.BOUNDED_ROWS);
    Store<Player> store = players(options().withCapacity(4).withOverflow(Overflow.EVICT));
    for (int i = 0; i < 40; i++) {
      store.put("k" + i, new Player("", i));
      assertThat(store.get("k" + i))
          .as("S9.6 the row just put, number %s", i)
          .contains(new Player("", i));
    }
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      keys.add("k" + i);
    }
    assertThat(store.getAll(keys).values()).as("S9.6 rows left of 40 at capacity 4").hasSize(4);
  }

  private static void fill(Store<Player> store, int rows) {
    for (int i = 0; i < rows; i++) {
      store.put("k" + i, new Player("", i));
    }
  }

  // S10: a store is what it was created with

  @Test
  void s10_1_attachingAgainFindsTheSameRows() {
    String name = freshName();
    Store<Player> first = store(name, Player.SCHEMA);
    Store<Player> again = store(name, Player.SCHEMA);
    first.put("k", ALICE);
    assertThat(again.get("k")).as("S10.1 a row put through another attachment").contains(ALICE);
    again.increment("k", "score", 1);
    assertThat(first.getLong("k", "score"))
        .as("S10.1 an increment through the other")
        .hasValue(101);
  }

  @Test
  void s10_2_otherColumnsAreRefusedAndShown() {
    String name = freshName();
    store(name, Player.SCHEMA).put("k", ALICE);
    Map<String, Schema<Row>> others = new LinkedHashMap<>();
    others.put(
        "another order",
        Schema.builder()
            .column("score", ColumnType.LONG)
            .column("name", ColumnType.TEXT, 16)
            .build());
    others.put(
        "another limit",
        Schema.builder()
            .column("name", ColumnType.TEXT, 17)
            .column("score", ColumnType.LONG)
            .build());
    others.put(
        "another type",
        Schema.builder()
            .column("name", ColumnType.TEXT, 16)
            .column("score", ColumnType.INT)
            .build());
    others.put(
        "another name",
        Schema.builder()
            .column("name", ColumnType.TEXT, 16)
            .column("Score", ColumnType.LONG)
            .build());
    others.put(
        "one column more",
        Schema.builder()
            .column("name", ColumnType.TEXT, 16)
            .column("score", ColumnType.LONG)
            .column("x", ColumnType.BOOLEAN)
            .build());
    others.forEach((what, schema) ->
        assertThat(
                refused(
                    "S10.2 attach with " + what,
                    SchemaException.class,
                    ErrorCode.SCHEMA_MISMATCH,
                    () -> store(name, schema)))
            .as("S10.2 attach with %s: the message shows both", what)
            .hasMessageContaining(Player.SCHEMA.toString())
            .hasMessageContaining(schema.toString()));
    assertThat(store(name, Player.SCHEMA).get("k"))
        .as("S10.2 the row after refusals")
        .contains(ALICE);
  }

  @Test
  void s10_3_otherOptionsAreRefusedAndShown() {
    String name = freshName();
    store(name, Player.SCHEMA).put("k", ALICE);
    Map<List<String>, StoreOptions> others = new LinkedHashMap<>();
    others.put(List.of("ttl=60000ms", "ttl=none"), options().withTtl(Duration.ofMinutes(1)));
    others.put(List.of("capacity=5", "capacity=16384"), options().withCapacity(5));
    others.put(
        List.of("overflow=EVICT", "overflow=REJECT"), options().withOverflow(Overflow.EVICT));
    others.put(List.of("keyLimit=62", "keyLimit=63"), options().withKeyLimit(62));
    others.forEach((what, options) ->
        assertThat(
                refused(
                    "S10.3 attach with " + what.getFirst(),
                    SchemaException.class,
                    ErrorCode.SCHEMA_MISMATCH,
                    () -> zeal().store(name, Player.SCHEMA, options)))
            .as("S10.3 attach with %s: the message shows both", what.getFirst())
            .hasMessageContainingAll(what.getFirst(), what.getLast()));
    assertThat(store(name, Player.SCHEMA).get("k"))
        .as("S10.3 the row after refusals")
        .contains(ALICE);
  }

  record Gamer(@MaxBytes(16) String name, long score) {}

  @Test
  void s10_4_nameOfTheRecordDoesNotMatter() {
    String name = freshName();
    store(name, Player.SCHEMA).put("k", ALICE);
    Store<Gamer> gamers = store(name, Schema.of(Gamer.class, MethodHandles.lookup()));
    assertThat(gamers.get("k"))
        .as("S10.4 the row as another record")
        .contains(new Gamer("alice", 100));
    Schema<Row> columns =
        Schema.builder()
            .column("name", ColumnType.TEXT, 16)
            .column("score", ColumnType.LONG)
            .build();
    Store<Row> rows = store(name, columns);
    assertThat(rows.get("k"))
        .as("S10.4 the row as a Row")
        .contains(Row.of(columns, Map.of("name", "alice", "score", 100)));
    rows.put("k", Row.of(columns, Map.of("name", "bob")));
    assertThat(gamers.get("k")).as("S10.4 what was put as a Row").contains(new Gamer("bob", 0));
  }

  @Test
  void s10_5_storeKnowsWhatItWasOpenedWith() {
    String name = freshName();
    StoreOptions options = options().withTtl(Duration.ofHours(1));
    Store<Player> store = zeal().store(name, Player.SCHEMA, options);
    assertThat(store.name()).as("S10.5 name()").isEqualTo(name);
    assertThat(store.schema()).as("S10.5 schema()").isEqualTo(Player.SCHEMA);
    assertThat(store.options()).as("S10.5 options()").isEqualTo(options);
  }

  @Test
  void s10_7_defaultsAreWhatTheContractSays() {
    assumeTrue(can(Capability.EXACT_COUNT) || !can(Capability.COUNT), "not claimed: EXACT_COUNT");
    StoreOptions found = zeal().store(freshName(), Player.SCHEMA).options();
    assertThat(found.ttl()).as("S10.7 default ttl").isEmpty();
    assertThat(found.capacity()).as("S10.7 default capacity").isEqualTo(16_384);
    assertThat(found.overflow()).as("S10.7 default overflow").isEqualTo(Overflow.REJECT);
    assertThat(found.keyLimit()).as("S10.7 default key limit").isEqualTo(63);
    assertThat(found.accepted()).as("S10.7 accepted by default").isEmpty();
    assertThat(found.requested()).as("S10.7 requested by default").isEmpty();
  }

  @Test
  void s10_6_everyInstanceThatSharesTheBackendSharesTheStore() {
    requiresSharedState();
    String name = freshName();
    Store<Player> here = store(name, Player.SCHEMA);
    Zeal other = openAnother();
    here.put("k", ALICE);
    Store<Player> there = other.store(name, Player.SCHEMA, options());
    assertThat(there.get("k")).as("S10.6 a row put by another instance").contains(ALICE);
    assertThat(there.increment("k", "score", 1)).as("S10.6 an increment there").isEqualTo(101);
    assertThat(here.getLong("k", "score")).as("S10.6 the sum here").hasValue(101);
    refused(
        "S10.6 attach with other options in another instance",
        SchemaException.class,
        ErrorCode.SCHEMA_MISMATCH,
        () -> other.store(name, Player.SCHEMA, options().withTtl(Duration.ofMinutes(1))));
    refused(
        "S10.6 attach with other columns in another instance",
        SchemaException.class,
        ErrorCode.SCHEMA_MISMATCH,
        () -> other.store(name, Sample.SCHEMA, options()));
  }

  // S13, S14: no guesses

  @Test
  void s13_2_aReadFromWhereWritesAreVisibleIsFreshAndSaysSo() {
    Store<Player> store = players();
    store.put("k", ALICE);
    Optional<Reading<Player>> reading = store.read("k", ReadOptions.maxStaleness(Duration.ZERO));
    assertThat(reading.map(Reading::value)).as("S13.2 the value of a reading").contains(ALICE);
    assertThat(reading.map(Reading::stale))
        .as("S13.2 stale() while the backend is reached")
        .contains(false);
    assertThat(reading.map(Reading::age))
        .as("S13.2 age() of a reading that may not be old")
        .contains(Duration.ZERO);
  }

  @Test
  void s13_3_askingForAFallbackTheBackendLacksIsRefused() {
    for (Capability wanted : List.of(Capability.READ_FALLBACK, Capability.CACHED_READS)) {
      if (can(wanted)) {
        assertThatCode(() -> players(options().requesting(wanted)).put("k", ALICE))
            .as("S13.3 a store that asks for %s, which is claimed", wanted)
            .doesNotThrowAnyException();
      } else {
        UnsupportedCapabilityException error =
            refused(
                "S13.3 a store that asks for " + wanted + ", which is not claimed",
                UnsupportedCapabilityException.class,
                () -> players(options().requesting(wanted)));
        assertThat(error.capability()).as("S13.3 capability() of that error").isEqualTo(wanted);
      }
    }
  }

  @Test
  void s14_2_aRefusalBeforeAnythingHappenedHasNoOutcome() {
    Store<Player> store = players();
    store.put("k", new Player("", Long.MAX_VALUE));
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("a key that is refused", () -> store.put("", ALICE));
    calls.put("a column that is refused", () -> store.increment("k", "points", 1));
    calls.put("a value too long", () -> store.put("k", new Player("x".repeat(17), 0)));
    calls.put("a sum out of range", () -> store.increment("k", "score", 1));
    calls.forEach((what, call) ->
        assertThat(refused("S14.2 " + what, ZealException.class, call).outcome())
            .as("S14.2 outcome() after %s", what)
            .isEmpty());
  }

  // S15: closing

  @Test
  void s15_1_everyCallAfterCloseIsRefused() {
    Store<Sample> store = samples();
    store.put("k", Sample.SOME);
    zeal().close();
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>(keyed(store, "k"));
    keyed(store, "").forEach((call, action) -> calls.put(call + " with an empty key", action));
    calls.putAll(mistaken(store));
    calls.put("getAll of no keys", () -> store.getAll(List.of()));
    calls.put("count", store::count);
    calls.put("page", () -> store.page("", 10));
    calls.put("stream", () -> store.stream().forEach(Entry::key));
    calls.put("forEach", () -> store.forEach((key, row) -> {}));
    calls.put("clear", store::clear);
    calls.put("Zeal.store", () -> zeal().store(freshName(), Player.SCHEMA));
    calls.put("Zeal.store without a name", () -> zeal().store("", Player.SCHEMA));
    calls.put("Zeal.counter", () -> zeal().counter(freshName()));
    calls.put("Zeal.counter without a name", () -> zeal().counter(""));
    calls.put("Zeal.stats", () -> zeal().stats());
    calls.put("Zeal.inspect", () -> zeal().inspect());
    calls.forEach((call, action) ->
        refused(
            "S15.1 " + call + " after close", ZealClosedException.class, ErrorCode.CLOSED, action));
  }

  @Test
  void s15_2_closingTwiceIsClosingOnce() {
    zeal().close();
    assertThatCode(() -> zeal().close()).as("S15.2 a second close").doesNotThrowAnyException();
    assertThatCode(() -> zeal().close()).as("S15.2 a third close").doesNotThrowAnyException();
  }

  @Test
  void s15_3_closingOneInstanceLeavesTheOthersAlone() {
    String name = freshName();
    Zeal other = openAnother();
    Store<Player> here = store(name, Player.SCHEMA);
    here.put("k", ALICE);
    other.store(name, Player.SCHEMA, options()).put("k", ALICE);
    other.close();
    assertThat(here.get("k")).as("S15.3 a row after another instance was closed").contains(ALICE);
    here.put("k", BOB);
    assertThat(here.get("k")).as("S15.3 a row put after that").contains(BOB);
  }
}
