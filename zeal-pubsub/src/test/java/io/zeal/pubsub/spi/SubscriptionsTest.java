package io.zeal.pubsub.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.SubscribeOptions;
import io.zeal.ZealClosedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SubscriptionsTest {

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  private Mailbox mailbox(Consumer<Mailbox> leave) {
    return Mailbox.open("news", SubscribeOptions.defaults(), message -> {}, executor, leave);
  }

  @Test
  void whatOneThrowsKeepsNoOtherFromItsEnd() {
    Subscriptions first = new Subscriptions();
    Subscriptions second = Subscriptions.ofConsumers();
    List<Mailbox> all = new ArrayList<>();
    for (Subscriptions some : List.of(first, second)) {
      for (int i = 0; i < 3; i++) {
        Mailbox failing =
            mailbox(_ -> {
              throw new IllegalStateException("expected by the test");
            });
        all.add(some.add(failing));
        all.add(some.add(mailbox(some::remove)));
      }
    }

    assertThatThrownBy(() -> Subscriptions.closeAll(first, second))
        .isInstanceOf(IllegalStateException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(5));

    assertThat(all).noneMatch(Mailbox::isActive);
  }

  @Test
  void whoComesAfterTheEndIsEndedAndRefused() {
    Subscriptions some = new Subscriptions();
    some.close();
    List<Mailbox> left = new ArrayList<>();
    Mailbox late = mailbox(left::add);

    assertThatThrownBy(() -> some.add(late)).isInstanceOf(ZealClosedException.class);

    assertThat(left).containsExactly(late);
    assertThat(late.isActive()).isFalse();
  }
}
