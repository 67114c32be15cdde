package io.zeal.memcached;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What is logged meanwhile, by the JDK's logging, where the client logs to as well. */
final class LogCapture extends Handler implements AutoCloseable {

  private static final Logger ROOT = Logger.getLogger("");

  private final Queue<String> lines = new ConcurrentLinkedQueue<>();
  private final SimpleFormatter formatter = new SimpleFormatter();
  private final Level level;
  private final Level before = ROOT.getLevel();

  private LogCapture(Level level) {
    this.level = level;
  }

  /** Listens from now on. */
  static LogCapture from(Level level) {
    LogCapture log = new LogCapture(level);
    ROOT.setLevel(level);
    ROOT.addHandler(log);
    return log;
  }

  String text() {
    return String.join("", lines);
  }

  @Override
  public void publish(LogRecord line) {
    if (line.getLevel().intValue() >= level.intValue()) {
      lines.add(formatter.format(line));
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    ROOT.removeHandler(this);
    ROOT.setLevel(before);
  }
}
