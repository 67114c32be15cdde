package io.zeal.proofs.cache;

import io.zeal.proofs.BrokenPromiseException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Knows from the order in which calls began and returned what a cache may answer.
 *
 * <p>For each key there are candidates: states that it may be in. A change adds one when it begins.
 * When it has returned, whatever was settled before it began is no candidate any more. A put is
 * settled when it has returned. A loaded value is settled when its loader begins already: a change
 * that begins later and has returned wins over it, wherever the loader is (K3.8, K3.9). So a value
 * that was replaced, removed or invalidated, or whose load began before that, is never right for a
 * call that begins later, and not after a restart.
 *
 * <p>If an answer came while nobody changed or loaded the key, the key is in that state and in no
 * other: this is how lost values are found.
 *
 * <p>Safe for concurrent use.
 */
final class History implements Recorder {

  private static final long NEVER = Long.MAX_VALUE;
  private static final int REMEMBERED = 24;
  private static final long LONG_AGO_NANOS = 3_000_000_000L;

  private static final class Candidate {
    State state;
    long settled;

    Candidate(State state, long settled) {
      this.state = state;
      this.settled = settled;
    }
  }

  private static final class Key {
    final String name;
    final List<Candidate> alive = new ArrayList<>();

    /** Of each state that died, when it did last. */
    final Map<State, Long> dead = new HashMap<>();

    /** Loaders that began, by version; those of which nobody has the value yet. */
    final Set<Long> pending = new HashSet<>();

    final Map<Long, Long> loads = new HashMap<>();
    final Deque<String> events = new ArrayDeque<>();

    /** What the puts that are under way may lead to. */
    final List<List<Candidate>> puts = new ArrayList<>();

    /** When something that lives shortly was stored last, by {@link System#nanoTime}. */
    long shortLivedNanos = System.nanoTime() - LONG_AGO_NANOS;

    /** Calls that may load: one of many keys shows others what it loaded before it stores it. */
    int computes;

    int invalidations;
    int active;
    long disturbed;

    Key(String name) {
      this.name = name;
    }
  }

  /** A call that has not returned. */
  private record Call(
      Kind kind, String target, long version, long begin, Map<Key, List<Candidate>> candidates) {}

  private final Map<String, Key> keys = new HashMap<>();
  private final Map<Long, Call> calls = new HashMap<>();
  private final List<Candidate> unknown = new ArrayList<>();
  private final Set<Key> unknownKeys = new HashSet<>();
  private @Nullable BrokenPromiseException broken;
  private long position;
  private long faultsSince = NEVER;
  private boolean lossy;
  private boolean shared;
  private long ended;
  private long checks;

  /** Of a cache in which nothing is cached. */
  History(Collection<String> names) {
    for (String name : names) {
      Key key = new Key(name);
      key.alive.add(new Candidate(State.ABSENT, 0));
      keys.put(name, key);
    }
  }

  // --- What may go wrong from now on ---

  /**
   * The cache is on a server: a tag's stamp that has to be made anew is made with the number of
   * then, so a tagged value that is stored while any tag is invalidated may be lost (ADR 0051). And
   * a put that knows the numbers of before an invalidation may replace one that knows those of
   * after: nothing is there then.
   */
  synchronized void shared() {
    shared = true;
  }

  /** Values may be lost at any time without being asked for: a disk is full. */
  synchronized void lossy() {
    lossy = true;
  }

  /**
   * The backend may be out of reach from now on: nothing is told from an answer that something is
   * not there, and a loaded value need not be stored.
   */
  synchronized void faults() {
    faultsSince = ++position;
  }

  /** The backend is in reach, and no call is under way, not even in the network. */
  synchronized void calm() {
    if (!calls.isEmpty()) {
      throw new IllegalStateException(calls.size() + " calls are under way");
    }
    position++;
    faultsSince = NEVER;
    unknown.forEach(candidate -> candidate.settled = position);
    unknown.clear();
    for (Key key : keys.values()) {
      key.pending.clear();
      key.disturbed = position;
    }
    unknownKeys.clear();
  }

  /** What was stored may be lost, as it happened. */
  synchronized void lost() {
    position++;
    keys.values().forEach(key -> absentToo(key));
  }

  private void absentToo(Key key) {
    key.alive.add(new Candidate(State.ABSENT, position));
  }

  // --- Calls ---

