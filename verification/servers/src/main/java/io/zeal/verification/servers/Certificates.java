package io.zeal.verification.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * An authority of our own with a certificate for servers and one for clients, and a second
 * authority that signed nothing. Made once per JVM by the JDK's own keytool, about a second.
 */
public final class Certificates {

  /** A certificate and its private key, as PEM files. */
  public record Identity(Path certificate, Path key) {}

  /** Of every key store here. */
  public static final String STORE_PASSWORD = "changeit";

  private static final String AUTHORITY = "authority";
  private static final String OTHER_AUTHORITY = "other-authority";
  private static final String SERVER = "server";
  private static final String CLIENT = "client";

  private static final class Made {
    static final Certificates CERTIFICATES = make();
  }

  private final Path authority;
  private final Path otherAuthority;
  private final Identity server;
  private final Identity client;
  private final Path trustStore;
  private final Path clientStore;
  private final SSLContext trusting;
  private final SSLContext trustingAsClient;
  private final SSLContext trustingOther;

  private Certificates(Path directory, KeyStore ours, KeyStore others)
      throws IOException, GeneralSecurityException {
    authority = pem(directory, "authority.pem", ours.getCertificate(AUTHORITY));
    otherAuthority = pem(directory, "other-authority.pem", others.getCertificate(OTHER_AUTHORITY));
    server = identity(directory, ours, SERVER);
    client = identity(directory, ours, CLIENT);
    var trust = trustStoreOf(ours.getCertificate(AUTHORITY));
    var keys = emptyStore();
    keys.setKeyEntry(CLIENT, ours.getKey(CLIENT, password()), password(), chain(ours, CLIENT));
    trustStore = store(directory, "trust.p12", trust);
    clientStore = store(directory, "client.p12", keys);
    trusting = context(trust, null);
    trustingAsClient = context(trust, keys);
    trustingOther = context(trustStoreOf(others.getCertificate(OTHER_AUTHORITY)), null);
  }

  /** The certificates of this JVM. */
  public static Certificates get() {
    return Made.CERTIFICATES;
  }

  /** The authority that signed server and client, as a PEM file. */
  public Path authority() {
    return authority;
  }

  /** An authority that signed neither, as a PEM file. */
  public Path otherAuthority() {
    return otherAuthority;
  }

  /** What servers show; made for {@code localhost} and {@code 127.0.0.1}. */
  public Identity server() {
    return server;
  }

  /** What a client shows where servers ask for it. */
  public Identity client() {
    return client;
  }

  /** The authority alone, as a PKCS #12 key store with {@link #STORE_PASSWORD}. */
  public Path trustStore() {
    return trustStore;
  }

  /** The client's key and certificate, as a PKCS #12 key store with {@link #STORE_PASSWORD}. */
  public Path clientStore() {
    return clientStore;
  }

  /** Trusts the authority and shows nothing. */
  public SSLContext trusting() {
    return trusting;
  }

  /** Trusts the authority and shows the client's certificate. */
  public SSLContext trustingAsClient() {
    return trustingAsClient;
  }

  /** Trusts only the other authority, so no server started here. */
  public SSLContext trustingOther() {
    return trustingOther;
  }

  private static Certificates make() {
    var directory = TemporaryDirectory.create();
    try {
      var ours = directory.resolve("ours.p12");
      var others = directory.resolve("others.p12");
      keytool(ours, AUTHORITY, "-ext", "bc:c");
      keytool(others, OTHER_AUTHORITY, "-ext", "bc:c");
      keytool(ours, SERVER, "-signer", AUTHORITY, "-ext", "san=dns:localhost,ip:127.0.0.1");
      keytool(ours, CLIENT, "-signer", AUTHORITY);
      return new Certificates(directory, load(ours), load(others));
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot make certificates", failure);
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException("Cannot make certificates", failure);
    }
  }

  private static void keytool(Path store, String alias, String... more) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    // Four short runs: most of their time is the start of a JVM.
    command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", "-genkeypair"));
    command.addAll(List.of("-alias", alias, "-dname", "CN=zeal test " + alias));
    command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "30"));
    command.addAll(List.of("-storetype", "PKCS12", "-keystore", store.toString()));
    command.addAll(List.of("-storepass", STORE_PASSWORD));
    command.addAll(List.of(more));
    var log = store.resolveSibling("keytool.log");
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(log.toFile()))
            .start();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException("keytool failed: " + Files.readString(log));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while keytool ran", interrupted);
    } finally {
      process.destroyForcibly();
    }
  }

  private static KeyStore load(Path file) throws IOException, GeneralSecurityException {
    return KeyStore.getInstance(file.toFile(), password());
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static KeyStore trustStoreOf(Certificate authority)
      throws IOException, GeneralSecurityException {
    var store = emptyStore();
    store.setCertificateEntry(AUTHORITY, authority);
    return store;
  }

  private static Path store(Path directory, String name, KeyStore store)
      throws IOException, GeneralSecurityException {
    var file = directory.resolve(name);
    try (var output = Files.newOutputStream(file)) {
      store.store(output, password());
    }
    return file;
  }

  private static Identity identity(Path directory, KeyStore store, String alias)
      throws IOException, GeneralSecurityException {
    var key = store.getKey(alias, password()).getEncoded();
    return new Identity(
        pem(directory, alias + ".pem", chain(store, alias)),
        Files.writeString(directory.resolve(alias + ".key"), pem("PRIVATE KEY", key)));
  }

  private static Certificate[] chain(KeyStore store, String alias) throws GeneralSecurityException {
    return store.getCertificateChain(alias);
  }

  private static Path pem(Path directory, String name, Certificate... certificates)
      throws IOException, GeneralSecurityException {
    var text = new StringBuilder();
    for (var certificate : certificates) {
      text.append(pem("CERTIFICATE", certificate.getEncoded()));
    }
    return Files.writeString(directory.resolve(name), text);
  }

  private static String pem(String kind, byte[] content) {
    var lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(kind, lines.encodeToString(content), kind);
  }

  private static SSLContext context(KeyStore trust, @Nullable KeyStore keys)
      throws GeneralSecurityException {
    var trustManagers = TrustManagerFactory.getInstance("PKIX");
    trustManagers.init(trust);
    KeyManager[] keyManagers = {};
    if (keys != null) {
      var factory = KeyManagerFactory.getInstance("PKIX");
      factory.init(keys, password());
      keyManagers = factory.getKeyManagers();
    }
    var context = SSLContext.getInstance("TLS");
    context.init(keyManagers, trustManagers.getTrustManagers(), null);
    return context;
  }

  private static char[] password() {
    return STORE_PASSWORD.toCharArray();
  }
}
