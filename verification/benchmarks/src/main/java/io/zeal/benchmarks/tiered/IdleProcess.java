package io.zeal.benchmarks.tiered;

import com.sun.management.OperatingSystemMXBean;
import io.lettuce.core.RedisClient;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.tiered.Peers.RedissonMap;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * A process that has copies and does nothing. For each line that it reads it writes how much
 * processor time it has used; it ends when there are no more lines, so never later than this one.
 */
record IdleProcess(Process process, BufferedReader answers, PrintWriter questions)
    implements AutoCloseable {

  /** Who has the copies. */
  enum Kind {
    LETTUCE,
    JEDIS,
    /** None; hears what the store's channel says. */
    RAW,
    REDISSON
  }

  static IdleProcess start(Kind kind, String address, String store, Setting setting)
      throws IOException {
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-Xms256m",
                "-Xmx256m",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                IdleProcess.class.getName(),
                kind.name(),
                address,
                store,
                Integer.toString(setting.rows()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    IdleProcess idle =
        new IdleProcess(
            process,
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII)),
            new PrintWriter(process.getOutputStream(), true, StandardCharsets.US_ASCII));
    idle.cpuNanos(); // it has its copies now
    return idle;
  }

  /** The processor time that all its threads have used. */
  long cpuNanos() throws IOException {
    questions.println();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IllegalStateException("The idle process has ended; its output above says why");
    }
    return Long.parseLong(answer);
  }

  @Override
  public void close() {
    questions.close();
    process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
    process.destroyForcibly();
  }

  /** The other side: kind, address, store, rows. */
  public static void main(String[] args) throws Exception {
    PrintStream out = System.out;
    AutoCloseable opened =
        open(Kind.valueOf(args[0]), args[1], args[2], new Setting(Integer.parseInt(args[3]), 1));
    OperatingSystemMXBean self = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    while (in.readLine() != null) {
      out.println(self.getProcessCpuTime());
    }
    opened.close();
    System.exit(0);
  }

  private static AutoCloseable open(Kind kind, String address, String store, Setting setting) {
    return switch (kind) {
      case LETTUCE -> zeal(Driver.LETTUCE, address, store, setting);
      case JEDIS -> zeal(Driver.JEDIS, address, store, setting);
      case RAW -> listening(address, store);
      case REDISSON -> redisson(address, setting);
    };
  }

  private static AutoCloseable zeal(Driver driver, String address, String store, Setting setting) {
    return ZealTiered.open(driver, address, store, setting.rows()).copied(setting);
  }

  private static AutoCloseable redisson(String address, Setting setting) {
    RedissonMap redisson = RedissonMap.open(address, setting.rows());
    for (int row = 0; row < setting.rows(); row++) {
      redisson.map().get(Picks.key(row));
    }
    return redisson;
  }

  private static AutoCloseable listening(String address, String store) {
    RedisClient client = RedisClient.create("redis://" + address);
    StatefulRedisPubSubConnection<String, String> connection = client.connectPubSub();
    LongAdder heard = new LongAdder();
    connection.addListener(
        new RedisPubSubAdapter<>() {
          @Override
          public void message(String pattern, String channel, String message) {
            heard.increment();
          }
        });
    connection.sync().psubscribe("*" + store);
    return () -> client.shutdown(0, 2, TimeUnit.SECONDS);
  }
}
