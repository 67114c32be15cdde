package io.zeal.redis;

import io.zeal.ZealException;
import io.zeal.redis.Route.State;
import io.zeal.redis.spi.Command;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the application wants to receive, and what of it one connection has: who sends asks here
 * what to send next, who receives tells what came.
 *
 * <p>A server confirms in the order in which it was asked, so the questions that are open stand in
 * a line. A topic is in force if the <em>last</em> thing that was asked about it is a subscription
 * and that one is confirmed: somebody may have left and another come while the first confirmation
 * was on its way.
 *
 * <p>One lock guards everything; no foreign code runs while it is held. The lists of routes are
 * replaced whole, so that who delivers reads them without it.
 */
final class Wishes {

  /** One connection, from its beginning to its loss. */
  static final class Round {
    private final ArrayDeque<Ask> open = new ArrayDeque<>(); // guarded by lock
    private boolean over; // guarded by lock
    private boolean pinged; // guarded by lock
    private boolean served; // guarded by lock: something was confirmed
  }

  /** Something asked of the server: about topics of one kind, or for a sign of life. */
  static final class Ask {
    private final Topic.@Nullable Kind kind;
    private final boolean subscribe;

    /** Those that have no answer yet; guarded by lock. */
    private final Set<Topic> topics = new LinkedHashSet<>();

    private final List<Topic> all;

    private Ask(Topic.@Nullable Kind kind, boolean subscribe, List<Topic> all) {
      this.kind = kind;
      this.subscribe = subscribe;
      this.all = all;
      this.topics.addAll(all);
    }

    private boolean isPing() {
      return kind == null;
    }

    Command command() {
      return kind == null ? PING : Topic.command(kind, subscribe, all);
    }
  }

  private static final class Wish {
    volatile List<Route> routes = List.of(); // written under lock
    @Nullable Ask asked; // guarded by lock: the last question, on this connection
    boolean confirmed; // guarded by lock: that last one
    boolean alone; // guarded by lock: was refused together with others
    boolean refused; // guarded by lock: not to be asked again just yet
    boolean again; // guarded by lock: to be asked for although it was, for one that came since

    boolean isAskedFor() {
      return asked != null && asked.subscribe;
    }
  }

  private static final Command PING = Command.named("PING").build();

  private final int most;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Topic, Wish> wishes = new ConcurrentHashMap<>(); // changed under lock

  /** Topics whose wish may differ from what was asked. */
  private final Set<Topic> dirty = new LinkedHashSet<>(); // guarded by lock

  /** Topics of subscriptions that have no attempt left, and of which nobody was told. */
  private final List<Topic> ended = new ArrayList<>(); // guarded by lock

  private @Nullable Round round; // guarded by lock
  private int waiting; // guarded by lock: routes that are new
  private boolean closed; // guarded by lock

  /**
   * @param most how many topics one command may name
   */
  Wishes(int most) {
    this.most = most;
  }

