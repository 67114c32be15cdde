package io.zeal.proofs.cache;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes each event as a line, with one write of the operating system: what was written is there
 * when the process is killed, in the order in which it happened.
 */
final class LineRecorder implements Recorder {

  private final OutputStream out;
  private final AtomicLong calls = new AtomicLong();

  /** A recorder that writes to an unbuffered stream. */
  LineRecorder(OutputStream out) {
    this.out = out;
  }

  @Override
  public long begin(Kind kind, String target, long version) {
    long call = calls.incrementAndGet();
    line("B", call, kind, target.isEmpty() ? "*" : target, version);
    return call;
  }

  @Override
  public void loading(String key, long version) {
    line("L", key, version);
  }

  @Override
  public void loadFailed(String key, long version) {
    line("F", key, version);
  }

  @Override
  public void end(long call, Ending ending, State state) {
    line("E", call, ending, state.version(), state.stale());
  }

  @Override
  public void wrong(String what) {
    line("W", what.replace('\n', ' '));
  }

  /** What is there under a key before anything else is done. */
  void found(String key, State state) {
    line("S", key, state.version(), state.stale());
  }

  /** That something is reached. */
  void say(String word) {
    line(word);
  }

  private void line(Object... words) {
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

  /** Tells another recorder, and of what was found, what the lines say. */
  static final class Replay {

    private final History history;
    private final boolean mayBeLost;
    private final Map<String, Long> calls = new HashMap<>();

    /** A replay into a history; with {@code mayBeLost} what is not found may have been. */
    Replay(History history, boolean mayBeLost) {
      this.history = history;
      this.mayBeLost = mayBeLost;
    }

    void line(String line) {
      String[] words = line.split(" ", 5);
      switch (words[0]) {
        case "B" ->
            calls.put(
                words[1],
                history.begin(
                    Kind.valueOf(words[2]),
                    words[3].equals("*") ? "" : words[3],
                    Long.parseLong(words[4])));
        case "L" -> history.loading(words[1], Long.parseLong(words[2]));
        case "F" -> history.loadFailed(words[1], Long.parseLong(words[2]));
        case "E" -> history.end(call(words[1]), Ending.valueOf(words[2]), state(words, 3));
        case "W" -> history.wrong(line.substring(2));
        case "S" -> history.found(words[1], state(words, 2), mayBeLost);
        default -> throw new IllegalStateException("The process says: " + line);
      }
    }

    private long call(String number) {
      Long call = calls.remove(number);
      if (call == null) {
        throw new IllegalStateException("The process ends a call that never began: " + number);
      }
      return call;
    }

    private static State state(String[] words, int from) {
      return new State(Long.parseLong(words[from]), Boolean.parseBoolean(words[from + 1]));
    }
  }
}
