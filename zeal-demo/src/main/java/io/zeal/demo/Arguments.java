package io.zeal.demo;

import java.net.InetAddress;

/**
 * What the command line says.
 *
 * @param bind the address to listen on; loopback unless told otherwise, since the page lets
 *     everyone write
 * @param port the port, 0 for any that is free
 * @param help whether only the usage was asked for
 */
record Arguments(InetAddress bind, int port, boolean help) {

  static final String USAGE =
      """
      Usage: io.zeal.demo.Main [--port N] [--bind ADDRESS] [--help]
        --port N         port of the page, 0 for any that is free (default 8080)
        --bind ADDRESS   address to listen on (default loopback; the page has no login)
      Settings of Zeal are system properties, for example -Dzeal.backend=table
      (or redis, tiered, memcached, each with settings of its own).\
      """;

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException if it does not fit; the message says what was found and what
   *     to give
   */
  static Arguments parse(String... args) {
    InetAddress bind = InetAddress.getLoopbackAddress();
    int port = 8080;
    boolean help = false;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--port" -> port = port(value(args, ++i));
        case "--bind" -> bind = address(value(args, ++i));
        case "--help", "-h" -> help = true;
        default -> throw new IllegalArgumentException("Unknown argument '" + args[i] + "'.");
      }
    }
    return new Arguments(bind, port, help);
  }

  private static String value(String[] args, int position) {
    if (position >= args.length) {
      throw new IllegalArgumentException(args[position - 1] + " needs a value.");
    }
    return args[position];
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // the same answer as for a number out of range
    }
    throw new IllegalArgumentException("--port is '" + text + "'. Use a number from 0 to 65535.");
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      if (text.equals("localhost")) {
        return InetAddress.getLoopbackAddress();
      }
      throw new IllegalArgumentException(
          "--bind is '" + text + "'. Use an IP address such as 127.0.0.1 or 0.0.0.0.", e);
    }
  }
}
