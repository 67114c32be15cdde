package io.zeal.redis;

import io.zeal.ZealException;
import io.zeal.redis.spi.Reply;
import io.zeal.spi.Announcement;
import io.zeal.spi.Sequence;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Publishes a frame with the current counts of a store's buckets: all in one message, or on a
 * cluster, where a script sees one slot, one for each bucket, all in one trip.
 */
final class CurrentSequences {

  private final RedisStore store;
  private final Server server;
  private final String channels;
  private final String what;

  CurrentSequences(RedisStore store, Server server, String channels, String what) {
    this.store = store;
    this.server = server;
    this.channels = channels;
    this.what = what;
  }

  void announce(Announcement announcement) {
    List<List<Bucket>> messages = messages();
    List<Reply> replies =
        server.execute(messages.stream().map(some -> request(announcement, some)).toList());
    List<Sequence> sequences = new ArrayList<>(store.buckets().size());
    for (int i = 0; i < messages.size(); i++) {
      ZealException error = read(replies.get(i), messages.get(i), sequences);
      if (error != null) {
        announcement.failed(error);
        throw error;
      }
    }
    sequences.forEach(announcement::published);
  }

  /**
   * One for all; on a cluster one for each, also of buckets that share a slot: while that moves, no
   * node executes a script about several keys of which some are not there yet.
   */
  private List<List<Bucket>> messages() {
    return server.topology().redirects()
        ? store.buckets().stream().map(List::of).toList()
        : List.of(store.buckets());
  }

  private Request request(Announcement announcement, List<Bucket> some) {
    List<byte[]> keys = new ArrayList<>(some.size());
    List<byte[]> arguments = new ArrayList<>(3 + 2 * some.size());
    arguments.add(Names.bytes(channels + announcement.channel()));
    arguments.add(announcement.frame());
    arguments.add(ByteBuffer.allocate(Integer.BYTES).putInt(some.size()).array());
    for (Bucket bucket : some) {
      keys.add(bucket.countKey);
      arguments.add(bucket.number);
      arguments.add(bucket.inventEpoch());
    }
    return Request.write(ServerScript.ANNOUNCE, keys, arguments);
  }

  private @Nullable ZealException read(Reply reply, List<Bucket> some, List<Sequence> sequences) {
    ZealException error = Errors.of(reply, what, true);
    if (error != null) {
      return error;
    }
    if (reply instanceof Reply.Items(List<Reply> counts) && counts.size() == some.size()) {
      for (int i = 0; i < some.size(); i++) {
        if (!(counts.get(i) instanceof Reply.Bytes(byte[] count))) {
          return Errors.damaged(what, "", "an unknown reply", null);
        }
        sequences.add(some.get(i).sequence(count));
      }
      return null;
    }
    return Errors.damaged(what, "", "an unknown reply", null);
  }
}
