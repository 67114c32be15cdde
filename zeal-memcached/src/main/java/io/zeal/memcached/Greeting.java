package io.zeal.memcached;

import com.spotify.folsom.MemcacheAuthenticationException;
import com.spotify.folsom.MemcacheStatus;
import com.spotify.folsom.RawMemcacheClient;
import com.spotify.folsom.authenticate.Authenticator;
import com.spotify.folsom.client.Request;
import com.spotify.folsom.client.ascii.GetRequest;
import com.spotify.folsom.client.ascii.SetRequest;
import com.spotify.folsom.client.binary.NoopRequest;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What is said first on a new connection: it counts as one when the server has answered, and has
 * let us in if it asks who we are.
 *
 * <p>In place of folsom's own, which after a refusal tries no more for ever, and leaves the
 * connection open. Also, in text it says user and password to whoever is there: a server that asks
 * for no login takes them for an item, which everybody can read.
 */
final class Greeting implements Authenticator {

  /** Any key will do: whoever wants a login first answers no question. */
  private static final byte[] KEY = "zeal".getBytes(StandardCharsets.US_ASCII);

  private final Protocol protocol;
  private final @Nullable Login login;

  /**
   * @param login what to say if the server asks; null for nothing
   */
  Greeting(Protocol protocol, @Nullable Login login) {
    this.protocol = protocol;
    this.login = login;
  }

  /** Who we are. */
  record Login(String user, String password) {

    /** Shows neither. */
    @Override
    public String toString() {
      return "Login[***]";
    }
  }

  /** The server does not let us in. */
  static final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  @Override
  public CompletionStage<RawMemcacheClient> authenticate(RawMemcacheClient connection) {
    return greet(connection)
        .thenApply(isIn -> {
          if (!isIn) {
            throw new CompletionException(refusal());
          }
          return connection;
        })
        .whenComplete((greeted, failure) -> {
          if (failure != null) {
            connection.shutdown();
          }
        });
  }

  private RefusedException refusal() {
    return new RefusedException(
        login == null
            ? "wants a user and a password, and none are set"
            : "refuses the user and the password");
  }

  private CompletionStage<Boolean> greet(RawMemcacheClient connection) {
    Login known = login;
    return switch (protocol) {
      case TEXT ->
          letsIn(connection, new GetRequest(KEY, false))
              .thenCompose(isIn ->
                  isIn || known == null
                      ? CompletableFuture.completedFuture(isIn)
                      : letsIn(connection, inText(known)));
      // Whoever asks for anything else first is cut off; a server without logins says so.
      case BINARY -> letsIn(connection, known == null ? new NoopRequest() : new BinaryLogin(known));
    };
  }

  private static Request<MemcacheStatus> inText(Login login) {
    byte[] words = (login.user() + ' ' + login.password()).getBytes(StandardCharsets.UTF_8);
    return SetRequest.create(SetRequest.Operation.SET, KEY, words, 0);
  }

  private static CompletionStage<Boolean> letsIn(RawMemcacheClient connection, Request<?> request) {
    return connection
        .send(request)
        .handle((answer, failure) -> {
          if (failure == null) {
            return !(answer instanceof MemcacheStatus status) || status == MemcacheStatus.OK;
          }
          if (FolsomClient.unwrapped(failure) instanceof MemcacheAuthenticationException) {
            return false;
          }
          throw failure instanceof CompletionException e ? e : new CompletionException(failure);
        });
  }

  @Override
  public void validate(boolean binary) {
    // made for the protocol that is spoken
  }
}
