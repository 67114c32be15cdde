package io.zeal.redisdrivers;

import static io.zeal.redisdrivers.Replies.command;
import static io.zeal.redisdrivers.Replies.plain;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.RedisLink;
import io.zeal.redis.spi.Reply;
import io.zeal.verification.servers.RedisErrorException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server answers comes back as it is: every kind of reply, every byte, its errors too. */
abstract class DriverRepliesTck extends DriverTck {

  DriverRepliesTck(DriverUnderTest driver) {
    super(driver);
  }

  @Test
  void everyKindOfReplyComesAsItIs() throws LinkException {
    String key = freshKey();
    assertThat(
            exchange(
                link(),
                command("SET", key, "v"),
                command("GET", key),
                command("GET", key + "-none"),
                command("APPEND", key, "w"),
                command("DECR", key + "-n"),
                command("SET", key + "-max", Long.toString(Long.MAX_VALUE)),
                command("INCRBY", key + "-max", "0"),
                command("RPUSH", key + "-list", "a", ""),
                command("LRANGE", key + "-list", "0", "-1"),
                command("LRANGE", key + "-none", "0", "-1"),
                command("HGETALL", key + "-none"),
                command("ZADD", key + "-z", "1.5", "m"),
                command("ZSCORE", key + "-z", "m"),
                command("MGET", key, key + "-none"),
                command("BLPOP", key + "-none", "0.01"),
                command("EVAL", "return {1, {2, 'a', {}}, false, 'b'}", "0"),
                command("PING")))
        .containsExactly(
            "OK",
            "v",
            null,
            2L,
            -1L,
            "OK",
            Long.MAX_VALUE,
            2L,
            List.of("a", ""),
            List.of(),
            List.of(),
            1L,
            "1.5",
            listOf("vw", null),
            null,
            listOf(1L, List.of(2L, "a", List.of()), null, "b"),
            "PONG");
  }

  @Test
  void bytesComeBackExactly() throws LinkException {
    RedisLink link = link();
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    byte[] large = new byte[1 << 20];
    new Random(1).nextBytes(large);
    for (byte[] value :
        List.of(new byte[0], all, large, "\r\n+OK\r\n".getBytes(StandardCharsets.US_ASCII))) {
      String key = freshKey();
      List<Reply> replies =
          link.exchange(
              List.of(
                  Command.named("SET").add(key).add(value).build(),
                  Command.named("SET").add(value).add(key).build(),
                  command("GET", key),
                  Command.named("GET").add(value).build()),
              in(LONG));
      assertThat(plain(replies.subList(0, 2))).containsExactly("OK", "OK");
      assertThat(((Reply.Bytes) replies.get(2)).value()).isEqualTo(value);
      assertThat(plain(replies.get(3))).isEqualTo(key);
    }
  }

  @Test
  void anExchangeOfNothingIsNothing() throws LinkException {
    RedisLink link = link();
    assertThat(link.exchange(List.of(), in(LONG))).isEmpty();
    assertThat(exchange(link, command("PING"))).containsExactly("PONG");
  }

  @Test
  void tenThousandCommandsAreAnsweredInOrder() throws LinkException {
    RedisLink link = link();
    String key = freshKey();
    for (int round = 0; round < 3; round++) {
      List<Command> commands = new ArrayList<>();
      List<Object> expected = new ArrayList<>();
      for (int i = 0; i < 5_000; i++) {
        commands.add(command("SET", key + i, round + "-" + i));
        commands.add(command("GET", key + i));
        expected.add("OK");
        expected.add(round + "-" + i);
      }
      assertThat(plain(link.exchange(commands, in(LONG)))).isEqualTo(expected);
    }
  }

  @Test
  void manyLargeRepliesAreReadWhole() throws LinkException {
    RedisLink link = link();
    String key = freshKey();
    List<Command> commands = new ArrayList<>();
    List<Object> expected = new ArrayList<>();
    commands.add(command("SET", key, LARGE));
    expected.add("OK");
    for (int i = 0; i < 30; i++) {
      commands.add(command("GET", key));
      expected.add(LARGE);
    }
    assertThat(plain(link.exchange(commands, in(LONG)))).isEqualTo(expected);
  }

  @Test
  void threadsMayTakeTurns() throws Exception {
    RedisLink link = link();
    String key = freshKey();
    for (int i = 1; i <= 20; i++) {
      ThreadFactory threads =
          i % 2 == 0 ? Thread.ofVirtual().factory() : Thread.ofPlatform().factory();
      assertThat(on(threads, () -> exchange(link, command("INCR", key))).get(20, SECONDS))
          .containsExactly((long) i);
    }
  }

  @Test
  void anErrorOfTheServerIsAFailureInItsWordsAndTheOthersGoOn() throws LinkException {
    String key = freshKey();
    RedisLink link = link();
    List<@Nullable Object> replies =
        exchange(
            link,
            command("SET", key, VALUE),
            command("INCR", key),
            command("LPUSH", key, "1"),
            command("EXPIRE", key, "soon"),
            command("GET", key));
    assertThat(replies)
        .containsExactly(
            "OK",
            "-" + errorOf("INCR", key),
            "-" + errorOf("LPUSH", key, "1"),
            "-" + errorOf("EXPIRE", key, "soon"),
            VALUE);
    assertThat(exchange(link, command("PING"))).containsExactly("PONG");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MOVED 3999 127.0.0.1:6381",
        "MOVED 3999 :6381",
        "ASK 3999 127.0.0.1:6381",
        "TRYAGAIN Multiple keys request during rehashing of slot",
        "CLUSTERDOWN Hash slot not served",
        "LOADING Redis is loading the dataset in memory",
        "MASTERDOWN Link with MASTER is down",
        "BUSY Redis is busy running a script.",
        "NOSCRIPT No matching script. Please use EVAL.",
        "READONLY You can't write against a read only replica.",
        "OOM command not allowed when used memory > 'maxmemory'.",
        "NOPERM this user has no permissions to run the 'get' command",
        "WRONGTYPE Operation against a key holding the wrong kind of value",
        "NOAUTH Authentication required.",
        "ZEAL-7 words: with channel: and command: in them"
      })
  void whatErrorsMeanIsDecidedByOthers(String words) throws LinkException {
    RedisLink link = link();
    assertThat(
            exchange(
                link,
                command("EVAL", "return redis.error_reply(ARGV[1])", "0", words),
                command("PING")))
        .containsExactly("-" + words, "PONG");
    assertThat(exchange(link, command("PING"))).containsExactly("PONG");
  }

  @Test
  void anErrorWithinAnArrayKeepsItsPlace() throws LinkException {
    RedisLink link = link();
    List<@Nullable Object> replies =
        exchange(
            link,
            command("EVAL", "return {1, redis.error_reply('ZEAL-7 words'), 2}", "0"),
            command("PING"));
    assertThat(replies).containsExactly(List.of(1L, "-ZEAL-7 words", 2L), "PONG");
    assertThat(exchange(link, command("PING"))).containsExactly("PONG");
  }

  private static List<@Nullable Object> listOf(@Nullable Object... values) {
    return new ArrayList<>(Arrays.asList(values));
  }

  private static String errorOf(String... words) {
    try {
      Object reply = server().command(words);
      throw new AssertionError("no error, but " + reply);
    } catch (RedisErrorException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
