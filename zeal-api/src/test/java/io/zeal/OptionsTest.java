package io.zeal;

import static io.zeal.Refused.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.zeal.ConsumeOptions.Order;
import io.zeal.ConsumeOptions.Start;
import io.zeal.PublishOptions.Trim;
import io.zeal.SubscribeOptions.WhenFull;
import io.zeal.spi.Texts;
import java.time.Duration;
import java.util.function.Function;
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

      assertThat(all.queueCapacity()).isEqualTo(1);
      assertThat(all.whenFull()).isEqualTo(WhenFull.BLOCK);
      assertThat(all.onGap()).isSameAs(gap);
      assertThat(all.maxAttempts()).isEqualTo(3);
      assertThat(all.closeTimeout()).isEqualTo(Duration.ZERO);
      assertThat(all)
          .hasToString("queueCapacity=1, whenFull=BLOCK, maxAttempts=3, closeTimeout=PT0S");
      assertDefaults();
    }

    @Test
    void optionsAreEqualIfEverythingIs() {
      SubscribeOptions one = defaults.withMaxAttempts(1);

      assertThat(one)
          .isEqualTo(defaults.withMaxAttempts(1))
          .hasSameHashCodeAs(defaults.withMaxAttempts(1))
          .isNotEqualTo(defaults)
          .isNotEqualTo(one.withQueue(2, WhenFull.DROP_OLDEST))
          .isNotEqualTo(one.withQueue(1024, WhenFull.BLOCK))
          .isNotEqualTo(one.withOnGap(() -> {}))
          .isNotEqualTo(one.withCloseTimeout(Duration.ZERO));
    }

    @Test
    void whatIsOutsideItsRangeIsRefused() {
      refusedArgument(
          () -> defaults.withQueue(0, WhenFull.BLOCK), "queueCapacity is 0", "Use 1 or more");
      refusedArgument(() -> defaults.withMaxAttempts(-1), "maxAttempts is -1", "Use 0");
      refusedArgument(
          () -> defaults.withCloseTimeout(Duration.ofSeconds(-1)), "closeTimeout is PT-1S", "zero");
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
    void defaultsAreTheBeginningOneHandler64AheadNoOrder5DeliveriesAnd1And30And5Seconds() {
      assertDefaults();
    }

    private void assertDefaults() {
      assertThat(defaults.start()).isEqualTo(Start.BEGINNING);
      assertThat(defaults.concurrency()).isEqualTo(1);
      assertThat(defaults.prefetch()).isEqualTo(64);
      assertThat(defaults.order()).isEqualTo(Order.NONE);
      assertThat(defaults.maxDeliveries()).isEqualTo(5);
      assertThat(defaults.retryDelay()).isEqualTo(Duration.ofSeconds(1));
      assertThat(defaults.claimAfter()).isEqualTo(Duration.ofSeconds(30));
      assertThat(defaults.closeTimeout()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void eachChangeIsANewObjectThatKeepsTheOthers() {
      ConsumeOptions all =
          defaults
              .startingAt(Start.NOW)
              .withConcurrency(2, 3)
              .withOrder(Order.BY_KEY)
              .withMaxDeliveries(4)
              .withRetryDelay(Duration.ZERO)
              .withClaimAfter(Duration.ofMillis(100))
              .withCloseTimeout(Duration.ZERO);

      assertThat(all.start()).isEqualTo(Start.NOW);
      assertThat(all.concurrency()).isEqualTo(2);
      assertThat(all.prefetch()).isEqualTo(3);
      assertThat(all.order()).isEqualTo(Order.BY_KEY);
      assertThat(all.maxDeliveries()).isEqualTo(4);
      assertThat(all.retryDelay()).isEqualTo(Duration.ZERO);
      assertThat(all.claimAfter()).isEqualTo(Duration.ofMillis(100));
      assertThat(all.closeTimeout()).isEqualTo(Duration.ZERO);
      assertThat(all)
          .hasToString(
              "start=NOW, concurrency=2, prefetch=3, order=BY_KEY, maxDeliveries=4,"
                  + " retryDelay=PT0S, claimAfter=PT0.1S, closeTimeout=PT0S");
      assertDefaults();
    }

    @Test
    void optionsAreEqualIfEverythingIs() {
      ConsumeOptions one = defaults.withMaxDeliveries(1);

      assertThat(one)
          .isEqualTo(defaults.withMaxDeliveries(1))
          .hasSameHashCodeAs(defaults.withMaxDeliveries(1))
          .isNotEqualTo(defaults)
          .isNotEqualTo(one.startingAt(Start.NOW))
          .isNotEqualTo(one.withConcurrency(2, 64))
          .isNotEqualTo(one.withConcurrency(1, 2))
          .isNotEqualTo(one.withOrder(Order.BY_KEY))
          .isNotEqualTo(one.withRetryDelay(Duration.ZERO))
          .isNotEqualTo(one.withClaimAfter(Duration.ofSeconds(1)))
          .isNotEqualTo(one.withCloseTimeout(Duration.ZERO));
    }

    @Test
    void whatIsOutsideItsRangeIsRefused() {
      refusedArgument(() -> defaults.withConcurrency(0, 1), "concurrency is 0", "at least 1");
      refusedArgument(() -> defaults.withConcurrency(1, 0), "prefetch is 0", "at least 1");
      refusedArgument(() -> defaults.withMaxDeliveries(0), "maxDeliveries is 0", "at least 1");
      refusedArgument(
          () -> defaults.withClaimAfter(Duration.ofMillis(100).minusNanos(1)),
          "claimAfter is PT0.099999999S",
          "Use at least PT0.1S");
      refusedArgument(() -> defaults.withClaimAfter(Duration.ZERO), "claimAfter is PT0S");
      Duration negative = Duration.ofMillis(-1);
      refusedArgument(() -> defaults.withClaimAfter(negative), "claimAfter is PT-0.001S");
      refusedArgument(() -> defaults.withCloseTimeout(negative), "closeTimeout is PT-0.001S");
      refusedArgument(() -> defaults.withRetryDelay(negative), "retryDelay is PT-0.001S");
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
  class OfAPublication {

    private final PublishOptions defaults = PublishOptions.defaults();

    @Test
    void defaultsAreNoKeyNoPublisherIdAndNoTrimming() {
      assertDefaults();
    }

    private void assertDefaults() {
      assertThat(defaults.key()).isEmpty();
      assertThat(defaults.publisherId()).isEmpty();
      assertThat(defaults.duplicateWindow()).isEqualTo(Duration.ofMinutes(5));
      assertThat(defaults.maxMessages()).isEmpty();
      assertThat(defaults.trim()).isEqualTo(Trim.ACKNOWLEDGED);
    }

    @Test
    void eachChangeIsANewObjectThatKeepsTheOthers() {
      PublishOptions all =
          defaults
              .withKey("order:7")
              .withPublisherId("p1")
              .withDuplicateWindow(Duration.ofNanos(1))
              .withMaxMessages(9, Trim.ANY);

      assertThat(all.key()).contains("order:7");
      assertThat(all.publisherId()).contains("p1");
      assertThat(all.duplicateWindow()).isEqualTo(Duration.ofMillis(1));
      assertThat(all.maxMessages()).hasValue(9);
      assertThat(all.trim()).isEqualTo(Trim.ANY);
      assertThat(all)
          .hasToString(
              "key=given, publisherId=given, duplicateWindow=PT0.001S, maxMessages=9, trim=ANY");
      assertDefaults();
    }

    @Test
    void whatIsOutsideItsRangeIsRefused() {
      refusedArgument(() -> defaults.withKey(""), "key '' is 0 bytes", "well-formed");
      refusedArgument(
          () -> defaults.withPublisherId("\ud800"), "publisherId '\\ud800' is not well-formed");
      String longest = "\u00fc".repeat(512);
      assertThat(defaults.withKey(longest).key()).contains(longest);
      assertThat(defaults.withPublisherId(longest).publisherId()).contains(longest);
      refusedArgument(
          () -> defaults.withKey(longest + "x"), "is 1025 bytes of UTF-8", "Use 1 to 1,024 bytes");
      refusedArgument(
          () -> defaults.withPublisherId("x".repeat(1_025)),
          "publisherId 'xxx",
          "is 1025 bytes of UTF-8");
      refusedArgument(
          () -> defaults.withDuplicateWindow(Duration.ZERO),
          "duplicateWindow is PT0S",
          "more than");
      refusedArgument(() -> defaults.withDuplicateWindow(LONGEST.plusMillis(1)), "duplicateWindow");
      refusedArgument(() -> defaults.withMaxMessages(0, Trim.ANY), "maxMessages is 0", "at least");
    }

    @Test
    void nullIsRefused() {
      assertThatNullPointerException().isThrownBy(() -> defaults.withKey(null)).withMessage("key");
      assertThatNullPointerException()
          .isThrownBy(() -> defaults.withPublisherId(null))
          .withMessage("publisherId");
      assertThatNullPointerException()
          .isThrownBy(() -> defaults.withDuplicateWindow(null))
          .withMessage("duplicateWindow");
      assertThatNullPointerException()
          .isThrownBy(() -> defaults.withMaxMessages(1, null))
          .withMessage("trim");
    }

    @Test
    void optionsAreEqualIfEverythingIs() {
      PublishOptions one = defaults.withKey("k");

      assertThat(one)
          .isEqualTo(defaults.withKey("k"))
          .hasSameHashCodeAs(defaults.withKey("k"))
          .isNotEqualTo(defaults)
          .isNotEqualTo(one.withPublisherId("p"))
          .isNotEqualTo(one.withDuplicateWindow(Duration.ofSeconds(1)))
          .isNotEqualTo(one.withMaxMessages(1, Trim.ACKNOWLEDGED))
          .isNotEqualTo(one.withKey("l"));
    }
  }

  @Nested
  class OfACache {

    private final CacheOptions defaults = CacheOptions.defaults();

    @Test
    void defaultsAreNoExpirySomeJitter30SecondsNothingStaleAndNoTags() {
      assertDefaults();
    }

    private void assertDefaults() {
      assertThat(defaults.ttl()).isEmpty();
      assertThat(defaults.jitter()).isEqualTo(0.1);
      assertThat(defaults.nullTtl()).isEmpty();
      assertThat(defaults.softTimeout()).isEmpty();
      assertThat(defaults.hardTimeout()).isEqualTo(Duration.ofSeconds(30));
      assertThat(defaults.maxStale()).isEqualTo(Duration.ZERO);
      assertThat(defaults.refreshAhead()).isEqualTo(Duration.ZERO);
      assertThat(defaults.tags()).isEmpty();
    }

    private CacheOptions all() {
      return defaults
          .withTtl(Duration.ofSeconds(9))
          .withJitter(0.5)
          .withNullTtl(Duration.ofNanos(1))
          .withSoftTimeout(Duration.ofSeconds(1))
          .withHardTimeout(Duration.ofSeconds(2))
          .withMaxStale(Duration.ofSeconds(3))
          .withRefreshAhead(Duration.ofSeconds(4))
          .withTags("a", "b");
    }

    @Test
    void eachChangeIsANewObjectThatKeepsTheOthers() {
      CacheOptions all = all();

      assertThat(all.ttl()).contains(Duration.ofSeconds(9));
      assertThat(all.jitter()).isEqualTo(0.5);
      assertThat(all.nullTtl()).contains(Duration.ofMillis(1));
      assertThat(all.softTimeout()).contains(Duration.ofSeconds(1));
      assertThat(all.hardTimeout()).isEqualTo(Duration.ofSeconds(2));
      assertThat(all.maxStale()).isEqualTo(Duration.ofSeconds(3));
      assertThat(all.refreshAhead()).isEqualTo(Duration.ofSeconds(4));
      assertThat(all.tags()).containsExactlyInAnyOrder("a", "b");
      assertThat(all)
          .hasToString(
              "ttl=PT9S, jitter=0.5, nullTtl=PT0.001S, softTimeout=PT1S, hardTimeout=PT2S,"
                  + " maxStale=PT3S, refreshAhead=PT4S, tags=2");
      assertDefaults();
    }

    @Test
    void optionsAreEqualIfEverythingIs() {
      CacheOptions one = all();

      assertThat(one)
          .isEqualTo(all())
          .hasSameHashCodeAs(all())
          .isNotEqualTo(one.withTtl(Duration.ZERO))
          .isNotEqualTo(one.withJitter(0))
          .isNotEqualTo(one.withNullTtl(Duration.ZERO))
          .isNotEqualTo(one.withSoftTimeout(Duration.ZERO))
          .isNotEqualTo(one.withHardTimeout(Duration.ofMillis(1)))
          .isNotEqualTo(one.withMaxStale(Duration.ZERO))
          .isNotEqualTo(one.withRefreshAhead(Duration.ZERO))
          .isNotEqualTo(one.withTags("a"));
    }

    @Test
    void tagsReplaceThoseBeforeAndNoneIsNone() {
      String[] tags = {"a"};
      CacheOptions one = defaults.withTags(tags);
      tags[0] = "b";

      assertThat(one.tags()).containsExactly("a").isUnmodifiable();
      assertThat(one.withTags("c").tags()).containsExactly("c");
      assertThat(one.withTags("c", "c").tags()).containsExactly("c");
      assertThat(one.withTags()).isEqualTo(defaults);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\ud800"})
    void aTagThatCannotBeUsedIsRefused(String tag) {
      refused(
          InvalidArgumentException.class,
          ErrorCode.INVALID_NAME,
          () -> defaults.withTags("good", tag),
          "The tag " + Texts.quote(tag),
          "well-formed");
    }

    @Test
    void aHardTimeoutOfZeroIsRefusedSinceNoLoadCouldEnd() {
      refusedArgument(
          () -> defaults.withHardTimeout(Duration.ZERO),
          "hardTimeout is PT0S",
          "above zero",
          "get");
    }

    @Test
    void whatZeroMeansIsWhatIsSaid() {
      assertThat(defaults.withNullTtl(Duration.ZERO)).as("nullTtl").isEqualTo(defaults);
      assertThat(defaults.withMaxStale(Duration.ZERO)).as("maxStale").isEqualTo(defaults);
      assertThat(defaults.withRefreshAhead(Duration.ZERO)).as("refreshAhead").isEqualTo(defaults);
      assertThat(defaults.withJitter(0).jitter()).as("jitter").isZero();
      assertThat(defaults.withSoftTimeout(Duration.ZERO).softTimeout())
          .as("softTimeout")
          .contains(Duration.ZERO);
    }

    @Test
    void aTypeOfNullIsNamed() {
      assertThatNullPointerException().isThrownBy(() -> ValueType.of(null)).withMessage("type");
    }

    @Test
    void aTtlOfZeroIsNone() {
      assertThat(defaults.withTtl(Duration.ofSeconds(1)).withTtl(Duration.ZERO))
          .isEqualTo(defaults);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.01, 1.01, Double.NaN, Double.POSITIVE_INFINITY})
    void aJitterOutsideItsRangeIsRefused(double part) {
      refusedArgument(() -> defaults.withJitter(part), "jitter is " + part, "from 0 to 1");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1})
    void aJitterWithinItsRangeIsTaken(double part) {
      assertThat(defaults.withJitter(part).jitter()).isEqualTo(part);
    }

    @Test
    void aNegativeDurationIsRefusedAndNullToo() {
      refusedDuration(defaults::withTtl, "ttl");
      refusedDuration(defaults::withNullTtl, "nullTtl");
      refusedDuration(defaults::withSoftTimeout, "softTimeout");
      refusedDuration(defaults::withHardTimeout, "hardTimeout");
      refusedDuration(defaults::withMaxStale, "maxStale");
      refusedDuration(defaults::withRefreshAhead, "refreshAhead");
      assertThatNullPointerException()
          .isThrownBy(() -> defaults.withTags((String[]) null))
          .withMessage("tags");
      assertThatNullPointerException()
          .isThrownBy(() -> defaults.withTags("a", (String) null))
          .withMessage("tag");
    }

    private void refusedDuration(Function<Duration, CacheOptions> change, String name) {
      refusedArgument(() -> change.apply(Duration.ofMillis(-1)), name + " is PT-0.001S");
      assertThatNullPointerException().isThrownBy(() -> change.apply(null)).withMessage(name);
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
