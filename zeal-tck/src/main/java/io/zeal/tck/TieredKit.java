package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zeal.Capability;
import io.zeal.Finding;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.spi.Condition;
import io.zeal.spi.Rows;
import io.zeal.spi.Write;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What the kit's classes about copies share ({@code docs/contract/tiered.md}).
 *
 * <p>A copy is known by its age: what the far level answered has none. Copies are measured with the
 * machine's own clock, so that tests which are about time let it pass.
 */
abstract class TieredKit extends BackendTck {

  static final String NEAR_TTL = "zeal.tiered.near-ttl";
  static final String HEARTBEAT = "zeal.tiered.heartbeat";
  static final String DETECTION = "zeal.tiered.detection";
  static final String SECRET = "zeal.tiered.secret";
  static final String PREVIOUS_SECRET = "zeal.tiered.previous-secret";

  /** How long a lease lasts where it is to end. */
  static final Duration BOUND = Duration.ofMillis(500);

  /** How old a copy may become where that is what ends it. */
  static final Duration SHORT_LIFE = Duration.ofMillis(300);

  static final ReadOptions AT_THE_FAR_LEVEL = ReadOptions.maxStaleness(Duration.ZERO);

  private final IdentityHashMap<Zeal, FarLine> lines = new IdentityHashMap<>();
  private Consumer<FarLine> prepare = line -> {};

  /** Only the kit's own classes extend it directly. */
  TieredKit() {}

  /**
   * Opens an instance whose far level is the same for all, by way of {@code line}: what opens the
   * far level calls {@link FarLine#around}. Where that cannot be done the tests are skipped. {@code
   * config} has the settings of backend {@code tiered}.
   */
  protected abstract Zeal open(ZealConfig.Builder config, FarLine line);

  @Override
  protected final Zeal open(ZealConfig.Builder config) {
    FarLine line = new FarLine(patience());
    prepare.accept(line);
    Zeal zeal = open(config, line);
    lines.put(zeal, line);
    return zeal;
  }

  /** How long a message may take, and whatever else comes by itself; 20 seconds. */
  protected Duration patience() {
    return Duration.ofSeconds(20);
  }

  /** Copies live until a message ends them, unless a test says otherwise. */
  @Override
  final ZealConfig.Builder settings(ZealConfig.Builder config) {
    return config
        .setDefault(NEAR_TTL, "12h")
        .setDefault(HEARTBEAT, "100ms")
        .setDefault(DETECTION, "12h");
  }

  /** A lease lasts for {@link #BOUND}. */
  static ZealConfig.Builder shortLease(ZealConfig.Builder config) {
    return config.set(DETECTION, "400ms");
  }

  /** A copy lives for {@link #SHORT_LIFE}. */
  static ZealConfig.Builder shortLife(ZealConfig.Builder config) {
    return config.set(NEAR_TTL, SHORT_LIFE.toMillis() + "ms");
  }

  /** One more instance; its line is prepared before it is opened. */
  final Zeal openPrepared(Consumer<FarLine> prepare) {
    this.prepare = prepare;
    try {
      return openAnother();
    } finally {
      this.prepare = line -> {};
    }
  }

  final FarLine line(Zeal zeal) {
    return Objects.requireNonNull(lines.get(zeal), "an instance of this test");
  }

  /** An instance with a store. */
  static final class Node<R> {

    final Zeal zeal;
    final FarLine line;
    final Store<R> store;

    Node(Zeal zeal, FarLine line, Store<R> store) {
      this.zeal = zeal;
      this.line = line;
      this.store = store;
    }

    FarMessages messages() {
      return line.messages();
    }

    /** What is read, and how old it is. */
    Reading<R> read(String key) {
      return store.read(key, ReadOptions.defaults()).orElseThrow();
    }

    R get(String key) {
      return store.get(key).orElseThrow();
    }

    /** A put of somebody who tells nobody. */
    void putPast(String key, R row) {
      past().write(new Write.Put<>(key, row, 0, new Condition.Always<>()));
    }

    void removePast(String key) {
      past().write(new Write.Remove<>(key, new Condition.Always<>()));
    }

    Rows<R> past() {
      return line.past(store.name());
    }
  }

  /** The first instance, with a new store of players. */
  final Node<Player> first() {
    return node(zeal(), freshName(), Player.SCHEMA);
  }

  /** Another instance with the same store. */
  final Node<Player> peer(Node<Player> first) {
    return peer(first, config -> config);
  }

  /** The same, with settings of its own. */
  final Node<Player> peer(Node<Player> first, UnaryOperator<ZealConfig.Builder> settings) {
    return node(openAnother(settings), first.store.name(), Player.SCHEMA);
  }

  final <R> Node<R> node(Zeal zeal, String store, Schema<R> schema) {
    requires(Capability.CACHED_READS);
    FarLine line = line(zeal);
    assumeTrue(line.isUsed(), "not given: a far level by way of the kit's line");
    return new Node<>(zeal, line, zeal.store(store, schema, options()));
  }

  static Player player(long score) {
    return new Player("p", score);
  }

  /** Waits until {@code condition} holds, which it is expected to. */
  final void await(String what, BooleanSupplier condition) {
    assertThat(Waiting.until(condition, patience()))
        .as("%s: expected within %s", what, patience())
        .isTrue();
  }

  /** Reads until a copy answers. */
  final <R> Reading<R> copied(String rule, Node<R> node, String key) {
    await(rule + " a copy that answers", () -> isCopy(node.read(key)));
    return node.read(key);
  }

  static boolean isCopy(Reading<?> reading) {
    return reading.age().isPositive();
  }

  /** Waits until a read answers this. */
  final void awaitScore(String rule, Node<Player> node, String key, long score) {
    Waiting.until(() -> node.get(key).score() == score, patience());
    assertThat(node.get(key).score())
        .as("%s the row that is read in the end", rule)
        .isEqualTo(score);
  }

  /** Another key of the bucket of {@code key}. */
  static String besideKey(Node<?> node, String key) {
    Rows<?> rows = node.line.announced(node.store.name());
    for (int i = 0; ; i++) {
      if (rows.bucketOf("beside" + i) == rows.bucketOf(key)) {
        return "beside" + i;
      }
    }
  }

  static boolean hasFinding(Zeal zeal, String code) {
    return zeal.inspect().stream().map(Finding::code).anyMatch(code::equals);
  }
}
