package io.zeal.found;

import io.zeal.FakeBackend;
import io.zeal.OpeningLog;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.ForwardingBackend;
import io.zeal.spi.Setting;
import java.util.List;

/** Another backend found on the path of a test. */
public final class BlueBackends implements BackendProvider {

  private static final Setting<String> URL = Setting.text("zeal.blue.url").withDefault("nowhere");

  @Override
  public String name() {
    return "blue";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(URL);
  }

  @Override
  public Backend open(BackendContext context) {
    OpeningLog log = context.instance(OpeningLog.class).orElseGet(OpeningLog::new);
    log.add("open blue at " + context.setting(URL));
    return new ForwardingBackend(new FakeBackend("blue")) {
      @Override
      public void close() {
        log.add("close blue");
        super.close();
      }
    };
  }
}
