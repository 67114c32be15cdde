package io.zeal.pubsub;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.PubSubLifeTck;
import io.zeal.tck.PubSubQueueTck;
import io.zeal.tck.PubSubTck;
import org.junit.jupiter.api.Nested;

/** The kit on messages inside one process, beside the embedded table. */
class InProcessPubSubContractTest {

  private static Zeal onTable(ZealConfig.Builder config) {
    return Zeal.open(config.set("zeal.backend", "table").build());
  }

  @Nested
  class Messages extends PubSubTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return onTable(config);
    }
  }

  @Nested
  class Queues extends PubSubQueueTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return onTable(config);
    }
  }

  @Nested
  class Lives extends PubSubLifeTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return onTable(config);
    }
  }
}
