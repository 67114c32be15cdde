package io.zeal.benchmarks.messages;

import io.lettuce.core.Consumer;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.zeal.Ack;
import io.zeal.ConsumeOptions;
import io.zeal.PublishOptions;
import io.zeal.ReliablePubSub;
import io.zeal.Zeal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.XAddParams;
import redis.clients.jedis.params.XReadGroupParams;
import redis.clients.jedis.resps.StreamEntryBinary;

/**
 * Somebody who adds to a stream of the server and is a group's only consumer, one message after
 * another: XADD, XREADGROUP BLOCK and XACK. Each waits for the answer to every trip.
 */
interface Stream {

  String GROUP = "group";
  String FIELD = "p";

  /** As many as Zeal claims ahead unless told otherwise. */
  int AHEAD = 64;

  /** How long a reader waits for the next message before it asks again. */
  Duration BLOCK = Duration.ofMillis(500);

  /** When a consumer says that it has handled messages. */
  enum Acknowledging {
    /** After each; the next is handled when the server has heard of it. */
    EACH,
    /** After all that came together. */
    TOGETHER
  }

  /** Adds a message. */
  void add(byte[] payload);

  /** Adds several in one trip. */
  void addAll(List<byte[]> payloads);

  /** Ends what was started. */
  void close() throws Exception;

  /** Takes what was handled out of all streams, so that none grows from round to round. */
  static void trimAll() {
    try (Jedis jedis = Client.jedis()) {
      ScanParams all = new ScanParams().count(10_000);
      String cursor = ScanParams.SCAN_POINTER_START;
      do {
        var page = jedis.scan(cursor, all, "stream");
        page.getResult().forEach(stream -> jedis.xtrim(stream, 0, false));
        cursor = page.getCursor();
      } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
    }
  }

  /** By key, where each is acknowledged by itself. */
  static Stream zeal(Driver driver, Acknowledging acknowledging, int ahead, Arrivals arrivals) {
    Zeal zeal = Client.open(driver);
    ReliablePubSub reliable = zeal.reliablePubSub();
    String stream = "stream-" + acknowledging;
    boolean each = acknowledging == Acknowledging.EACH;
    PublishOptions publishing =
        each ? PublishOptions.defaults().withKey("key") : PublishOptions.defaults();
    ConsumeOptions consuming = ConsumeOptions.defaults().withConcurrency(1, ahead);
    var _ =
        reliable.consume(
            stream,
            GROUP,
            each ? consuming.withOrder(ConsumeOptions.Order.BY_KEY) : consuming,
            delivery -> {
              arrivals.one(delivery.message().payload());
              return Ack.done();
            });
    return new Stream() {
      @Override
      public void add(byte[] payload) {
        var _ = reliable.publish(stream, payload, publishing);
      }

      @Override
      public void addAll(List<byte[]> payloads) {
        var _ = reliable.publishAll(stream, payloads, publishing);
      }

      @Override
      public void close() {
        zeal.close();
      }
    };
  }

  /** The driver's client without Zeal. */
  static Stream direct(Driver driver, Acknowledging acknowledging, int ahead, Arrivals arrivals) {
    return switch (driver) {
      case LETTUCE -> lettuce(acknowledging, ahead, arrivals);
      case JEDIS -> jedis(acknowledging, ahead, arrivals);
    };
  }