  /** Adds a route. Whoever wants to know when it is in force looks at the route. */
  void add(Route route) {
    lock.lock();
    try {
      Wish wish = wishes.computeIfAbsent(route.topic, any -> new Wish());
      wish.routes = with(wish.routes, route);
      route.ask = null;
      waiting += route.state == State.NEW ? 1 : 0;
      wish.again = true;
      wish.refused = false;
      dirty.add(route.topic);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static List<Route> with(List<Route> routes, Route one) {
    List<Route> all = new ArrayList<>(routes);
    all.add(one);
    return List.copyOf(all);
  }

  /** Removes a route, if it is there. */
  void remove(Route route) {
    lock.lock();
    try {
      Wish wish = wishes.get(route.topic);
      if (wish != null && drop(wish, route)) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Holds the lock. */
  private boolean drop(Wish wish, Route route) {
    List<Route> rest = new ArrayList<>(wish.routes);
    if (!rest.remove(route)) {
      return false;
    }
    wish.routes = List.copyOf(rest);
    if (route.state == State.NEW) {
      waiting--;
    }
    if (rest.isEmpty() && wish.asked == null) {
      wishes.remove(route.topic);
    } else {
      dirty.add(route.topic);
    }
    return true;
  }

  /** Where messages of a topic go; without a lock. */
  List<Route> routes(Topic topic) {
    Wish wish = wishes.get(topic);
    return wish == null ? List.of() : wish.routes;
  }

  /** Holds the lock. */
  private void enter(Route route) {
    switch (route.state) {
      case NEW -> {
        waiting--;
        route.inForce.complete(null);
      }
      case LOST -> {
        route.attempts = 0;
        route.mailbox.resume();
      }
      case IN_FORCE -> {}
    }
    route.state = State.IN_FORCE;
  }

  /** Whether something is wanted. While nothing is there is no connection: all is forgotten. */
  boolean isAnyWanted() {
    lock.lock();
    try {
      boolean wanted = isWanted();
      if (!wanted) {
        wishes.clear();
        dirty.clear();
      }
      return wanted;
    } finally {
      lock.unlock();
    }
  }

  /** Holds the lock. */
  private boolean isWanted() {
    return wishes.values().stream().anyMatch(wish -> !wish.routes.isEmpty());
  }

  /**
   * Waits before the next attempt; not as long if somebody is waiting for an answer.
   *
   * @param nanos how long
   * @param nanosIfAwaited how long then
   */
  void pause(long nanos, long nanosIfAwaited) throws InterruptedException {
    long begin = System.nanoTime();
    lock.lockInterruptibly();
    try {
      long left = nanos;
      while (!closed && left > 0) {
        long ignored = changed.awaitNanos(waiting > 0 ? Math.min(left, nanosIfAwaited) : left);
        long passed = System.nanoTime() - begin;
        left = (waiting > 0 ? Math.min(nanos, nanosIfAwaited) : nanos) - passed;
      }
    } finally {
      lock.unlock();
    }
  }

  /** A connection is there: everything that is wanted has to be asked of it. */
  Round begin() {
    lock.lock();
    try {
      Round begun = new Round();
      round = begun;
      return begun;
    } finally {
      lock.unlock();
    }
  }

  /**
   * What to send next; waits for it.
   *
   * @param pingAt when to ask for a sign of life if nothing else is to be sent
   * @return empty if the wait was over before; null if the connection is lost or was replaced
   */
  @Nullable List<Ask> next(Round current, long pingAt, int mostAsks) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        if (current.over || closed) {
          return null;
        }
        List<Ask> asks = due(mostAsks);
        if (!asks.isEmpty()) {
          current.open.addAll(asks);
          return asks;
        }
        long left = pingAt - System.nanoTime();
        if (left <= 0) {
          return List.of();
        }
        long ignored = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** What asks for a sign of life; nothing while such a question is open. */
  List<Ask> ping(Round current) {
    lock.lock();
    try {
      if (current.over || current.pinged) {
        return List.of();
      }
      Ask ping = new Ask(null, false, List.of());
      current.pinged = true;
      current.open.add(ping);
      return List.of(ping);
    } finally {
      lock.unlock();
    }
  }

  /** Takes what differs out of the dirty topics, and takes it for asked. Holds the lock. */
  private List<Ask> due(int mostAsks) {
    Map<Object, List<Topic>> groups = new LinkedHashMap<>();
    int left = mostAsks * most;
    for (Iterator<Topic> all = dirty.iterator(); all.hasNext() && left > 0; left--) {
      Topic topic = all.next();
      all.remove();
      Wish wish = wishes.get(topic);
      if (wish == null || wish.refused) {
        continue;
      }
      boolean wanted = !wish.routes.isEmpty();
      if (wanted == wish.isAskedFor() && !(wanted && wish.again)) {
        forgetIfDone(topic, wish);
        continue;
      }
      // Sharded topics of one command have to be in one slot; which few are.
      boolean single = wish.alone || topic.kind() == Topic.Kind.SHARDED;
      Object group = single ? topic : List.of(topic.kind(), wanted);
      groups.computeIfAbsent(group, any -> new ArrayList<>()).add(topic);
    }
    List<Ask> asks = new ArrayList<>();
    groups
        .values()
        .forEach(group -> {
          for (int from = 0; from < group.size(); from += most) {
            asks.add(ask(List.copyOf(group.subList(from, Math.min(group.size(), from + most)))));
          }
        });
    return asks;
  }

  /** Holds the lock. */
  private Ask ask(List<Topic> topics) {
    Wish first = Objects.requireNonNull(wishes.get(topics.getFirst()));
    Ask ask = new Ask(topics.getFirst().kind(), !first.routes.isEmpty(), topics);
    for (Topic topic : topics) {
      Wish wish = Objects.requireNonNull(wishes.get(topic));
      wish.asked = ask;
      wish.confirmed = false;
      wish.again = false;
      for (Route route : wish.routes) {
        route.ask = route.ask == null ? ask : route.ask;
      }
    }
    return ask;
  }

  /** Where nobody wants it, and the server was not asked or has confirmed that. Holds the lock. */
  private void forgetIfDone(Topic topic, Wish wish) {
    if (wish.routes.isEmpty() && (wish.asked == null || wish.confirmed)) {
      wishes.remove(topic);
    }
  }

  /**
   * The server says that a topic is subscribed to, or is not any more.
   *
   * @return whether it was asked to; else it takes a topic away of its own accord
   */
  boolean confirmed(Round current, boolean subscribe, Topic topic) {
    lock.lock();
    try {
      Ask first = current.open.peek();
      if (current.over
          || first == null
          || first.subscribe != subscribe
          || !first.topics.remove(topic)) {
        return false;
      }
      current.served = true;
      if (first.topics.isEmpty()) {
        current.open.remove();
      }
      Wish wish = wishes.get(topic);
      if (wish == null) {
        return true;
      }
      wish.confirmed |= wish.asked == first;
      if (subscribe) {
        wish.alone = false;
        wish.routes.stream().filter(route -> route.ask == first).forEach(this::enter);
      } else {
        forgetIfDone(topic, wish);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The server will send no more of this topic, though nobody asked it to stop. */
  void takenAway(Topic topic) {
    lock.lock();
    try {
      Wish wish = wishes.get(topic);
      if (wish != null && wish.asked != null && wish.confirmed) {
        wish.asked = null;
        wish.routes.forEach(Wishes::lose);
        dirty.add(topic);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Not in force any more. */
  private static void lose(Route route) {
    route.ask = null;
    if (route.state == State.IN_FORCE) {
      route.state = State.LOST;
      route.attempts = 0;
      route.mailbox.suspend();
    }
  }

  /** What is wanted. */
  List<Topic> topics() {
    return List.copyOf(wishes.keySet());
  }

  /** Takes the routes of a topic out, to be added elsewhere; they are not in force from here on. */
  List<Route> take(Topic topic) {
    lock.lock();
    try {
      Wish wish = wishes.get(topic);
      if (wish == null) {
        return List.of();
      }
      List<Route> routes = wish.routes;
      for (Route route : routes) {
        drop(wish, route);
        lose(route);
      }
      changed.signalAll();
      return routes;
    } finally {
      lock.unlock();
    }
  }

  /** The sign of life came. */
  void pong(Round current) {
    lock.lock();
    try {
      Ask first = current.open.peek();
      if (first != null && first.isPing()) {
        current.open.remove();
        current.pinged = false;
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * The server refuses what was asked first. If that was about several topics, each is asked for
   * alone: perhaps one of them is the reason.
   *
   * @param reason the error for a topic; null if somebody else takes care of it
   */
  void refused(Round current, Function<Topic, @Nullable ZealException> reason) {
    lock.lock();
    try {
      Ask first = current.open.poll();
      if (first == null || first.isPing()) {
        current.pinged = false;
        return;
      }
      boolean several = first.topics.size() > 1;
      for (Topic topic : first.topics) {
        Wish wish = wishes.get(topic);
        if (wish == null) {
          continue;
        }
        wish.routes.stream().filter(route -> route.ask == first).forEach(route -> route.ask = null);
        if (wish.asked != first) {
          wish.again = true; // it was asked for again meanwhile, for others
          dirty.add(topic);
          continue;
        }
        wish.asked = null;
        wish.alone = several;
        wish.refused = !several;
        ZealException error = wish.refused ? reason.apply(topic) : null;
        if (error != null) {
          attemptFailed(wish, error);
        }
        dirty.add(topic);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What was refused may be allowed by now. */
  void askAgain() {
    lock.lock();
    try {
      wishes.forEach((topic, wish) -> {
        if (wish.refused) {
          wish.refused = false;
          dirty.add(topic);
        }
      });
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The connection is gone.
   *
   * @return whether it had been of use
   */
  boolean lost(Round current) {
    lock.lock();
    try {
      current.over = true;
      round = null;
      wishes.forEach((topic, wish) -> {
        wish.asked = null;
        wish.confirmed = false;
        wish.refused = false;
        wish.again = false;
        dirty.add(topic);
        for (Route route : wish.routes) {
          if (route.state == State.IN_FORCE) {
            lose(route);
          } else {
            route.ask = null;
            attemptFailed(wish, route);
          }
        }
      });
      changed.signalAll();
      return current.served;
    } finally {
      lock.unlock();
    }
  }

  /**
   * An attempt to connect failed.
   *
   * @param reason the error for those who wait to be in force, if trying again is of no use to
   *     them; else null
   */
  void attemptFailed(@Nullable Function<Topic, ZealException> reason) {
    lock.lock();
    try {
      wishes.forEach((topic, wish) -> {
        if (reason == null) {
          wish.routes.forEach(route -> attemptFailed(wish, route));
        } else {
          attemptFailed(wish, reason.apply(topic));
        }
      });
    } finally {
      lock.unlock();
    }
  }

  /** Holds the lock. */
  private void attemptFailed(Wish wish, ZealException reason) {
    for (Route route : wish.routes) {
      if (route.state == State.NEW) {
        drop(wish, route);
        route.fail(reason);
      } else {
        attemptFailed(wish, route);
      }
    }
  }

  /** Holds the lock. */
  private void attemptFailed(Wish wish, Route route) {
    int most = route.mailbox.options().maxAttempts();
    if (route.state == State.LOST && ++route.attempts >= most && most > 0) {
      drop(wish, route);
      route.mailbox.giveUp();
      ended.add(route.topic);
    }
  }

  /** Topics of subscriptions that ended since the last call, because no attempt was left. */
  List<Topic> takeEnded() {
    lock.lock();
    try {
      List<Topic> all = List.copyOf(ended);
      ended.clear();
      return all;
    } finally {
      lock.unlock();
    }
  }

  /** Whether nothing is wanted and nothing is open. */
  boolean isIdle() {
    lock.lock();
    try {
      return !isWanted() && (round == null || round.open.isEmpty());
    } finally {
      lock.unlock();
    }
  }

  /** How many subscriptions wait for their connection to come back. */
  long lost() {
    lock.lock();
    try {
      return wishes.values().stream()
          .flatMap(wish -> wish.routes.stream())
          .filter(route -> route.state == State.LOST)
          .count();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing is wanted any more; whoever waits gets the error. */
  void close(Function<Topic, ZealException> reason) {
    lock.lock();
    try {
      closed = true;
      wishes.forEach((topic, wish) -> {
        for (Route route : wish.routes) {
          if (route.state == State.NEW) {
            route.fail(reason.apply(topic));
          }
        }
      });
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
