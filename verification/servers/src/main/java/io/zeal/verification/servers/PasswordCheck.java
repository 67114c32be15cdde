package io.zeal.verification.servers;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Tells a memcached whether a password is the right one, in the place of saslauthd.
 *
 * <p>The files in which libsasl2 keeps passwords are made by tools that are seldom installed. A
 * socket to ask at it takes from its configuration, and what goes over that is little: name,
 * password, service and realm, each as a length of two bytes and that many bytes, and OK or NO in
 * the same way.
 */
final class PasswordCheck implements AutoCloseable {

  private final String name;
  private final String password;
  private final ServerSocketChannel questions;

  private PasswordCheck(String name, String password, ServerSocketChannel questions) {
    this.name = name;
    this.password = password;
    this.questions = questions;
  }

  /**
   * Answers in a directory until it is closed, and writes there what a memcached with that
   * directory as its {@code SASL_CONF_PATH} reads.
   */
  static PasswordCheck start(String name, String password, Path directory) {
    var socket = directory.resolve("passwords");
    try {
      var questions = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      var check = new PasswordCheck(name, password, questions);
      questions.bind(UnixDomainSocketAddress.of(socket));
      Files.writeString(
          directory.resolve("memcached.conf"),
          """
          mech_list: plain
          pwcheck_method: saslauthd
          saslauthd_path: %s
          """
              .formatted(socket));
      Thread.ofPlatform().daemon().name("zeal-test-passwords").start(check::answer);
      return check;
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot answer at " + socket, failure);
    }
  }

  /** One after the other: whoever asks waits for nothing else. */
  private void answer() {
    while (questions.isOpen()) {
      try (var question = questions.accept()) {
        answer(question);
      } catch (ClosedChannelException closed) {
        return;
      } catch (IOException gone) {
        // Whoever asked does not wait for the answer any more.
      }
    }
  }

  private void answer(SocketChannel question) throws IOException {
    var input = new DataInputStream(Channels.newInputStream(question));
    var asked = List.of(input.readUTF(), input.readUTF());
    var _ = input.readUTF(); // The service: memcached.
    var _ = input.readUTF(); // The realm: this machine.
    var known = asked.equals(List.of(name, password));
    new DataOutputStream(Channels.newOutputStream(question)).writeUTF(known ? "OK" : "NO");
  }

  @Override
  public void close() {
    try {
      questions.close();
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot close the socket for questions", failure);
    }
  }
}
