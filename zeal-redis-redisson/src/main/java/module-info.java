/** The driver "redisson" of the backend "redis". */
// Redisson has no module-info of its own: what it needs is named here, or nobody would resolve it.
// jdk.net carries its keep-alive options; snakeyaml is for clients that applications make.
@SuppressWarnings("requires-automatic")
module io.zeal.redis.redisson {
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.resolver;
  requires io.netty.resolver.dns;
  requires io.netty.transport;
  requires io.netty.transport.unix.common;
  requires io.zeal.redis;
  requires jdk.net;
  requires org.slf4j;
  requires org.yaml.snakeyaml;
  requires redisson;
  requires static org.jspecify;

  provides io.zeal.redis.spi.RedisDriver with
      io.zeal.redis.redisson.RedissonDriver;
}
