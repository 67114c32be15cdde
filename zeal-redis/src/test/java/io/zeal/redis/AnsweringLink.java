package io.zeal.redis;

import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.RedisLink;
import io.zeal.redis.spi.Reply;
import java.util.List;

/** A link for tests in which nobody listens. */
interface AnsweringLink extends RedisLink {

  @Override
  default void send(List<Command> commands, long deadline) {
    throw new UnsupportedOperationException("it does not listen");
  }

  @Override
  default Reply receive(long deadline) {
    throw new UnsupportedOperationException("it does not listen");
  }
}