  /** A connection that adds, and one of a thread that reads, handles and acknowledges. */
  static Stream jedis(Acknowledging acknowledging, int ahead, Arrivals arrivals) {
    byte[] stream = bytes("jedis-" + acknowledging);
    Jedis adding = Client.jedis();
    adding.xgroupCreate(stream, bytes(GROUP), bytes("0"), true);
    Jedis reading = Client.jedis();
    XReadGroupParams params =
        XReadGroupParams.xReadGroupParams().count(ahead).block((int) BLOCK.toMillis());
    Map<byte[], StreamEntryID> next = Map.of(stream, StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY);
    Reader reader =
        Reader.start(() -> {
          var streams = reading.xreadGroupBinary(bytes(GROUP), bytes("me"), params, next);
          if (streams == null) {
            return; // nothing came
          }
          List<StreamEntryBinary> entries = streams.getFirst().getValue();
          byte[][] ids = new byte[entries.size()][];
          for (int i = 0; i < ids.length; i++) {
            arrivals.one(entries.get(i).getFields().values().iterator().next());
            ids[i] = bytes(entries.get(i).getID().toString());
            if (acknowledging == Acknowledging.EACH) {
              reading.xack(stream, bytes(GROUP), ids[i]);
            }
          }
          if (acknowledging == Acknowledging.TOGETHER) {
            reading.xack(stream, bytes(GROUP), ids);
          }
        });
    return new Stream() {
      @Override
      public void add(byte[] payload) {
        adding.xadd(stream, XAddParams.xAddParams(), Map.of(bytes(FIELD), payload));
      }

      @Override
      public void addAll(List<byte[]> payloads) {
        try (AbstractPipeline pipeline = adding.pipelined()) {
          payloads.forEach(payload ->
              pipeline.xadd(stream, XAddParams.xAddParams(), Map.of(bytes(FIELD), payload)));
          pipeline.sync();
        }
      }

      @Override
      public void close() throws InterruptedException {
        reader.stop();
        reading.close();
        adding.close();
      }
    };
  }

  /** The same with Lettuce; several commands in one trip are asynchronous ones. */
  @SuppressWarnings("unchecked") // an array of offsets, for varargs
  static Stream lettuce(Acknowledging acknowledging, int ahead, Arrivals arrivals) {
    String stream = "lettuce-" + acknowledging;
    RedisCodec<String, byte[]> codec = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    RedisClient client = RedisClient.create("redis://" + Client.Started.SERVER.address());
    StatefulRedisConnection<String, byte[]> connection = client.connect(codec);
    RedisAsyncCommands<String, byte[]> async = connection.async();
    RedisCommands<String, byte[]> adding = connection.sync();
    XReadArgs.StreamOffset<String> next = XReadArgs.StreamOffset.lastConsumed(stream);
    adding.xgroupCreate(
        XReadArgs.StreamOffset.from(stream, "0"), GROUP, XGroupCreateArgs.Builder.mkstream());
    RedisCommands<String, byte[]> reading = client.connect(codec).sync();
    Consumer<String> me = Consumer.from(GROUP, "me");
    XReadArgs args = new XReadArgs().count(ahead).block(BLOCK);
    Reader reader =
        Reader.start(() -> {
          List<StreamMessage<String, byte[]>> entries = reading.xreadgroup(me, args, next);
          String[] ids = new String[entries.size()];
          for (int i = 0; i < ids.length; i++) {
            arrivals.one(entries.get(i).getBody().values().iterator().next());
            ids[i] = entries.get(i).getId();
            if (acknowledging == Acknowledging.EACH) {
              reading.xack(stream, GROUP, ids[i]);
            }
          }
          if (acknowledging == Acknowledging.TOGETHER && ids.length > 0) {
            reading.xack(stream, GROUP, ids);
          }
        });
    return new Stream() {
      @Override
      public void add(byte[] payload) {
        adding.xadd(stream, Map.of(FIELD, payload));
      }

      @Override
      public void addAll(List<byte[]> payloads) {
        List<RedisFuture<String>> added = new ArrayList<>(payloads.size());
        payloads.forEach(payload -> added.add(async.xadd(stream, Map.of(FIELD, payload))));
        if (!LettuceFutures.awaitAll(Duration.ofSeconds(60), added.toArray(RedisFuture[]::new))) {
          throw new IllegalStateException("not added in time");
        }
      }

      @Override
      public void close() throws InterruptedException {
        reader.stop();
        client.shutdown(0, 2, TimeUnit.SECONDS);
      }
    };
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A consumer that does its step, which waits for the next messages, again and again. */
  final class Reader {

    private final Thread thread;
    private volatile boolean stopped;

    private Reader(Runnable step) {
      thread =
          Thread.ofPlatform()
              .daemon()
              .unstarted(() -> {
                while (!stopped) {
                  step.run();
                }
              });
    }

    static Reader start(Runnable step) {
      Reader reader = new Reader(step);
      reader.thread.start();
      return reader;
    }

    void stop() throws InterruptedException {
      stopped = true;
      thread.join();
    }
  }
}
