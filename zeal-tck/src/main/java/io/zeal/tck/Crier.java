package io.zeal.tck;

import io.zeal.ZealException;
import io.zeal.spi.Announcement;
import io.zeal.spi.Announcer;
import io.zeal.spi.Sequence;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An announcer that remembers what it was asked and told. Safe for concurrent use. */
final class Crier implements Announcer {

  /** Stands among the reports for {@link Announcement#skipped}. */
  static final String SKIPPED = "skipped";

  private final String channel;
  private final List<Cry> cries = new CopyOnWriteArrayList<>();

  Crier(String channel) {
    this.channel = channel;
  }

  @Override
  public Cry announce(int bucket, Kind kind, List<String> keys) {
    Cry cry = new Cry(channel, bucket, kind, List.copyOf(keys), Thread.currentThread());
    cries.add(cry);
    return cry;
  }

  /** One that belongs to no step: for {@code Rows.announce}. */
  Cry current() {
    return new Cry(channel, -1, Kind.BULK, List.of(), Thread.currentThread());
  }

  /** What was asked so far. */
  List<Cry> cries() {
    return List.copyOf(cries);
  }

  /** What was asked last. */
  Cry last() {
    return cries.getLast();
  }

  /** One announcement, and what was reported of it. */
  static final class Cry implements Announcement {

    final String channel;
    final int bucket;
    final Kind kind;
    final List<String> keys;
    final Thread asker;
    private final List<Object> reports = new CopyOnWriteArrayList<>();

    Cry(String channel, int bucket, Kind kind, List<String> keys, Thread asker) {
      this.channel = channel;
      this.bucket = bucket;
      this.kind = kind;
      this.keys = keys;
      this.asker = asker;
    }

    @Override
    public String channel() {
      return channel;
    }

    /** Bytes that are no text and no trailer, and of no other announcement. */
    @Override
    public byte[] frame() {
      return text().getBytes(StandardCharsets.UTF_16BE);
    }

    /** What the frame says. */
    String text() {
      return kind
          + " "
          + bucket
          + " "
          + keys
          + " \u0000\u0001\uffff "
          + System.identityHashCode(this);
    }

    static String text(byte[] frame) {
      return new String(frame, StandardCharsets.UTF_16BE);
    }

    @Override
    public void published(Sequence sequence) {
      reports.add(sequence);
    }

    @Override
    public void skipped() {
      reports.add(SKIPPED);
    }

    @Override
    public void failed(ZealException error) {
      reports.add(error);
    }

    /** What was reported: sequences, {@link #SKIPPED}, errors. */
    List<Object> reports() {
      return List.copyOf(reports);
    }

    @Override
    public String toString() {
      return kind + " of bucket " + bucket + ", keys " + keys;
    }
  }
}
