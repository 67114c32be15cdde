package io.zeal.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Works a candidate whose calls wait for somebody else, and times each call. One thread is a
 * platform thread; several are virtual ones, as in a server that has a thread for each request.
 */
final class CallSlicer implements PairedRun.Slicer, AutoCloseable {

  private static final long DEADLINE_SECONDS = 120;

  private final Timing timing;
  private final List<Picks> picks = new ArrayList<>();
  private final Blackhole sink = new Blackhole(ThreadedSlicer.JMH_CONSENT);
  private final ExecutorService threads;

  CallSlicer(Setting setting, Timing timing) {
    this.timing = timing;
    Picks first = new Picks(setting.rows(), 0);
    for (int thread = 0; thread < setting.threads(); thread++) {
      picks.add(first.from(thread * 127));
    }
    ThreadFactory factory =
        setting.threads() == 1
            ? Thread.ofPlatform().name("bench").daemon().factory()
            : Thread.ofVirtual().factory();
    threads = Executors.newThreadPerTaskExecutor(factory);
  }

  @Override
  public double slice(Subject subject, Duration length) throws Exception {
    subject.prepare();
    CountDownLatch start = new CountDownLatch(1);
    List<Future<long[]>> futures = new ArrayList<>();
    for (Picks own : picks) {
      futures.add(
          threads.submit(() -> {
            start.await();
            return work(subject, own, length.toNanos());
          }));
    }
    start.countDown();
    List<long[]> all = new ArrayList<>();
    for (Future<long[]> future : futures) {
      all.add(future.get(length.toSeconds() + DEADLINE_SECONDS, TimeUnit.SECONDS));
    }
    return timing.of(all.stream().flatMapToLong(Arrays::stream).toArray());
  }

  /** The nanoseconds of each call; at least one is made. */
  private long[] work(Subject subject, Picks own, long lengthNanos) {
    long[] calls = new long[64];
    int made = 0;
    long begin = System.nanoTime();
    do {
      long nanos = subject.nanosOfOne(own, sink);
      if (made == calls.length) {
        calls = Arrays.copyOf(calls, 2 * made);
      }
      calls[made++] = nanos;
    } while (System.nanoTime() - begin < lengthNanos);
    return Arrays.copyOf(calls, made);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
