package io.zeal.redis;

import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkFactory;
import io.zeal.redis.spi.LinkOptions;
import io.zeal.redis.spi.RedisLink;
import io.zeal.redis.spi.Reply;
import io.zeal.spi.TlsFiles;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Nodes that answer as a test says, and remember what they were asked. */
final class FakeLinks implements LinkFactory {

  /** Answers one command, given as words. */
  interface Behaviour extends Function<String, Reply> {}

  final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  final AtomicInteger opened = new AtomicInteger();
  final List<String> closed = Collections.synchronizedList(new ArrayList<>());
  final Map<String, Behaviour> nodes = new HashMap<>();

  static final LinkOptions OPTIONS =
      new LinkOptions(null, null, 0, null, Duration.ofSeconds(1), Duration.ofSeconds(1));

  FakeLinks node(String endpoint, Behaviour behaviour) {
    nodes.put(endpoint, behaviour);
    return this;
  }

  /** A node that is reached through these links. */
  Node node(Endpoint endpoint, Executor executor) {
    return node(endpoint, this, executor);
  }

  /** A node whose connections come from {@code factory}. */
  static Node node(Endpoint endpoint, LinkFactory factory, Executor executor) {
    RedisSettings settings =
        new RedisSettings(
            RedisUrl.parse("redis://a"),
            Optional.empty(),
            "zeal",
            Duration.ofSeconds(1),
            1,
            100,
            Optional.empty(),
            false,
            new TlsFiles("zeal.redis.tls", null, null, null, true),
            Optional.empty(),
            Optional.empty());
    return new Node(endpoint, factory, OPTIONS, settings, executor);
  }

  @Override
  public RedisLink connect(Endpoint endpoint, LinkOptions options) throws LinkException {
    Behaviour behaviour = nodes.get(endpoint.toString());
    if (behaviour == null) {
      throw new LinkException(LinkException.Kind.UNREACHABLE, "nobody at " + endpoint, null);
    }
    opened.incrementAndGet();
    return new AnsweringLink() {
      @Override
      public List<Reply> exchange(List<Command> commands, long deadline) {
        return commands.stream()
            .map(command -> {
              String words =
                  command.parts().stream()
                      .map(part -> new String(part, StandardCharsets.UTF_8))
                      .collect(Collectors.joining(" "));
              asked.add(endpoint + " " + words);
              return behaviour.apply(words);
            })
            .toList();
      }

      @Override
      public void close() {
        closed.add(endpoint.toString());
      }
    };
  }

  @Override
  public void close() {}

  /** The same, and whether it was closed. */
  record Ending(LinkFactory links, AtomicBoolean closed) implements LinkFactory {
    @Override
    public RedisLink connect(Endpoint endpoint, LinkOptions options) throws LinkException {
      return links.connect(endpoint, options);
    }

    @Override
    public void close() {
      closed.set(true);
    }
  }
}
