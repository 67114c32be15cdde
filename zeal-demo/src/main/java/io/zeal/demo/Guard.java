package io.zeal.demo;

import java.net.InetAddress;
import java.util.Set;

/**
 * Keeps other web sites out. The page has no login, so whoever can make the user's browser talk to
 * it could read and write the backend:
 *
 * <ul>
 *   <li>a name that some other site lets point here (DNS rebinding) shows in {@code Host};
 *   <li>a request that another site starts shows in {@code Sec-Fetch-Site} and {@code Origin},
 *       which scripts cannot set.
 * </ul>
 *
 * <p>Programs send neither of the latter and pass.
 */
final class Guard {

  private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");

  private final boolean loopback;

  Guard(InetAddress bound) {
    this.loopback = bound.isLoopbackAddress();
  }

  void check(Exchange exchange) {
    String host = exchange.header("Host").orElse("");
    if (!expected(withoutPort(host))) {
      throw new Problem(
          421,
          "DEMO-421",
          "This server does not answer for the host it was asked by. Open it as localhost or by its IP address.");
    }
    if (Page.isPage(exchange.path()) && exchange.reads()) {
      return; // a link from elsewhere may lead to the page itself
    }
    String site = exchange.header("Sec-Fetch-Site").orElse("none");
    String self = "http://" + host;
    String origin = exchange.header("Origin").orElse(self);
    if (!(site.equals("none") || site.equals("same-origin")) || !origin.equalsIgnoreCase(self)) {
      throw new Problem(
          403,
          "DEMO-403",
          "The request comes from another site. Use the demo's own page, or a program.");
    }
  }

  /**
   * On an address that others reach, any IP address will do: rebinding needs a name. The port may
   * be a tunnel's.
   */
  private boolean expected(String host) {
    return LOCAL.contains(host.toLowerCase(java.util.Locale.ROOT))
        || (!loopback && isAddress(host));
  }

  private static boolean isAddress(String host) {
    try {
      var _ = InetAddress.ofLiteral(host.replaceAll("^\\[(.*)]$", "$1"));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String withoutPort(String host) {
    return host.replaceFirst(":\\d{1,5}$", "");
  }
}
