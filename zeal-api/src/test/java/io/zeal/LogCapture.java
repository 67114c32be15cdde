package io.zeal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What is logged under {@code io.zeal} while this is open; it does not reach the console. */
final class LogCapture extends Handler implements AutoCloseable {

  // Kept here: a logger that nobody holds may be collected, and its handlers with it.
  private final Logger logger = Logger.getLogger("io.zeal");
  private final List<String> lines = new CopyOnWriteArrayList<>();

  LogCapture() {
    logger.setUseParentHandlers(false);
    logger.addHandler(this);
  }

  /** Level and text of each line. */
  List<String> lines() {
    return lines;
  }

  @Override
  public void publish(LogRecord record) {
    lines.add(record.getLevel() + ": " + new SimpleFormatter().formatMessage(record));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(true);
  }

  @Override
  public boolean isLoggable(LogRecord record) {
    return record.getLevel().intValue() >= Level.INFO.intValue();
  }
}
