package io.zeal.testkit;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.PubSubLifeTck;
import io.zeal.tck.PubSubQueueTck;
import io.zeal.tck.PubSubTck;
import io.zeal.tck.ReliableAnswersTck;
import io.zeal.tck.ReliableClaimsTck;
import io.zeal.tck.ReliableLifeTck;
import io.zeal.tck.ReliablePubSubTck;
import org.junit.jupiter.api.Nested;

/** The kit on messages inside one process below a chaos that is switched off. */
class CalmMessagesContractTest {

  private static Zeal calm(ZealConfig.Builder config) {
    return Zeal.open(
        config.set("zeal.backend", "table").instance(Chaos.class, Chaos.seeded(1)).build());
  }

  @Nested
  class Messages extends PubSubTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return calm(config);
    }
  }

  @Nested
  class Queues extends PubSubQueueTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return calm(config);
    }
  }

  @Nested
  class Lives extends PubSubLifeTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return calm(config);
    }
  }

  @Nested
  class Streams extends ReliablePubSubTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return calm(config);
    }
  }

  @Nested
  class Answers extends ReliableAnswersTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return calm(config);
    }
  }

  @Nested
  class Claims extends ReliableClaimsTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return calm(config);
    }
  }

  @Nested
  class ReliableLives extends ReliableLifeTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return calm(config);
    }
  }
}
