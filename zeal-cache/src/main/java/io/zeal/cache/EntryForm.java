package io.zeal.cache;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an entry, in memory tier and file tier alike.
 *
 * <pre>
 * magic          1  'Z'
 * version        1  1
 * flags          1  1 null, 2 tombstone, 4 expires, 8 hashed key
 * codec          1  0 for a null or a tombstone
 * created           varint, milliseconds
 * maxStale          varint, milliseconds
 * epoch          8
 * number         8  the cache's number when the load began
 * tags              varint, then 16 bytes each
 * original key      length as varint, UTF-8; only with the flag "hashed key"
 * payload           length as varint, bytes
 * checksum       4  CRC32C of everything before
 * </pre>
 *
 * Magic and version stay where they are in every version; everything else may move. A release reads
 * all versions up to its own, and says of a later one, or of a flag it does not know, that it is
 * too new, before it looks at anything else. Golden files hold every kind of entry of every
 * version.
 */
final class EntryForm {

  private static final byte MAGIC = 'Z';
  private static final byte VERSION = 1;

  private static final int NULL = 1;
  private static final int TOMBSTONE = 1 << 1;
  private static final int EXPIRES = 1 << 2;
  private static final int HASHED_KEY = 1 << 3;
  private static final int KNOWN = NULL | TOMBSTONE | EXPIRES | HASHED_KEY;

  private static final int FLAGS_AT = 2;
  private static final int CHECKSUM_BYTES = 4;

  /** Most of what an entry takes without tags, key and payload. */
  private static final int USUAL_OVERHEAD = 48;

  private EntryForm() {}

  /** What bytes turned out to be. */
  sealed interface Decoded permits Entry, Unreadable {}

  /** No entry; a miss. */
  record Unreadable(Reason reason) implements Decoded {}

  /** Why bytes are no entry. */
  enum Reason {
    /** A later release wrote them. */
    TOO_NEW,
    /** They were an entry once. */
    DAMAGED,
    /** They never were one. */
    FOREIGN
  }

  /** The bytes of an entry. */
  static byte[] encode(Entry entry) {
    byte[] payload = entry.payload();
    Packer packer =
        new Packer(USUAL_OVERHEAD + TagHash.BYTES * entry.tags().size() + payload.length);
    packer.fixed(MAGIC, 1).fixed(VERSION, 1).fixed(flags(entry), 1).fixed(entry.codec(), 1);
    packer.varint(Math.max(entry.createdMillis(), 0)).varint(entry.maxStaleMillis());
    packer.fixed(entry.epoch(), 8).fixed(entry.number(), 8);
    packer.varint(entry.tags().size());
    for (TagHash tag : entry.tags()) {
      packer.fixed(tag.high(), 8).fixed(tag.low(), 8);
    }
    String original = entry.original();
    if (original != null) {
      packer.block(Text.utf8(original));
    }
    packer.block(payload);
    return packer.fixed(packer.checksum(), CHECKSUM_BYTES).toBytes();
  }

  private static int flags(Entry entry) {
    int kind =
        switch (entry.kind()) {
          case VALUE -> 0;
          case NULL -> NULL;
          case TOMBSTONE -> TOMBSTONE;
        };
    return kind | (entry.expires() ? EXPIRES : 0) | (entry.original() != null ? HASHED_KEY : 0);
  }

  /** The entry of bytes, or why there is none; never throws, whatever they are. */
  static Decoded decode(byte[] bytes) {
    return decode(bytes, EntryForm::isWhole);
  }

  /**
   * As {@link #decode}, of bytes that never left the memory of this process: their checksum would
   * take 80 of the 400 ns of a hit of 1 KB, and is not looked at.
   */
  static Decoded decodeOwn(byte[] bytes) {
    return decode(bytes, ours -> true);
  }

  private static boolean isWhole(byte[] bytes) {
    int end = bytes.length - CHECKSUM_BYTES;
    return ByteBuffer.wrap(bytes).getInt(end) == Unpacker.checksum(bytes, end);
  }

  private static Decoded decode(byte[] bytes, Predicate<byte[]> isWhole) {
    if (bytes.length == 0 || bytes[0] != MAGIC) {
      return new Unreadable(Reason.FOREIGN);
    }
    if (bytes.length <= FLAGS_AT + CHECKSUM_BYTES || bytes[1] == 0) {
      return new Unreadable(Reason.DAMAGED);
    }
    if ((bytes[1] & 0xFF) > VERSION || (bytes[FLAGS_AT] & ~KNOWN) != 0) {
      return new Unreadable(Reason.TOO_NEW);
    }
    if (!isWhole.test(bytes)) {
      return new Unreadable(Reason.DAMAGED);
    }
    try {
      int end = bytes.length - CHECKSUM_BYTES;
      return entry(bytes[FLAGS_AT], new Unpacker(bytes, FLAGS_AT + 1, end));
    } catch (DamagedException e) {
      return new Unreadable(Reason.DAMAGED);
    }
  }

  private static Entry entry(int flags, Unpacker unpacker) throws DamagedException {
    Entry.Kind kind = kind(flags);
    int codec = (int) unpacker.fixed(1) & 0xFF;
    long created = unpacker.varint();
    long maxStale = unpacker.varint();
    long epoch = unpacker.fixed(8);
    long number = unpacker.fixed(8);
    List<TagHash> tags = tags(unpacker);
    @Nullable String original = (flags & HASHED_KEY) != 0 ? unpacker.text() : null;
    Payload payload = unpacker.place();
    unpacker.requireEnd();
    if ((kind == Entry.Kind.VALUE) != (codec != 0) || (codec == 0 && payload.length() > 0)) {
      throw new DamagedException("a value where there is none, or none where there is one");
    }
    boolean expires = (flags & EXPIRES) != 0;
    return new Entry(
        kind, expires, codec, created, maxStale, epoch, number, tags, original, payload);
  }

  private static Entry.Kind kind(int flags) throws DamagedException {
    return switch (flags & (NULL | TOMBSTONE)) {
      case 0 -> Entry.Kind.VALUE;
      case NULL -> Entry.Kind.NULL;
      case TOMBSTONE -> Entry.Kind.TOMBSTONE;
      default -> throw new DamagedException("two kinds of entry at once");
    };
  }

  private static List<TagHash> tags(Unpacker unpacker) throws DamagedException {
    int count = unpacker.count(TagHash.BYTES);
    if (count == 0) {
      return List.of();
    }
    List<TagHash> tags = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      tags.add(new TagHash(unpacker.fixed(8), unpacker.fixed(8)));
    }
    return List.copyOf(tags);
  }
}
