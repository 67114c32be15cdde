package io.zeal.memcached;

import com.spotify.folsom.MemcacheAuthenticationException;
import com.spotify.folsom.client.Utils;
import com.spotify.folsom.client.ascii.AsciiRequest;
import com.spotify.folsom.client.ascii.AsciiResponse;
import com.spotify.folsom.client.ascii.ValueAsciiResponse;
import com.spotify.folsom.client.ascii.ValueResponse;
import com.spotify.folsom.guava.HostAndPort;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A read of different keys in the text protocol, with the versions of the items, and a {@code set}
 * for each parcel behind it. The server answers each of them; folsom, which expects one answer to a
 * request, gets the last one ({@link SeveralAnswers}).
 */
final class TextQuestion extends AsciiRequest<Items> {

  private static final byte[] GETS = ascii("gets");
  private static final byte[] SET = ascii("set ");
  private static final byte[] NO_FLAGS = ascii(" 0 ");
  private static final byte[] NO_KEY = {};

  /** What a {@code set} has beside key and value, its two numbers in ten digits each. */
  private static final int AROUND = SET.length + NO_FLAGS.length + 10 + 1 + 10 + 2 + 2;

  private final Client.Question question;

  // Of the thread that sends and receives:
  private byte[][] keys = {};
  private List<? extends Client.Parcel> parcels = List.of();
  private AsciiResponse[] kept = {};
  private int keeping;

  TextQuestion(Client.Question question) {
    super(NO_KEY);
    this.question = question;
  }

  static byte[][] encoded(List<String> keys) {
    byte[][] encoded = new byte[keys.size()][];
    for (int i = 0; i < encoded.length; i++) {
      encoded[i] = ascii(keys.get(i));
    }
    return encoded;
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public ByteBuf writeRequest(ByteBufAllocator allocator, ByteBuffer unused) {
    keys = encoded(question.keys());
    parcels = question.parcels();
    kept = new AsciiResponse[parcels.size()];
    ByteBuf request = allocator.buffer(mostBytes()).writeBytes(GETS);
    for (byte[] each : keys) {
      request.writeByte(SPACE_BYTES).writeBytes(each);
    }
    request.writeBytes(NEWLINE_BYTES);
    for (Client.Parcel each : parcels) {
      write(each, request);
    }
    return request;
  }

  private int mostBytes() {
    int bytes = GETS.length + NEWLINE_BYTES.length;
    for (byte[] each : keys) {
      bytes += 1 + each.length;
    }
    for (Client.Parcel each : parcels) {
      bytes += AROUND + each.key().length() + each.value().length;
    }
    return bytes;
  }

  private static void write(Client.Parcel parcel, ByteBuf request) {
    byte[] value = parcel.value();
    request
        .writeBytes(SET)
        .writeBytes(ascii(parcel.key()))
        .writeBytes(NO_FLAGS)
        .writeBytes(ascii(Integer.toString(Utils.ttlToExpiration(parcel.seconds()))))
        .writeByte(SPACE_BYTES)
        .writeBytes(ascii(Integer.toString(value.length)))
        .writeBytes(NEWLINE_BYTES)
        .writeBytes(value)
        .writeBytes(NEWLINE_BYTES);
  }

  /** Takes an answer, unless it is the last one. */
  boolean keeps(AsciiResponse answer) {
    if (keeping == kept.length) {
      return false;
    }
    kept[keeping++] = answer;
    return true;
  }

  /** The values come in the order of the keys; those that are not there are left out. */
  @Override
  protected void handle(AsciiResponse last, HostAndPort server) throws IOException {
    AsciiResponse[] answers = Arrays.copyOf(kept, kept.length + 1);
    answers[kept.length] = last;
    for (AsciiResponse answer : answers) {
      if (answer.type == AsciiResponse.Type.CLIENT_ERROR) {
        fail(new MemcacheAuthenticationException("The server wants a login first."), server);
        return;
      }
    }
    @Nullable ValueResponse[] found = found(answers[0]);
    for (int i = 0; i < parcels.size(); i++) {
      parcels.get(i).answered(answer(answers[i + 1]));
    }
    succeed(place -> item(found[place]));
  }

  private static Answer answer(AsciiResponse set) throws IOException {
    return switch (set.type) {
      case STORED -> Answer.DONE;
      case VALUE_TOO_LARGE -> Answer.TOO_LARGE;
      case OUT_OF_MEMORY -> Answer.OUT_OF_MEMORY;
      default -> throw new IOException("Answer to a set: " + set.type);
    };
  }

  private @Nullable ValueResponse[] found(AsciiResponse read) throws IOException {
    @Nullable ValueResponse[] found = new ValueResponse[keys.length];
    if (read instanceof ValueAsciiResponse some) {
      int place = 0;
      for (ValueResponse value : some.values) {
        while (place < keys.length && !Arrays.equals(keys[place], value.key)) {
          place++;
        }
        if (place == keys.length) {
          throw new IOException("An answer to a read has a key that was not asked for");
        }
        found[place++] = value;
      }
    } else if (read.type != AsciiResponse.Type.EMPTY_LIST) {
      throw new IOException("Answer to a read: " + read.type);
    }
    return found;
  }

  private static @Nullable Item item(@Nullable ValueResponse value) {
    return value == null ? null : new Item(value.value, value.cas, value.flags);
  }
}
