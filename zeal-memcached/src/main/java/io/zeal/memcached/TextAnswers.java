package io.zeal.memcached;

import com.spotify.folsom.client.ascii.AsciiMemcacheDecoder;
import com.spotify.folsom.client.ascii.AsciiResponse;
import com.spotify.folsom.client.ascii.ValueAsciiResponse;
import com.spotify.folsom.client.ascii.ValueResponse;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads answers of the text protocol. folsom's decoder takes a line byte by byte, twice, which was
 * half of what a read of many rows costs the client; here a line that has a value in front of it is
 * copied and read as one. Some lines it takes for nonsense and has the connection closed, and with
 * it the calls of everybody: that there is no memory for a sum, and the answers to a removal of one
 * version ({@link TextRemoval}). All others are folsom's, each when it is whole.
 */
final class TextAnswers extends AsciiMemcacheDecoder {

  private static final byte[] VALUE = TextQuestion.ascii("VALUE ");
  private static final byte[] END = TextQuestion.ascii("END\r\n");
  private static final byte[] NO_MEMORY = TextQuestion.ascii("SERVER_ERROR out of memory\r\n");

  /** Two letters and the end of the line: what a "meta" command answers. */
  private static final int SHORT_LINE = 4;

  private static final int END_OF_LINE = '\r' << Byte.SIZE | '\n';

  /** As long as folsom's; keys have 250 characters at most. */
  private static final int LONGEST_LINE = 500;

  private final byte[] line = new byte[LONGEST_LINE];
  private int length; // of the line
  private int at; // in the line

  private ValueAsciiResponse found = new ValueAsciiResponse();
  private @Nullable ValueResponse next; // whose value is being read
  private int filled; // of its value

  TextAnswers() {
    super(StandardCharsets.US_ASCII);
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    if (next != null) {
      fill(next, in);
    } else if (hasLine(in)) {
      if (begins(VALUE)) {
        in.skipBytes(length);
        next = value();
        filled = 0;
      } else if (found.isEmpty()) {
        AsciiResponse ours = ours();
        if (ours == null) {
          super.decode(context, in.readSlice(length), out);
        } else {
          in.skipBytes(length);
          out.add(ours);
        }
      } else if (begins(END)) {
        in.skipBytes(length);
        out.add(found);
        found = new ValueAsciiResponse();
      } else {
        throw unexpected();
      }
    }
  }

  private void fill(ValueResponse item, ByteBuf in) throws IOException {
    int some = Math.min(item.value.length - filled, in.readableBytes());
    in.readBytes(item.value, filled, some);
    filled += some;
    if (filled == item.value.length && in.readableBytes() >= Short.BYTES) {
      if (in.readShort() != END_OF_LINE) {
        throw new IOException("A value in an answer is longer than it says");
      }
      found.values.add(item);
      next = null;
    }
  }

  /** Whether there is a whole line, which stays where it is. */
  private boolean hasLine(ByteBuf in) throws IOException {
    int most = Math.min(in.readableBytes(), LONGEST_LINE);
    length = in.bytesBefore(most, (byte) '\n') + 1;
    if (length > 0) {
      in.getBytes(in.readerIndex(), line, 0, length);
      if (length > 1 && line[length - 2] == '\r') {
        return true;
      }
    }
    if (length > 0 || most == LONGEST_LINE) {
      throw new IOException("An answer has a line that does not end");
    }
    return false;
  }

  /** What the line means; null if that is folsom's to say. */
  private @Nullable AsciiResponse ours() {
    if (length == SHORT_LINE && line[0] == 'H' && line[1] == 'D') {
      return AsciiResponse.DELETED;
    } else if (length == SHORT_LINE && line[0] == 'E' && line[1] == 'X') {
      return AsciiResponse.EXISTS;
    } else if (length == SHORT_LINE && line[0] == 'N' && line[1] == 'F') {
      return AsciiResponse.NOT_FOUND;
    }
    return length == NO_MEMORY.length && begins(NO_MEMORY) ? AsciiResponse.OUT_OF_MEMORY : null;
  }

  private boolean begins(byte[] with) {
    return length >= with.length && Arrays.equals(line, 0, with.length, with, 0, with.length);
  }

  /** {@code VALUE key flags bytes [version]}. */
  private ValueResponse value() throws IOException {
    int begin = VALUE.length;
    at = begin;
    while (line[at] > ' ') {
      at++;
    }
    byte[] key = Arrays.copyOfRange(line, begin, at);
    int flags = (int) number();
    long bytes = number();
    if (bytes > Integer.MAX_VALUE - Long.BYTES) {
      throw unexpected();
    }
    long version = line[at] == ' ' ? number() : 0;
    if (line[at] != '\r') {
      throw unexpected();
    }
    return new ValueResponse(key, new byte[(int) bytes], version, flags);
  }

  /** The one behind the next space. */
  private long number() throws IOException {
    if (line[at++] != ' ' || line[at] <= ' ') {
      throw unexpected();
    }
    long number = 0;
    while (line[at] > ' ') {
      int digit = line[at++] - '0';
      if (digit < 0 || digit > 9) {
        throw unexpected();
      }
      number = number * 10 + digit;
    }
    return number;
  }

  private static IOException unexpected() {
    return new IOException("An answer has a line that nobody expects there");
  }
}
