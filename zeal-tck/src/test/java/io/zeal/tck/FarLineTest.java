package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.Subscription;
import io.zeal.spi.Backend;
import io.zeal.spi.ForwardingBackend;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FarLineTest {

  private final FarLine line = new FarLine(Duration.ofSeconds(20));
  private final Backend far = new Below().of(Backend.class);

  @Test
  void farLevelThatClaimsNothingClaimsNothingByWayOfALine() {
    line.hide(Capability.SCRIPTS);

    Backend seen =
        line.around(
            new ForwardingBackend(far) {
              @Override
              public BackendInfo info() {
                return new BackendInfo("poor", BackendInfo.Scope.CLUSTER, Set.of(), Map.of());
              }
            });

    assertThat(seen.info().capabilities()).isEmpty();
  }

  @Test
  void closedSubscriptionIsToldOfNothingMore() {
    AtomicInteger gaps = new AtomicInteger();
    AtomicInteger heard = new AtomicInteger();
    Subscription subscription =
        line.around(far)
            .messaging()
            .listen("channel", gaps::incrementAndGet, message -> heard.incrementAndGet());
    line.messages().cut();
    line.messages().forge(new byte[] {1});
    assertThat(gaps).hasValue(1);
    assertThat(heard).hasValue(1);

    subscription.close();
    line.messages().cut();
    line.messages().forge(new byte[] {2});

    assertThat(gaps).as("gaps that were told").hasValue(1);
    assertThat(heard).as("messages that were heard").hasValue(1);
    assertThat(line.messages().heard()).as("what the line says was heard").hasSize(1);
  }
}
