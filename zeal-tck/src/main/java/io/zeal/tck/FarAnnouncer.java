package io.zeal.tck;

import io.zeal.ZealException;
import io.zeal.spi.Announcement;
import io.zeal.spi.Announcer;
import io.zeal.spi.Sequence;
import java.util.List;

/** An announcer whose frames a {@link FarLine} knows, and whose reports go through it. */
record FarAnnouncer(Announcer announcer, FarLine line) implements Announcer {

  @Override
  public Announcement announce(int bucket, Kind kind, List<String> keys) {
    Announcement announcement = announcer.announce(bucket, kind, keys);
    line.tells(announcement.frame());
    return new Reported(announcement, line);
  }

  private record Reported(Announcement announcement, FarLine line) implements Announcement {

    @Override
    public String channel() {
      return announcement.channel();
    }

    @Override
    public byte[] frame() {
      return announcement.frame();
    }

    @Override
    public void published(Sequence sequence) {
      line.reports();
      ZealException error = line.error();
      if (error == null) {
        announcement.published(sequence);
      } else {
        announcement.failed(error);
      }
    }

    @Override
    public void skipped() {
      announcement.skipped();
    }

    @Override
    public void failed(ZealException error) {
      announcement.failed(error);
    }
  }
}
