package io.zeal.redis.jedis;

import io.zeal.redis.spi.LinkFactory;
import io.zeal.redis.spi.RedisDriver;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Setting;
import java.util.List;
import redis.clients.jedis.ConnectionPool;

/**
 * The driver {@code jedis}: blocking sockets, made for virtual threads. The only driver that
 * reaches a unix socket without native code.
 *
 * <p>An application that has a {@link ConnectionPool} hands it in by {@code
 * ZealConfig.builder().instance(ConnectionPool.class, pool)}; that of a {@code RedisClient} is what
 * its {@code getPool()} returns. Then every connection is borrowed from there, and given back or,
 * if it broke, invalidated. The pool decides on address, TLS, user, password, database and
 * keep-alive; {@code zeal.redis.url} has to name the same address, and its user, password and
 * database, and {@code zeal.redis.tls.*}, are not used. The pool keeps {@code
 * zeal.redis.connections} + 1 connections lent for as long as they work, and another while there
 * are subscriptions, so it needs room for them, and its connections have to speak RESP2 ({@code
 * DefaultJedisClientConfig.builder().resp2()}). It is not closed.
 */
public final class JedisDriver implements RedisDriver {

  @Override
  public String name() {
    return "jedis";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public LinkFactory open(BackendContext context) {
    return context
        .instance(ConnectionPool.class)
        .<LinkFactory>map(pool -> new PooledLinks(pool, context.executor()))
        .orElseGet(() -> new OwnLinks(context.executor()));
  }
}
