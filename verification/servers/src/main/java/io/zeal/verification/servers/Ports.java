package io.zeal.verification.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * Free loopback ports that stay free until they are used, also over a restart.
 *
 * <p>They, and the ports of the cluster bus 10,000 above them, lie below the ranges from which
 * operating systems take the ports of outgoing connections (Linux from 32,768). So nobody gets one
 * by chance while a server is down. None is given out twice by one JVM; other JVMs are unlikely to
 * draw the same, and whoever finds a port taken draws another.
 */
final class Ports {

  /** How far above its port a node talks to other nodes. */
  static final int BUS_OFFSET = 10_000;

  private static final int FIRST = 11_000;
  private static final int END = 22_000;
  private static final int ATTEMPTS = 1_000;

  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  static int free() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = RandomGenerator.getDefault().nextInt(FIRST, END);
      if (GIVEN.add(port) && isFree(port) && isFree(port + BUS_OFFSET)) {
        return port;
      }
    }
    throw new IllegalStateException(
        "No free port from %d to %d after %d attempts.".formatted(FIRST, END - 1, ATTEMPTS));
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  private Ports() {}
}
