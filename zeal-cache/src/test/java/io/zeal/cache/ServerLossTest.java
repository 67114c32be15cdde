package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.ValueType;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server loses or damages is a miss (K5.6, K1.11), and what a change costs (K5.5). */
class ServerLossTest {

  private static final ValueType<String> TEXT = ValueType.of(String.class);
  private static final CacheOptions PLAIN = CacheOptions.defaults();
  private static final CacheOptions RED = PLAIN.withTags("red");

  private final HeapServer server = HeapServer.poor();
  private final Zeal zeal = server.open(ZealConfig.builder());
  private final Cache cache = zeal.cache("users");

  @AfterEach
  void close() {
    zeal.close();
  }

  private boolean has(String key) {
    return cache.get(key, TEXT).isHit();
  }

  private void loseControl() {
    server.lose(Keys.CONTROL::equals);
  }

  private void loseStamps() {
    server.lose(key -> key.startsWith("t"));
  }

  @Test
  void aLostControlRowMakesEverythingAMiss() {
    cache.put("k", "v", TEXT, PLAIN);
    cache.put("tagged", "v", TEXT, RED);
    loseControl();
    assertThat(has("k")).isFalse();
    assertThat(has("tagged")).isFalse();
    cache.put("k", "new", TEXT, RED);
    assertThat(has("k")).as("what was put after").isTrue();
    assertThat(has("tagged")).as("an entry of before, whose tag has a stamp again").isFalse();
  }

  @Test
  void aLostMarkMakesEverythingAMiss() {
    cache.put("k", "v", TEXT, PLAIN);
    server.lose(key -> key.startsWith(Keys.mark("")));
    assertThat(has("k")).isFalse();
    cache.put("k", "new", TEXT, PLAIN);
    assertThat(has("k")).isTrue();
  }

  @Test
  void aLostStampMakesTaggedEntriesMisses() {
    cache.put("k", "v", TEXT, PLAIN);
    cache.put("tagged", "v", TEXT, RED);
    loseStamps();
    assertThat(has("k")).isTrue();
    assertThat(has("tagged")).isFalse();
    cache.put("other", "v", TEXT, RED);
    assertThat(has("other")).isTrue();
  }

  @Test
  void aLostStampDoesNotBringBackWhatItInvalidated() {
    cache.put("k", "old", TEXT, RED);
    cache.removeTag("red");
    loseStamps();
    assertThat(has("k")).isFalse();
    cache.put("other", "v", TEXT, RED);
    assertThat(has("k")).as("after the stamp was made anew").isFalse();
    cache.removeTag("blue");
    cache.put("third", "v", TEXT, RED.withTags("red", "blue"));
    assertThat(has("k")).isFalse();
    assertThat(has("third")).isTrue();
  }

  /** The stamp is lost between the removal and the storing of what was loaded before it. */
  @ParameterizedTest
  @ValueSource(strings = {"stamps", "control", "both"})
  void whatWasLoadedBeforeARemovalIsNotServedThoughTheStampIsLost(String lost) {
    cache.put("other", "v", TEXT, RED);
    cache.getOrCompute(
        "k",
        TEXT,
        RED,
        load -> {
          cache.removeTag("red");
          if (!lost.equals("control")) {
            loseStamps();
          }
          if (!lost.equals("stamps")) {
            loseControl();
          }
          return "old";
        });
    assertThat(has("k")).isFalse();
    cache.put("other", "v", TEXT, RED);
    assertThat(has("k")).isFalse();
  }

  @Test
  void whatWasLoadedBeforeAClearIsNotServedThoughTheControlRowIsLost() {
    cache.getOrCompute(
        "k",
        TEXT,
        PLAIN,
        load -> {
          cache.clear();
          loseControl();
          return "old";
        });
    assertThat(has("k")).isFalse();
  }

  @Test
  void damagedBytesAreAMissAndCounted() {
    List<byte[]> damages =
        List.of(new byte[0], new byte[] {1}, new byte[] {-1, 2, 3}, new byte[99]);
    for (byte[] damage : damages) {
      cache.put("k", "v", TEXT, PLAIN);
      long before = cache.stats().numbers().getOrDefault("decodeFailures", 0L);
      server.damage(Keys::isEntry, damage);
      assertThat(has("k")).as("%s bytes", damage.length).isFalse();
      assertThat(cache.stats().numbers()).containsEntry("decodeFailures", before + 1);
      assertThat(cache.remove("k")).as("remove of what cannot be read").isFalse();
      assertThat(cache.getOrCompute("k", String.class, load -> "v")).isEqualTo("v");
      assertThat(has("k")).as("after it was loaded anew").isTrue();
    }
    server.damage(Keys.CONTROL::equals, new byte[] {7});
    assertThat(has("k")).as("with a control row that cannot be read").isFalse();
    cache.put("k", "v", TEXT, PLAIN);
    assertThat(has("k")).isTrue();
  }

  @Test
  void aStampOutlivesTheEntriesThatNeedIt() {
    io.zeal.tck.ManualClock clock = new io.zeal.tck.ManualClock();
    try (Zeal timed = server.open(ZealConfig.builder().clock(clock))) {
      Cache sessions = timed.cache("sessions");
      Duration minute = Duration.ofMinutes(1);
      CacheOptions shortly = PLAIN.withJitter(0).withTtl(minute).withTags("red");
      sessions.put("short", "v", TEXT, shortly);
      clock.advance(Duration.ofSeconds(90));
      sessions.put("long", "v", TEXT, shortly.withTtl(minute.multipliedBy(60)));
      sessions.put("forever", "v", TEXT, PLAIN.withTags("red"));
      clock.advance(minute.multipliedBy(60));
      assertThat(sessions.get("long", TEXT).isHit()).isTrue();
      clock.advance(Duration.ofDays(1000));
      assertThat(sessions.get("forever", TEXT).isHit()).isTrue();
      sessions.removeTag("red");
      assertThat(sessions.get("forever", TEXT).isHit()).isFalse();
    }
  }

  @Test
  void invalidationTakesTheSameStepsHoweverManyEntriesThereAre() {
    long few = stepsOfInvalidation(10);
    long many = stepsOfInvalidation(1_000);
    assertThat(many).as("steps with 1,000 entries").isEqualTo(few).isLessThan(10);
  }

  private long stepsOfInvalidation(int entries) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < entries; i++) {
      values.put("k" + i, "v");
    }
    cache.putAll(values, TEXT, RED);
    long before = server.calls();
    cache.removeTag("red");
    cache.clear();
    return server.calls() - before;
  }

  @Test
  void manyKeysAreOneTripAndOneMoreForTheirTags() {
    cache.putAll(Map.of("a", "1", "b", "2"), TEXT, PLAIN);
    cache.putAll(Map.of("c", "3", "d", "4"), TEXT, RED);
    long before = server.calls();
    assertThat(cache.getAll(List.of("a", "b", "none"), TEXT).values()).hasSize(2);
    assertThat(server.calls() - before).as("trips for keys without tags").isEqualTo(1);
    before = server.calls();
    assertThat(cache.getAll(List.of("a", "b", "c", "d"), TEXT).values()).hasSize(4);
    assertThat(server.calls() - before).as("trips for keys with tags").isEqualTo(2);
    before = server.calls();
    cache.putAll(Map.of("e", "1", "f", "2"), TEXT, PLAIN);
    assertThat(server.calls() - before).as("trips of putAll").isEqualTo(1);
    before = server.calls();
    assertThat(cache.get("a", TEXT)).isEqualTo(new Cached.Hit<>("1", false));
    assertThat(server.calls() - before).as("trips of get").isEqualTo(1);
  }
}
