package io.zeal.cache;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Files in memory, on a disk that may be small, fail, be cut off at any byte, or lose power. */
final class MemoryFiles implements SegmentFiles {

  /** The end of the process, in the middle of whatever it did. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
      super("killed", null, false, false);
    }
  }

  /** What may be told to fail. */
  enum Call {
    APPEND,
    TRUNCATE,
    DELETE,
    REPLACE,
    FORCE
  }

  private final Map<String, Content> contents = new ConcurrentHashMap<>();
  // What the disk would have after a loss of power, as far as names go.
  private Map<String, Content> forcedNames = new TreeMap<>();
  private long capacity = Long.MAX_VALUE;
  private long stepsLeft = Long.MAX_VALUE;
  private long steps;
  private final List<Call> failing = new ArrayList<>();

  private static final class Content {
    private byte[] bytes = new byte[64];
    private volatile int length;
    private int forced;

    private synchronized void write(byte[] more, int count) {
      if (length + count > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(length + count, 2 * bytes.length));
      }
      System.arraycopy(more, 0, bytes, length, count);
      length += count;
    }

    private synchronized byte[] copy() {
      return Arrays.copyOf(bytes, length);
    }
  }

  /** How many bytes all files together may have. */
  void capacity(long bytes) {
    capacity = bytes;
  }

  /** Kills after so many steps: a byte that is appended is one, and any other change is one. */
  void killAfter(long count) {
    stepsLeft = count;
  }

  long steps() {
    return steps;
  }

  void fail(Call... calls) {
    failing.clear();
    failing.addAll(List.of(calls));
  }

  /** The files as the next process finds them. */
  MemoryFiles afterKill() {
    var next = new MemoryFiles();
    contents.forEach((name, content) -> next.set(name, content.copy()));
    return next;
  }

  /** The files as they may be found after a loss of power. */
  MemoryFiles afterPowerLoss(Random random) {
    var next = new MemoryFiles();
    // Names come and go in order, so there is one moment up to which they got to the disk.
    var names = random.nextBoolean() ? forcedNames : contents;
    names.forEach((name, content) -> next.set(name, partOf(content, random)));
    return next;
  }

  private static byte[] partOf(Content content, Random random) {
    var bytes = content.copy();
    int kept = content.forced + random.nextInt(bytes.length - content.forced + 1);
    var part = Arrays.copyOf(bytes, kept);
    if (random.nextBoolean()) {
      // Some pages came, some did not.
      for (int i = content.forced; i < kept; i++) {
        if (random.nextInt(8) == 0) {
          part[i] = 0;
        }
      }
    }
    return part;
  }

  private void set(String name, byte[] bytes) {
    var content = new Content();
    content.write(bytes, bytes.length);
    content.forced = content.length;
    contents.put(name, content);
    forcedNames.put(name, content);
  }

  /** The bytes of a file, to be damaged. */
  byte[] bytes(String name) {
    return contents.get(name).copy();
  }

  void overwrite(String name, byte[] bytes) {
    set(name, bytes);
  }

  List<String> segments() {
    return contents.keySet().stream().filter(it -> Segment.idOf(it).isPresent()).sorted().toList();
  }

  long size() {
    return contents.values().stream().mapToLong(it -> it.length).sum();
  }

  private void step() {
    if (stepsLeft <= 0) {
      throw new Killed();
    }
    stepsLeft--;
    steps++;
  }

  private void failIf(Call call) throws IOException {
    if (failing.contains(call)) {
      throw new IOException("Told to fail: " + call);
    }
  }

  @Override
  public List<String> names() {
    return List.copyOf(contents.keySet());
  }

  @Override
  public SegmentFile create(String name) throws IOException {
    step();
    if (contents.putIfAbsent(name, new Content()) != null) {
      throw new IOException(name + " is there");
    }
    return open(name);
  }

  @Override
  public SegmentFile open(String name) throws IOException {
    var content = contents.get(name);
    if (content == null) {
      throw new FileNotFoundException(name);
    }
    return new Open(content);
  }

  @Override
  public void delete(String name) throws IOException {
    step();
    failIf(Call.DELETE);
    contents.remove(name);
  }

  @Override
  public Optional<byte[]> content(String name) {
    return Optional.ofNullable(contents.get(name)).map(Content::copy);
  }

  @Override
  public void replace(String name, byte[] content) throws IOException {
    step();
    failIf(Call.REPLACE);
    if (size() + content.length > capacity) {
      throw new IOException("No space left on device");
    }
    var next = new Content();
    next.write(content, content.length);
    next.forced = next.length;
    contents.put(name, next);
    forceNames();
  }

  @Override
  public void forceNames() throws IOException {
    failIf(Call.FORCE);
    forcedNames = new TreeMap<>(contents);
  }

  private final class Open implements SegmentFile {

    private final Content content;
    private volatile boolean closed;

    private Open(Content content) {
      this.content = content;
    }

    @Override
    public long length() {
      return content.length;
    }

    @Override
    public void append(byte[] bytes) throws IOException {
      check();
      long room = capacity - size();
      long count = Math.min(Math.min(bytes.length, room), stepsLeft);
      if (failing.contains(Call.APPEND)) {
        count = Math.min(count, bytes.length / 2);
      }
      content.write(bytes, (int) Math.max(0, count));
      stepsLeft -= Math.max(0, count);
      steps += Math.max(0, count);
      if (count < bytes.length && stepsLeft <= 0) {
        throw new Killed();
      }
      failIf(Call.APPEND);
      if (count < bytes.length) {
        throw new IOException("No space left on device");
      }
    }

    @Override
    public void read(long offset, byte[] into, int from, int count) throws IOException {
      check();
      if (offset + count > content.length) {
        throw new EOFException("Read behind the end");
      }
      synchronized (content) {
        System.arraycopy(content.bytes, (int) offset, into, from, count);
      }
    }

    @Override
    public void truncate(long length) throws IOException {
      check();
      step();
      failIf(Call.TRUNCATE);
      synchronized (content) {
        content.length = (int) length;
        content.forced = Math.min(content.forced, content.length);
      }
    }

    @Override
    public void force() throws IOException {
      check();
      step();
      failIf(Call.FORCE);
      content.forced = content.length;
    }

    @Override
    public void close() {
      closed = true;
    }

    private void check() throws IOException {
      if (stepsLeft <= 0) {
        throw new Killed();
      }
      if (closed) {
        throw new IOException("closed");
      }
    }
  }
}
