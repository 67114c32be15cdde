package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.BackendInfo;
import io.zeal.BackendUnavailableException;
import io.zeal.Capability;
import io.zeal.Outcome;
import io.zeal.ZealException;
import io.zeal.spi.Announcer;
import io.zeal.spi.Backend;
import io.zeal.spi.ForwardingBackend;
import io.zeal.spi.Messaging;
import io.zeal.spi.Operation;
import io.zeal.spi.Rows;
import io.zeal.spi.Sequence;
import io.zeal.spi.StoreSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The way from one instance to its far level, in the hand of a test: messages on it can be lost,
 * held back, changed and brought again, answers can be late. One for each instance.
 *
 * <p>A subclass of {@link TieredTck} and its like puts it around the far level that it opens:
 * {@code line.around(new RedisBackendProvider().open(context))}. Safe for concurrent use.
 */
public final class FarLine {

  private final Duration patience;
  private final FarMessages messages = new FarMessages();
  private final Map<String, StoreSpec<?>> specs = new ConcurrentHashMap<>();
  private final Map<String, Rows<?>> announced = new ConcurrentHashMap<>();
  private final Set<Capability> hidden = EnumSet.noneOf(Capability.class);
  private final List<byte[]> told = new CopyOnWriteArrayList<>();
  private final AtomicReference<@Nullable Late> late = new AtomicReference<>();
  private final AtomicReference<@Nullable Gate> lateReport = new AtomicReference<>();
  private final AtomicReference<@Nullable Lost> lost = new AtomicReference<>();
  private final AtomicInteger heartbeats = new AtomicInteger();
  private volatile boolean silent;
  private volatile boolean old;
  private volatile @Nullable Backend far;

  FarLine(Duration patience) {
    this.patience = patience;
  }

  /** The far level, by way of this line; once. */
  public Backend around(Backend far) {
    if (this.far != null) {
      throw new AssertionError("The line is around another far level. Each instance has its own.");
    }
    this.far = far;
    return new ForwardingBackend(far) {
      @Override
      public BackendInfo info() {
        return less(far.info());
      }

      @Override
      public <R> Rows<R> rows(StoreSpec<R> spec) {
        return FarLine.this.rows(far, spec);
      }

      @Override
      public Messaging messaging() {
        return messages.around(far.messaging());
      }
    };
  }

  private BackendInfo less(BackendInfo info) {
    Set<Capability> left = EnumSet.noneOf(Capability.class);
    left.addAll(info.capabilities());
    left.removeAll(hidden);
    return new BackendInfo(info.name(), info.scope(), left, info.limits());
  }

  private <R> Rows<R> rows(Backend backend, StoreSpec<R> spec) {
    Announcer announcer = spec.announcer();
    if (announcer == null) {
      return backend.rows(spec);
    }
    specs.put(spec.name(), new StoreSpec<>(spec.name(), spec.schema(), spec.options(), null));
    StoreSpec<R> told = spec.withAnnouncer(new FarAnnouncer(announcer, this));
    Rows<R> rows = new FarRows<>(backend.rows(told), this);
    announced.put(spec.name(), rows);
    return rows;
  }

  boolean isUsed() {
    return far != null;
  }

  /** The far level does not claim this. */
  void hide(Capability capability) {
    hidden.add(capability);
  }

  /** A store as somebody has it who writes past everybody's copies. */
  @SuppressWarnings("unchecked") // the kit asks for what it opened
  <R> Rows<R> past(String store) {
    StoreSpec<R> spec = (StoreSpec<R>) specs.get(store);
    Backend backend = far;
    if (spec == null || backend == null) {
      throw new AssertionError("Store '" + store + "' was not opened with an announcer.");
    }
    return backend.rows(spec);
  }

  /** A store as the instance has it. */
  Rows<?> announced(String store) {
    return Objects.requireNonNull(announced.get(store), "a store that the instance opened");
  }

  // What the instance sends

  void tells(byte[] frame) {
    told.add(frame);
  }

