package io.zeal.proofs.messages;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * What a process says, an event a line: each with one write of the operating system, so that what
 * was said is there when the process is killed. Safe for concurrent use over an unbuffered stream.
 *
 * <p>Times are {@link System#nanoTime}: on one machine all processes read the same clock.
 */
final class Lines {

  static final String READY = "READY";
  static final String OVER = "OVER";

  private final OutputStream out;

  Lines(OutputStream out) {
    this.out = out;
  }

  void say(Object... words) {
    StringBuilder line = new StringBuilder();
    for (Object word : words) {
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    try {
      out.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Something happened that must never. */
  void wrong(String what) {
    say("W", what.replace('\n', ' '));
  }
}
