package io.zeal.memcached;

import com.spotify.folsom.client.tls.SSLEngineFactory;
import io.zeal.ConfigurationException;
import io.zeal.spi.TlsFiles;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** What connections are encrypted with: TLS 1.2 or newer. */
final class Encryption implements SSLEngineFactory {

  private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

  private final SSLContext context;
  private final boolean verifyHost;

  private Encryption(SSLContext context, boolean verifyHost) {
    this.context = context;
    this.verifyHost = verifyHost;
  }

  /**
   * Reads the files.
   *
   * @throws ConfigurationException if one of them cannot be used
   */
  static Encryption of(TlsFiles files) {
    KeyManager @Nullable [] keys =
        files.identity().map(KeyManagerFactory::getKeyManagers).orElse(null);
    TrustManager @Nullable [] trust =
        files.trust().map(TrustManagerFactory::getTrustManagers).orElse(null);
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, trust, null);
      return new Encryption(context, files.verifyHost());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no TLS", e);
    }
  }

  @Override
  public SSLEngine createSSLEngine(String host, int port) {
    SSLEngine engine = context.createSSLEngine(host, port);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(VERSIONS);
    if (verifyHost) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    engine.setSSLParameters(parameters);
    return engine;
  }
}
