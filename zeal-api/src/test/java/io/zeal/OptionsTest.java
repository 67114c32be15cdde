package io.zeal;

import static io.zeal.Refused.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.zeal.ConsumeOptions.Start;
import io.zeal.SubscribeOptions.WhenFull;
import java.time.Duration;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

  private static final Duration LONGEST = Duration.ofDays(365_000);

  private static void refusedArgument(ThrowingCallable call, String... parts) {
    refused(InvalidArgumentException.class, ErrorCode.INVALID_ARGUMENT, call, parts);
  }

  @Nested
  class OfAStore {

    private final StoreOptions defaults = StoreOptions.defaults();

    @Test
    void defaultsAreNoExpiryManyRowsRejectAndKeysOf63Bytes() {
      assertDefaults();
    }

    private void assertDefaults() {
      assertThat(defaults.ttl()).isEmpty();
      assertThat(defaults.capacity()).isEqualTo(16_384);
      assertThat(defaults.overflow()).isEqualTo(Overflow.REJECT);
      assertThat(defaults.keyLimit()).isEqualTo(63);
      assertThat(defaults.accepted()).isEmpty();
      assertThat(defaults.requested()).isEmpty();
      assertThat(defaults).hasToString("ttl=none, capacity=16384, overflow=REJECT, keyLimit=63");
    }

    @Test
    void eachChangeIsANewObjectThatKeepsTheOthers() {
      StoreOptions all =
          defaults
              .withTtl(Duration.ofSeconds(5))
              .withCapacity(7)
              .withOverflow(Overflow.EVICT)
              .withKeyLimit(100)
              .accepting(Capability.EXACT_COUNT)
              .requesting(Capability.READ_FALLBACK);

      assertThat(all.ttl()).contains(Duration.ofSeconds(5));
      assertThat(all.capacity()).isEqualTo(7);
      assertThat(all.overflow()).isEqualTo(Overflow.EVICT);
      assertThat(all.keyLimit()).isEqualTo(100);
      assertThat(all.accepted()).containsExactly(Capability.EXACT_COUNT);
      assertThat(all.requested()).containsExactly(Capability.READ_FALLBACK);
      assertThat(all).hasToString("ttl=PT5S, capacity=7, overflow=EVICT, keyLimit=100");
      assertDefaults();
    }

    @Test
    void acceptedAndRequestedCapabilitiesAddUp() {
      StoreOptions both =
          defaults.accepting(Capability.EXACT_COUNT).accepting(Capability.BOUNDED_ROWS);

      assertThat(both.accepted())
          .containsExactlyInAnyOrder(Capability.EXACT_COUNT, Capability.BOUNDED_ROWS);
      assertThat(both.accepted()).isUnmodifiable();
    }

    @Test
    void aTtlIsRoundedUpToMilliseconds() {
      assertThat(defaults.withTtl(Duration.ofNanos(1)).ttl()).contains(Duration.ofMillis(1));
      assertThat(defaults.withTtl(Duration.ofMillis(1)).ttl()).contains(Duration.ofMillis(1));
      assertThat(defaults.withTtl(Duration.ofNanos(1_000_001)).ttl())
          .contains(Duration.ofMillis(2));
      assertThat(defaults.withTtl(LONGEST).ttl()).contains(LONGEST);
    }

    @Test
    void aTtlOfZeroIsNone() {
      assertThat(defaults.withTtl(Duration.ofSeconds(1)).withTtl(Duration.ZERO).ttl()).isEmpty();
    }

    @Test
    void aTtlOutsideItsRangeIsRefused() {
      refusedArgument(
          () -> defaults.withTtl(Duration.ofMillis(-1)),
          "ttl is PT-0.001S",
          "Use zero",
          "365000 days");
      refusedArgument(() -> defaults.withTtl(LONGEST.plusNanos(1)), "ttl is PT", "365000 days");
      assertThatNullPointerException().isThrownBy(() -> defaults.withTtl(null)).withMessage("ttl");
    }

    @Test
    void aCapacityBelowOneIsRefused() {
      assertThat(defaults.withCapacity(1).capacity()).isEqualTo(1);
      assertThat(defaults.withCapacity(Long.MAX_VALUE).capacity()).isEqualTo(Long.MAX_VALUE);
      refusedArgument(() -> defaults.withCapacity(0), "capacity is 0 rows", "Use 1 or more");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1025, -1})
    void aKeyLimitOutsideItsRangeIsRefused(int bytes) {
      refusedArgument(
          () -> defaults.withKeyLimit(bytes), "keyLimit is " + bytes + " bytes", "Use 1 to 1,024");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1024})
    void aKeyLimitWithinItsRangeIsTaken(int bytes) {
      assertThat(defaults.withKeyLimit(bytes).keyLimit()).isEqualTo(bytes);
    }

    @Test
    void optionsAreEqualIfEverythingIs() {
      StoreOptions one = defaults.withTtl(Duration.ofSeconds(1));

      assertThat(one)
          .isEqualTo(defaults.withTtl(Duration.ofNanos(999_999_001)))
          .hasSameHashCodeAs(defaults.withTtl(Duration.ofSeconds(1)))
          .isNotEqualTo(defaults)
          .isNotEqualTo(one.withCapacity(1))
          .isNotEqualTo(one.withOverflow(Overflow.EVICT))
          .isNotEqualTo(one.withKeyLimit(64))
          .isNotEqualTo(one.accepting(Capability.EXACT_COUNT))
          .isNotEqualTo(one.requesting(Capability.READ_FALLBACK));
    }

    @Test
    void theTextIsWhatWhoeverAttachesHasToShare() {
      assertThat(defaults.accepting(Capability.EXACT_COUNT).requesting(Capability.READ_FALLBACK))
          .hasToString(defaults.toString());
    }

    @Test
    void nullIsRefused() {
      assertThatNullPointerException()
          .isThrownBy(() -> defaults.withOverflow(null))
          .withMessage("overflow");
      assertThatNullPointerException().isThrownBy(() -> defaults.accepting(null));
      assertThatNullPointerException().isThrownBy(() -> defaults.requesting(null));
    }
  }

  @Nested
  class OfACounter {

    private final CounterOptions defaults = CounterOptions.defaults();

    @Test
    void defaultsAreZeroAndNoWindow() {
      assertDefaults();
    }

    private void assertDefaults() {
      assertThat(defaults.initial()).isZero();
      assertThat(defaults.window()).isEmpty();
      assertThat(defaults).hasToString("initial=0, window=none");
    }

    @Test
    void eachChangeIsANewObjectThatKeepsTheOther() {
      CounterOptions both = defaults.startingAt(-5).expiringAfter(Duration.ofNanos(1));

      assertThat(both.initial()).isEqualTo(-5);
      assertThat(both.window()).contains(Duration.ofMillis(1));
      assertThat(both.startingAt(1).window()).contains(Duration.ofMillis(1));
      assertDefaults();
    }

    @Test
    void aWindowOfZeroIsNone() {
      assertThat(defaults.expiringAfter(Duration.ZERO)).isEqualTo(defaults);
    }

    @Test
    void aWindowOutsideItsRangeIsRefused() {
      refusedArgument(() -> defaults.expiringAfter(Duration.ofMillis(-1)), "window is PT-0.001S");
      refusedArgument(() -> defaults.expiringAfter(LONGEST.plusMillis(1)), "window is PT");
      assertThatNullPointerException()
          .isThrownBy(() -> defaults.expiringAfter(null))
          .withMessage("window");
    }

    @Test
    void optionsAreEqualByValue() {
      CounterOptions one = defaults.startingAt(1).expiringAfter(Duration.ofSeconds(1));
      CounterOptions same = defaults.expiringAfter(Duration.ofNanos(999_999_001)).startingAt(1);

      assertThat(one).isEqualTo(same).hasSameHashCodeAs(same);
      assertThat(one).isNotEqualTo(one.startingAt(2)).isNotEqualTo(defaults.startingAt(1));
      assertThat(one).isNotEqualTo("initial=1, window=PT1S");
    }
  }

  @Nested
  class OfASubscription {

    private final SubscribeOptions defaults = SubscribeOptions.defaults();

    @Test
    void defaultsAre1024MessagesTheOldestDroppedNoLimitAnd5Seconds() {
      assertDefaults();
    }

    private void assertDefaults() {
      assertThat(defaults.queueCapacity()).isEqualTo(1024);
      assertThat(defaults.whenFull()).isEqualTo(WhenFull.DROP_OLDEST);
      assertThat(defaults.maxAttempts()).isZero();
      assertThat(defaults.closeTimeout()).isEqualTo(Duration.ofSeconds(5));
      defaults.onGap().run();
    }

    @Test
    void eachChangeIsANewObjectThatKeepsTheOthers() {
      Runnable gap = () -> {};
      SubscribeOptions all =
          defaults
              .withQueue(1, WhenFull.BLOCK)
              .withOnGap(gap)
              .withMaxAttempts(3)
              .withCloseTimeout(Duration.ZERO);

      assertThat(all).isEqualTo(new SubscribeOptions(1, WhenFull.BLOCK, gap, 3, Duration.ZERO));
      assertDefaults();
    }

    @Test
    void whatIsOutsideItsRangeIsRefused() {
      refusedArgument(
          () -> defaults.withQueue(0, WhenFull.BLOCK), "queueCapacity is 0", "at least 1");
      refusedArgument(() -> defaults.withMaxAttempts(-1), "maxAttempts -1", "at least");
      refusedArgument(
          () -> defaults.withCloseTimeout(Duration.ofSeconds(-1)), "closeTimeout PT-1S", "zero");
    }

    @Test
    void nullIsRefused() {
      assertThatNullPointerException()
          .isThrownBy(() -> defaults.withQueue(1, null))
          .withMessage("whenFull");
      assertThatNullPointerException()
          .isThrownBy(() -> defaults.withOnGap(null))
          .withMessage("onGap");
      assertThatNullPointerException()
          .isThrownBy(() -> defaults.withCloseTimeout(null))
          .withMessage("closeTimeout");
    }
  }

  @Nested
  class OfAConsumer {

    private final ConsumeOptions defaults = ConsumeOptions.defaults();

    @Test
    void defaultsAreTheBeginningOneHandler64Ahead5Deliveries30And5Seconds() {
      assertDefaults();
    }

    private void assertDefaults() {
      assertThat(defaults)
          .isEqualTo(
              new ConsumeOptions(
                  Start.BEGINNING, 1, 64, 5, Duration.ofSeconds(30), Duration.ofSeconds(5)));
    }

    @Test
    void eachChangeIsANewObjectThatKeepsTheOthers() {
      ConsumeOptions all =
          defaults
              .startingAt(Start.NOW)
              .withConcurrency(2, 3)
              .withMaxDeliveries(4)
              .withClaimAfter(Duration.ofMillis(1))
              .withCloseTimeout(Duration.ZERO);

      assertThat(all)
          .isEqualTo(new ConsumeOptions(Start.NOW, 2, 3, 4, Duration.ofMillis(1), Duration.ZERO));
      assertDefaults();
    }

    @Test
    void whatIsOutsideItsRangeIsRefused() {
      refusedArgument(() -> defaults.withConcurrency(0, 1), "concurrency 0", "at least 1");
      refusedArgument(() -> defaults.withConcurrency(1, 0), "prefetch 0", "at least 1");
      refusedArgument(() -> defaults.withMaxDeliveries(0), "maxDeliveries 0", "at least 1");
      refusedArgument(() -> defaults.withClaimAfter(Duration.ZERO), "claimAfter PT0S", "positive");
      refusedArgument(() -> defaults.withClaimAfter(Duration.ofMillis(-1)), "claimAfter PT-0.001S");
      refusedArgument(
          () -> defaults.withCloseTimeout(Duration.ofMillis(-1)), "closeTimeout PT-0.001S");
    }

    @Test
    void nullIsRefused() {
      assertThatNullPointerException()
          .isThrownBy(() -> defaults.startingAt(null))
          .withMessage("start");
      assertThatNullPointerException()
          .isThrownBy(() -> defaults.withClaimAfter(null))
          .withMessage("claimAfter");
      assertThatNullPointerException()
          .isThrownBy(() -> defaults.withCloseTimeout(null))
          .withMessage("closeTimeout");
    }
  }

  @Nested
  class OfACache {

    private final CacheOptions defaults = CacheOptions.defaults();

    @Test
    void defaultsAreNoExpirySomeJitter30SecondsAndNothingStale() {
      assertDefaults();
    }

    private void assertDefaults() {
      assertThat(defaults)
          .isEqualTo(
              new CacheOptions(
                  null, 0.1, null, null, Duration.ofSeconds(30), Duration.ZERO, Duration.ZERO));
      assertThat(defaults.timeToLive()).isEmpty();
    }

    @Test
    void aChangeIsANewObjectThatKeepsTheOthers() {
      CacheOptions some = defaults.with(it -> it.ttl(Duration.ofSeconds(9)).jitter(0.5));
      CacheOptions all =
          some.with(it ->
              it.nullTtl(Duration.ofNanos(1))
                  .softTimeout(Duration.ofSeconds(1))
                  .hardTimeout(Duration.ofSeconds(2))
                  .maxStale(Duration.ofSeconds(3))
                  .refreshAhead(Duration.ofSeconds(4)));

      assertThat(all)
          .isEqualTo(
              new CacheOptions(
                  Duration.ofSeconds(9),
                  0.5,
                  Duration.ofMillis(1),
                  Duration.ofSeconds(1),
                  Duration.ofSeconds(2),
                  Duration.ofSeconds(3),
                  Duration.ofSeconds(4)));
      assertThat(all.timeToLive()).contains(Duration.ofSeconds(9));
      assertDefaults();
    }

    @Test
    void aTtlOfZeroIsNone() {
      assertThat(defaults.with(it -> it.ttl(Duration.ofSeconds(1)).ttl(Duration.ZERO)))
          .isEqualTo(defaults);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.01, 1.01, Double.NaN, Double.POSITIVE_INFINITY})
    void aJitterOutsideItsRangeIsRefused(double part) {
      refusedArgument(() -> defaults.with(it -> it.jitter(part)), "jitter " + part, "from 0 to 1");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1})
    void aJitterWithinItsRangeIsTaken(double part) {
      assertThat(defaults.with(it -> it.jitter(part)).jitter()).isEqualTo(part);
    }

    @Test
    void aNegativeDurationIsRefusedHoweverItArrives() {
      Duration negative = Duration.ofMillis(-1);
      refusedChange(it -> it.ttl(negative), "ttl");
      refusedChange(it -> it.nullTtl(negative), "nullTtl");
      refusedChange(it -> it.softTimeout(negative), "softTimeout");
      refusedChange(it -> it.hardTimeout(negative), "hardTimeout");
      refusedChange(it -> it.maxStale(negative), "maxStale");
      refusedChange(it -> it.refreshAhead(negative), "refreshAhead");
      Duration second = Duration.ofSeconds(1);
      refusedArgument(
          () -> new CacheOptions(negative, 0, null, null, second, second, second), "ttl");
      refusedArgument(
          () -> new CacheOptions(null, 0, negative, null, second, second, second), "nullTtl");
    }

    private void refusedChange(Consumer<CacheOptions.Builder> change, String name) {
      refusedArgument(() -> defaults.with(change), name, "PT-0.001S");
    }
  }

  @Nested
  class OfARead {

    @Test
    void defaultsAreTheStoresOwnBound() {
      assertThat(ReadOptions.defaults().maxStaleness()).isEmpty();
      assertThat(ReadOptions.defaults())
          .isEqualTo(ReadOptions.defaults())
          .isNotEqualTo(ReadOptions.maxStaleness(Duration.ZERO))
          .hasToString("maxStaleness=the store's");
    }

    @Test
    void aBoundIsKept() {
      assertThat(ReadOptions.maxStaleness(Duration.ZERO).maxStaleness()).contains(Duration.ZERO);
      ReadOptions two = ReadOptions.maxStaleness(Duration.ofSeconds(2));
      assertThat(two.maxStaleness()).contains(Duration.ofSeconds(2));
      assertThat(two)
          .isEqualTo(ReadOptions.maxStaleness(Duration.ofSeconds(2)))
          .hasSameHashCodeAs(ReadOptions.maxStaleness(Duration.ofSeconds(2)))
          .hasToString("maxStaleness=PT2S");
    }

    @Test
    void aNegativeBoundIsRefused() {
      refusedArgument(
          () -> ReadOptions.maxStaleness(Duration.ofMillis(-1)),
          "maxStaleness is PT-0.001S",
          "Use zero");
    }

    @Test
    void aBoundOfNullIsRefused() {
      assertThatNullPointerException()
          .isThrownBy(() -> ReadOptions.maxStaleness(null))
          .withMessage("bound");
    }
  }
}
