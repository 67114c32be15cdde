package io.zeal.tiered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.ConfigurationException;
import io.zeal.InvalidArgumentException;
import io.zeal.Schema;
import io.zeal.SchemaException;
import io.zeal.Script;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealClosedException;
import io.zeal.ZealConfig;
import io.zeal.spi.Backend;
import io.zeal.spi.ForwardingBackend;
import io.zeal.spi.ForwardingRows;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a tiered backend does while it and its stores are opened and closed. */
class TieredBackendOpenCloseTest {

  record Score(long score) {}

  private static final Schema<Score> SCORE = Schema.of(Score.class, MethodHandles.lookup());

  private final FarServer server = new FarServer();
  private final FarServer other = new FarServer(); // has the tables of near levels
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void closeAll() {
    threads.shutdownNow();
    server.close();
    other.close();
  }

  /** A level that counts how often it is closed. */
  private static final class Level extends ForwardingBackend {

    private final BackendInfo info;
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicBoolean refuses = new AtomicBoolean();
    private volatile int otherBuckets;
    private Runnable atRows = () -> {};
    private Runnable atClose = () -> {};

    Level(Backend delegate, BackendInfo info) {
      super(delegate);
      this.info = info;
    }

    @Override
    public BackendInfo info() {
      return info;
    }

    @Override
    public <R> Rows<R> rows(StoreSpec<R> spec) {
      atRows.run();
      if (refuses.get()) {
        throw new IllegalStateException("refused for the test");
      }
      Rows<R> rows = super.rows(spec);
      int buckets = otherBuckets;
      return buckets == 0 ? rows : new OtherBuckets<>(rows, buckets);
    }

    @Override
    public void close() {
      closed.incrementAndGet();
      atClose.run();
      super.close();
    }
  }

  /** A store that was made anew with another number of buckets. */
  private static final class OtherBuckets<R> extends ForwardingRows<R> {

    private final int buckets;

    OtherBuckets(Rows<R> rows, int buckets) {
      super(rows);
      this.buckets = buckets;
    }

    @Override
    public int buckets() {
      return buckets;
    }

    @Override
    public int bucketOf(String key) {
      return buckets - 1;
    }
  }

  private Level far() {
    Backend connection = server.connect();
    return new Level(connection, connection.info());
  }

  private Level near(Capability... missing) {
    Backend connection = other.connect();
    Set<Capability> capabilities = EnumSet.copyOf(connection.info().capabilities());
    capabilities.removeAll(Set.of(missing));
    return new Level(
        connection,
        new BackendInfo(
            "near", BackendInfo.Scope.PROCESS, capabilities, connection.info().limits()));
  }

  private static Zeal open(Level far, Supplier<Backend> near) {
    return TieredTestProvider.over(() -> far, near, ZealConfig.builder());
  }

  private static Script touching(String store) {
    return Script.of("return 1").touching(store);
  }

