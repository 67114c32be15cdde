package io.zeal.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.MaxBytes;
import io.zeal.Schema;
import io.zeal.StoreOptions;
import io.zeal.resilience.StoreMemory.Known;
import io.zeal.spi.StoreSpec;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Reads and writes of one row at once: behind a write nobody remembers what was before it. */
class StoreMemoryTest {

  record Row(@MaxBytes(16) String name) {}

  private static final StoreMemory.Type TYPE =
      new StoreMemory.Type(
          new StoreSpec<>(
                  "rows",
                  Schema.of(Row.class, MethodHandles.lookup()),
                  StoreOptions.defaults(),
                  null)
              .mapper());

  private final StoreMemory memory = new StoreMemory(SomeSettings.remembering(10));
  private final AtomicLong server = new AtomicLong();
  private final AtomicBoolean over = new AtomicBoolean();

  @Test
  void behindAWriteNothingOlderIsFound() throws InterruptedException {
    List<Thread> readers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      readers.add(Thread.ofPlatform().start(this::read));
    }
    try {
      for (long value = 1; value <= 50_000; value++) {
        server.set(value);
        if (value % 10 == 0) {
          memory.forgetAll();
        } else {
          memory.forget("k");
        }
        Known known = memory.find("k", TYPE);
        if (known != null) {
          assertThat((long) known.row()).as("behind write %s", value).isEqualTo(value);
        }
      }
    } finally {
      over.set(true);
      for (Thread reader : readers) {
        assertThat(reader.join(Duration.ofSeconds(20))).isTrue();
      }
    }
  }

  private void read() {
    while (!over.get()) {
      long begun = System.nanoTime();
      long ticket = memory.ticket("k");
      long value = server.get();
      memory.remember("k", TYPE, new Known(value, null, begun, 1), ticket);
    }
  }

  @Test
  void aRowThatIsUsedStays() {
    for (int i = 0; i < 10; i++) {
      remember("k" + i);
    }
    assertThat(memory.find("k0", TYPE)).isNotNull();
    remember("k10");
    assertThat(memory.find("k0", TYPE)).as("the one that was used").isNotNull();
    assertThat(memory.find("k1", TYPE)).as("the one that was not").isNull();
    assertThat(memory.rows()).isEqualTo(10);
    assertThat(memory.bytes()).isEqualTo(10);
  }

  private void remember(String key) {
    memory.remember(key, TYPE, new Known(1L, null, 0, 1), memory.ticket(key));
  }
}
