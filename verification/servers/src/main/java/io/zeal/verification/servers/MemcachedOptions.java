package io.zeal.verification.servers;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a memcached is configured. Immutable.
 *
 * <p>Defaults: a free port, no password, no TLS, 64 MB, values up to 1 MB.
 */
public final class MemcachedOptions {

  /** Who is let in, and by which of the two ways of asking. */
  record Login(MemcachedFeature way, String name, String password) {}

  private static final MemcachedOptions DEFAULTS =
      new MemcachedOptions(0, null, Tls.NONE, List.of());

  private final int port;
  private final @Nullable Login login;
  private final Tls tls;
  private final List<String> arguments;

  private MemcachedOptions(int port, @Nullable Login login, Tls tls, List<String> arguments) {
    this.port = port;
    this.login = login;
    this.tls = tls;
    this.arguments = arguments;
  }

  /** The defaults. */
  public static MemcachedOptions defaults() {
    return DEFAULTS;
  }

  /** Listens on this port instead of any free one. */
  public MemcachedOptions withPort(int port) {
    return new MemcachedOptions(port, login, tls, arguments);
  }

  /** Limits the memory for values, to 2 MB or more: twice the largest value has to fit. */
  public MemcachedOptions withMemory(int megabytes) {
    return with("-m", String.valueOf(megabytes));
  }

  /** Takes values up to about this size, a multiple of {@code "512k"}, for example {@code "2m"}. */
  public MemcachedOptions withMaxItem(String size) {
    return with("-I", size);
  }

  /** Refuses what does not fit, instead of evicting something else for it. */
  public MemcachedOptions withoutEviction() {
    return with("-M");
  }

  /** Asks for a name and a password, both without spaces, in the text protocol. */
  public MemcachedOptions withPassword(String name, String password) {
    return withLogin(MemcachedFeature.PASSWORD, name, password);
  }

  /**
   * Asks for a name and a password by SASL PLAIN. Such a server speaks the binary protocol only, so
   * {@link MemcachedServer#connect} does not work with it.
   */
  public MemcachedOptions withSasl(String name, String password) {
    return withLogin(MemcachedFeature.SASL, name, password);
  }

  private MemcachedOptions withLogin(MemcachedFeature way, String name, String password) {
    return new MemcachedOptions(port, new Login(way, name, password), tls, arguments);
  }

  /** Opens a TLS port too, with {@link Certificates#server()}; any client is let in. */
  public MemcachedOptions withTls() {
    return new MemcachedOptions(port, login, Tls.SERVER, arguments);
  }

  /** Opens a TLS port too that lets in only clients with {@link Certificates#client()}. */
  public MemcachedOptions withMutualTls() {
    return new MemcachedOptions(port, login, Tls.MUTUAL, arguments);
  }

  /** Adds arguments of the program, for example {@code with("-c", "10")}. The last one counts. */
  public MemcachedOptions with(String... more) {
    var all = Stream.concat(arguments.stream(), Stream.of(more));
    return new MemcachedOptions(port, login, tls, all.toList());
  }

  /** The port that was asked for, if any. */
  public OptionalInt port() {
    return port == 0 ? OptionalInt.empty() : OptionalInt.of(port);
  }

  /** What a memcached has to be built with for these options. */
  public Set<MemcachedFeature> features() {
    var features = EnumSet.noneOf(MemcachedFeature.class);
    login().map(Login::way).ifPresent(features::add);
    if (tls != Tls.NONE) {
      features.add(MemcachedFeature.TLS);
    }
    return features;
  }

  Optional<Login> login() {
    return Optional.ofNullable(login);
  }

  Tls tls() {
    return tls;
  }

  List<String> arguments() {
    return arguments;
  }
}
