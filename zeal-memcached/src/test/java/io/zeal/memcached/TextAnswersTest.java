package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.spotify.folsom.client.ascii.AsciiResponse;
import com.spotify.folsom.client.ascii.ValueAsciiResponse;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextAnswersTest {

  private static final String ALL =
      String.join(
          "\r\n",
          "VALUE a 0 5 18446744073709551615",
          "a\r\nb\r",
          "VALUE b 4294967295 0",
          "",
          "END",
          "END",
          "STORED",
          "STAT pid 1",
          "STAT uptime 2",
          "END",
          "7",
          "SERVER_ERROR object too large for cache",
          "SERVER_ERROR out of memory storing object",
          "SERVER_ERROR out of memory",
          "HD",
          "EX",
          "NF",
          "CLIENT_ERROR unauthenticated",
          "VALUE c 1 3 9",
          "END",
          "END",
          "");

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 11, 40, 1_000})
  void answersAreTheSameInPiecesOfAnySize(int piece) {
    assertThat(answers(ALL, piece))
        .containsExactly(
            "a=a\r\nb\r 0 -1, b= -1 0",
            "EMPTY_LIST",
            "STORED",
            "STATS",
            "NUMERIC_VALUE",
            "VALUE_TOO_LARGE",
            "OUT_OF_MEMORY",
            "OUT_OF_MEMORY",
            "DELETED",
            "EXISTS",
            "NOT_FOUND",
            "CLIENT_ERROR",
            "c=END 1 9");
  }

  private static List<String> answers(String said, int piece) {
    EmbeddedChannel channel = new EmbeddedChannel(new TextAnswers());
    for (int from = 0; from < said.length(); from += piece) {
      String some = said.substring(from, Math.min(said.length(), from + piece));
      var _ = channel.writeInbound(Unpooled.copiedBuffer(some, StandardCharsets.ISO_8859_1));
    }
    List<String> answers = new ArrayList<>();
    for (AsciiResponse answer = channel.readInbound();
        answer != null;
        answer = channel.readInbound()) {
      answers.add(text(answer));
    }
    return answers;
  }

  private static String text(AsciiResponse answer) {
    if (!(answer instanceof ValueAsciiResponse found)) {
      return answer.type.toString();
    }
    return String.join(
        ", ",
        found.values.stream()
            .map(one -> text(one.key) + "=" + text(one.value) + " " + one.flags + " " + one.cas)
            .toList());
  }

  private static String text(byte[] ascii) {
    return new String(ascii, StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "VALUE a 0\r\n",
        "VALUE a 0 x\r\n",
        "VALUE a 0 99999999999\r\n",
        "VALUE a 0 1 2 3\r\n",
        "VALUE a  1 2\r\n",
        "VALUE a 0 1 \r\n",
        "VALUE a 0 1 2\r\nxy\r\n",
        "VALUE a 0 1 2\r\nx\r\nSTORED\r\n",
        "VALUE \r\n",
        "no line\n",
        "\n",
        "what is this\r\n",
        "HDX\r\n",
        "SERVER_ERROR out of memory writing get response\r\n",
      })
  void whatIsNoAnswerIsRefused(String said) {
    assertThatThrownBy(() -> answers(said, said.length())).isInstanceOf(DecoderException.class);
    assertThatThrownBy(() -> answers(said, 1)).isInstanceOf(DecoderException.class);
  }

  @Test
  void lineWithoutEndIsRefused() {
    assertThat(answers("x".repeat(499), 100)).isEmpty();
    assertThatThrownBy(() -> answers("x".repeat(500), 100)).isInstanceOf(DecoderException.class);
  }
}
