package io.zeal.redis.redisson;

import io.zeal.redis.spi.LinkFactory;
import io.zeal.redis.spi.RedisDriver;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Setting;
import java.util.List;
import org.redisson.api.RedissonClient;

/**
 * The driver {@code redisson}: netty, through the connections at the bottom of Redisson.
 *
 * <p>An application that has a {@link RedissonClient} hands it in by {@code
 * ZealConfig.builder().instance(RedissonClient.class, client)}. Its event loops, timer, executor
 * and kind of channel then carry the connections, and nothing else of it does: addresses, user,
 * password, database and TLS come from {@code zeal.redis.*}. In particular its {@code
 * retryAttempts}, {@code readMode}, protocol and reconnection change nothing here: they belong to
 * layers above the connections, or are left out of them. It is not closed, and has to stay open as
 * long as Zeal.
 *
 * <p>Unix sockets are refused: netty needs native code for them. The driver {@code jedis} does not.
 */
public final class RedissonDriver implements RedisDriver {

  @Override
  public String name() {
    return "redisson";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public LinkFactory open(BackendContext context) {
    Carrier carrier =
        context.instance(RedissonClient.class).map(Carrier::of).orElseGet(Carrier::own);
    return new RedissonLinks(carrier);
  }
}
