package io.zeal.redis;

import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What the user of a connection may not do of what Zeal needs ({@code docs/redis-layout.md}).
 *
 * <p>{@code ACL DRYRUN} would tell, to an administrator. Anybody else can try: a script that
 * promises to write nothing is refused each writing command, and the user's rights come first. So
 * the server answers for every command which of the two it is, and nothing is changed. What it
 * reads is a key that nobody has.
 *
 * @param commands those the user may not run, by their names in {@code ACL SETUSER}
 * @param keys whether it may not use keys of the prefix
 * @param channels whether it may not publish on channels of the prefix
 */
record Rights(Set<String> commands, boolean keys, boolean channels) {

  /** Says of each line of its argument whether the user may run it. */
  private static final String PROBE =
      """
      #!lua flags=no-writes
      local answers = {}
      for line in string.gmatch(ARGV[1], '[^\\n]+') do
        local words = {}
        for word in string.gmatch(line, '%S+') do
          words[#words + 1] = word == 'K' and ARGV[2] or word == 'C' and ARGV[3] or word
        end
        local answer = redis.pcall(unpack(words))
        answers[#answers + 1] = type(answer) == 'table' and answer.err or ''
      end
      return answers
      """;

  /** What stores and counters are made of; {@code K} is a key. */
  private static final List<String> OF_STORES =
      List.of(
          "exists K",
          "get K",
          "hget K f",
          "hincrby K f 1",
          "hlen K",
          "hmget K f",
          "hset K f v",
          "incrby K 1",
          "persist K",
          "pexpire K 1",
          "pexpireat K 1",
          "pttl K",
          "sadd K m",
          "set K v",
          "sismember K m",
          "smembers K",
          "srem K m",
          "time",
          "unlink K",
          "zadd K 1 m",
          "zcard K",
          "zcount K 0 1",
          "zrange K 0 1",
          "zrem K m",
          "zscore K m");

  /** What messages are made of; {@code C} is a channel. */
  private static final List<String> OF_MESSAGES =
      List.of(
          "publish C m",
          "xack K g 1-1",
          "xadd K * f v",
          "xclaim K g c 0 1-1",
          "xdel K 1-1",
          "xgroup|create K g 0",
          "xgroup|createconsumer K g c",
          "xgroup|delconsumer K g c",
          "xgroup|destroy K g",
          "xgroup|setid K g 0",
          "xinfo|consumers K g",
          "xinfo|groups K",
          "xinfo|stream K",
          "xlen K",
          "xpending K g",
          "xrange K 0 1",
          "xreadgroup group g c streams K >",
          "xtrim K maxlen 1");

  /** What a script is told whose user may not: by Redis 7.0, and from 7.2 on. */
  private static final Pattern DENIED =
      Pattern.compile("The user executing the script can't|ACL failure in script");

  private static final Pattern OF_COMMAND =
      Pattern.compile("can't run this command|no permissions to run");

  private static final Pattern OF_KEY =
      Pattern.compile("access at least one of the keys|permissions to access a key");

  private static final Pattern OF_CHANNEL =
      Pattern.compile("publish to the channel|permissions to access a channel");

  boolean isComplete() {
    return commands.isEmpty() && !keys && !channels;
  }

  /** What is missing for stores and counters; empty if the server does not tell. */
  static Optional<Rights> ofStores(Node node, Names names, long deadline) {
    Command unknown = Command.named("EVALSHA").add("0".repeat(40)).add("0").build();
    boolean runsKnown = !mayNot(node.execute(List.of(unknown), deadline).getFirst());
    return of(node, names, OF_STORES, deadline)
        .map(rights -> runsKnown ? rights : rights.without("evalsha"));
  }

  private Rights without(String command) {
    Set<String> more = new TreeSet<>(commands);
    more.add(command);
    return new Rights(more, keys, channels);
  }

  /** What is missing for messages and announcements, beside what stores need. */
  static Optional<Rights> ofMessages(Node node, Names names, boolean sharded, long deadline) {
    List<String> lines =
        OF_MESSAGES.stream()
            .map(line -> sharded ? line.replace("publish", "spublish") : line)
            .toList();
    return of(node, names, lines, deadline).filter(rights -> !rights.commands.contains("eval"));
  }

  private static Optional<Rights> of(Node node, Names names, List<String> lines, long deadline) {
    Command probe =
        Command.named("EVAL")
            .add(PROBE)
            .add("0")
            .add(String.join("\n", lines).replace('|', ' '))
            .add(names.nobody())
            .add(names.channels() + "nobody")
            .build();
    Reply reply = node.execute(List.of(probe), deadline).getFirst();
    if (mayNot(reply)) {
      return Optional.of(new Rights(Set.of("eval"), false, false));
    }
    return reply instanceof Reply.Items(List<Reply> answers) && answers.size() == lines.size()
        ? Optional.of(of(lines, answers))
        : Optional.empty();
  }

  private static boolean mayNot(Reply reply) {
    return reply instanceof Reply.Failure(String message) && message.startsWith("NOPERM");
  }

  private static Rights of(List<String> lines, List<Reply> answers) {
    Set<String> missing = new TreeSet<>();
    boolean keys = false;
    boolean channels = false;
    for (int i = 0; i < lines.size(); i++) {
      String answer =
          answers.get(i) instanceof Reply.Bytes(byte[] text)
              ? new String(text, StandardCharsets.UTF_8)
              : "";
      if (!DENIED.matcher(answer).find()) {
        continue;
      }
      if (OF_COMMAND.matcher(answer).find()) {
        missing.add(lines.get(i).split(" ", 2)[0]);
      }
      keys |= OF_KEY.matcher(answer).find();
      channels |= OF_CHANNEL.matcher(answer).find();
    }
    return new Rights(missing, keys, channels);
  }
}