  @Test
  void scriptsRunWhileOthersOpenTheStoreForTheFirstTime() throws Exception {
    try (Zeal zeal = open(far(), this::near)) {
      for (int round = 0; round < 200; round++) {
        String name = "store" + round;
        CyclicBarrier start = new CyclicBarrier(3);
        List<Future<?>> ends = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          ends.add(
              threads.submit(() -> {
                start.await(30, TimeUnit.SECONDS);
                var _ = zeal.store(name, SCORE);
                for (int run = 0; run < 20; run++) {
                  var _ = zeal.scripts().run(touching(name), List.of(), List.of());
                }
                return null;
              }));
        }
        for (Future<?> end : ends) {
          end.get(30, TimeUnit.SECONDS);
        }
      }
    }
  }

  @Test
  void storeWhoseOpeningFailedIsNotOpenForScriptsUntilItSucceeds() {
    Level near = near();
    try (Zeal zeal = open(far(), () -> near)) {
      near.refuses.set(true);
      assertThatThrownBy(() -> zeal.store("a", SCORE).get("k")).hasMessageContaining("refused");
      near.refuses.set(false);
      var _ = zeal.store("a", SCORE).get("k");
      assertThatCode(() -> zeal.scripts().run(touching("a"), List.of(), List.of()))
          .doesNotThrowAnyException();
      near.refuses.set(true);
      assertThatThrownBy(() -> zeal.store("b", SCORE).get("k")).hasMessageContaining("refused");
      assertThatThrownBy(() -> zeal.scripts().run(touching("c"), List.of(), List.of()))
          .isInstanceOf(InvalidArgumentException.class);
      assertThatCode(() -> zeal.scripts().run(touching("a"), List.of(), List.of()))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void firstReadsOfAllThatOpenAStoreAtOnceListenOnce() throws Exception {
    try (Zeal zeal = open(far(), this::near)) {
      for (int round = 1; round <= 50; round++) {
        String name = "store" + round;
        CyclicBarrier start = new CyclicBarrier(4);
        List<Future<?>> ends = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          ends.add(
              threads.submit(() -> {
                start.await(30, TimeUnit.SECONDS);
                return zeal.store(name, SCORE).get("k");
              }));
        }
        for (Future<?> end : ends) {
          end.get(30, TimeUnit.SECONDS);
        }
        int all = round;
        await(() -> server.subscriptionsBegun() >= all);
      }
      assertThat(server.subscriptionsBegun()).isEqualTo(50);
    }
    assertThat(server.subscriptionsLeft()).isZero();
  }

  @Test
  void closingWhileTheFirstReadsBeginToListenLeavesNoSubscription() throws Exception {
    int listened = 0;
    for (int round = 0; round < 200; round++) {
      int before = server.subscriptionsBegun();
      Zeal zeal = open(far(), this::near);
      CyclicBarrier start = new CyclicBarrier(2);
      Future<?> reader =
          threads.submit(() -> {
            start.await(30, TimeUnit.SECONDS);
            try {
              return zeal.store("a", SCORE).get("k");
            } catch (ZealClosedException e) {
              return e;
            }
          });
      start.await(30, TimeUnit.SECONDS);
      if (round % 2 == 0) {
        await(() -> server.subscriptionsBegun() > before || reader.isDone());
      }
      zeal.close();
      var _ = reader.get(30, TimeUnit.SECONDS);
      listened += server.subscriptionsBegun() - before;
      await(() -> server.subscriptionsLeft() == 0);
    }
    assertThat(listened).as("rounds in which it began to listen").isPositive();
  }

  @Test
  void storeThatWasMadeAnewWithOtherBucketsIsRefused() {
    Level far = far();
    try (Zeal zeal = open(far, this::near)) {
      Store<Score> before = zeal.store("a", SCORE);
      before.put("k", new Score(1));
      far.otherBuckets = 64;

      assertThatThrownBy(() -> zeal.store("a", SCORE).get("k"))
          .isInstanceOf(SchemaException.class)
          .hasMessageContaining("'a'")
          .hasMessageContaining("64")
          .hasMessageContaining("4 ")
          .hasMessageEndingWith("ZEAL-203");
      assertThatThrownBy(() -> zeal.scripts().run(touching("a"), List.of(), List.of()))
          .isInstanceOf(SchemaException.class)
          .hasMessageContaining("64");
      assertThat(server.scriptsRun()).isZero();
      assertThat(before.get("k")).contains(new Score(1));
    }
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("waited in vain").isNegative();
      Thread.onSpinWait();
    }
  }

  @Test
  void closingClosesBothLevelsWhateverThrows() {
    Level near = near();
    Level far = far();
    near.atClose =
        () -> {
          throw new IllegalStateException("near level of the test");
        };
    Zeal zeal = open(far, () -> near);
    var _ = zeal.store("a", SCORE).get("k");

    assertThatThrownBy(zeal::close).hasStackTraceContaining("near level of the test");
    assertThat(near.closed).hasValue(1);
    assertThat(far.closed).hasValue(1);
  }

  @Test
  void levelsAreClosedWhenTheBackendCannotBeOpened() {
    Level far = far();
    Level near = near(Capability.BOUNDED_ROWS);

    assertThatThrownBy(() -> open(far, () -> near))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("zeal.tiered.near")
        .hasMessageContaining("BOUNDED_ROWS");
    assertThat(far.closed).hasValue(1);
    assertThat(near.closed).hasValue(1);
  }

  @Test
  void storeThatIsOpenedWhileItIsClosedSaysSoAndLeavesNothing() {
    Level far = far();
    Zeal zeal = open(far, this::near);
    AtomicBoolean once = new AtomicBoolean();
    far.atRows =
        () -> {
          if (once.compareAndSet(false, true)) {
            zeal.close();
          }
        };

    assertThatThrownBy(
            () -> {
              Store<Score> store = zeal.store("a", SCORE);
              var _ = store.get("k");
            })
        .isInstanceOf(ZealClosedException.class);
    assertThat(far.closed).hasValue(1);
  }
}
