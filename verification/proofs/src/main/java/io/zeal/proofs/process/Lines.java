package io.zeal.proofs.process;

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
public final class Lines {

  /** It lives. */
  public static final String READY = "READY";

  /** It ended as it was asked to. */
  public static final String OVER = "OVER";

  private final OutputStream out;

  /** Says everything to that stream. */
  public Lines(OutputStream out) {
    this.out = out;
  }

  /** One event. */
  public void say(Object... words) {
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
  public void wrong(String what) {
    say("W", what.replace('\n', ' '));
  }
}
