package io.zeal.redis;

import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.Script;
import io.zeal.Scripts;
import io.zeal.ZealException;
import io.zeal.redis.spi.Reply.Bytes;
import io.zeal.redis.spi.Reply.Items;
import io.zeal.redis.spi.Reply.Nil;
import io.zeal.spi.Announcer.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Scripts of the application: called by digest, sent whole to a server that does not know them. */
final class RedisScripts implements Scripts {

  /**
   * What a script says of itself that cannot change anything; the server holds it to that. Or it
   * says something of itself and nothing else.
   */
  private static final Pattern NO_WRITES = Pattern.compile("#![^\\n]*(\\bno-writes\\b|\\z)");

  private final Names names;
  private final Server server;
  private final TouchingScripts touching;
  private final Map<String, RedisStore> stores;
  private final int database;

  /**
   * @param database the number of the one that the stores are in
   */
  RedisScripts(Names names, Server server, Map<String, RedisStore> stores, int database) {
    this.names = names;
    this.server = server;
    this.touching = new TouchingScripts(server);
    this.stores = stores;
    this.database = database;
  }

  @Override
  public Reply run(Script script, List<String> keys, List<String> arguments) {
    keys.forEach(key -> requireReachable(script, key));
    List<byte[]> keyBytes = keys.stream().map(Names::bytes).toList();
    requireOneSlot(keyBytes);
    List<byte[]> argumentBytes = arguments.stream().map(Names::bytes).toList();
    Map<Bucket, StepAnnouncer> touched = touched(script, keys);
    if (touched.isEmpty()) {
      return ScriptReplies.converted(
          server.execute(
              Request.write(ServerScript.foreign(script.source()), keyBytes, argumentBytes)));
    }
    long deadline = server.deadline();
    ServerScript whole = touching.of(script.source(), deadline);
    AnnouncedSteps steps = new AnnouncedSteps("Script");
    return steps.during(() ->
        announced(
            whole,
            deadline,
            steps,
            touched,
            new ArrayList<>(keyBytes),
            new ArrayList<>(argumentBytes)));
  }

  /** The buckets that the script may change and whose changes are announced. */
  private Map<Bucket, StepAnnouncer> touched(Script script, List<String> keys) {
    Map<Bucket, StepAnnouncer> touched = new LinkedHashMap<>();
    if (NO_WRITES.matcher(script.source()).lookingAt()) {
      return touched;
    }
    List<String> unnamed = new ArrayList<>();
    for (String name : script.touchedStores()) {
      RedisStore store = stores.get(name);
      StepAnnouncer announcer = store == null ? null : store.announcer();
      if (store == null || announcer == null) {
        continue;
      }
      List<Bucket> named = new ArrayList<>();
      for (String key : keys) {
        int bucket = names.bucketOf(key, name);
        if (bucket >= 0 && bucket < store.buckets().size()) {
          named.add(store.buckets().get(bucket));
        }
      }
      if (named.isEmpty()) {
        // Whatever it changes, it finds by itself.
        unnamed.add(name);
        named = store.buckets();
      }
      named.forEach(bucket -> touched.put(bucket, announcer));
    }
    if (!unnamed.isEmpty()) {
      requireOneStep(unnamed, touched.keySet(), keys);
    }
    return touched;
  }

  /** On a cluster a script cannot take numbers of buckets that are in other slots. */
  private void requireOneStep(List<String> unnamed, Set<Bucket> touched, List<String> keys) {
    if (server.topology() instanceof ClusterTopology
        && Stream.concat(
                    keys.stream().map(Names::bytes),
                    touched.stream().map(bucket -> bucket.countKey))
                .map(Slots::of)
                .distinct()
                .count()
            > 1) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          "A script touches "
              + unnamed.stream().sorted().toList()
              + " and is given no key of these stores. On a cluster others could not be told what it"
              + " changes there. Nothing was run; give it the keys of the rows that it changes, or"
              + " do not name the stores (Script.touching).");
    }
  }

  private Reply announced(
      ServerScript script,
      long deadline,
      AnnouncedSteps announced,
      Map<Bucket, StepAnnouncer> touched,
      List<byte[]> keys,
      List<byte[]> arguments) {
    List<AnnouncedStep> steps = new ArrayList<>(touched.size());
    touched.forEach(
        (bucket, announcer) -> steps.add(announced.ask(announcer, bucket, Kind.CLEAR, List.of())));
    steps.forEach(step -> step.addTo(keys, arguments));
    arguments.add(Names.bytes(Integer.toString(steps.size())));
    arguments.add(Names.bytes(Integer.toString(database)));
    announced.sending();
    io.zeal.redis.spi.Reply reply =
        server.execute(List.of(Request.write(script, keys, arguments)), deadline).getFirst();
    if (reply instanceof Items(List<io.zeal.redis.spi.Reply> parts)
        && !parts.isEmpty()
        && parts.getFirst() instanceof Bytes(byte[] refusal)) {
      throw Errors.ofScriptNotBegun(new String(refusal, StandardCharsets.UTF_8));
    }
    if (reply instanceof Items(List<io.zeal.redis.spi.Reply> parts)
        && !parts.isEmpty()
        && parts.getFirst() instanceof Items(List<io.zeal.redis.spi.Reply> counts)) {
      // First, since an error within the answer is thrown, and then the steps have failed with it.
      Reply answer = ScriptReplies.converted(parts.size() == 1 ? new Nil() : parts.get(1));
      for (int i = 0; i < steps.size(); i++) {
        if (i < counts.size() && counts.get(i) instanceof Bytes(byte[] count)) {
          steps.get(i).took(count);
        }
        steps.get(i).report((ZealException) null);
      }
      return answer;
    }
    throw ScriptReplies.error(reply);
  }

  private void requireReachable(Script script, String key) {
    if (names.isOurs(key)
        && script.touchedStores().stream().noneMatch(store -> names.isOfRows(key, store))) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          "Key '"
              + key
              + "' of a script is under zeal.redis.prefix and not of a store that the script"
              + " touches: "
              + script.touchedStores().stream().sorted().toList()
              + ". Use a key of your own, or name its store with Script.touching.");
    }
  }

  private void requireOneSlot(List<byte[]> keys) {
    if (server.topology() instanceof ClusterTopology
        && keys.stream().map(Slots::of).distinct().count() > 1) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          "The keys of a script are in different slots of the cluster. Give them one hash tag: {x}a, {x}b.");
    }
  }
}
