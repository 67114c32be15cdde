package io.zeal.pubsub;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.ReliableAnswersTck;
import io.zeal.tck.ReliableClaimsTck;
import io.zeal.tck.ReliableLifeTck;
import io.zeal.tck.ReliablePubSubTck;
import org.junit.jupiter.api.Nested;

/** The kit on reliable messages inside one process, beside the embedded table. */
class InProcessReliableContractTest {

  private static Zeal onTable(ZealConfig.Builder config) {
    return Zeal.open(config.set("zeal.backend", "table").build());
  }

  @Nested
  class Streams extends ReliablePubSubTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return onTable(config);
    }
  }

  @Nested
  class Answers extends ReliableAnswersTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return onTable(config);
    }
  }

  @Nested
  class Claims extends ReliableClaimsTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return onTable(config);
    }
  }

  @Nested
  class Lives extends ReliableLifeTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return onTable(config);
    }
  }
}
