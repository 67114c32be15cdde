package io.zeal.redis;

import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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
 * reads is of a store, a counter and a stream that nobody can have, or nobody has.
 *
 * @param commands those the user may not run, by their names in {@code ACL SETUSER}
 * @param keys whether it may not use keys of the prefix
 * @param channels patterns of channels of the prefix on which it may not publish
 */
record Rights(Set<String> commands, boolean keys, Set<String> channels) {

  /** What a right is needed for. */
  enum Use {
    /** Rows and counters. */
    STORES,
    /** Changes of stores that others keep copies of. */
    ANNOUNCEMENTS,
    /** {@code PubSub}. */
    CHANNELS,
    /** {@code ReliablePubSub}. */
    STREAMS
  }

  private static final Rights COMPLETE = new Rights(Set.of(), false, Set.of());

  /** No store can be called so, and no counter or stream is. */
  private static final String NOBODY = "zeal:nobody";

  /** What the channels of announced stores begin with, behind the prefix. */
  private static final String ANNOUNCED = "zeal:tiered:";

  /** Says of each line of its argument whether the user may run it. */
  private static final String PROBE =
      """
      #!lua flags=no-writes
      local names = {K = ARGV[2], N = ARGV[3], S = ARGV[4], C = ARGV[5], A = ARGV[6]}
      local answers = {}
      for line in string.gmatch(ARGV[1], '[^\\n]+') do
        local words = {}
        for word in string.gmatch(line, '%S+') do
          words[#words + 1] = names[word] or word
        end
        local answer = redis.pcall(unpack(words))
        answers[#answers + 1] = type(answer) == 'table' and answer.err or ''
      end
      return answers
      """;

  /**
   * What stores and counters are made of; {@code K} is a key of a store, {@code N} of a counter.
   */
  private static final List<String> OF_STORES =
      List.of(
          "exists K",
          "get K",
          "get N",
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

  /** What reliable messages are made of; {@code S} is a key of a stream. */
  private static final List<String> OF_STREAMS =
      List.of(
          "xack S g 1-1",
          "xadd S * f v",
          "xclaim S g c 0 1-1",
          "xdel S 1-1",
          "xgroup|create S g 0",
          "xgroup|createconsumer S g c",
          "xgroup|delconsumer S g c",
          "xgroup|destroy S g",
          "xgroup|setid S g 0",
          "xinfo|consumers S g",
          "xinfo|groups S",
          "xinfo|stream S",
          "xlen S",
          "xpending S g",
          "xrange S 0 1",
          "xreadgroup group g c streams S >",
          "xtrim S maxlen 1");

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
    return commands.isEmpty() && !keys && channels.isEmpty();
  }

  /** What is missing of either. */
  Rights and(Rights other) {
    Set<String> allCommands = new TreeSet<>(commands);
    allCommands.addAll(other.commands);
    Set<String> allChannels = new TreeSet<>(channels);
    allChannels.addAll(other.channels);
    allChannels.removeIf(
        one -> allChannels.stream().anyMatch(wider -> !wider.equals(one) && covers(wider, one)));
    return new Rights(allCommands, keys || other.keys, allChannels);
  }

  private static boolean covers(String pattern, String other) {
    return other.startsWith(pattern.substring(0, pattern.length() - 1));
  }

  /** One line of the probe: {@code channels} is what it is about, if it is about some. */
  private record Try(Use use, String line, String channels) {

    String command() {
      return line.split(" ", 2)[0];
    }
  }

  /** What is missing, by use; empty if the server does not tell. */
  static Optional<Map<Use, Rights>> of(
      Node node, ServerFacts fact, Names names, boolean sharded, long deadline) {
    List<Try> tries = tries(fact, names, sharded);
    Command unknown = Command.named("EVALSHA").add("0".repeat(40)).add("0").build();
    Command probe =
        Command.named("EVAL")
            .add(PROBE)
            .add("0")
            .add(String.join("\n", tries.stream().map(Try::line).toList()).replace('|', ' '))
            .add(names.store(NOBODY))
            .add(names.counter(NOBODY))
            .add(names.stream(NOBODY) + "s")
            .add(names.channels() + "nobody")
            .add(names.channels() + ANNOUNCED + "nobody")
            .build();
    List<Reply> replies = node.execute(List.of(unknown, probe), deadline);
    for (Reply reply : replies) {
      if (reply instanceof Reply.Lost lost) {
        throw Errors.of(lost.cause(), "Asking " + node);
      }
    }
    return of(tries, mayNot(replies.getFirst()), replies.getLast());
  }

  /**
   * Redis 7.0.0 lets a script that promises to write nothing publish ({@code redis#10744}), and
   * nobody knows of a server that does not say what it is.
   */
  private static List<Try> tries(ServerFacts fact, Names names, boolean sharded) {
    List<Try> tries = new ArrayList<>();
    OF_STORES.forEach(line -> tries.add(new Try(Use.STORES, line, "")));
    if (fact.refusesPublishingReaders()) {
      String all = names.channels() + "*";
      String publish = sharded ? "spublish" : "publish";
      tries.add(new Try(Use.CHANNELS, publish + " C m", all));
      if (!sharded) {
        String announced = names.channels() + ANNOUNCED + "*";
        tries.add(new Try(Use.ANNOUNCEMENTS, "publish A m", announced));
      }
    }
    OF_STREAMS.forEach(line -> tries.add(new Try(Use.STREAMS, line, "")));
    return tries;
  }

  private static Optional<Map<Use, Rights>> of(List<Try> tries, boolean notKnown, Reply reply) {
    if (mayNot(reply)) {
      Rights eval = new Rights(Set.of("eval"), false, Set.of());
      return Optional.of(Map.of(Use.STORES, notKnown ? eval.and(missing("evalsha")) : eval));
    }
    if (!(reply instanceof Reply.Items(List<Reply> answers) && answers.size() == tries.size())) {
      return Optional.empty();
    }
    Map<Use, Rights> missing = new EnumMap<>(Use.class);
    if (notKnown) {
      missing.put(Use.STORES, missing("evalsha"));
    }
    for (int i = 0; i < tries.size(); i++) {
      missing.merge(tries.get(i).use(), of(tries.get(i), answers.get(i)), Rights::and);
    }
    return Optional.of(missing);
  }

  private static Rights missing(String command) {
    return new Rights(Set.of(command), false, Set.of());
  }

  private static boolean mayNot(Reply reply) {
    return reply instanceof Reply.Failure(String message) && message.startsWith("NOPERM");
  }

  private static Rights of(Try what, Reply reply) {
    String answer =
        reply instanceof Reply.Bytes(byte[] text) ? new String(text, StandardCharsets.UTF_8) : "";
    if (!DENIED.matcher(answer).find()) {
      return COMPLETE;
    }
    return new Rights(
        OF_COMMAND.matcher(answer).find() ? Set.of(what.command()) : Set.of(),
        OF_KEY.matcher(answer).find(),
        OF_CHANNEL.matcher(answer).find() ? Set.of(what.channels()) : Set.of());
  }
}
