package io.zeal.benchmarks.messages;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.zeal.PubSub;
import io.zeal.SubscribeOptions;
import io.zeal.SubscribeOptions.WhenFull;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.verification.servers.RedisServer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/**
 * Somebody who publishes on a channel, and is subscribed to it on a connection for that, each in
 * the way its documentation shows first. All talk to one server; the handler is the same.
 */
interface Client {

  String REDISSON = "Redisson RTopic";

  /** Nobody may lose a message: the others' receivers have no bound at all. */
  int QUEUE = 1 << 17;

  /** Returns when the server has answered. */
  void publish(byte[] payload);

  /** Ends what was started. */
  void close() throws Exception;

  /** Started by the first candidate of a JVM, and ended with the JVM. */
  final class Started {
    static final RedisServer SERVER = RedisServer.start();

    private Started() {}
  }

  /** Zeal as an application opens it. */
  static Zeal open(Driver driver) {
    return Zeal.open(
        ZealConfig.builder()
            .set("zeal.backend", "redis")
            .set("zeal.redis.url", "redis://" + Started.SERVER.address())
            .set("zeal.redis.driver", driver.id)
            .set("zeal.redis.prefix", driver.id)
            .set("zeal.redis.timeout", "60s")
            .build());
  }

  /** A subscription that is in force; the handler runs in a thread of its own. */
  static Client zeal(Driver driver, Arrivals arrivals) {
    Zeal zeal = open(driver);
    PubSub pubSub = zeal.pubSub();
    String channel = "zeal-" + driver.id;
    var _ =
        pubSub.subscribe(
            channel,
            SubscribeOptions.defaults().withQueue(QUEUE, WhenFull.DROP_OLDEST),
            message -> arrivals.one(message.payload()));
    return of(payload -> pubSub.publish(channel, payload), zeal);
  }

  static Jedis jedis() {
    return new Jedis(new HostAndPort(Started.SERVER.host(), Started.SERVER.port()));
  }

  /** One connection publishes; one thread receives, and is the handler. */
  static Client jedis(Arrivals arrivals) throws InterruptedException {
    byte[] channel = "jedis".getBytes(StandardCharsets.US_ASCII);
    AutoCloseable receiver = jedisReceiver(channel, arrivals);
    Jedis jedis = jedis();
    return of(
        payload -> jedis.publish(channel, payload),
        () -> {
          receiver.close();
          jedis.close();
        });
  }

  /** In force when it returns. */
  static AutoCloseable jedisReceiver(byte[] channel, Arrivals arrivals)
      throws InterruptedException {
    Jedis jedis = jedis();
    CountDownLatch inForce = new CountDownLatch(1);
    BinaryJedisPubSub receiver =
        new BinaryJedisPubSub() {
          @Override
          public void onMessage(byte[] from, byte[] payload) {
            arrivals.one(payload);
          }

          @Override
          public void onSubscribe(byte[] to, int subscribed) {
            inForce.countDown();
          }
        };
    Thread thread = Thread.ofPlatform().daemon().start(() -> jedis.subscribe(receiver, channel));
    inForce.await();
    return () -> {
      receiver.unsubscribe();
      thread.join();
      jedis.close();
    };
  }

  /** One connection publishes for all threads; Netty's thread of another one is the handler. */
  static Client lettuce(Arrivals arrivals) {
    RedisCodec<String, byte[]> codec = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    RedisClient client = RedisClient.create("redis://" + Started.SERVER.address());
    RedisCommands<String, byte[]> commands = client.connect(codec).sync();
    StatefulRedisPubSubConnection<String, byte[]> receiver = client.connectPubSub(codec);
    receiver.addListener(
        new RedisPubSubAdapter<>() {
          @Override
          public void message(String from, byte[] payload) {
            arrivals.one(payload);
          }
        });
    receiver.sync().subscribe("lettuce");
    return of(
        payload -> commands.publish("lettuce", payload),
        () -> client.shutdown(0, 2, TimeUnit.SECONDS));
  }

  /** Its own connections and threads, as they come. */
  static Client redisson(Arrivals arrivals) {
    Config config = new Config();
    config.useSingleServer().setAddress("redis://" + Started.SERVER.address()).setTimeout(60_000);
    RedissonClient redisson = Redisson.create(config);
    RTopic topic = redisson.getTopic("redisson", org.redisson.client.codec.ByteArrayCodec.INSTANCE);
    topic.addListener(byte[].class, (channel, payload) -> arrivals.one(payload));
    return of(topic::publish, redisson::shutdown);
  }

  private static Client of(Publication publication, AutoCloseable end) {
    return new Client() {
      @Override
      public void publish(byte[] payload) {
        publication.of(payload);
      }

      @Override
      public void close() throws Exception {
        end.close();
      }
    };
  }

  /** {@link Client#publish} alone. */
  @FunctionalInterface
  interface Publication {
    /** See {@link Client#publish}. */
    void of(byte[] payload);
  }
}
