package io.zeal.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as people give them: whole ones, and every way in which they are not what was meant. */
class TlsFilesTest {

  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir static Path directory;

  /** One pair of each algorithm: {@code rsa.pem} and {@code rsa.key}, and so on. */
  @BeforeAll
  static void makePairs() throws IOException, GeneralSecurityException, InterruptedException {
    Path store = directory.resolve("pairs.p12");
    pair(store, "rsa", "-keyalg", "RSA", "-keysize", "2048");
    pair(store, "ec", "-keyalg", "EC", "-groupname", "secp256r1");
    pair(store, "ed", "-keyalg", "Ed25519");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa", "ec", "ed"})
  void aPairOfEveryAlgorithmIsShownToTheServer(String name) {
    TlsFiles files = files(null, name + ".pem", name + ".key");

    X509KeyManager keys = (X509KeyManager) files.identity().orElseThrow().getKeyManagers()[0];
    assertThat(keys.getCertificateChain("key"))
        .singleElement()
        .satisfies(one -> assertThat(one.getSubjectX500Principal().getName()).contains(name));
    assertThat(files.trust()).as("whom the JDK trusts").isEmpty();
  }

  @Test
  void everyAuthorityOfAFileIsTrusted() throws IOException {
    file("all.pem", text("rsa.pem") + "words between them\n" + text("ec.pem"));

    TlsFiles files = files("all.pem", null, null);

    X509TrustManager trust = (X509TrustManager) files.trust().orElseThrow().getTrustManagers()[0];
    assertThat(trust.getAcceptedIssuers()).hasSize(2);
    assertThat(files.identity()).isEmpty();
  }

  @Test
  void aKeyMayHaveOtherLineEndsAndWordsAroundIt() throws IOException {
    file("around.key", "Bag Attributes\r\n" + text("ec.key").replace("\n", "\r\n") + "\r\nend");

    assertThat(files(null, "ec.pem", "around.key").identity()).isPresent();
  }

  @Test
  void onePartWithoutTheOtherIsNamed() {
    for (ThrowingCallable making :
        List.<ThrowingCallable>of(
            () -> files(null, "ec.pem", null), () -> files(null, null, "ec.key"))) {
      assertThat(refused(making))
          .hasMessageContaining("zeal.some.tls.certificate and zeal.some.tls.key go together");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none.pem", "none/none.pem"})
  void aMissingFileIsNamedWithItsSetting(String missing) {
    assertThat(refused(files(missing, null, null)))
        .hasMessageContainingAll(missing, "zeal.some.tls.ca", "there is no such file");
    assertThat(refused(files(null, missing, "ec.key")))
        .hasMessageContainingAll(missing, "zeal.some.tls.certificate", "there is no such file");
    assertThat(refused(files(null, "ec.pem", missing)))
        .hasMessageContainingAll(missing, "zeal.some.tls.key", "there is no such file");
  }

  @Test
  void adviceIsAboutWhatIsWrong() {
    assertThat(refused(files("none.pem", null, null)))
        .hasMessageContaining("Mend its name")
        .hasMessageNotContaining("openssl");
    assertThat(refused(files("rsa.key", null, null)))
        .hasMessageContaining("it holds a private key). Give it certificates")
        .hasMessageNotContaining("openssl");
    assertThat(refused(files(null, "rsa.key", "rsa.key")))
        .hasMessageContaining("it holds a private key). Give it certificates")
        .hasMessageNotContaining("openssl");
    assertThat(refused(files(null, "rsa.pem", "rsa.pem")))
        .hasMessageContaining("as a private key")
        .hasMessageContaining("it holds a certificate");
  }

  @Test
  void aNameThatNoFileCanHaveIsAMissingFile() {
    TlsFiles files = new TlsFiles("zeal.some.tls", "a\0b", null, null, true);

    assertThat(refused(files)).hasMessageContaining("there is no such file");
  }

  @Test
  void aDirectoryIsNoFile() throws IOException {
    Files.createDirectories(directory.resolve("folder"));

    assertThat(refused(files("folder", null, null)))
        .hasMessageContainingAll("folder", "zeal.some.tls.ca", "cannot be read");
  }

  @Test
  void anEmptyFileHoldsNothing() throws IOException {
    file("empty", "");

    assertThat(refused(files("empty", null, null)))
        .hasMessageContainingAll(
            "zeal.some.tls.ca", "no certificate in it", "Give it certificates");
    assertThat(refused(files(null, "empty", "ec.key")))
        .hasMessageContainingAll("zeal.some.tls.certificate", "no certificate in it");
    assertThat(refused(files(null, "ec.pem", "empty")))
        .hasMessageContainingAll("zeal.some.tls.key", "PKCS#8", "openssl pkcs8");
  }

  @Test
  void aCertificateThatWasCutIsRefused() throws IOException {
    String whole = text("ec.pem");
    file("cut.pem", whole.substring(0, whole.length() / 2));
    file("bitten.pem", whole.replaceFirst("(?m)^(.{20}).{20}", "$1"));

    for (String damaged : List.of("cut.pem", "bitten.pem")) {
      assertThat(refused(files(damaged, null, null)))
          .hasMessageContainingAll(damaged, "zeal.some.tls.ca", "cannot be read");
    }
  }

  @Test
  void aKeyThatWasCutOrIsOfAnotherKindIsRefusedWithoutShowingIt() throws IOException {
    String whole = text("rsa.key");
    String inside = whole.lines().toList().get(2);
    file("cut.key", whole.substring(0, whole.length() / 2));
    file("bitten.key", whole.replace(inside, inside.substring(3)));
    file("swapped.key", "-----END PRIVATE KEY-----\n" + whole);
    file("older.key", whole.replace(" PRIVATE KEY", " RSA PRIVATE KEY"));
    file("locked.key", whole.replace(" PRIVATE KEY", " ENCRYPTED PRIVATE KEY"));
    Files.write(directory.resolve("der.key"), Base64.getMimeDecoder().decode(body(whole)));

    for (String damaged :
        List.of(
            "cut.key",
            "bitten.key",
            "swapped.key",
            "older.key",
            "locked.key",
            "der.key",
            "rsa.pem")) {
      ConfigurationException error = refused(files(null, "rsa.pem", damaged));
      assertThat(error)
          .as(damaged)
          .hasMessageContainingAll(damaged, "zeal.some.tls.key", "PKCS#8", "openssl pkcs8");
      assertThat(shown(error)).as(damaged).doesNotContain(inside.substring(5, 15));
    }
  }

  @Test
  void aKeyInPlaceOfACertificateIsRefusedWithoutShowingIt() throws IOException {
    ConfigurationException error = refused(files(null, "rsa.key", "rsa.key"));

    assertThat(error).hasMessageContaining("zeal.some.tls.certificate");
    assertThat(shown(error)).doesNotContain(text("rsa.key").lines().toList().get(2));
  }

  @Test
  void aKeyOfAlgorithmsNobodySpeaksIsRefused() throws Exception {
    byte[] key = KeyPairGenerator.getInstance("X25519").generateKeyPair().getPrivate().getEncoded();
    file("x25519.key", pem("PRIVATE KEY", key));

    assertThat(refused(files(null, "ec.pem", "x25519.key")))
        .hasMessageContainingAll("x25519.key", "zeal.some.tls.key");
  }

  @Test
  void aKeyOfAnotherCertificateIsRefusedWithBothNames() throws Exception {
    for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
      byte[] key =
          KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate().getEncoded();
      file(algorithm + "-other.key", pem("PRIVATE KEY", key));
      for (String certificate : List.of("rsa.pem", "ec.pem", "ed.pem")) {
        assertThat(refused(files(null, certificate, algorithm + "-other.key")))
            .as("%s with %s", certificate, algorithm)
            .hasMessageContainingAll(
                certificate, algorithm + "-other.key", "does not belong", "zeal.some.tls.key");
      }
    }
  }

  private static TlsFiles files(
      @Nullable String ca, @Nullable String certificate, @Nullable String key) {
    return new TlsFiles("zeal.some.tls", path(ca), path(certificate), path(key), true);
  }

  private static @Nullable String path(@Nullable String name) {
    return name == null ? null : directory.resolve(name).toString();
  }

  /** What reading them throws. */
  private static ConfigurationException refused(TlsFiles files) {
    return refused(() -> {
      files.trust();
      files.identity();
    });
  }

  private static ConfigurationException refused(ThrowingCallable call) {
    ConfigurationException error = catchThrowableOfType(ConfigurationException.class, call);
    assertThat(error).as("the refusal").isNotNull();
    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_SETTING.id());
    return error;
  }

  private static String shown(Throwable error) {
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private static String text(String name) throws IOException {
    return Files.readString(directory.resolve(name));
  }

  private static void file(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  private static String body(String pem) {
    return pem.replaceAll("-----[A-Z ]+-----", "");
  }

  private static String pem(String what, byte[] der) {
    return "-----BEGIN "
        + what
        + "-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der)
        + "\n-----END "
        + what
        + "-----\n";
  }

  /** The JDK has no other way to make a certificate than its own keytool. */
  private static void pair(Path store, String name, String... algorithm)
      throws IOException, GeneralSecurityException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-genkeypair", "-alias", name));
    command.addAll(List.of("-dname", "CN=" + name, "-validity", "30", "-storetype", "PKCS12"));
    command.addAll(List.of("-keystore", store.toString(), "-storepass", new String(PASSWORD)));
    command.addAll(List.of(algorithm));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("keytool ended").isTrue();
      assertThat(process.exitValue()).as("keytool: %s", text("keytool.log")).isZero();
    } finally {
      process.destroyForcibly();
    }
    KeyStore pairs = KeyStore.getInstance(store.toFile(), PASSWORD);
    file(name + ".pem", pem("CERTIFICATE", pairs.getCertificate(name).getEncoded()));
    file(name + ".key", pem("PRIVATE KEY", pairs.getKey(name, PASSWORD).getEncoded()));
  }
}
