package io.zeal.redis.redisson;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketChannel;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timer;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.connection.ServiceManager;

/**
 * The threads that carry connections.
 *
 * @param owned whether they end with the factory
 */
record Carrier(
    EventLoopGroup group,
    Timer timer,
    ExecutorService executor,
    Class<? extends DuplexChannel> channelType,
    boolean owned) {

  /** Each connection has one of them; a backend has few connections. */
  private static final int LOOPS = 2;

  private static final Duration END_LIMIT = Duration.ofSeconds(5);

  static Carrier own() {
    DefaultThreadFactory threads = new DefaultThreadFactory("zeal-redis-redisson", true);
    return new Carrier(
        new MultiThreadIoEventLoopGroup(LOOPS, threads, NioIoHandler.newFactory()),
        new HashedWheelTimer(threads), // its thread begins with its first task, so never
        Executors.newVirtualThreadPerTaskExecutor(),
        NioSocketChannel.class,
        true);
  }

  /**
   * The threads of a handed-in client.
   *
   * @throws ConfigurationException if it cannot carry connections
   */
  static Carrier of(RedissonClient client) {
    if (!(client instanceof Redisson redisson)) {
      throw unfit("is not made by Redisson.create(…): its threads cannot be reached");
    }
    if (redisson.isShuttingDown()) {
      throw unfit("is shut down");
    }
    ServiceManager services = redisson.getServiceManager();
    if (DomainSocketChannel.class.isAssignableFrom(services.getSocketChannelClass())) {
      throw unfit("is made for unix sockets; this driver does TCP alone");
    }
    return new Carrier(
        services.getGroup(),
        services.getTimer(),
        services.getExecutor(),
        services.getSocketChannelClass(),
        false);
  }

  private static ConfigurationException unfit(String why) {
    return new ConfigurationException(
        ErrorCode.INVALID_SETTING,
        "The handed-in RedissonClient "
            + why
            + ". Hand in another one, or none: the driver then makes its own threads.");
  }

  void end() {
    if (owned) {
      group
          .shutdownGracefully(0, END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
          .awaitUninterruptibly(END_LIMIT.toMillis());
      timer.stop();
      executor.shutdown();
    }
  }
}
