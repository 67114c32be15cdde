package io.zeal.tiered;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * What one instance tells the others, without the trailer that the server appends (ADR 0070). Fixed
 * binary, big-endian:
 *
 * <pre>
 * version and signed bit 1 | kind 1 | writer 16 | counter 8 | body | signature 0 or 32
 * body of KEYS:       bucket 4 | count 4 | hash 8 … hash 8
 * body of CLEAR:      bucket 4
 * body of HEARTBEAT:  nonce 16
 * </pre>
 *
 * <p>It holds neither keys nor values.
 */
sealed interface Frame {

  /** Who wrote it: random for each instance. */
  UUID writer();

  /** Which of the writer's frames of this bucket it is; a heartbeat's is 0, its nonce counts. */
  long counter();

  /** Rows of a bucket may have changed. */
  @SuppressWarnings("ArrayRecordComponent") // never compared; made and read once
  record Keys(UUID writer, long counter, int bucket, long[] hashes) implements Frame {}

  /** All rows of a bucket may have changed. */
  record Clear(UUID writer, long counter, int bucket) implements Frame {}

  /** Nothing changed; who sent it waits for it. */
  record Heartbeat(UUID writer, UUID nonce) implements Frame {
    @Override
    public long counter() {
      return 0;
    }
  }

  /** The form written here. */
  byte VERSION = 1;

  /** Set in the first byte of a signed frame. */
  int SIGNED = 0x80;

  /** The kind of a heartbeat. */
  byte HEARTBEAT = 3;

  /** Version, kind, writer, counter. */
  int HEADER_BYTES = 2 + 16 + 8;

  /** The most keys of one frame. */
  int MOST_KEYS = 1 << 16;

  /** The frame as it travels, signed if there is a secret. */
  default byte[] bytes(byte[] channel, Secrets secrets) {
    int length = HEADER_BYTES + bodyBytes();
    boolean signed = !secrets.isEmpty();
    ByteBuffer out = ByteBuffer.allocate(length + (signed ? Secrets.BYTES : 0));
    out.put((byte) (signed ? VERSION | SIGNED : VERSION)).put(kind());
    put(out, writer());
    out.putLong(counter());
    switch (this) {
      case Keys keys -> {
        out.putInt(keys.bucket).putInt(keys.hashes.length);
        for (long hash : keys.hashes) {
          out.putLong(hash);
        }
      }
      case Clear clear -> out.putInt(clear.bucket);
      case Heartbeat heartbeat -> put(out, heartbeat.nonce);
    }
    if (signed) {
      out.put(secrets.sign(channel, out.array(), length));
    }
    return out.array();
  }

  private byte kind() {
    return switch (this) {
      case Keys _ -> 1;
      case Clear _ -> 2;
      case Heartbeat _ -> HEARTBEAT;
    };
  }

  private int bodyBytes() {
    return switch (this) {
      case Keys keys -> 8 + keys.hashes.length * Long.BYTES;
      case Clear _ -> Integer.BYTES;
      case Heartbeat _ -> 16;
    };
  }

  private static void put(ByteBuffer out, UUID id) {
    out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
  }

  /**
   * Whether it says that it is a heartbeat of somebody other than {@code writer}: whoever sent it,
   * it changes nothing there, so its signature need not be looked at.
   */
  static boolean isHeartbeatOfAnother(byte[] bytes, UUID writer) {
    return bytes.length >= HEADER_BYTES
        && (bytes[0] & ~SIGNED & 0xff) == VERSION
        && bytes[1] == HEARTBEAT
        && !writer.equals(id(ByteBuffer.wrap(bytes, 2, 16)));
  }

  /**
   * Reads a frame whose signature fits.
   *
   * @throws Refused if it has another form or is not signed as it has to be
   */
  static Frame read(byte[] bytes, byte[] channel, Secrets secrets) throws Refused {
    if (bytes.length < HEADER_BYTES || (bytes[0] & ~SIGNED & 0xff) != VERSION) {
      throw new Refused(Reason.FORM);
    }
    boolean signed = (bytes[0] & SIGNED) != 0;
    if (signed == secrets.isEmpty()) {
      throw new Refused(
          Reason.SIGNATURE); // whoever has a secret believes nobody without, and the reverse
    }
    int length = bytes.length - (signed ? Secrets.BYTES : 0);
    if (length < HEADER_BYTES) {
      throw new Refused(Reason.FORM);
    }
    if (signed && !secrets.verify(channel, bytes, length)) {
      throw new Refused(Reason.SIGNATURE);
    }
    return read(ByteBuffer.wrap(bytes, 1, length - 1));
  }

  private static Frame read(ByteBuffer in) throws Refused {
    byte kind = in.get();
    UUID writer = id(in);
    long counter = in.getLong();
    return switch (kind) {
      case 1 -> new Keys(writer, counter, bucket(in), hashes(in));
      case 2 -> new Clear(writer, counter, exact(in, Integer.BYTES).getInt());
      case HEARTBEAT -> new Heartbeat(writer, id(exact(in, 16)));
      default -> throw new Refused(Reason.FORM);
    };
  }

  private static int bucket(ByteBuffer in) throws Refused {
    if (in.remaining() < 8) {
      throw new Refused(Reason.FORM);
    }
    return in.getInt();
  }

  private static long[] hashes(ByteBuffer in) throws Refused {
    int count = in.getInt();
    if (count < 1 || count > MOST_KEYS) {
      throw new Refused(Reason.FORM);
    }
    exact(in, count * Long.BYTES);
    long[] hashes = new long[count];
    in.asLongBuffer().get(hashes);
    return hashes;
  }

  private static ByteBuffer exact(ByteBuffer in, int bytes) throws Refused {
    if (in.remaining() != bytes) {
      throw new Refused(Reason.FORM);
    }
    return in;
  }

  private static UUID id(ByteBuffer in) {
    return new UUID(in.getLong(), in.getLong());
  }

  /** Why a frame is not taken. */
  enum Reason {
    /** It is nothing this release knows. */
    FORM,
    /** It is not signed as it has to be. */
    SIGNATURE
  }

  /** A frame is not taken. Without a trace: whoever floods a channel shall not make it dear. */
  final class Refused extends Exception {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    Refused(Reason reason) {
      super(reason.name(), null, false, false);
      this.reason = reason;
    }

    Reason reason() {
      return reason;
    }
  }
}
