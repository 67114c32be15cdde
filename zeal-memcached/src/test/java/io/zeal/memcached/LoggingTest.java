package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Counter;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import io.zeal.verification.servers.Certificates;
import io.zeal.verification.servers.MemcachedOptions;
import io.zeal.verification.servers.MemcachedServer;
import io.zeal.verification.servers.ServerTests;
import java.io.IOException;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

/** Callers are told what is wrong; the client does not repeat it to the log with every attempt. */
class LoggingTest {

  @Test
  void anOutageAndItsEnd() {
    try (MemcachedServer server = ServerTests.startOrSkip(MemcachedServer::start);
        Zeal zeal = Zeal.open(config(server.address()).build());
        LogCapture log = LogCapture.from(Level.INFO)) {
      Counter counter = zeal.counter("quiet");
      counter.increment();

      server.kill();
      Await.until("an outage", () -> !works(counter));
      server.restart();
      Await.until("its end", () -> works(counter));

      assertThat(log.text()).isEmpty();
    }
  }

  @Test
  void connectionsThatAreReset() throws IOException {
    try (FakeServer ending = FakeServer.ending();
        LogCapture log = LogCapture.from(Level.INFO)) {
      Away.words(config(SharedServers.one().address() + "," + ending.address()));

      assertThat(log.text()).isEmpty();
    }
  }

  @Test
  void aCertificateNobodyTrusts() {
    try (MemcachedServer server =
            ServerTests.startOrSkip(
                () -> MemcachedServer.start(MemcachedOptions.defaults().withTls()));
        LogCapture log = LogCapture.from(Level.INFO)) {
      ZealConfig config =
          config("localhost:" + server.tlsPort())
              .set("zeal.memcached.tls", "true")
              .set("zeal.memcached.tls.ca", Certificates.get().otherAuthority().toString())
              .build();

      assertThat(opens(config)).isFalse();

      assertThat(log.text()).isEmpty();
    }
  }

  private static boolean opens(ZealConfig config) {
    try {
      Zeal.open(config).close();
      return true;
    } catch (ZealException e) {
      return false;
    }
  }

  private static boolean works(Counter counter) {
    try {
      counter.increment();
      return true;
    } catch (ZealException e) {
      return false;
    }
  }

  private static ZealConfig.Builder config(String servers) {
    return ZealConfig.builder()
        .set("zeal.backend", "memcached")
        .set("zeal.memcached.servers", servers);
  }
}
