package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.ErrorCode;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What the kit's classes share. A backend extends {@link StoreTck}, {@link StoreLimitsTck}, {@link
 * StoreExpiryTck}, {@link StorePagesTck}, {@link StoreConcurrencyTck}, {@link CounterTck} and, if
 * it has scripts, {@link ScriptsTck}, and gives each the same one method; with {@code zeal-cache}
 * beside it also {@link CacheTck}, {@link CacheLifeTck}, {@link CacheLoadTck}, {@link CacheRaceTck}
 * and {@link CacheBulkTck}; and where there are messages {@link PubSubTck}, {@link PubSubQueueTck},
 * {@link PubSubLifeTck}, {@link ReliablePubSubTck}, {@link ReliableAnswersTck}, {@link
 * ReliableClaimsTck} and {@link ReliableLifeTck}. {@link TieredTck}, {@link TieredRaceTck} and
 * {@link TieredFrameTck} are about backends that keep copies; {@link AnnounceTck}, about backends
 * that announce their changes, stands by itself.
 *
 * <p>Every test opens its own {@link Zeal} and uses names nobody used before, so that tests may
 * share a server and its leftovers.
 */
@ExtendWith({RuleFirst.class, SlowMachine.class})
public abstract class BackendTck {

  private static final String RUN = UUID.randomUUID().toString().substring(0, 8);
  private static final AtomicLong NAMES = new AtomicLong();

  private final ManualClock clock = new ManualClock();
  private final List<Zeal> opened = new ArrayList<>();
  private @Nullable PassingTime time;
  private int repetition;

  /** Only the kit's own classes extend it directly. */
  BackendTck() {}

  /**
   * Opens the backend under test; {@code config} holds the kit's clock. For example {@code return
   * Zeal.open(config.set("zeal.backend", "table").build());}
   */
  protected abstract Zeal open(ZealConfig.Builder config);

  /**
   * How long rows and windows live in tests that have to wait for their end, because the clock is
   * the server's; 1.2 seconds. Override it for a server that is slow to answer, or where waiting is
   * dear. A test that failed while this machine lost too much of that time is repeated with twice
   * as much, up to five times; so a longer time is not needed for machines that are busy.
   */
  protected Duration ttl() {
    return Duration.ofMillis(1_200);
  }

  @BeforeEach
  final void openFirst() {
    openAnother();
  }

  /** Closes every instance, also behind one whose close fails; then throws what failed. */
  @AfterEach
  final void closeAll() {
    List<RuntimeException> failures = new ArrayList<>();
    for (Zeal zeal : opened) {
      try {
        zeal.close();
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      RuntimeException first = failures.removeFirst();
      failures.forEach(first::addSuppressed);
      throw first;
    }
  }

  /** The instance that this test opened first. */
  final Zeal zeal() {
    return opened.getFirst();
  }

  /** One more instance, as another process would open it; closed at the end. */
  final Zeal openAnother() {
    return openAnother(config -> config);
  }

  /** One more instance, with settings of its own. */
  final Zeal openAnother(UnaryOperator<ZealConfig.Builder> own) {
    Zeal zeal = open(own.apply(settings(ZealConfig.builder().clock(clock))));
    opened.add(zeal);
    return zeal;
  }

  /** What the kit sets for every instance. */
  ZealConfig.Builder settings(ZealConfig.Builder config) {
    return config;
  }

  /** Time as this backend sees it; kept account of from the first call on. */
  final PassingTime time() {
    PassingTime known = time;
    if (known == null) {
      Duration ttl = ttl().multipliedBy(1L << repetition);
      known = new PassingTime(clock, can(Capability.INJECTED_CLOCK), ttl);
      time = known;
    }
    return known;
  }

  final boolean usesTime() {
    return time != null;
  }

  /** Prepares a repetition of the same test, with twice the time to live. */
  final void beginAgain() {
    repetition++;
    time = null;
  }

  final boolean can(Capability capability) {
    return zeal().info().can(capability);
  }

  /** Skips the test, and says why, on a backend that does not claim {@code capability}. */
  final void requires(Capability capability) {
    assumeTrue(can(capability), "not claimed: " + capability);
  }

  /** Skips the test on a backend whose state nobody else shares. */
  final void requiresSharedState() {
    assumeTrue(
        zeal().info().scope() != BackendInfo.Scope.PROCESS, "not claimed: a scope beyond PROCESS");
  }

  /** A name of at most 24 bytes that was not used before. */
  static String freshName() {
    return "tck-" + RUN + "-" + Long.toString(NAMES.incrementAndGet(), 36);
  }

  /** The defaults, and what the backend needs to be accepted. */
  final StoreOptions options() {
    return can(Capability.EXACT_COUNT)
        ? StoreOptions.defaults()
        : StoreOptions.defaults().accepting(Capability.EXACT_COUNT);
  }

  /** A new store of players. */
  final Store<Player> players() {
    return players(options());
  }

  final Store<Player> players(StoreOptions options) {
    return zeal().store(freshName(), Player.SCHEMA, options);
  }

  /** A new store of rows with every type of column. */
  final Store<Sample> samples() {
    return zeal().store(freshName(), Sample.SCHEMA, options());
  }

  final <R> Store<R> store(String name, Schema<R> schema) {
    return zeal().store(name, schema, options());
  }

  /** Expects {@code call} to be refused with {@code type}, {@code code} as the reason. */
  static <E extends ZealException> E refused(
      String what, Class<E> type, ErrorCode code, ThrowingCallable call) {
    E error = refused(what, type, call);
    assertThat(error.code()).as("%s: the code of %s", what, error).isEqualTo(code.id());
    return error;
  }

  static <E extends Throwable> E refused(String what, Class<E> type, ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).as("%s: expected to be refused", what).isInstanceOf(type);
    return type.cast(thrown);
  }
}
