package io.zeal.redis;

import io.zeal.ZealException;
import io.zeal.spi.Announcement;
import io.zeal.spi.Sequence;
import java.util.List;

/** Adds to {@code reports} what it is told: sequences, errors, "skipped". */
record NotedAnnouncement(List<Object> reports) implements Announcement {

  @Override
  public String channel() {
    return "channel";
  }

  @Override
  public byte[] frame() {
    return new byte[] {1};
  }

  @Override
  public void published(Sequence sequence) {
    reports.add(sequence);
  }

  @Override
  public void skipped() {
    reports.add("skipped");
  }

  @Override
  public void failed(ZealException error) {
    reports.add(error);
  }
}
