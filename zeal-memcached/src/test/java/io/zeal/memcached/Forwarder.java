package io.zeal.memcached;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Passes bytes on to a port of this machine, until it is shut, and again once it is open. */
final class Forwarder implements AutoCloseable {

  private final ServerSocket listener;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean open = true;

  Forwarder(int target) {
    this.target = target;
    try {
      this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** Cuts what is connected, and lets nobody in. */
  void shut() {
    open = false;
    sockets.forEach(Forwarder::close);
  }

  void open() {
    open = true;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        connect(listener.accept());
      } catch (IOException e) {
        // Either the listener is closed, or one connection could not be made.
      }
    }
  }

  private void connect(Socket client) throws IOException {
    sockets.add(client);
    Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
    sockets.add(server);
    Thread.ofVirtual().start(() -> pass(client, server));
    Thread.ofVirtual().start(() -> pass(server, client));
    if (!open) {
      close(client);
      close(server);
    }
  }

  private void pass(Socket from, Socket to) {
    byte[] bytes = new byte[8192];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int length = in.read(bytes); length >= 0 && open; length = in.read(bytes)) {
        out.write(bytes, 0, length);
      }
    } catch (IOException e) {
      // One of them is closed.
    } finally {
      close(from);
      close(to);
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    shut();
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
