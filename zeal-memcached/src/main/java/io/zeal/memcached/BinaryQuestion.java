package io.zeal.memcached;

import com.spotify.folsom.MemcacheStatus;
import com.spotify.folsom.client.OpCode;
import com.spotify.folsom.client.Utils;
import com.spotify.folsom.client.binary.BinaryRequest;
import com.spotify.folsom.client.binary.BinaryResponse;
import com.spotify.folsom.client.binary.ResponsePacket;
import com.spotify.folsom.guava.HostAndPort;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A read of different keys in the binary protocol, and a set for each parcel behind it. All packets
 * but the last are quiet: what is not there, and what is stored, has no answer of its own, and the
 * server sends all that it has to say at once. The last is the last key's, or one that does nothing
 * if there are parcels: its answer says that those before it have been dealt with.
 *
 * <p>Each packet has a number, whose last byte folsom wants to be 0 for the last packet alone: it
 * says how many come behind.
 */
final class BinaryQuestion extends BinaryRequest<Items> {

  private static final byte[] NO_KEY = {};
  private static final int HEADER = 24;
  private static final int EXTRAS = 2 * Integer.BYTES;
  private static final int LAST_BYTE = 0xFF;

  private final Client.Question question;

  // Of the thread that sends and receives:
  private byte[][] keys = {};
  private List<? extends Client.Parcel> parcels = List.of();
  private int last; // the place of the last packet

  BinaryQuestion(Client.Question question) {
    super(NO_KEY);
    this.question = question;
  }

  @Override
  public ByteBuf writeRequest(ByteBufAllocator allocator, ByteBuffer unused) {
    keys = TextQuestion.encoded(question.keys());
    parcels = question.parcels();
    last = parcels.isEmpty() ? keys.length - 1 : keys.length + parcels.size();
    ByteBuf request = allocator.buffer(bytes());
    int place = 0;
    for (byte[] key : keys) {
      OpCode read = place == last ? OpCode.GET : OpCode.GETQ;
      write(request, read, place++, key.length, 0, key.length).writeBytes(key);
    }
    for (Client.Parcel parcel : parcels) {
      write(request, parcel, place++);
    }
    return place > last ? request : write(request, OpCode.NOOP, place, 0, 0, 0);
  }

  private int bytes() {
    int bytes = (last + 1) * HEADER;
    for (byte[] each : keys) {
      bytes += each.length;
    }
    for (Client.Parcel each : parcels) {
      bytes += EXTRAS + each.key().length() + each.value().length;
    }
    return bytes;
  }

  private void write(ByteBuf request, Client.Parcel parcel, int place) {
    byte[] key = TextQuestion.ascii(parcel.key());
    byte[] value = parcel.value();
    write(request, OpCode.SETQ, place, key.length, EXTRAS, EXTRAS + key.length + value.length)
        .writeInt(0) // no flags
        .writeInt(Utils.ttlToExpiration(parcel.seconds()))
        .writeBytes(key)
        .writeBytes(value);
  }

  private ByteBuf write(ByteBuf request, OpCode code, int place, int key, int extras, int body) {
    return request
        .writeByte(MAGIC_NUMBER)
        .writeByte(code.value())
        .writeShort(key)
        .writeByte(extras)
        .writeByte(0) // no type
        .writeShort(0)
        .writeInt(body)
        .writeInt(opaque | (last - place))
        .writeLong(0); // whatever its version
  }

  @Override
  protected void handle(BinaryResponse response, HostAndPort server) throws IOException {
    @Nullable ResponsePacket[] found = new ResponsePacket[keys.length];
    Answer[] stored = new Answer[parcels.size()];
    Arrays.fill(stored, Answer.DONE);
    for (ResponsePacket packet : response) {
      int place = last - (packet.opaque & LAST_BYTE);
      if ((packet.opaque & ~LAST_BYTE) != opaque || place < 0) {
        throw new IOException("An answer has a number that nobody gave");
      }
      if (place >= keys.length && place < last) {
        stored[place - keys.length] = failure(packet.status);
      } else if (packet.status == MemcacheStatus.OK && place < keys.length) {
        found[place] = packet;
      } else if (packet.status != MemcacheStatus.OK
          && packet.status != MemcacheStatus.KEY_NOT_FOUND) {
        throw new IOException("Answer to a read: " + packet.status);
      }
    }
    for (int i = 0; i < stored.length; i++) {
      parcels.get(i).answered(stored[i]);
    }
    succeed(place -> item(found[place]));
  }

  private static Answer failure(MemcacheStatus set) throws IOException {
    return switch (set) {
      case VALUE_TOO_LARGE -> Answer.TOO_LARGE;
      case OUT_OF_MEMORY -> Answer.OUT_OF_MEMORY;
      default -> throw new IOException("Answer to a set: " + set);
    };
  }

  private static @Nullable Item item(@Nullable ResponsePacket packet) {
    return packet == null ? null : new Item(packet.value, packet.cas, packet.flags);
  }
}
