package io.zeal.proofs.messages;

import io.zeal.verification.servers.RedisConnection;
import io.zeal.verification.servers.RedisErrorException;
import io.zeal.verification.servers.RedisServer;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the stream on the server itself, again and again, on a connection that never breaks but
 * with the server: which messages there are, and of which it is recorded that a group is through
 * with them. What it saw, had happened when it says so, and what is recorded is on the disk.
 */
final class Observer implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofMillis(8);
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String MOST = "1000000";

  private final List<RedisServer> nodes;
  private final Thread thread;
  private volatile boolean over;
  private volatile @Nullable RedisServer home;
  private String key = "";

  // Guarded by this.
  private final TreeMap<StreamId, Long> entries = new TreeMap<>();
  private final Map<Group, Progress> progress = new EnumMap<>(Group.class);
  private final List<String> wrong = new ArrayList<>();
  private long looks;

  /** How far a group is. */
  private static final class Progress {
    final Set<StreamId> open = new HashSet<>();

    /** When it was seen to be through with each. */
    final Map<StreamId, Long> settledNanos = new HashMap<>();
  }

  private Observer(List<RedisServer> nodes) {
    this.nodes = nodes;
    this.thread = Thread.ofPlatform().daemon().name("observer").unstarted(this::lookOn);
  }

  /** Begins; the stream and its groups are there already. */
  static Observer begin(List<RedisServer> nodes) {
    Observer observer = new Observer(nodes);
    observer.find();
    observer.thread.start();
    return observer;
  }

  /** The node with the stream. */
  RedisServer home() {
    RedisServer found = home;
    if (found == null) {
      throw new IllegalStateException("Nobody has looked for the stream yet.");
    }
    return found;
  }

  /**
   * Every message that there is or was, if none was trimmed too soon to be seen; and its number.
   */
  synchronized Map<StreamId, Long> entries() {
    return new TreeMap<>(entries);
  }

  /** When a group was seen to be through with each message. */
  synchronized Map<Group, Map<StreamId, Long>> settledNanos() {
    Map<Group, Map<StreamId, Long>> copy = new EnumMap<>(Group.class);
    progress.forEach((group, it) -> copy.put(group, Map.copyOf(it.settledNanos)));
    return copy;
  }

  /** The messages that were seen, and with which the group was not seen to be through. */
  synchronized Set<StreamId> open(Group group) {
    return new TreeSet<>(progress(group).open);
  }

  synchronized List<String> wrong() {
    return List.copyOf(wrong);
  }

  synchronized long looks() {
    return looks;
  }

  /** The one with messages; another calls those that wait. */
  private void find() {
    for (RedisServer node : nodes) {
      try (RedisConnection connection = node.connect()) {
        for (Object name : list(connection.command("KEYS", "*:m:*:s"))) {
          if ("stream".equals(connection.command("TYPE", String.valueOf(name)))
              && !list(connection.command("XINFO", "GROUPS", String.valueOf(name))).isEmpty()) {
            key = String.valueOf(name);
            home = node;
            return;
          }
        }
      }
    }
    throw new IllegalStateException("No stream with messages and groups on " + nodes);
  }

  private void lookOn() {
    while (!over) {
      try (RedisConnection connection = home().connect()) {
        while (!over) {
          look(connection);
          LockSupport.parkNanos(PAUSE.toNanos());
        }
      } catch (UncheckedIOException | RedisErrorException away) {
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  /** Waits for a look that began after this call. */
  void awaitLook() {
    long from = looks() + 2;
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (looks() < from) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("The server does not let itself be looked at.");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  private void look(RedisConnection connection) {
    StreamId last = last();
    List<List<String>> commands = new ArrayList<>();
    commands.add(List.of("MULTI"));
    commands.add(List.of("XRANGE", key, "(" + last, "+"));
    commands.add(List.of("XINFO", "GROUPS", key));
    for (Group group : Group.values()) {
      commands.add(List.of("XPENDING", key, group.title(), "-", "+", MOST));
    }
    commands.add(List.of("EXEC"));
    for (List<String> command : commands) {
      connection.send(command.toArray(String[]::new));
    }
    for (int i = 1; i < commands.size(); i++) {
      var _ = connection.receive();
    }
    List<Object> answers = list(connection.receive());
    long now = System.nanoTime();
    for (Object answer : answers) {
      if (answer instanceof RedisErrorException error) {
        throw error;
      }
    }
    take(answers, now);
  }

  private synchronized StreamId last() {
    return entries.isEmpty() ? new StreamId(0, 0) : entries.lastKey();
  }

  private synchronized void take(List<Object> answers, long now) {
    looks++;
    for (Object entry : list(answers.getFirst())) {
      StreamId id = StreamId.of(String.valueOf(list(entry).getFirst()));
      entries.put(id, number(list(list(entry).getLast())));
      for (Group group : Group.values()) {
        progress(group).open.add(id);
      }
    }
    Map<String, StreamId> delivered = new HashMap<>();
    for (Object group : list(answers.get(1))) {
      Map<String, String> facts = facts(list(group));
      delivered.put(
          facts.getOrDefault("name", ""),
          StreamId.of(facts.getOrDefault("last-delivered-id", "0-0")));
    }
    int next = 2;
    for (Group group : Group.values()) {
      Set<StreamId> pending = new HashSet<>();
      for (Object item : list(answers.get(next++))) {
        pending.add(StreamId.of(String.valueOf(list(item).getFirst())));
      }
      StreamId upTo = delivered.getOrDefault(group.title(), new StreamId(0, 0));
      settle(group, pending, upTo, now);
    }
  }

  /** Holds the lock. */
  private void settle(Group group, Set<StreamId> pending, StreamId upTo, long now) {
    Progress mine = progress(group);
    mine.open.removeIf(id -> {
      boolean through = id.compareTo(upTo) <= 0 && !pending.contains(id);
      if (through) {
        mine.settledNanos.put(id, now);
      }
      return through;
    });
    for (StreamId id : pending) {
      if (mine.settledNanos.remove(id) != null) {
        wrong.add(
            "Message %s is open again for group %s after its end was recorded"
                .formatted(id, group.title()));
        mine.open.add(id);
      }
    }
  }

  /** Holds the lock. */
  private Progress progress(Group group) {
    return progress.computeIfAbsent(group, it -> new Progress());
  }

  private static long number(List<Object> fields) {
    for (int i = 0; i + 1 < fields.size(); i += 2) {
      if ("p".equals(fields.get(i))) {
        return Content.number(String.valueOf(fields.get(i + 1)));
      }
    }
    throw new IllegalStateException("A message without a payload: " + fields);
  }

  private static Map<String, String> facts(List<Object> words) {
    Map<String, String> facts = new HashMap<>();
    for (int i = 0; i + 1 < words.size(); i += 2) {
      facts.put(String.valueOf(words.get(i)), String.valueOf(words.get(i + 1)));
    }
    return facts;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(@Nullable Object reply) {
    return reply == null ? List.of() : (List<Object>) reply;
  }

  @Override
  public void close() {
    over = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true; // its reads have a limit
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
