package io.zeal.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.infra.Blackhole;

/** Works a candidate with the setting's threads, started together. */
final class ThreadedSlicer implements PairedRun.Slicer, AutoCloseable {

  /** Operations between two looks at the clock: they make the look too cheap to be seen. */
  static final int BATCH = 256;

  private static final long DEADLINE_SECONDS = 60;

  /** JMH wants whoever makes one by hand to say this. */
  static final String JMH_CONSENT =
      "Today's password is swordfish. I understand instantiating Blackholes directly is dangerous.";

  private final List<Picks> picks = new ArrayList<>();
  private final List<Blackhole> sinks = new ArrayList<>();
  private final ExecutorService threads;
  private final CyclicBarrier start;

  ThreadedSlicer(Setting setting) {
    for (int thread = 0; thread < setting.threads(); thread++) {
      picks.add(new Picks(setting.rows(), thread));
      sinks.add(new Blackhole(JMH_CONSENT));
    }
    threads =
        Executors.newFixedThreadPool(
            setting.threads(), Thread.ofPlatform().name("bench-", 0).daemon().factory());
    start = new CyclicBarrier(setting.threads());
  }

  @Override
  public double slice(Subject subject, Duration length) throws Exception {
    List<Future<Worked>> futures = new ArrayList<>();
    for (int thread = 0; thread < picks.size(); thread++) {
      Picks ownPicks = picks.get(thread);
      Blackhole ownSink = sinks.get(thread);
      futures.add(threads.submit(() -> work(subject, ownPicks, ownSink, length.toNanos())));
    }
    long nanos = 0;
    long operations = 0;
    for (Future<Worked> future : futures) {
      Worked worked = future.get(length.toSeconds() + DEADLINE_SECONDS, TimeUnit.SECONDS);
      nanos += worked.nanos();
      operations += worked.operations();
    }
    return (double) nanos / operations;
  }

  private Worked work(Subject subject, Picks ownPicks, Blackhole sink, long lengthNanos)
      throws Exception {
    start.await(DEADLINE_SECONDS, TimeUnit.SECONDS);
    long begin = System.nanoTime();
    long operations = 0;
    long nanos;
    do {
      subject.run(ownPicks, BATCH, sink);
      operations += BATCH;
      nanos = System.nanoTime() - begin;
    } while (nanos < lengthNanos);
    return new Worked(nanos, operations);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private record Worked(long nanos, long operations) {}
}
