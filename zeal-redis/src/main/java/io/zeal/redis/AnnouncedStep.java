package io.zeal.redis;

import io.zeal.ZealException;
import io.zeal.redis.spi.Reply;
import io.zeal.spi.Announcement;
import io.zeal.spi.Sequence;
import io.zeal.spi.WriteResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of a bucket with its announcement: what its script is given for that, what the answer
 * says of it, and the report. Used by one thread.
 */
final class AnnouncedStep {

  private final Announcement announcement;
  private final Bucket bucket;
  private final byte[] channel;
  private @Nullable Sequence sequence;
  private boolean reported;

  /**
   * @param channels what the server's channels have before the announcement's
   */
  AnnouncedStep(Announcement announcement, Bucket bucket, String channels) {
    this.announcement = announcement;
    this.bucket = bucket;
    this.channel = Names.bytes(channels + announcement.channel());
  }

  /** Adds what {@code announced.lua} and {@code touched.lua} take of a bucket. */
  void addTo(List<byte[]> keys, List<byte[]> arguments) {
    keys.add(bucket.countKey);
    arguments.add(channel);
    arguments.add(announcement.frame());
    arguments.add(bucket.number);
    arguments.add(bucket.inventEpoch());
  }

  /** What the change itself answered; notes the count, if there is one with it. */
  Reply answer(Reply reply) {
    if (reply instanceof Reply.Items(List<Reply> parts)
        && parts.size() == 2
        && parts.getFirst() instanceof Reply.Bytes(byte[] count)) {
      took(count);
      return parts.getLast();
    }
    return reply;
  }

  /** The server counted the step. */
  void took(byte[] count) {
    sequence = bucket.sequence(count);
  }

  /** Reports how the step ended, with these results of its writes. */
  void report(List<WriteResult> results) {
    ZealException error = null;
    for (WriteResult result : results) {
      if (result instanceof WriteResult.Failed failed) {
        error = failed.error();
      }
    }
    report(error);
  }

  /** Reports how the step ended: published if it was counted, whatever else went wrong with it. */
  void report(@Nullable ZealException error) {
    reported = true;
    Sequence taken = sequence;
    if (taken != null) {
      announcement.published(taken);
    } else if (error != null) {
      announcement.failed(error);
    } else {
      announcement.skipped();
    }
  }

  /** As {@link #report}, unless it was. */
  void abandon(ZealException error) {
    if (!reported) {
      report(error);
    }
  }
}
