package io.zeal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What plugins of {@code io.zeal.found} did, in order; handed to them as a ready-made instance. */
public final class OpeningLog {

  private final List<String> lines = new CopyOnWriteArrayList<>();

  /** Notes one thing that was done. */
  public void add(String line) {
    lines.add(line);
  }

  List<String> lines() {
    return lines;
  }
}
