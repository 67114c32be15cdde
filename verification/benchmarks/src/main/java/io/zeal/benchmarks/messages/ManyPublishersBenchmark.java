package io.zeal.benchmarks.messages;

import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Pace;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import io.zeal.benchmarks.Timing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.openjdk.jmh.infra.Blackhole;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Jedis;

/** How long until all messages of many publishers have been handled? */
public record ManyPublishersBenchmark(Driver driver) implements Benchmark {

  private static final int PUBLISHERS = 64;
  private static final int EACH = 200;

  /** Messages in one trip of the pipeline: more do not make it faster. */
  private static final int TRIP = 1_000;

  private static final String PIPELINE = "Jedis pipeline";

  @Override
  public String area() {
    return MessagesBenchmarks.AREA;
  }

  @Override
  public String name() {
    return "ManyPublishers-" + driver;
  }

  @Override
  public String work() {
    return "messages of 64 virtual threads over Redis, p50 of all handled";
  }

  @Override
  public Timing timing() {
    return Timing.P50;
  }

  @Override
  public Pace pace(Pace usual) {
    return MessagesBenchmarks.pace(usual);
  }

  @Override
  public List<Setting> settings() {
    return List.of(Setting.ofMessages(PUBLISHERS * EACH));
  }

  /** A ratio of times is one of messages per second turned over. */
  @Override
  public List<Goal> goals(Setting setting) {
    return switch (driver) {
      case JEDIS -> List.of(Goal.demanded(PIPELINE, 1 / 0.5));
      case LETTUCE ->
          List.of(Goal.demanded(driver.client, 1 / 2.0), Goal.demanded(Client.REDISSON, 1 / 8.0));
    };
  }

  @Override
  public List<Candidate> candidates() {
    return List.of(
        new Candidate(driver.zeal(), setting -> zeal()),
        new Candidate(PIPELINE, setting -> pipeline()),
        new Candidate(Driver.LETTUCE.client, setting -> lettuce()),
        new Candidate(Client.REDISSON, setting -> redisson()));
  }

  private Subject zeal() {
    Arrivals arrivals = new Arrivals();
    return new Crowd(Client.zeal(driver, arrivals), arrivals);
  }

  private static Subject lettuce() {
    Arrivals arrivals = new Arrivals();
    return new Crowd(Client.lettuce(arrivals), arrivals);
  }

  private static Subject redisson() {
    Arrivals arrivals = new Arrivals();
    return new Crowd(Client.redisson(arrivals), arrivals);
  }

  /** Many threads publish through one client, each waiting for the server's answer. */
  private static final class Crowd implements Subject {

    private final Client client;
    private final Arrivals arrivals;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    Crowd(Client client, Arrivals arrivals) {
      this.client = client;
      this.arrivals = arrivals;
    }

    @Override
    public void run(Picks picks, int count, Blackhole sink) {
      for (int i = 0; i < count; i++) {
        arrivals.expect(PUBLISHERS * EACH);
        List<Future<?>> publishers = new ArrayList<>(PUBLISHERS);
        for (int publisher = 0; publisher < PUBLISHERS; publisher++) {
          publishers.add(threads.submit(this::publish));
        }
        try {
          for (Future<?> publisher : publishers) {
            sink.consume(publisher.get());
          }
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
        sink.consume(arrivals.await());
      }
    }

    private void publish() {
      for (int i = 0; i < EACH; i++) {
        client.publish(Payload.bytes());
      }
    }

    @Override
    public void close() throws Exception {
      threads.shutdownNow();
      client.close();
    }
  }

  /** One thread has all messages and sends them as fast as its connection takes them. */
  private static Subject pipeline() throws InterruptedException {
    Arrivals arrivals = new Arrivals();
    byte[] channel = "pipeline".getBytes(StandardCharsets.US_ASCII);
    AutoCloseable receiver = Client.jedisReceiver(channel, arrivals);
    Jedis jedis = Client.jedis();
    return Subject.of(
        () -> {
          receiver.close();
          jedis.close();
        },
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            arrivals.expect(PUBLISHERS * EACH);
            try (AbstractPipeline pipeline = jedis.pipelined()) {
              for (int sent = 1; sent <= PUBLISHERS * EACH; sent++) {
                sink.consume(pipeline.publish(channel, Payload.bytes()));
                if (sent % TRIP == 0) {
                  pipeline.sync();
                }
              }
              pipeline.sync();
            }
            sink.consume(arrivals.await());
          }
        });
  }
}
