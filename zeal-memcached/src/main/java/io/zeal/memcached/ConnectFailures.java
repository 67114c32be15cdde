package io.zeal.memcached;

import com.spotify.folsom.MemcacheClosedException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.zeal.memcached.ClientException.Kind;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Says why a connection did not come up, and what to do about it.
 *
 * @param timeout how long a server may take to answer
 * @param protocol how it was spoken to
 * @param tls whether it was to be encrypted
 */
record ConnectFailures(Duration timeout, Protocol protocol, boolean tls) {

  private static final int LONGEST_WORDS = 200;
  private static final String FIT =
      "; see that this is its TLS port and that zeal.memcached.tls.* fit it";

  private static final String SILENT_TO_BINARY =
      "; a server that asks for a login by -Y takes one by zeal.memcached.protocol=text alone";

  /** What folsom says where a request was not answered in time. */
  private static final String TIMED_OUT = "Timeout";

  /**
   * The failure of one attempt.
   *
   * @param told what came of it
   * @param heard what went wrong first on the connection; null if nothing is known
   * @param encrypted whether the TLS handshake was done
   */
  ClientException of(
      Address address, Throwable told, @Nullable Throwable heard, boolean encrypted) {
    Throwable cause = heard == null ? told : heard;
    Greeting.RefusedException refused = find(told, Greeting.RefusedException.class);
    if (refused != null) {
      return new ClientException(
          Kind.AUTHENTICATION, false, address + " " + refused.getMessage(), told);
    }
    return new ClientException(
        tls && find(cause, SSLException.class) != null ? Kind.TLS : Kind.UNREACHABLE,
        false,
        "there is no connection to " + address + " (" + why(told, cause, encrypted) + ")",
        cause);
  }

  private String why(Throwable told, Throwable cause, boolean encrypted) {
    MemcacheClosedException closed = find(told, MemcacheClosedException.class);
    if (closed == null) {
      return notConnected(told);
    }
    boolean late = TIMED_OUT.equals(closed.getMessage());
    if (tls && !encrypted) {
      return "TLS failed: " + (late ? "no handshake" + inTime() + FIT : handshake(cause));
    }
    if (late) {
      return "it took the connection, and gave no answer"
          + inTime()
          + (protocol == Protocol.BINARY ? SILENT_TO_BINARY : "");
    }
    if (find(cause, SSLException.class) != null) {
      return "TLS failed: it ended the connection after the handshake, "
          + words(cause)
          + "; if it asks for a certificate, name one that it trusts in"
          + " zeal.memcached.tls.certificate, and its key in zeal.memcached.tls.key";
    }
    return (find(cause, DecoderException.class) != null
            ? "what it said is no answer in the protocol '"
                + protocol.name().toLowerCase(Locale.ROOT)
                + "'"
            : "it took the connection and ended it")
        + "; see that it speaks zeal.memcached.protocol, and what it wants of zeal.memcached.tls.*";
  }

  private String inTime() {
    return " in " + timeout.toMillis() + " ms";
  }

  private String notConnected(Throwable cause) {
    if (find(cause, UnknownHostException.class) != null) {
      return "unknown host";
    }
    return find(cause, ConnectTimeoutException.class) != null
        ? "no answer" + inTime()
        : words(cause);
  }

  private static String handshake(Throwable cause) {
    if (find(cause, CertPathBuilderException.class) != null
        || find(cause, CertPathValidatorException.class) != null) {
      return "its certificate is not trusted, "
          + words(cause)
          + "; name the PEM file of the authority that signed it in zeal.memcached.tls.ca";
    }
    CertificateException certificate = find(cause, CertificateException.class);
    if (certificate != null) {
      return "its certificate is not for this host, "
          + certificate.getMessage()
          + "; put a name that is in it into zeal.memcached.servers, or turn the check off by"
          + " zeal.memcached.tls.verify-host=false";
    }
    if (find(cause, NotSslRecordException.class) != null) {
      return "its answer is no TLS" + FIT;
    }
    return (find(cause, SSLException.class) == null
            ? "it ended the connection in the handshake"
            : words(cause))
        + FIT;
  }

  /** The innermost words; those around it only repeat that there was a cause. */
  private static String words(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    String words = message == null ? root.getClass().getSimpleName() : message;
    return words.length() <= LONGEST_WORDS ? words : words.substring(0, LONGEST_WORDS) + "…";
  }

  private static <T extends Throwable> @Nullable T find(Throwable e, Class<T> type) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (type.isInstance(at)) {
        return type.cast(at);
      }
    }
    return null;
  }
}
