package io.zeal.memcached;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which server a key belongs to: consistent hashing as libketama and libmemcached do it, so that a
 * server that joins takes over its share and leaves all other keys where they are. A server that is
 * away keeps its keys: what another would be given meanwhile would be old when it returns.
 *
 * <p>Each server has 160 points on a circle of 2^32: the four words of the MD5 of {@code
 * host:port-0} to {@code host:port-39} (without the port if it is 11211, as libmemcached has it),
 * little-endian. A key belongs to the first point at or behind the first such word of its own MD5.
 */
final class Ring {

  private static final int DIGESTS = 40;
  private static final int WORDS = 4;
  private static final int DEFAULT_PORT = 11211;

  private final long[] points;
  private final int[] owners;
  private final boolean single;

  Ring(List<Address> servers) {
    this.single = servers.size() == 1;
    int size = servers.size() * DIGESTS * WORDS;
    long[] all = new long[size];
    int[] owner = new int[size];
    int next = 0;
    for (int server = 0; server < servers.size(); server++) {
      String name = name(servers.get(server));
      for (int i = 0; i < DIGESTS; i++) {
        byte[] digest = md5(name + "-" + i);
        for (int word = 0; word < WORDS; word++) {
          all[next] = word(digest, word);
          owner[next++] = server;
        }
      }
    }
    // Of two points that meet that of the lesser name counts, so that no order matters.
    int[] order =
        IntStream.range(0, size)
            .boxed()
            .sorted(
                Comparator.<Integer>comparingLong(i -> all[i])
                    .thenComparing(i -> name(servers.get(owner[i]))))
            .mapToInt(i -> i)
            .toArray();
    this.points = Arrays.stream(order).mapToLong(i -> all[i]).toArray();
    this.owners = Arrays.stream(order).map(i -> owner[i]).toArray();
  }

  private static String name(Address server) {
    return server.port() == DEFAULT_PORT ? server.host() : server.host() + ":" + server.port();
  }

  /** The position of the server in the list. */
  int owner(String key) {
    if (single) {
      return 0;
    }
    int found = Arrays.binarySearch(points, word(md5(key), 0));
    int at = found >= 0 ? found : -found - 1;
    while (at > 0 && at < points.length && points[at - 1] == points[at]) {
      at--;
    }
    return owners[at == points.length ? 0 : at];
  }

  private static long word(byte[] digest, int word) {
    int at = word * Integer.BYTES;
    return ByteBuffer.wrap(digest).order(ByteOrder.LITTLE_ENDIAN).getInt(at) & 0xFFFFFFFFL;
  }

  private static byte[] md5(String text) {
    try {
      return MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has MD5", e);
    }
  }
}
