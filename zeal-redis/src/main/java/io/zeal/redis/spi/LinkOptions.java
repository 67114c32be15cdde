package io.zeal.redis.spi;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * How to connect.
 *
 * @param user the ACL user, or null for the default user
 * @param password its password, or null for none; never shown
 * @param database the number of the database, 0 on a cluster
 * @param tls how to encrypt, or null for plain text
 * @param connectTimeout the time for everything until the connection can be used
 * @param deadPeerTimeout the time after which an unacknowledged byte shows that the peer is gone,
 *     where the operating system can be told ({@code TCP_USER_TIMEOUT}, keep-alive)
 */
public record LinkOptions(
    @Nullable String user,
    @Nullable String password,
    int database,
    @Nullable Tls tls,
    Duration connectTimeout,
    Duration deadPeerTimeout) {

  /** Durations are there. */
  public LinkOptions {
    Objects.requireNonNull(connectTimeout, "connectTimeout");
    Objects.requireNonNull(deadPeerTimeout, "deadPeerTimeout");
  }

  /**
   * Encryption, TLS 1.2 or newer.
   *
   * @param trust whom to trust; null for what the JDK trusts
   * @param key what this side shows; null for nothing
   * @param verifyHost whether the certificate has to name the host that was asked for
   */
  public record Tls(
      @Nullable TrustManagerFactory trust, @Nullable KeyManagerFactory key, boolean verifyHost) {}

  /** The same with at most {@code nanos} to connect, and at least a millisecond. */
  public LinkOptions within(long nanos) {
    Duration left = Duration.ofNanos(Math.max(1_000_000, nanos));
    return left.compareTo(connectTimeout) >= 0
        ? this
        : new LinkOptions(user, password, database, tls, left, deadPeerTimeout);
  }

  /** How to encrypt; empty for plain text. */
  public Optional<Tls> encryption() {
    return Optional.ofNullable(tls);
  }

  /** Everything but the password. */
  @Override
  public String toString() {
    return "LinkOptions[user="
        + user
        + ", password="
        + (password == null ? "none" : "***")
        + ", database="
        + database
        + ", tls="
        + (tls != null)
        + "]";
  }
}
