package io.zeal.cache;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A file on disk over {@link RandomAccessFile}, since an interrupt closes a channel but not this,
 * and nothing bad happens here if somebody cuts a file that is read, while a mapping would fault.
 *
 * <p>A {@code RandomAccessFile} has one position, so each reader needs one for itself. There are a
 * few for reading, each with a lock that is held for one read from the page cache.
 */
final class SegmentDiskFile implements SegmentFile {

  private static final int READERS = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4);

  private final Path path;
  private final RandomAccessFile writer;
  private final Reader[] readers = new Reader[READERS];
  private volatile boolean closed;

  SegmentDiskFile(Path path) throws IOException {
    this.path = path;
    if (!path.toFile().exists()) {
      // "rw" would make it, with permissions of its own.
      throw new FileNotFoundException(path.toString());
    }
    this.writer = new RandomAccessFile(path.toFile(), "rw");
    writer.seek(writer.length());
    for (int i = 0; i < READERS; i++) {
      readers[i] = new Reader();
    }
  }

  @Override
  public long length() throws IOException {
    return writer.length();
  }

  @Override
  public void append(byte[] bytes) throws IOException {
    writer.write(bytes);
  }

  @Override
  public void read(long offset, byte[] into, int from, int count) throws IOException {
    readers[(int) (Thread.currentThread().threadId() % READERS)].read(offset, into, from, count);
  }

  @Override
  public void truncate(long length) throws IOException {
    writer.setLength(length);
    writer.seek(length);
  }

  /** Not over the channel, which an interrupt would close together with the file. */
  @Override
  public void force() throws IOException {
    writer.getFD().sync();
  }

  @Override
  public void close() {
    closed = true;
    closeQuietly(writer);
    for (var reader : readers) {
      reader.close();
    }
  }

  private static void closeQuietly(RandomAccessFile file) {
    try {
      file.close();
    } catch (IOException e) {
      // Everything was written by calls that returned; there is nothing left to lose.
    }
  }

  private final class Reader {

    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock; opened by the first read.
    private @Nullable RandomAccessFile file;

    void read(long offset, byte[] into, int from, int count) throws IOException {
      lock.lock();
      try {
        var open = file();
        open.seek(offset);
        open.readFully(into, from, count);
      } catch (EOFException e) {
        throw new EOFException(path + " ends before " + (offset + count));
      } finally {
        lock.unlock();
      }
    }

    private RandomAccessFile file() throws IOException {
      if (closed) {
        throw new IOException(path + " is closed");
      }
      var open = file;
      if (open == null) {
        open = new RandomAccessFile(path.toFile(), "r");
        file = open;
      }
      return open;
    }

    void close() {
      lock.lock();
      try {
        if (file != null) {
          closeQuietly(file);
          file = null;
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
