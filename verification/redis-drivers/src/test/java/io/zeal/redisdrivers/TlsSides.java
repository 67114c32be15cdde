package io.zeal.redisdrivers;

import io.zeal.redis.spi.LinkOptions.Tls;
import io.zeal.verification.servers.Certificates;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/** What a client may bring to a TLS connection with the servers of these tests. */
final class TlsSides {

  private TlsSides() {}

  static Tls trusting() {
    return new Tls(trust(Certificates.get().authority()), null, true);
  }

  static Tls trustingAnyHost() {
    return new Tls(trust(Certificates.get().authority()), null, false);
  }

  static Tls trustingOther() {
    return new Tls(trust(Certificates.get().otherAuthority()), null, true);
  }

  static Tls trustingTheJdks() {
    return new Tls(null, null, true);
  }

  static Tls withClientKey() {
    return new Tls(trust(Certificates.get().authority()), clientKey(), true);
  }

  private static TrustManagerFactory trust(Path pem) {
    try (InputStream input = Files.newInputStream(pem)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(input));
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      return factory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyManagerFactory clientKey() {
    char[] password = Certificates.STORE_PASSWORD.toCharArray();
    try {
      KeyStore store = KeyStore.getInstance(Certificates.get().clientStore().toFile(), password);
      KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
      factory.init(store, password);
      return factory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
