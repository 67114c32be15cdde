package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.BackendInfo;
import io.zeal.ZealConfig;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.Setting;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DemoTest {

  private final AtomicInteger closes = new AtomicInteger();

  /** A backend that says what it is, counts its closing, and fails otherwise. */
  private record Failing(Error failure, AtomicInteger closes) implements BackendProvider {

    @Override
    public String name() {
      return "failing";
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of();
    }

    @Override
    public Backend open(BackendContext context) {
      return (Backend)
          Proxy.newProxyInstance(
              DemoTest.class.getClassLoader(),
              new Class<?>[] {Backend.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "info" ->
                        new BackendInfo("failing", BackendInfo.Scope.PROCESS, Set.of(), Map.of());
                    case "close" -> closes.incrementAndGet() == 0 ? proxy : null;
                    default -> throw failure;
                  });
    }
  }

  @Test
  void anErrorWhileStartingLeavesNeitherPortNorBackendOpen() throws IOException {
    Error failure = new NoClassDefFoundError("a jar is missing");
    ZealConfig.Builder config = ZealConfig.builder().backend(new Failing(failure, closes));
    int port = freePort();

    assertThatThrownBy(
            () -> Demo.start(config, new Arguments(InetAddress.getLoopbackAddress(), port, false)))
        .isSameAs(failure);

    assertThat(closes).hasValue(1);
    try (ServerSocket again = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(again.isBound()).isTrue();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
