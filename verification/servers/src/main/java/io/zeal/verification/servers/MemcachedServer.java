package io.zeal.verification.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A real memcached.
 *
 * <p>{@link #command} and {@link #connect} are for several threads.
 */
public final class MemcachedServer extends Server {

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(1);

  private final MemcachedOptions options;
  private @Nullable PasswordCheck passwords;

  private MemcachedServer(MemcachedOptions options) {
    super(options.port(), options.tls());
    this.options = options;
  }

  /** Starts a server with the default options. */
  public static MemcachedServer start() {
    return start(MemcachedOptions.defaults());
  }

  /**
   * Starts a server.
   *
   * @throws MissingServerException if this machine has none
   * @throws MissingFeatureException if it was built without what the options ask for
   */
  public static MemcachedServer start(MemcachedOptions options) {
    return start(() -> new MemcachedServer(options));
  }

  /**
   * What the memcached of this machine was built with.
   *
   * @throws MissingServerException if this machine has none
   */
  public static Set<MemcachedFeature> features() {
    return MemcachedBinary.ofThisMachine().features();
  }

  /** How it was configured. */
  public MemcachedOptions options() {
    return options;
  }

  /** Its version, for example {@code 1.6.18}. */
  public String version() {
    return command("version").replaceFirst("^VERSION ", "");
  }

  /** One figure of {@code stats}, for example {@code curr_items}. */
  public long figure(String name) {
    try (var connection = connect()) {
      return connection.figure(name);
    }
  }

  /** Sends one line on a connection of its own and returns the line that comes back. */
  public String command(String line) {
    try (var connection = connect()) {
      return connection.command(line);
    }
  }

  /** A connection that is logged in, for what takes more than one line. */
  public MemcachedConnection connect() {
    return connect(LocalSocket.LIMIT);
  }

  private MemcachedConnection connect(Duration limit) {
    if (login(MemcachedFeature.SASL).isPresent()) {
      throw new IllegalStateException(
          "The server at " + address() + " asks for SASL, so it speaks the binary protocol only.");
    }
    var connection = MemcachedConnection.open(port(), limit);
    try {
      login(MemcachedFeature.PASSWORD).ifPresent(login -> authenticate(connection, login));
      return connection;
    } catch (RuntimeException failure) {
      connection.close();
      throw failure;
    }
  }

  private static void authenticate(MemcachedConnection connection, MemcachedOptions.Login login) {
    if (!connection.authenticate(login.name(), login.password())) {
      throw new IllegalStateException(
          "The server refuses the name and the password that it was started with.");
    }
  }

  /** Ends it and deletes its directory. */
  @Override
  public void close() {
    super.close();
    if (passwords != null) {
      passwords.close();
    }
  }

  @Override
  void prepare() {
    login(MemcachedFeature.PASSWORD).ifPresent(this::writePassword);
    login(MemcachedFeature.SASL)
        .ifPresent(it -> passwords = PasswordCheck.start(it.name(), it.password(), directory()));
  }

  private void writePassword(MemcachedOptions.Login login) {
    try {
      Files.writeString(passwordFile(), login.name() + ":" + login.password() + "\n");
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot write " + passwordFile(), failure);
    }
  }

  @Override
  List<String> commandLine() {
    var line = new ArrayList<String>();
    line.add(MemcachedBinary.ofThisMachine().find(options.features()).toString());
    // It does not run as root unless told to; whoever is not root is nobody else anyway.
    line.addAll(List.of("-u", System.getProperty("user.name")));
    line.addAll(List.of("-U", "0", "-t", "2"));
    line.addAll(listening());
    options.login().ifPresent(it -> line.add(it.way().option()));
    login(MemcachedFeature.PASSWORD).ifPresent(it -> line.add(passwordFile().toString()));
    line.addAll(options.arguments());
    return line;
  }

  private List<String> listening() {
    if (options.tls() == Tls.NONE) {
      return List.of("-l", host(), "-p", String.valueOf(port()));
    }
    var certificates = Certificates.get();
    var settings = new ArrayList<String>();
    settings.add("ssl_chain_cert=" + certificates.server().certificate());
    settings.add("ssl_key=" + certificates.server().key());
    if (options.tls() == Tls.MUTUAL) {
      settings.add("ssl_ca_cert=" + certificates.authority());
      settings.add("ssl_verify_mode=2"); // Required.
    }
    var ports = "notls:%s,%s:%d".formatted(address(), host(), tlsPort());
    return List.of(MemcachedFeature.TLS.option(), "-l", ports, "-o", String.join(",", settings));
  }

  @Override
  Map<String, String> environment() {
    return Map.of("SASL_CONF_PATH", directory().toString());
  }

  @Override
  boolean answers() {
    try {
      return login(MemcachedFeature.SASL).map(this::letsIn).orElseGet(this::tellsItsProcess);
    } catch (UncheckedIOException notYet) {
      return false;
    }
  }

  /** A server that had the port before would answer too, until this one notices and ends. */
  private boolean tellsItsProcess() {
    try (var connection = connect(ANSWER_LIMIT)) {
      return connection.figure("pid") == pid();
    }
  }

  private boolean letsIn(MemcachedOptions.Login login) {
    try (var connection = BinaryConnection.open(port(), ANSWER_LIMIT)) {
      var mechanisms = connection.mechanisms();
      if (mechanisms.isFine() && !mechanisms.value().contains("PLAIN")) {
        throw new MissingServerException(
            """
            No SASL PLAIN on this machine: memcached offers '%s'. \
            Get it: apt-get install libsasl2-modules, dnf install cyrus-sasl-plain.\
            """
                .formatted(mechanisms.value()));
      }
      return connection.login(login.name(), login.password()).isFine();
    }
  }

  private Optional<MemcachedOptions.Login> login(MemcachedFeature way) {
    return options.login().filter(it -> it.way() == way);
  }

  private Path passwordFile() {
    return directory().resolve("passwords");
  }
}
