package io.zeal.tiered;

import io.zeal.spi.Announcement;
import io.zeal.spi.Announcer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The announcer of a store's name, given with the spec before the store says how many buckets it
 * has. The same one each time the store is opened, so that the far level never has one that is not
 * complete once the store can be found.
 */
final class LateAnnouncer implements Announcer {

  private volatile @Nullable Announcer announcer;

  /** From now on it is this one; no write and no script comes before. */
  void become(Announcer known) {
    announcer = known;
  }

  @Override
  public Announcement announce(int bucket, Kind kind, List<String> keys) {
    return Objects.requireNonNull(announcer, "announced before the store was open")
        .announce(bucket, kind, keys);
  }
}
