package io.zeal.found;

import io.zeal.FakeBackend;
import io.zeal.OpeningLog;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.ForwardingBackend;
import io.zeal.spi.Setting;
import java.util.List;

/** A backend found on the path of a test. */
public final class RedBackends implements BackendProvider {

  private static final Setting<String> URL = Setting.text("zeal.red.url").withDefault("nowhere");

  @Override
  public String name() {
    return "red";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(URL);
  }

  @Override
  public Backend open(BackendContext context) {
    OpeningLog log = context.instance(OpeningLog.class).orElseGet(OpeningLog::new);
    log.add("open red at " + context.setting(URL));
    return new ForwardingBackend(new FakeBackend("red")) {
      @Override
      public void close() {
        log.add("close red");
        super.close();
      }
    };
  }
}
