package io.zeal.redis;

import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.LinkFactory;
import io.zeal.redis.spi.LinkOptions;
import io.zeal.redis.spi.RedisLink;
import io.zeal.redis.spi.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;

/**
 * Connections to a primary that can be replaced: each is asked for its role before it is used. A
 * server that comes back as a replica listens where it did as the primary and answers reads with
 * what it has, so that nobody would notice.
 */
final class PrimaryLinks implements LinkFactory {

  private static final Command ROLE = Command.named("ROLE").build();
  private static final Command INFO = Command.named("INFO").add("replication").build();

  private final LinkFactory factory;

  PrimaryLinks(LinkFactory factory) {
    this.factory = factory;
  }

  @Override
  public RedisLink connect(Endpoint endpoint, LinkOptions options) throws LinkException {
    long deadline = System.nanoTime() + options.connectTimeout().toNanos();
    RedisLink link = factory.connect(endpoint, options);
    try {
      requirePrimary(endpoint, command -> link.exchange(List.of(command), deadline).getFirst());
      return link;
    } catch (LinkException | RuntimeException | Error e) {
      link.close();
      throw e;
    }
  }

  /**
   * Asks a server whether it is the primary.
   *
   * @throws LinkException if it is not, or does not say
   */
  static void requirePrimary(Endpoint endpoint, Function<Command, Reply> server)
      throws LinkException {
    Reply role = server.apply(ROLE);
    if (isForbidden(role)) {
      role = server.apply(INFO);
    }
    LinkException refusal =
        switch (role) {
          case Reply.Items(List<Reply> parts)
              when !parts.isEmpty() && parts.getFirst() instanceof Reply.Bytes(byte[] name) ->
              text(name).equals("master") ? null : replica(endpoint);
          case Reply.Bytes(byte[] info) ->
              text(info).contains("role:master") ? null : replica(endpoint);
          case Reply.Lost lost -> lost.cause();
          case Reply.Failure(String message) -> silent(endpoint, isForbidden(role), message);
          default -> silent(endpoint, true, "unknown form");
        };
    if (refusal != null) {
      throw refusal;
    }
  }

  private static boolean isForbidden(Reply reply) {
    return reply instanceof Reply.Failure(String message) && message.startsWith("NOPERM");
  }

  private static LinkException replica(Endpoint endpoint) {
    return new LinkException(Kind.UNREACHABLE, endpoint + " is not the primary any more", null);
  }

  private static LinkException silent(Endpoint endpoint, boolean always, String words) {
    return new LinkException(
        always ? Kind.REFUSED : Kind.UNREACHABLE,
        endpoint
            + " does not say whether it is the primary: "
            + words
            + "; let the user run ROLE or INFO",
        null);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    factory.close();
  }
}
