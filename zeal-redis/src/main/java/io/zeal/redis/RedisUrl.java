package io.zeal.redis;

import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.redis.spi.Endpoint;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where the servers are: the setting {@code zeal.redis.url}.
 *
 * <pre>
 * redis://[user:password@]host[:port][/database]
 * redis+unix://[user:password@]/path/of.socket[?db=database]
 * redis+cluster://[user:password@]host[:port],host[:port],…
 * redis+sentinel://[user:password@]sentinel[:port],sentinel[:port],…/master[/database]
 * </pre>
 *
 * <p>{@code rediss} in place of {@code redis} encrypts. User and password are percent-encoded where
 * they hold {@code : @ / ? # %}.
 *
 * @param topology what the endpoints are
 * @param endpoints one or more
 * @param tls whether connections are encrypted
 * @param user null for the default user
 * @param password null for none
 * @param database the number of the database
 * @param master the name under which sentinels know the primary, else empty
 */
record RedisUrl(
    Topology topology,
    List<Endpoint> endpoints,
    boolean tls,
    @Nullable String user,
    @Nullable String password,
    int database,
    String master) {

  /** What the endpoints of a URL are. */
  enum Topology {
    /** One server, or a proxy that looks like one. */
    SINGLE,
    /** Some nodes of a cluster, which name the others. */
    CLUSTER,
    /** Sentinels, which name the primary. */
    SENTINEL
  }

  static final String FORMS =
      "redis://host:6379, rediss://user:password@host:6380/0, redis+unix:///path/of.socket,"
          + " redis+cluster://host1,host2, redis+sentinel://host1,host2/master";

  private static final int REDIS_PORT = 6379;
  private static final int SENTINEL_PORT = 26379;

  /**
   * Reads a URL.
   *
   * @throws ConfigurationException if it has another form; the message shows no user and no
   *     password
   */
  static RedisUrl parse(String text) {
    int schemeEnd = text.indexOf("://");
    if (schemeEnd < 0) {
      throw invalid("it has no scheme");
    }
    String scheme = text.substring(0, schemeEnd).toLowerCase(Locale.ROOT);
    String rest = text.substring(schemeEnd + 3);
    int at = rest.lastIndexOf('@');
    String credentials = at < 0 ? "" : rest.substring(0, at);
    rest = rest.substring(at + 1);
    boolean tls = scheme.startsWith("rediss");
    return switch (scheme) {
      case "redis", "rediss" -> single(rest, tls, credentials);
      case "redis+unix" -> unix(rest, credentials);
      case "redis+cluster", "rediss+cluster" -> cluster(rest, tls, credentials);
      case "redis+sentinel", "rediss+sentinel" -> sentinel(rest, tls, credentials);
      default -> throw invalid("its scheme '" + scheme + "' is unknown");
    };
  }

  private static RedisUrl single(String rest, boolean tls, String credentials) {
    int slash = rest.indexOf('/');
    String hosts = slash < 0 ? rest : rest.substring(0, slash);
    if (hosts.indexOf(',') >= 0) {
      throw invalid("it names several hosts; a cluster is redis+cluster://…");
    }
    return of(
        Topology.SINGLE,
        endpoints(hosts, REDIS_PORT),
        tls,
        credentials,
        database(slash < 0 ? "" : rest.substring(slash + 1)),
        "");
  }

  private static RedisUrl unix(String rest, String credentials) {
    int query = rest.indexOf('?');
    String path = decoded(query < 0 ? rest : rest.substring(0, query));
    if (!path.startsWith("/") || path.length() < 2) {
      throw invalid("it has no absolute path of a socket");
    }
    String parameters = query < 0 ? "" : rest.substring(query + 1);
    if (!parameters.isEmpty() && !parameters.startsWith("db=")) {
      throw invalid("behind the ? stands something other than db=");
    }
    return of(
        Topology.SINGLE,
        List.of(new Endpoint.Unix(path)),
        false,
        credentials,
        database(parameters.isEmpty() ? "" : parameters.substring("db=".length())),
        "");
  }

  private static RedisUrl cluster(String rest, boolean tls, String credentials) {
    String hosts = rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
    if (hosts.indexOf('/') >= 0) {
      throw invalid("it names a database; a cluster has none but 0");
    }
    return of(Topology.CLUSTER, endpoints(hosts, REDIS_PORT), tls, credentials, 0, "");
  }

  private static RedisUrl sentinel(String rest, boolean tls, String credentials) {
    String[] parts = rest.split("/", -1);
    if (parts.length < 2 || parts[1].isEmpty()) {
      throw invalid("it has no name of a master: redis+sentinel://host1,host2/master");
    }
    if (parts.length > 3) {
      throw invalid("it has more parts than hosts, master and database");
    }
    return of(
        Topology.SENTINEL,
        endpoints(parts[0], SENTINEL_PORT),
        tls,
        credentials,
        database(parts.length == 3 ? parts[2] : ""),
        decoded(parts[1]));
  }

  private static RedisUrl of(
      Topology topology,
      List<Endpoint> endpoints,
      boolean tls,
      String credentials,
      int database,
      String master) {
    int colon = credentials.indexOf(':');
    if (!credentials.isEmpty() && colon < 0) {
      throw invalid("before the @ stands no ':'; a password without a user is :password@");
    }
    String user = colon < 1 ? null : decoded(credentials.substring(0, colon));
    String password = colon < 0 ? null : decoded(credentials.substring(colon + 1));
    return new RedisUrl(topology, endpoints, tls, user, password, database, master);
  }

  private static List<Endpoint> endpoints(String hosts, int defaultPort) {
    if (hosts.isEmpty()) {
      throw invalid("it has no host; write localhost if that is meant");
    }
    List<Endpoint> endpoints = new ArrayList<>();
    for (String host : hosts.split(",", -1)) {
      endpoints.add(endpoint(host, defaultPort));
    }
    return List.copyOf(endpoints);
  }

  private static Endpoint endpoint(String text, int defaultPort) {
    int bracket = text.lastIndexOf(']');
    int colon = text.indexOf(':', Math.max(0, bracket));
    String host = colon < 0 ? text : text.substring(0, colon);
    if (bracket >= 0) {
      host = host.replace("[", "").replace("]", "");
    }
    if (host.isEmpty()) {
      throw invalid("one of its hosts is empty");
    }
    return new Endpoint.Tcp(
        host, colon < 0 ? defaultPort : number(text.substring(colon + 1), 1, 65_535, "port"));
  }

  private static int database(String text) {
    return text.isEmpty() ? 0 : number(text, 0, 1_000_000, "database");
  }

  private static int number(String text, int least, int most, String what) {
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw invalid("its " + what + " is no number from " + least + " to " + most);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw invalid("a % in it is not followed by two hexadecimal digits");
    }
  }

  /** Without the cause and without the text: either may hold a password. */
  private static ConfigurationException invalid(String found) {
    return new ConfigurationException(
        ErrorCode.INVALID_SETTING,
        "Setting zeal.redis.url cannot be used: " + found + ". Write one of " + FORMS + ".");
  }

  /** Everything but the password. */
  @Override
  public String toString() {
    return (tls ? "rediss" : "redis")
        + (topology == Topology.SINGLE ? "" : "+" + topology.name().toLowerCase(Locale.ROOT))
        + "://"
        + (password == null ? "" : (user == null ? "" : user) + ":***@")
        + String.join(",", endpoints.stream().map(Endpoint::toString).toList())
        + (master.isEmpty() ? "" : "/" + master)
        + "/"
        + database;
  }
}
