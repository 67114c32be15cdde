package io.zeal.verification.servers;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts a stream into requests or replies without changing a byte of them (RESP2 and RESP3). */
final class WireReader {

  /** The bytes of one request or reply, to be read while they are gathered. */
  private static final class Frame extends ByteArrayOutputStream {

    String text(int begin, int length) throws IOException {
      if (length < 0) {
        throw new IOException("Not RESP: a line without an end");
      }
      return new String(buf, begin, length, StandardCharsets.ISO_8859_1);
    }
  }

  private final InputStream input;
  private final byte[] buffer = new byte[16 * 1024];
  private final Frame frame = new Frame();
  private int position;
  private int end;
  private long arrivalNanos = System.nanoTime();

  WireReader(InputStream input) {
    this.input = input;
  }

  /** When the last bytes came, by {@link System#nanoTime}. */
  long arrivalNanos() {
    return arrivalNanos;
  }

  /** Waits for the next request; null at the end of the stream. */
  @Nullable Request request() throws IOException {
    frame.reset();
    if (!hasMore()) {
      return null;
    }
    if (peek() != '*') {
      return new Request(List.of(), chunk());
    }
    int count = length(line());
    var words = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      words.add(word(length(line())));
    }
    return new Request(words, frame.toByteArray());
  }

  /** Waits for bytes; false at the end of the stream. */
  boolean hasMore() throws IOException {
    return peek() >= 0;
  }

  /** The next reply or message, once it is complete. */
  byte[] reply() throws IOException {
    frame.reset();
    element();
    return frame.toByteArray();
  }

  /** Whatever has arrived. */
  byte[] chunk() {
    var bytes = Arrays.copyOfRange(buffer, position, end);
    position = end;
    return bytes;
  }

  private void element() throws IOException {
    var line = line();
    switch (line.charAt(0)) {
      case '$', '=', '!' -> word(length(line));
      case '*', '~', '>' -> elements(length(line));
      case '%' -> elements(2 * length(line));
      // An attribute stands before the reply that it is about.
      case '|' -> elements(2 * length(line) + 1);
      default -> {}
    }
  }

  private void elements(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      element();
    }
  }

  private static int length(String line) throws IOException {
    try {
      return Integer.parseInt(line.substring(1));
    } catch (NumberFormatException notALength) {
      throw new IOException("Not RESP: " + line, notALength);
    }
  }

  private String line() throws IOException {
    int begin = frame.size();
    while (take() != '\n') {
      // One byte more.
    }
    return frame.text(begin, frame.size() - begin - 2);
  }

  private String word(int length) throws IOException {
    if (length < 0) {
      return "";
    }
    int begin = frame.size();
    for (int missing = length + 2; missing > 0; ) {
      if (peek() < 0) {
        throw new EOFException();
      }
      int some = Math.min(missing, end - position);
      frame.write(buffer, position, some);
      position += some;
      missing -= some;
    }
    return frame.text(begin, length);
  }

  private int take() throws IOException {
    int next = peek();
    if (next < 0) {
      throw new EOFException();
    }
    position++;
    frame.write(next);
    return next;
  }

  private int peek() throws IOException {
    if (position == end) {
      position = 0;
      end = Math.max(0, input.read(buffer));
      arrivalNanos = System.nanoTime();
    }
    return end == 0 ? -1 : buffer[position] & 0xff;
  }
}