  /** The frame that this instance announced last. */
  byte[] lastTold() {
    return told.getLast();
  }

  /** From now on this instance's heartbeats go nowhere. */
  void stopHeartbeats() {
    silent = true;
  }

  /** A heartbeat has gone out. */
  void beat() {
    heartbeats.incrementAndGet();
  }

  /** How many of this instance's heartbeats have gone out. */
  int heartbeats() {
    return heartbeats.get();
  }

  boolean isSilent() {
    return silent;
  }

  // What the far level answers

  /** The next report of a change that was announced waits: its caller has no answer yet. */
  Gate delayReport() {
    Gate next = new Gate(patience);
    lateReport.set(next);
    return next;
  }

  /** A change was announced, and this is about to be reported. */
  void reports() {
    Gate gate = lateReport.getAndSet(null);
    if (gate != null) {
      var _ = gate.pass();
    }
  }

  /** The answer to the next call of this kind waits, once the far level has given it. */
  Gate delayAnswer(Operation operation) {
    Gate next = new Gate(patience);
    late.set(new Late(operation, next));
    return next;
  }

  /** The next call of this kind happens, and ends in an error that says it may have. */
  void loseAnswer(Operation operation) {
    lost.set(
        new Lost(
            operation,
            new BackendUnavailableException(
                "The line broke before the answer came.", Outcome.UNKNOWN, null)));
  }

  /** What the call under way will end in, so that its step is reported as failed (N3.2). */
  @Nullable ZealException error() {
    Lost losing = lost.get();
    return losing == null ? null : losing.error;
  }

  /** What is read from now on is marked as old, as by a far level that falls back, or no more. */
  void answerOld(boolean old) {
    this.old = old;
  }

  boolean answersOld() {
    return old;
  }

  /** The far level has answered a call. */
  void answered(Operation operation) {
    Lost losing = lost.get();
    if (losing != null && losing.operation == operation && lost.compareAndSet(losing, null)) {
      throw losing.error;
    }
    Late waiting = late.get();
    if (waiting != null && waiting.operation == operation && late.compareAndSet(waiting, null)) {
      var _ = waiting.gate.pass();
    }
  }

  /** An answer that is not to come. */
  private record Lost(Operation operation, ZealException error) {}

  /** An answer that is to wait. */
  private record Late(Operation operation, Gate gate) {}

  // Messages to the instance

  FarMessages messages() {
    return messages;
  }

  /** Waits until the instance has heard what {@code writer} announced last. */
  void awaitHeard(String rule, FarLine writer) {
    await(rule, "heard", writer.lastTold(), messages::heard);
  }

  /** Waits until what {@code writer} announced last was lost on its way to the instance. */
  void awaitLost(String rule, FarLine writer) {
    await(rule, "lost", writer.lastTold(), messages::lost);
  }

  private interface Seen {
    List<byte[]> all();
  }

  private void await(String rule, String what, byte[] frame, Seen seen) {
    boolean came =
        Waiting.until(
            () -> seen.all().stream().anyMatch(message -> isOf(message, frame)), patience);
    assertThat(came)
        .as("%s the last announcement of the writer: expected to be %s", rule, what)
        .isTrue();
  }

  private static boolean isOf(byte[] message, byte[] frame) {
    return Arrays.equals(Sequence.frame(message), frame);
  }

  /** The message that brought what {@code writer} announced last. */
  byte[] messageOf(FarLine writer) {
    byte[] frame = writer.lastTold();
    return messages.heard().stream()
        .filter(message -> isOf(message, frame))
        .findFirst()
        .orElseThrow();
  }

  /** Changes the trailer of every message from now on that has no more than one number. */
  void change(UnaryOperator<Sequence> change) {
    messages.change(message -> withTrailer(message, change));
  }

  /** A message with another trailer. */
  static byte[] withTrailer(byte[] message, UnaryOperator<Sequence> change) {
    List<Sequence> trailer = new ArrayList<>(Sequence.read(message));
    trailer.replaceAll(change);
    return Sequence.append(Sequence.frame(message), trailer);
  }
}
