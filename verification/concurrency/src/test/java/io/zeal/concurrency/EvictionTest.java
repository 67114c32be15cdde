package io.zeal.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EvictionTest {

  private static final int CALLS = 100_000;

  @AfterEach
  void backToTheTable() {
    Subject.use(Subject.TABLE);
  }

  @Test
  void theTableKeepsWhatItPromises() throws Exception {
    long seed = new Random().nextLong();

    assertThat(Eviction.run(seed, CALLS)).as("seed %s", seed).isEmpty();
  }

  @Test
  void theTestSeesARaceWhereThereIsOne() throws Exception {
    Subject.use(Subject.NAIVE);

    assertThat(Eviction.run(1, CALLS)).as("found in a backend that is full of races").isPresent();
  }
}
