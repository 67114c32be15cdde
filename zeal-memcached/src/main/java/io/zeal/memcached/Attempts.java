package io.zeal.memcached;

import com.spotify.folsom.BackoffFunction;
import com.spotify.folsom.guava.HostAndPort;
import com.spotify.folsom.reconnect.AbstractReconnectionListener;
import io.zeal.memcached.ClientException.Kind;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The attempts to connect to one server: how long to wait between them, and why there is no
 * connection. One attempt is under way at a time; any thread asks.
 */
final class Attempts extends AbstractReconnectionListener implements BackoffFunction {

  private static final long FIRST_PAUSE_MILLIS = 10;
  private static final long LONGEST_PAUSE_MILLIS = 1000;
  private static final int DOUBLINGS = 7;

  private final Address address;
  private final ConnectFailures failures;
  private final Node.Connection connection;
  private final AtomicLong connections;
  private volatile @Nullable Throwable heard;
  private volatile boolean encrypted;
  private volatile @Nullable ClientException failure;

  /**
   * @param connection hears when the connection comes and goes
   * @param connections counts those that were made
   */
  Attempts(
      Address address,
      ConnectFailures failures,
      Node.Connection connection,
      AtomicLong connections) {
    this.address = address;
    this.failures = failures;
    this.connection = connection;
    this.connections = connections;
  }

  /** One begins. */
  void begin() {
    encrypted = false;
    heard = null;
  }

  /** The TLS handshake of this one is done. */
  void encrypted() {
    encrypted = true;
  }

  /** What went wrong first, before anything that came of it. */
  void hear(Throwable cause) {
    if (heard == null) {
      heard = cause;
    }
  }

  @Override
  public void connectionFailure(Throwable cause) {
    failure = failures.of(address, cause, heard, encrypted);
    connection.failed();
  }

  @Override
  public void reconnectionSuccessful(HostAndPort server, int attempt, boolean stays) {
    failure = null;
    connections.incrementAndGet();
    connection.opened();
  }

  @Override
  public void connectionLost(@Nullable Throwable cause, HostAndPort server) {
    connection.closed();
  }

  @Override
  public long getBackoffTimeMillis(int attempt) {
    return areRefused()
        ? LONGEST_PAUSE_MILLIS
        : Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempt, DOUBLINGS));
  }

  /** Whether another attempt fails as the last one did, until somebody mends something. */
  boolean areRefused() {
    ClientException last = failure;
    return last != null && (last.kind() == Kind.AUTHENTICATION || last.kind() == Kind.TLS);
  }

  /** Why a request could not be sent. */
  ClientException noConnection(Throwable refusal) {
    ClientException last = failure;
    return last == null
        ? new ClientException(
            Kind.UNREACHABLE, false, "there is no connection to " + address, refusal)
        : new ClientException(
            last.kind(), false, String.valueOf(last.getMessage()), last.getCause());
  }
}
