package io.zeal.redis;

import io.zeal.spi.Announcer;
import io.zeal.spi.Announcer.Kind;
import java.util.List;

/**
 * Announces the steps of one store.
 *
 * @param announcer whom to ask for each
 * @param channels what the server's channels have before the announcer's
 */
record StepAnnouncer(Announcer announcer, String channels) {

  /** Asks for the announcement of one step; before it is sent. */
  AnnouncedStep step(Bucket bucket, Kind kind, List<String> keys) {
    return new AnnouncedStep(announcer.announce(bucket.index, kind, keys), bucket, channels);
  }
}
