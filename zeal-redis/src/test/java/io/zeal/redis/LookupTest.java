package io.zeal.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** When the topology is asked for, and when what is known is enough. */
class LookupTest {

  private final AtomicInteger asked = new AtomicInteger();

  private static long soon() {
    return System.nanoTime() + Duration.ofSeconds(10).toNanos();
  }

  @Test
  void whatIsNotInDoubtIsAskedOnce() throws LinkException {
    Lookup<Integer> lookup = new Lookup<>(deadline -> asked.incrementAndGet());

    assertThat(lookup.get(soon())).isEqualTo(1);
    assertThat(lookup.fresh(soon())).isEqualTo(1);
    assertThat(asked).hasValue(1);
  }

  @Test
  void aDoubtRaisedWhileItIsAskedIsNotForgotten() throws LinkException {
    AtomicReference<Lookup<Integer>> self = new AtomicReference<>();
    Lookup<Integer> lookup =
        new Lookup<>(deadline -> {
          int times = asked.incrementAndGet();
          if (times == 1) {
            self.get().doubt(); // somebody was misled after this answer was given
          }
          return times;
        });
    self.set(lookup);
    assertThat(lookup.get(soon())).isEqualTo(1);

    long end = soon();
    while (lookup.get(end) == 1) {
      assertThat(System.nanoTime() - end).as("asked again").isNegative();
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(lookup.get(soon())).isEqualTo(2);
    assertThat(asked).hasValue(2);
  }

  @Test
  void aQuestionThatFailsLeavesTheDoubtAndTheOldPicture() throws LinkException {
    Lookup<Integer> lookup =
        new Lookup<>(deadline -> {
          if (asked.incrementAndGet() == 2) {
            throw new LinkException(Kind.UNREACHABLE, "nobody", null);
          }
          return asked.get();
        });
    assertThat(lookup.get(soon())).isEqualTo(1);
    lookup.doubt();

    long end = soon();
    while (lookup.fresh(end) == 1) {
      assertThat(System.nanoTime() - end).as("asked again").isNegative();
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(asked).hasValue(3);
  }

  @Test
  void withoutAPictureTheReasonIsSaid() {
    Lookup<Integer> lookup =
        new Lookup<>(deadline -> {
          throw new LinkException(Kind.UNREACHABLE, "nobody", null);
        });

    assertThatExceptionOfType(LinkException.class)
        .isThrownBy(() -> lookup.get(soon()))
        .withMessage("nobody");
  }
}
