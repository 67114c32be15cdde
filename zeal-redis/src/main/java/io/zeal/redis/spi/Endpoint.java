package io.zeal.redis.spi;

/** Where one node listens. */
public sealed interface Endpoint {

  /** A TCP address; {@code host} is a name or an address, IPv6 without brackets. */
  record Tcp(String host, int port) implements Endpoint {
    @Override
    public String toString() {
      return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
    }
  }

  /** A socket in the file system of this host. */
  record Unix(String path) implements Endpoint {
    @Override
    public String toString() {
      return path;
    }
  }
}