  @Override
  public synchronized long begin(Kind kind, String target, long version) {
    long begin = ++position;
    Map<Key, List<Candidate>> candidates = new HashMap<>();
    boolean invalidates = kind == Kind.CLEAR || kind == Kind.REMOVE_TAG;
    for (Key key : targets(kind, target)) {
      note(key, begin, kind + " begins" + (version == 0 ? "" : ", " + version));
      if (kind == Kind.COMPUTE) {
        key.computes++;
      }
      if (!kind.isRead()) {
        List<Candidate> possible = new ArrayList<>();
        results(kind, key, version).forEach(it -> possible.add(new Candidate(it, NEVER)));
        key.alive.addAll(possible);
        key.active++;
        candidates.put(key, possible);
        if (shared && kind == Kind.PUT) {
          key.puts.add(possible);
          if (Keyspace.isShortLived(version)) {
            key.shortLivedNanos = System.nanoTime();
          }
        }
        if (invalidates) {
          key.invalidations++;
        }
        if (shared && key.invalidations > 0) {
          key.puts.forEach(put -> vain(key, put));
        }
      }
    }
    calls.put(begin, new Call(kind, target, version, begin, candidates));
    return begin;
  }

  /** The put may leave nothing behind. */
  private static void vain(Key key, List<Candidate> put) {
    if (put.stream().noneMatch(it -> it.state.isAbsent())) {
      Candidate nothing = new Candidate(State.ABSENT, NEVER);
      put.add(nothing);
      key.alive.add(nothing);
    }
  }

  private Collection<Key> targets(Kind kind, String target) {
    return switch (kind) {
      case CLEAR -> keys.values();
      case REMOVE_TAG -> keys.values().stream().filter(key -> isTouched(key, target)).toList();
      case PUT, REMOVE, EXPIRE, GET, COMPUTE -> List.of(key(target));
    };
  }

  private boolean isTouched(Key key, String tag) {
    List<String> tags = Keyspace.tagsOf(key.name);
    return tags.contains(tag) || (shared && !tags.isEmpty());
  }

  /** Whether the call ends what was there before. */
  private static boolean ends(Call call, Key key) {
    return call.kind != Kind.REMOVE_TAG || Keyspace.tagsOf(key.name).contains(call.target);
  }

  private Key key(String name) {
    Key key = keys.get(name);
    if (key == null) {
      throw new IllegalArgumentException("No key " + name);
    }
    return key;
  }

  private static Set<State> results(Kind kind, Key key, long version) {
    Set<State> states = new HashSet<>();
    switch (kind) {
      case PUT -> states.add(State.fresh(version));
      case EXPIRE ->
          key.alive.stream()
              .filter(it -> !it.state.isAbsent())
              .forEach(it ->
                  states.add(
                      Keyspace.isShortLived(it.state.version())
                          ? State.ABSENT
                          : new State(it.state.version(), true)));
      default -> {}
    }
    if (states.isEmpty() || (kind == Kind.PUT && Keyspace.isShortLived(version))) {
      states.add(State.ABSENT);
    }
    return states;
  }

  @Override
  public synchronized void loading(String name, long version) {
    Key key = key(name);
    position++;
    note(key, position, "load begins, " + version);
    key.alive.add(new Candidate(State.fresh(version), position));
    if (Keyspace.isShortLived(version)) {
      absentToo(key);
      key.shortLivedNanos = System.nanoTime();
    }
    key.pending.add(version);
    key.loads.put(version, position);
  }

  @Override
  public synchronized void loadFailed(String name, long version) {
    Key key = key(name);
    position++;
    note(key, position, "load fails, " + version);
    key.alive.removeIf(it -> it.state.version() == version);
    key.pending.remove(version);
    key.disturbed = position;
  }

  @Override
  public synchronized void end(long number, Ending ending, State state) {
    Call call = calls.remove(number);
    if (call == null) {
      throw new IllegalArgumentException("No call " + number);
    }
    long now = ++position;
    ended++;
    for (Key key : call.kind.isRead() ? List.of(key(call.target)) : call.candidates.keySet()) {
      note(key, now, call.kind + " of " + call.begin + ": " + ending + " " + state);
    }
    if (call.kind.isRead()) {
      if (call.kind == Kind.COMPUTE) {
        key(call.target).computes--;
      }
      if (ending == Ending.ANSWERED) {
        answered(call, key(call.target), state);
      }
    } else {
      call.candidates.forEach((key, possible) -> changed(call, key, possible, ending));
    }
  }

  @SuppressWarnings("ReferenceEquality") // whether it is this put is the question
  private void changed(Call call, Key key, List<Candidate> possible, Ending ending) {
    key.active--;
    key.disturbed = position;
    key.puts.removeIf(put -> put == possible);
    if (call.kind == Kind.CLEAR || call.kind == Kind.REMOVE_TAG) {
      key.invalidations--;
    }
    switch (ending) {
      case UNKNOWN -> {
        unknown.addAll(possible);
        unknownKeys.add(key);
      }
      case NOT_SENT, NOTHING_TO_DO -> key.alive.removeAll(possible);
      default -> {
        for (Candidate candidate : possible) {
          candidate.settled = position;
          if (ending == Ending.GONE) {
            candidate.state = State.ABSENT;
          }
        }
        if (ends(call, key)) {
          kill(key, other -> other.settled < call.begin);
        }
      }
    }
  }

