package io.zeal.memcached;

import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Where a server is.
 *
 * @param host a name or an address; IPv6 without brackets
 * @param port 1 to 65,535
 */
record Address(String host, int port) {

  private static final int DEFAULT_PORT = 11211;

  /**
   * The servers in {@code a:11211,b:11211,[::1]}, in that order.
   *
   * @throws ConfigurationException if one cannot be read, or stands there twice
   */
  static List<Address> parseAll(String text) {
    Set<Address> all = new LinkedHashSet<>();
    for (String one : text.split(",", -1)) {
      Address address = parse(one.strip());
      if (!all.add(address)) {
        throw invalid("names " + address + " twice");
      }
    }
    return new ArrayList<>(all);
  }

  private static Address parse(String text) {
    int bracket = text.startsWith("[") ? text.indexOf(']') : -1;
    String host = bracket > 0 ? text.substring(1, bracket) : text;
    String rest = bracket > 0 ? text.substring(bracket + 1) : "";
    int colon = host.indexOf(':');
    if (bracket < 0 && colon >= 0) {
      rest = host.substring(colon);
      host = host.substring(0, colon);
    }
    if (host.isEmpty() || !(rest.isEmpty() || rest.startsWith(":"))) {
      throw invalid("has '" + text + "', which is no host or host:port");
    }
    return new Address(host, rest.isEmpty() ? DEFAULT_PORT : port(rest.substring(1), text));
  }

  private static int port(String digits, String text) {
    try {
      int port = Integer.parseInt(digits);
      if (port >= 1 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw invalid("has '" + text + "', whose port is no number from 1 to 65535");
  }

  private static ConfigurationException invalid(String found) {
    return new ConfigurationException(
        ErrorCode.INVALID_SETTING,
        "Setting "
            + MemcachedSettings.SERVERS.key()
            + " "
            + found
            + ". Write for example cache1:11211,cache2:11211 or [::1]:11211.");
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
