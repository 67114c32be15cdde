package io.zeal.tiered;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.FarLine;
import io.zeal.tck.StoreConcurrencyTck;
import io.zeal.tck.StoreExpiryTck;
import io.zeal.tck.StoreLimitsTck;
import io.zeal.tck.StorePagesTck;
import io.zeal.tck.StoreTck;
import io.zeal.tck.TieredFrameTck;
import io.zeal.tck.TieredRaceTck;
import io.zeal.tck.TieredTck;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;

/** The kit over a server in this process; over a real one it is run where there is one. */
class TieredContractTest {

  private static final FarServer SERVER = new FarServer();

  @AfterAll
  static void closeServer() {
    SERVER.close();
  }

  private static Zeal onServer(ZealConfig.Builder config) {
    return TieredTestProvider.open(SERVER, config);
  }

  @Nested
  class Stores extends StoreTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return onServer(config);
    }
  }

  @Nested
  class Limits extends StoreLimitsTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return onServer(config);
    }
  }

  @Nested
  class Expiry extends StoreExpiryTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return onServer(config);
    }
  }

  @Nested
  class Pages extends StorePagesTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return onServer(config);
    }
  }

  @Nested
  class Concurrency extends StoreConcurrencyTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return onServer(config);
    }
  }

  @Nested
  class Copies extends TieredTck {
    @Override
    protected Zeal open(ZealConfig.Builder config, FarLine line) {
      return TieredTestProvider.open(SERVER, line, config);
    }
  }

  @Nested
  class Races extends TieredRaceTck {
    @Override
    protected Zeal open(ZealConfig.Builder config, FarLine line) {
      return TieredTestProvider.open(SERVER, line, config);
    }
  }

  @Nested
  class Frames extends TieredFrameTck {
    @Override
    protected Zeal open(ZealConfig.Builder config, FarLine line) {
      return TieredTestProvider.open(SERVER, line, config);
    }
  }
}
