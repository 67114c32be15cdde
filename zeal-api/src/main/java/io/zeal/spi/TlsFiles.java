package io.zeal.spi;

import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The files behind the encrypted connections of a backend, all in PEM form, as its settings {@code
 * ca}, {@code certificate}, {@code key} and {@code verify-host} name them. Immutable; a file is
 * read when it is asked for.
 *
 * <p>What cannot be used is refused with the name of its setting and what to do; what a file holds
 * is never shown.
 */
public final class TlsFiles {

  private static final char[] NO_PASSWORD = new char[0];

  private final String prefix;
  private final @Nullable String ca;
  private final @Nullable String certificate;
  private final @Nullable String key;
  private final boolean verifyHost;

  /**
   * Names the files.
   *
   * @param prefix what the four settings begin with, for example {@code zeal.redis.tls}
   * @param ca whom to trust; null for what the JDK trusts
   * @param certificate what this side shows, its own certificate first; null for nothing
   * @param key its private key, PKCS#8, not encrypted; null for nothing
   * @param verifyHost whether the server's certificate has to name the host that was asked for
   * @throws ConfigurationException if only one of certificate and key is there
   */
  public TlsFiles(
      String prefix,
      @Nullable String ca,
      @Nullable String certificate,
      @Nullable String key,
      boolean verifyHost) {
    this.prefix = Objects.requireNonNull(prefix, "prefix");
    this.ca = ca;
    this.certificate = certificate;
    this.key = key;
    this.verifyHost = verifyHost;
    if ((certificate == null) != (key == null)) {
      throw invalid(
          setting("certificate") + " and " + setting("key") + " go together; only one is set",
          null);
    }
  }

  /**
   * Whom to trust; empty for what the JDK trusts.
   *
   * @throws ConfigurationException if the file cannot be read or holds no certificates
   */
  public Optional<TrustManagerFactory> trust() {
    return Optional.ofNullable(ca).map(this::trust);
  }

  /**
   * What this side shows; empty for nothing.
   *
   * @throws ConfigurationException if a file cannot be read, holds something else, or certificate
   *     and key do not belong together
   */
  public Optional<KeyManagerFactory> identity() {
    return certificate == null || key == null
        ? Optional.empty()
        : Optional.of(identity(certificate, key));
  }

  /** Whether the server's certificate has to name the host that was asked for. */
  public boolean verifyHost() {
    return verifyHost;
  }

  private String setting(String name) {
    return prefix + "." + name;
  }

  private TrustManagerFactory trust(String file) {
    try {
      KeyStore store = empty();
      int number = 0;
      for (Certificate one : certificates(file)) {
        store.setCertificateEntry("ca" + number++, one);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory;
    } catch (IOException e) {
      throw unreadable(setting("ca"), file, e);
    } catch (GeneralSecurityException e) {
      throw noCertificates(setting("ca"), file, e);
    }
  }

  private KeyManagerFactory identity(String certificateFile, String keyFile) {
    PrivateKey key = privateKey(keyFile);
    try {
      Certificate[] chain = certificates(certificateFile).toArray(Certificate[]::new);
      if (!belongTogether(key, chain[0].getPublicKey())) {
        throw invalid(
            "the key in file '"
                + keyFile
                + "' of "
                + setting("key")
                + " does not belong to the first certificate in file '"
                + certificateFile
                + "' of "
                + setting("certificate")
                + ". Give the key that the certificate was made for, and put that certificate"
                + " before those of its authorities",
            null);
      }
      KeyStore store = empty();
      store.setKeyEntry("key", key, NO_PASSWORD, chain);
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, NO_PASSWORD);
      return factory;
    } catch (IOException e) {
      throw unreadable(setting("certificate"), certificateFile, e);
    } catch (GeneralSecurityException e) {
      throw noCertificates(setting("certificate"), certificateFile, e);
    }
  }

  /**
   * Whether what one signs the other verifies; servers would only say that the handshake failed.
   */
  private static boolean belongTogether(PrivateKey key, PublicKey other)
      throws GeneralSecurityException {
    if (!key.getAlgorithm().equals(other.getAlgorithm())) {
      return false;
    }
    Signature signature =
        Signature.getInstance(
            switch (key.getAlgorithm()) {
              case "RSA" -> "SHA256withRSA";
              case "EC" -> "SHA256withECDSA";
              default -> key.getAlgorithm();
            });
    byte[] text = {1, 2, 3};
    signature.initSign(key);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(other);
    signature.update(text);
    try {
      return signature.verify(signed);
    } catch (SignatureException e) {
      return false; // of another size or curve
    }
  }

  private static KeyStore empty() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  private static Collection<? extends Certificate> certificates(String file)
      throws IOException, GeneralSecurityException {
    byte[] bytes = bytes(file);
    try {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(bytes));
      if (certificates.isEmpty()) {
        throw new GeneralSecurityException("no certificate in it");
      }
      return certificates;
    } catch (GeneralSecurityException e) {
      throw text(bytes).contains(" PRIVATE KEY-----")
          ? new GeneralSecurityException("it holds a private key", e)
          : e;
    }
  }

  private PrivateKey privateKey(String file) {
    try {
      String pem = text(bytes(file));
      String begin = "-----BEGIN PRIVATE KEY-----";
      int from = pem.indexOf(begin);
      int to = pem.indexOf("-----END PRIVATE KEY-----");
      if (from < 0 || to < from) {
        throw noKey(
            file, pem.contains("-----BEGIN CERTIFICATE") ? " (it holds a certificate)" : "");
      }
      return privateKey(
          file, Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to)));
    } catch (IOException e) {
      throw unreadable(setting("key"), file, e);
    } catch (IllegalArgumentException e) {
      throw noKey(file, ""); // not with its cause, which might show a part of the key
    }
  }

  private PrivateKey privateKey(String file, byte[] der) {
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (GeneralSecurityException e) {
        // a key of another algorithm
      }
    }
    throw noKey(file, "");
  }

  private static byte[] bytes(String file) throws IOException {
    try {
      return Files.readAllBytes(Path.of(file));
    } catch (NoSuchFileException | InvalidPathException e) {
      throw new IOException("there is no such file", e);
    }
  }

  /** Latin-1 reads every file, also one that is no text. */
  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private ConfigurationException noKey(String file, String found) {
    return unreadable(
        setting("key"),
        file,
        " as a private key in PKCS#8 that is not encrypted"
            + found
            + ". Give it PEM: openssl pkcs8 -topk8 -nocrypt turns other keys into it",
        null);
  }

  private static ConfigurationException noCertificates(
      String setting, String file, GeneralSecurityException cause) {
    return unreadable(
        setting,
        file,
        " ("
            + cause.getMessage()
            + "). Give it certificates in PEM, each from BEGIN CERTIFICATE to END CERTIFICATE",
        cause);
  }

  private static ConfigurationException unreadable(String setting, String file, IOException cause) {
    return unreadable(
        setting,
        file,
        " (" + cause.getMessage() + "). Mend its name, or let this process read it",
        cause);
  }

  private static ConfigurationException unreadable(
      String setting, String file, String why, @Nullable Exception cause) {
    return invalid("file '" + file + "' of " + setting + " cannot be read" + why, cause);
  }

  private static ConfigurationException invalid(String found, @Nullable Exception cause) {
    String message = "TLS settings: " + found + ".";
    return new ConfigurationException(ErrorCode.INVALID_SETTING, message, cause);
  }
}
