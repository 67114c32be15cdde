package io.zeal.redis.spi;

import io.zeal.redis.spi.LinkException.Kind;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What setting up a connection has in common for all drivers: the first words, the intervals of
 * keep-alive, and how a failure is told, with what to do and without a secret.
 */
public final class LinkSetup {

  /** What a server that cannot serve commands just now, or not this one, says to a ping. */
  private static final List<String> ALIVE = List.of("LOADING", "MASTERDOWN", "BUSY", "NOPERM");

  /** What it says to anything else while it cannot serve: the connection is not set up. */
  private static final List<String> NOT_NOW = List.of("LOADING", "MASTERDOWN", "BUSY");

  private static final int PROBES = 3;

  /** Probes of an idle connection. */
  public record KeepAlive(int idleSeconds, int intervalSeconds, int probes) {}

  private LinkSetup() {}

  /** Intervals that find a dead peer within about this time, in the whole seconds there are. */
  public static KeepAlive keepAlive(Duration deadPeerTimeout) {
    int seconds = Math.toIntExact(Math.clamp(deadPeerTimeout.toSeconds(), 1, 3600));
    int interval = Math.max(1, seconds / (PROBES + 2));
    return new KeepAlive(Math.max(1, seconds - PROBES * interval), interval, PROBES);
  }

  /**
   * Says who we are and which database we want. A ping in any case: it shows a missing password or
   * certificate before the first command does.
   *
   * @throws LinkException if the connection cannot be used
   */
  public static void greet(RedisLink link, Endpoint endpoint, LinkOptions options, long deadline)
      throws LinkException {
    List<Reply> replies = link.exchange(greeting(options), deadline);
    for (int i = 0; i < replies.size(); i++) {
      boolean ping = i == replies.size() - 1;
      LinkException refusal =
          switch (replies.get(i)) {
            case Reply.Lost lost -> unanswered(endpoint, options, lost.cause());
            case Reply.Failure(String words) when ping && ALIVE.contains(code(words)) -> null;
            case Reply.Failure(String words) -> refused(endpoint, words);
            default -> null;
          };
      if (refusal != null) {
        throw refusal;
      }
    }
  }

  private static String code(String words) {
    int space = words.indexOf(' ');
    return space < 0 ? words : words.substring(0, space);
  }

  private static List<Command> greeting(LinkOptions options) {
    List<Command> commands = new ArrayList<>();
    String password = options.password();
    if (password != null) {
      Command.Builder auth = Command.named("AUTH");
      String user = options.user();
      if (user != null) {
        auth.add(user);
      }
      commands.add(auth.add(password).build());
    }
    if (options.database() != 0) {
      commands.add(Command.named("SELECT").add(options.database()).build());
    }
    commands.add(Command.named("PING").build());
    return commands;
  }

  private static LinkException refused(Endpoint endpoint, String words) {
    String code = code(words);
    String shown = withoutArguments(words);
    if (NOT_NOW.contains(code)) {
      return new LinkException(
          Kind.UNREACHABLE, endpoint + " cannot set the connection up just now: " + shown, null);
    }
    return code.equals("WRONGPASS") || words.contains("AUTH")
        ? new LinkException(
            Kind.AUTHENTICATION,
            endpoint + " refused user or password of zeal.redis.url: " + shown,
            null)
        : new LinkException(Kind.REFUSED, endpoint + " refused the connection: " + shown, null);
  }

  /**
   * A server repeats the arguments of a command that it does not know, of {@code AUTH} where that
   * has another name: user and password.
   */
  private static String withoutArguments(String words) {
    int arguments = words.indexOf(", with args");
    return arguments < 0 ? words : words.substring(0, arguments);
  }

  private static LinkException unanswered(
      Endpoint endpoint, LinkOptions options, LinkException cause) {
    if (cause.kind() == Kind.REPLY_TIMEOUT) {
      return late(endpoint, cause);
    }
    LinkOptions.Tls tls = options.tls();
    boolean certificate =
        tls != null && (tls.key() == null || find(cause, SSLException.class) != null);
    return cause.kind() == Kind.UNREACHABLE && certificate
        ? new LinkException(
            Kind.TLS,
            endpoint
                + " ended the connection after the TLS handshake; if it asks for a certificate,"
                + " name one that it trusts in zeal.redis.tls.certificate, and its key in"
                + " zeal.redis.tls.key",
            cause)
        : cause;
  }

  /** The caller was interrupted meanwhile. */
  public static LinkException interrupted(Endpoint endpoint, @Nullable Throwable cause) {
    return new LinkException(
        Kind.INTERRUPTED, "interrupted while connecting to " + endpoint, cause);
  }

  /** Nothing came in time. */
  public static LinkException late(Endpoint endpoint, @Nullable Throwable cause) {
    return new LinkException(
        Kind.CONNECT_TIMEOUT, "no connection to " + endpoint + " in time", cause);
  }

  /** It is there, but no handshake came in time. */
  public static LinkException lateHandshake(Endpoint endpoint, @Nullable Throwable cause) {
    return new LinkException(
        Kind.CONNECT_TIMEOUT,
        "no TLS handshake with " + endpoint + " in time; see that this is its TLS port",
        cause);
  }

  /** The connection did not come up, for a reason found in the exception or its causes. */
  public static LinkException failed(Endpoint endpoint, Throwable e) {
    if (find(e, SSLException.class) != null || find(e, CertificateException.class) != null) {
      return new LinkException(Kind.TLS, tls(endpoint, e), e);
    }
    if (find(e, UnknownHostException.class) != null) {
      return new LinkException(Kind.UNREACHABLE, "the host of " + endpoint + " is not known", e);
    }
    ConnectException refused = find(e, ConnectException.class);
    return new LinkException(
        Kind.UNREACHABLE,
        refused == null
            ? "no connection to " + endpoint + " (" + words(e) + ")"
            : endpoint + " refuses connections (" + refused.getMessage() + ")",
        e);
  }

  private static String tls(Endpoint endpoint, Throwable e) {
    String where = "no TLS connection to " + endpoint + ": ";
    if (find(e, CertPathBuilderException.class) != null
        || find(e, CertPathValidatorException.class) != null) {
      return where
          + "its certificate is not trusted; name the PEM file of the authority that signed it in"
          + " zeal.redis.tls.ca";
    }
    CertificateException certificate = find(e, CertificateException.class);
    if (certificate != null) {
      return where
          + "its certificate is not for this host ("
          + certificate.getMessage()
          + "); put a name that is in it into zeal.redis.url, or turn the check off by"
          + " zeal.redis.tls.verify-host=false";
    }
    return where + words(e) + "; see that this is its TLS port and zeal.redis.tls.* fit it";
  }

  /** Says that a connection that worked broke, and how. */
  public static String broken(Endpoint endpoint, Throwable e) {
    return "the connection to " + endpoint + " broke (" + words(e) + ")";
  }

  /** The innermost words; those around it only repeat that there was a cause. */
  private static String words(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null ? root.getClass().getSimpleName() : message;
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
