package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.BackendUnavailableException;
import io.zeal.ConfigurationException;
import io.zeal.MaxBytes;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.verification.servers.Certificates;
import io.zeal.verification.servers.MemcachedOptions;
import io.zeal.verification.servers.MemcachedServer;
import io.zeal.verification.servers.ServerTests;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Encrypted connections, and what is said where there is none. */
class TlsTest {

  /** A host for which no certificate of ours was made. */
  private static final String OTHER_HOST = "127.0.0.2";

  private static final String AUTHORITY = "zeal.memcached.tls.ca";

  private static MemcachedServer server;
  private static MemcachedServer mutual;
  private static String elsewhere;

  record Line(@MaxBytes(500_000) String text) {}

  @BeforeAll
  static void startServers() throws IOException {
    elsewhere = OTHER_HOST + ":" + freePort();
    server =
        ServerTests.startOrSkip(() ->
            MemcachedServer.start(
                // It ends connections that say nothing for a second.
                MemcachedOptions.defaults()
                    .withTls()
                    .with("-l", elsewhere)
                    .with("-o", "idle_timeout=1")));
    mutual =
        ServerTests.startOrSkip(() ->
            MemcachedServer.start(
                MemcachedOptions.defaults().withMutualTls().with("-o", "idle_timeout=1")));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(OTHER_HOST))) {
      return socket.getLocalPort();
    }
  }

  @AfterAll
  static void stopServers() {
    if (server != null) {
      server.close();
    }
    if (mutual != null) {
      mutual.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"TEXT, localhost", "TEXT, 127.0.0.1", "BINARY, localhost", "BINARY, 127.0.0.1"})
  void rowsAndCountersGoOverTlsInBothProtocols(Protocol protocol, String host) {
    try (Zeal zeal = Zeal.open(config(protocol, host + ":" + server.tlsPort()).build())) {
      assertThatItWorks(zeal);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aServerThatAsksForACertificateGetsOne(Protocol protocol) {
    ZealConfig config = withCertificate(config(protocol, "localhost:" + mutual.tlsPort())).build();

    try (Zeal zeal = Zeal.open(config)) {
      assertThatItWorks(zeal);
    }
  }

  private static void assertThatItWorks(Zeal zeal) {
    Store<Line> lines = zeal.store("lines-" + UUID.randomUUID(), Schema.of(Line.class));
    Line large = new Line("x".repeat(400_000));

    lines.put("large", large);
    for (int i = 0; i < 300; i++) {
      lines.put("k" + i, new Line("v" + i));
    }

    assertThat(lines.get("large")).hasValue(large);
    assertThat(lines.getAll(IntStream.range(0, 300).mapToObj(i -> "k" + i).toList()).orThrow())
        .hasSize(300)
        .containsEntry("k299", new Line("v299"));
    assertThat(zeal.counter("count-" + UUID.randomUUID()).increment()).isOne();
  }

  /** A server may refuse to go on with the TLS session of an earlier connection. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aConnectionThatWasLostIsEncryptedAgain(boolean withCertificate) {
    int port = (withCertificate ? mutual : server).tlsPort();
    ZealConfig.Builder config = config(Protocol.TEXT, "localhost:" + port);

    try (Zeal zeal = Zeal.open((withCertificate ? withCertificate(config) : config).build())) {
      for (int i = 2; i <= 3; i++) {
        int connections = i;
        Await.until("connection " + i, () -> connectionsOf(zeal) >= connections);
      }
      Await.until("a call between two losses", () -> isCounted(zeal));
    }
  }

  private static boolean isCounted(Zeal zeal) {
    try {
      return zeal.counter("again-" + UUID.randomUUID()).increment() == 1;
    } catch (BackendUnavailableException e) {
      return false; // this connection is lost as well, and the next one not there yet
    }
  }

  private static long connectionsOf(Zeal zeal) {
    return zeal.stats().parts().get("backend").numbers().get("connectionsOpened");
  }

  @ParameterizedTest
  @EnumSource
  void anAuthorityNobodyTrustsIsNamedWithWhatToDo(Protocol protocol) {
    String address = "localhost:" + server.tlsPort();
    String other = Certificates.get().otherAuthority().toString();

    for (ZealConfig.Builder config :
        new ZealConfig.Builder[] {
          config(protocol, address).set(AUTHORITY, other), trustingTheJdks(protocol, address)
        }) {
      assertThat(refusal(config))
          .hasMessageContainingAll(
              "no connection to " + address,
              "TLS failed: its certificate is not trusted",
              AUTHORITY,
              "ZEAL-401");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCertificateOfAnotherHostIsRefusedUnlessTheCheckIsOff(Protocol protocol) {
    assertThat(refusal(config(protocol, elsewhere)))
        .hasMessageContainingAll(
            "TLS failed: its certificate is not for this host",
            OTHER_HOST,
            "zeal.memcached.tls.verify-host");

    try (Zeal zeal =
        Zeal.open(
            config(protocol, elsewhere).set("zeal.memcached.tls.verify-host", "false").build())) {
      assertThat(zeal.counter("other-" + UUID.randomUUID()).increment()).isOne();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMissingCertificateIsNamedWithWhatToDo(Protocol protocol) {
    assertThat(refusal(config(protocol, "localhost:" + mutual.tlsPort())))
        .hasMessageContainingAll(
            "TLS failed", "zeal.memcached.tls.certificate", "zeal.memcached.tls.key");
  }

  @ParameterizedTest
  @EnumSource
  void aPortWithoutTlsIsSuspectedToBeOne(Protocol protocol) {
    String reached = "localhost:" + server.tlsPort();

    assertThat(Away.words(config(protocol, reached + "," + server.address())))
        .contains("no connection to " + server.address(), "TLS failed", "its TLS port");
  }

  @ParameterizedTest
  @EnumSource
  void aPortWithTlsIsSuspectedToBeOne(Protocol protocol) {
    String address = "127.0.0.1:" + server.tlsPort();

    assertThat(Away.words(plain(protocol, server.address() + "," + address)))
        .contains("no connection to " + address, "zeal.memcached.tls");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ca", "certificate", "key", "verify-host"})
  void settingsOfEncryptionWithoutItAreRefused(String name) {
    ZealConfig.Builder config = plain(Protocol.TEXT, server.address());

    assertThatThrownBy(
            () -> Zeal.open(config.set("zeal.memcached.tls." + name, "true").build()).close())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("zeal.memcached.tls is not true", "zeal.memcached.tls." + name);
  }

  @Test
  void aFileThatIsNotThereIsNamedWithItsSetting() {
    ZealConfig.Builder config =
        config(Protocol.TEXT, "localhost:" + server.tlsPort()).set(AUTHORITY, "/none/ca.pem");

    assertThatThrownBy(() -> Zeal.open(config.build()).close())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("/none/ca.pem", AUTHORITY, "there is no such file");
  }

  private static ZealConfig.Builder plain(Protocol protocol, String servers) {
    return ZealConfig.builder()
        .set("zeal.backend", "memcached")
        .set("zeal.memcached.protocol", protocol.name())
        .set("zeal.memcached.servers", servers);
  }

  private static ZealConfig.Builder trustingTheJdks(Protocol protocol, String servers) {
    return plain(protocol, servers).set("zeal.memcached.tls", "true");
  }

  private static ZealConfig.Builder config(Protocol protocol, String servers) {
    return trustingTheJdks(protocol, servers)
        .set(AUTHORITY, Certificates.get().authority().toString());
  }

  private static ZealConfig.Builder withCertificate(ZealConfig.Builder config) {
    Certificates.Identity client = Certificates.get().client();
    return config
        .set("zeal.memcached.tls.certificate", client.certificate().toString())
        .set("zeal.memcached.tls.key", client.key().toString());
  }

  private static BackendUnavailableException refusal(ZealConfig.Builder config) {
    BackendUnavailableException error =
        catchThrowableOfType(
            BackendUnavailableException.class, () -> Zeal.open(config.build()).close());
    assertThat(error).as("what open throws").isNotNull();
    return error;
  }
}