  private void kill(Key key, Predicate<Candidate> which) {
    key.alive.removeIf(candidate -> {
      if (!which.test(candidate)) {
        return false;
      }
      key.dead.merge(candidate.state, position, Math::max);
      return true;
    });
  }

  private void answered(Call call, Key key, State state) {
    checks++;
    boolean quiet = isQuiet(call, key, state);
    if (key.pending.remove(state.version())) {
      key.disturbed = position;
    }
    if (!isRight(call, key, state)) {
      broken(
          "%s of '%s' (begun at %d) answered %s. That is wrong: it may be %s"
              .formatted(call.kind, key.name, call.begin, state, allowed(key)),
          key);
      return;
    }
    boolean told = quiet && key.alive.stream().anyMatch(it -> isOf(call, it.state, state));
    if (told) {
      kill(key, it -> !isOf(call, it.state, state));
      if (Keyspace.isShortLived(state.version()) || mayNotBeStored(call, key)) {
        absentToo(key);
      }
    }
  }

  /**
   * On a server a loaded value is stored only in place of the row that was seen before the load;
   * one that expired meanwhile is not there any more.
   */
  private boolean mayNotBeStored(Call call, Key key) {
    return shared
        && call.kind == Kind.COMPUTE
        && System.nanoTime() - key.shortLivedNanos < LONG_AGO_NANOS;
  }

  private static boolean isOf(Call call, State candidate, State answer) {
    // getOrCompute does not say whether what it answers is stale.
    return call.kind == Kind.COMPUTE
        ? candidate.version() == answer.version()
        : candidate.equals(answer);
  }

  /** Whether nobody else can have changed the key while it was asked for. */
  private boolean isQuiet(Call call, Key key, State state) {
    boolean loadsOfOthers = key.pending.stream().anyMatch(it -> it != state.version());
    return faultsSince == NEVER
        && !(lossy && call.kind == Kind.COMPUTE)
        && key.active == 0
        && key.computes == 0
        && !unknownKeys.contains(key)
        && !loadsOfOthers
        && key.disturbed < call.begin;
  }

  private boolean isRight(Call call, Key key, State state) {
    boolean faults = faultsSince != NEVER;
    if (state.isAbsent() && (lossy || faults)) {
      return true;
    }
    if (key.alive.stream().anyMatch(it -> isOf(call, it.state, state))) {
      return true;
    }
    if (diedSince(call, key, state)
        || (call.kind == Kind.COMPUTE && diedSince(call, key, new State(state.version(), true)))) {
      return true;
    }
    // Whoever cannot ask the backend hears of no change that others make meanwhile.
    Long loaded = key.loads.get(state.version());
    return faults && call.kind == Kind.COMPUTE && loaded != null && loaded > faultsSince;
  }

  private static boolean diedSince(Call call, Key key, State state) {
    return key.dead.getOrDefault(state, 0L) > call.begin;
  }

  @Override
  public synchronized void wrong(String what) {
    position++;
    if (broken == null) {
      broken = new BrokenPromiseException(what);
    }
  }

  private void broken(String what, Key key) {
    if (broken == null) {
      broken =
          new BrokenPromiseException(
              what + ". Its last events:\n    " + String.join("\n    ", key.events));
    }
  }

  private static String allowed(Key key) {
    return key.alive.stream().map(it -> it.state.toString()).distinct().toList().toString();
  }

  private static void note(Key key, long at, String event) {
    key.events.addLast(at + " " + event);
    if (key.events.size() > REMEMBERED) {
      key.events.removeFirst();
    }
  }

  // --- Restarts ---

  /** The process that made the calls is gone, long enough for short lives to be over. */
  synchronized void ended() {
    position++;
    calls.clear();
    for (Key key : keys.values()) {
      note(key, position, "the process ends");
      key.active = 0;
      key.computes = 0;
      key.invalidations = 0;
      key.puts.clear();
      key.pending.clear();
      key.disturbed = position;
      // Where a short-lived one was cached there is nothing now.
      boolean shortLived = key.alive.removeIf(it -> Keyspace.isShortLived(it.state.version()));
      if (shortLived) {
        absentToo(key);
      }
    }
  }

  /** What a new process finds under a key before anybody changes it. */
  synchronized void found(String name, State state, boolean mayBeLost) {
    Key key = key(name);
    position++;
    checks++;
    note(key, position, "found after the restart: " + state);
    boolean right =
        key.alive.stream().anyMatch(it -> it.state.equals(state))
            || (state.isAbsent() && (mayBeLost || lossy));
    if (!right) {
      broken(
          "'%s' is %s after the restart. That is wrong: it may be %s"
              .formatted(name, state, allowed(key)),
          key);
    }
    kill(key, it -> true);
    key.alive.add(new Candidate(state, position));
  }

  /** Throws if anything was wrong. */
  synchronized void check() {
    if (broken != null) {
      throw broken;
    }
  }

  synchronized long calls() {
    return ended;
  }

  synchronized long checks() {
    return checks;
  }
}
