package io.zeal.pubsub.spi;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A group that gives what a test puts into it, to whoever asks, and notes what it is told. Its
 * members are lost, slow or out of order when a test says so.
 */
final class FakeGroup {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();

  // All guarded by lock.
  private final ArrayDeque<Claimed> messages = new ArrayDeque<>();
  private final List<Member> members = new ArrayList<>();
  private final List<List<Settlement>> trips = new ArrayList<>();
  private final List<String> begun = new ArrayList<>();
  private Throwable error;
  private Throwable beatError;
  private Throwable beginError;
  private Throwable takeError;
  private Throwable settleError;
  private boolean stopFails;
  private boolean shortReplies;
  private int beginFailures;
  private CountDownLatch settleGate = new CountDownLatch(0);
  private boolean claimsStand = true;
  private int claimed;
  private int mostClaimed;
  private int beats;

  static Claimed fresh(String id) {
    return new Claimed(id, id.getBytes(StandardCharsets.UTF_8), null, 1, true);
  }

  static Claimed keyed(String key, String id) {
    return new Claimed(id, id.getBytes(StandardCharsets.UTF_8), key, 1, true);
  }

  static Claimed again(String id, long count) {
    return new Claimed(id, id.getBytes(StandardCharsets.UTF_8), null, count, false);
  }

  private <T> T locked(java.util.function.Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      news.signalAll();
      lock.unlock();
    }
  }

  void put(Claimed... more) {
    locked(() -> messages.addAll(List.of(more)));
  }

  void failWith(Throwable next) {
    locked(() -> error = next);
  }

  void failBeginsWith(Throwable next) {
    locked(() -> beginError = next);
  }

  /** How many deliveries could not be begun. */
  int beginFailures() {
    return locked(() -> beginFailures);
  }

  void failBeatsWith(Throwable next) {
    locked(() -> beatError = next);
  }

  void failTakesWith(Throwable next) {
    locked(() -> takeError = next);
  }

  void failSettlesWith(Throwable next) {
    locked(() -> settleError = next);
  }

  /** Lets replies to answers be empty, and nothing be recorded. */
  void shortenReplies(boolean on) {
    locked(() -> shortReplies = on);
  }

  /** Lets every {@code stopTaking} throw, after it has done what it is for. */
  void failStops() {
    locked(() -> stopFails = true);
  }

  /** Throws it, if there is one. */
  private static void check(Throwable error) {
    switch (error) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new AssertionError(error);
    }
  }

  /** Lets every trip that records answers wait until the latch is open. */
  void holdAnswers(CountDownLatch until) {
    locked(() -> settleGate = until);
  }

  void takeClaimsAway() {
    locked(() -> claimsStand = false);
  }

  void loseAllMembers() {
    locked(() -> {
      members.forEach(member -> member.lost = true);
      return null;
    });
  }

  int joined() {
    return locked(members::size);
  }

  boolean isLeft() {
    return locked(() -> members.getLast().left);
  }

  int beats() {
    return locked(() -> beats);
  }

  int mostClaimed() {
    return locked(() -> mostClaimed);
  }

  int waiting() {
    return locked(messages::size);
  }

  List<List<Settlement>> trips() {
    return locked(() -> List.copyOf(trips));
  }

  List<String> begun() {
    return locked(() -> List.copyOf(begun));
  }

  /** What was recorded, in its order: the kind and the id. */
  List<String> recorded() {
    return trips().stream()
        .flatMap(List::stream)
        .map(answer -> answer.getClass().getSimpleName() + " " + answer.message().id())
        .toList();
  }

  List<Settlement> answers() {
    return trips().stream().flatMap(List::stream).toList();
  }

  Membership join() {
    return locked(() -> {
      check(error);
      Member member = new Member();
      members.add(member);
      claimed = 0;
      return member;
    });
  }

  private final class Member implements Membership {

    private boolean lost;
    private boolean stopped;
    private boolean left;

    private void check() {
      if (lost) {
        throw new LostMembershipException("the test said so");
      }
      FakeGroup.check(error);
    }

    @Override
    public List<Claimed> take(int most, Duration wait) {
      lock.lock();
      try {
        long left = wait.toNanos();
        while (true) {
          check();
          FakeGroup.check(takeError);
          if (!messages.isEmpty() && !stopped) {
            List<Claimed> taken = new ArrayList<>();
            while (taken.size() < most && !messages.isEmpty()) {
              taken.add(messages.poll());
            }
            claimed += taken.size();
            mostClaimed = Math.max(mostClaimed, claimed);
            return taken;
          }
          if (stopped || left <= 0) {
            return List.of();
          }
          left = news.awaitNanos(left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return List.of();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void stopTaking() {
      if (locked(
          () -> {
            stopped = true;
            return stopFails;
          })) {
        throw new IllegalStateException("expected by the test");
      }
    }

    @Override
    public OptionalLong begin(Claimed message) {
      return locked(() -> {
        check();
        if (beginError != null) {
          beginFailures++;
          FakeGroup.check(beginError);
        }
        begun.add(message.id());
        return claimsStand ? OptionalLong.of(message.count() + 1) : OptionalLong.empty();
      });
    }

    @Override
    public List<Boolean> settle(List<Settlement> answers) {
      CountDownLatch gate = locked(() -> settleGate);
      try {
        if (!gate.await(20, TimeUnit.SECONDS)) {
          throw new AssertionError("nobody opened the gate");
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return locked(() -> {
        check();
        FakeGroup.check(settleError);
        if (shortReplies) {
          return List.of();
        }
        trips.add(List.copyOf(answers));
        claimed -= answers.size();
        return answers.stream().map(_ -> claimsStand).toList();
      });
    }

    @Override
    public void beat() {
      locked(() -> {
        FakeGroup.check(beatError);
        check();
        return ++beats;
      });
    }

    @Override
    public void close() {
      locked(() -> left = true);
    }
  }
}
