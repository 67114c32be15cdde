package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.BackendUnavailableException;
import io.zeal.BulkResult;
import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.CapacityException;
import io.zeal.ErrorCode;
import io.zeal.Outcome;
import io.zeal.ValueType;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** K1.13: a value that the backend does not take leaves nothing older under its key. */
class RefusedPutTest {

  private static final ValueType<String> TEXT = ValueType.of(String.class);

  private final HeapServer server = HeapServer.rich();
  private final Zeal zeal = server.open(ZealConfig.builder());
  private final Cache cache = zeal.cache("pages");

  @AfterEach
  void close() {
    zeal.close();
  }

  private void refuse(List<String> kinds, int times) {
    AtomicInteger left = new AtomicInteger(times);
    server.beforeEach(call -> {
      if (kinds.contains(call.what()) && left.getAndDecrement() > 0) {
        throw new CapacityException(
            ErrorCode.VALUE_TOO_LONG,
            "Store 'zeal:cache:pages': the row is too long. Nothing was changed. Store less.");
      }
    });
  }

  @Test
  void whatWasCachedBeforeIsGoneAndTheErrorSaysSo() {
    cache.put("k", "old", String.class);
    refuse(List.of("Put"), 1);

    assertThatThrownBy(() -> cache.put("k", "new", String.class))
        .isInstanceOf(CapacityException.class)
        .hasMessageContainingAll(
            "Cache 'pages', key 'k'",
            "Nothing is cached under the key now",
            "the row is too long. Store less.",
            "ZEAL-302")
        .hasMessageNotContaining("Nothing was changed");
    assertThat(cache.get("k", TEXT).toOptional()).isEmpty();
  }

  @Test
  void itIsGoneAlsoWhereThereIsNoRoomForATombstone() {
    cache.put("k", "old", String.class);
    refuse(List.of("Put"), Integer.MAX_VALUE);

    assertThatThrownBy(() -> cache.put("k", "new", String.class))
        .hasMessageContaining("Nothing is cached under the key now");
    assertThat(cache.get("k", TEXT).toOptional()).isEmpty();
  }

  @Test
  void aRemovalThatIsRefusedTooIsTold() {
    cache.put("k", "old", String.class);
    refuse(List.of("Put", "Remove"), Integer.MAX_VALUE);

    assertThatThrownBy(() -> cache.put("k", "new", String.class))
        .isInstanceOf(CapacityException.class)
        .hasMessageContainingAll("Cache 'pages', key 'k'", "may still be there");
  }

  @Test
  void ofManyOnlyTheRefusedIsGone() {
    cache.put("a", "old", String.class);
    cache.put("b", "old", String.class);
    refuse(List.of("Put"), 1);

    BulkResult<Boolean> result =
        cache.putAll(Map.of("a", "new", "b", "new"), TEXT, CacheOptions.defaults());

    assertThat(result.failures()).hasSize(1);
    String refused = result.failures().keySet().iterator().next();
    assertThat(cache.get(refused, TEXT).toOptional()).isEmpty();
    String stored = result.values().keySet().iterator().next();
    assertThat(cache.get(stored, TEXT).toOptional()).contains("new");
  }

  @Test
  void aBackendThatDoesNotAnswerIsNotAskedAnewForEachKey() {
    List<String> keys = IntStream.range(0, 50).mapToObj(i -> "k" + i).toList();
    AtomicInteger asked = new AtomicInteger();
    cache.put("k0", "old", String.class);
    server.beforeEach(call -> {
      if (call.what().equals("Put") && asked.getAndIncrement() < keys.size()) {
        throw new CapacityException(ErrorCode.VALUE_TOO_LONG, "Too long.");
      } else if (asked.get() > keys.size()) {
        throw new BackendUnavailableException("It does not answer.", Outcome.UNKNOWN, null);
      }
    });

    BulkResult<Boolean> result =
        cache.putAll(
            keys.stream().collect(Collectors.toMap(Function.identity(), key -> "new")),
            TEXT,
            CacheOptions.defaults());

    assertThat(result.failures()).hasSize(keys.size());
    assertThat(result.failures().values())
        .allSatisfy(error -> assertThat(error).hasMessageContaining("may still be there"));
    assertThat(asked.get()).isEqualTo(keys.size() + 1);
  }
}
