package io.zeal.testkit;

import io.zeal.BackendException;
import io.zeal.BackendUnavailableException;
import io.zeal.BulkException;
import io.zeal.CapacityException;
import io.zeal.CircuitOpenException;
import io.zeal.CodecException;
import io.zeal.ConfigurationException;
import io.zeal.InvalidArgumentException;
import io.zeal.LoaderFailedException;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.SchemaException;
import io.zeal.ServerRefusedException;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.ZealClosedException;
import io.zeal.ZealException;
import io.zeal.spi.Announcement;
import io.zeal.spi.Announcer;
import io.zeal.spi.Sequence;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call whose answer nobody hears. What was announced with the change is part of the answer: who
 * does not hear that the change happened does not learn its number either ({@link Announcement}).
 *
 * @param error what the caller is told in place of the answer
 * @param keys the keys whose answer is lost; null for all
 */
record LostReply(ZealException error, @Nullable Set<String> keys) {

  /** Of the call that this thread makes: the announcer is asked by the same thread. */
  private static final ScopedValue<LostReply> CURRENT = ScopedValue.newInstance();

  static void during(ZealException error, Runnable call) {
    ScopedValue.where(CURRENT, new LostReply(error, null)).run(call);
  }

  static <T> T during(ZealException error, Set<String> keys, Supplier<T> call) {
    return ScopedValue.where(CURRENT, new LostReply(error, keys)).call(call::get);
  }

  /** Asks {@code announcer}, and keeps from its announcements what nobody hears. */
  static Announcer around(Announcer announcer) {
    return (bucket, kind, keys) -> {
      Announcement announcement = announcer.announce(bucket, kind, keys);
      return CURRENT.isBound() && CURRENT.get().concerns(keys)
          ? new Unheard(announcement, CURRENT.get().error)
          : announcement;
    };
  }

  /** The announcement of a call of its own. */
  static Announcement around(Announcement announcement) {
    return CURRENT.isBound() ? new Unheard(announcement, CURRENT.get().error) : announcement;
  }

  /** A step of several keys has one answer. */
  private boolean concerns(List<String> step) {
    return keys == null || step.isEmpty() || step.stream().anyMatch(keys::contains);
  }

  /**
   * Throws what no answer would have said: that the call is wrong, or the backend closed, is known
   * without one.
   */
  static void requireAnAnswer(ZealException unheard) {
    switch (unheard) {
      case BackendException _,
          BackendUnavailableException _,
          BulkException _,
          CapacityException _,
          CircuitOpenException _,
          OperationTimeoutException _,
          SchemaException _,
          ServerRefusedException _ -> {}
      case CodecException e -> throw e;
      case ConfigurationException e -> throw e;
      case InvalidArgumentException e -> throw e;
      case LoaderFailedException e -> throw e;
      case OperationInterruptedException e -> throw e;
      case UnsupportedCapabilityException e -> throw e;
      case ZealClosedException e -> throw e;
    }
  }

  /** Whatever became of the step, it is told that it failed, once. */
  private static final class Unheard implements Announcement {

    private final Announcement announcement;
    private final ZealException error;
    private final AtomicBoolean told = new AtomicBoolean();

    Unheard(Announcement announcement, ZealException error) {
      this.announcement = announcement;
      this.error = error;
    }

    @Override
    public String channel() {
      return announcement.channel();
    }

    @Override
    public byte[] frame() {
      return announcement.frame();
    }

    @Override
    public void published(Sequence sequence) {
      tell();
    }

    @Override
    public void skipped() {
      tell();
    }

    @Override
    public void failed(ZealException unheard) {
      tell();
    }

    private void tell() {
      if (told.compareAndSet(false, true)) {
        announcement.failed(error);
      }
    }
  }
}
