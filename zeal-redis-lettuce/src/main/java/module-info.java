/** The Redis driver "lettuce": connections through Lettuce, on Netty. */
@SuppressWarnings("requires-automatic") // Lettuce's name is in its manifest
module io.zeal.redis.lettuce {
  requires io.netty.buffer;
  requires io.netty.common;
  // Lettuce is an automatic module: it reads these, but does not bring them into the module graph.
  requires io.netty.handler;
  requires io.netty.resolver.dns;
  requires io.netty.transport;
  requires io.zeal.redis;
  requires jdk.net;
  requires lettuce.core;
  requires static org.jspecify;

  provides io.zeal.redis.spi.RedisDriver with
      io.zeal.redis.lettuce.LettuceDriver;
}
