package io.zeal.demo;

import io.zeal.Message;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Invalidations that do not arrive at this process though the server sent them, as on a network
 * that loses messages: as many as were asked for, and of the panel's own store alone.
 */
final class Losses {

  /** Where the backend "tiered" tells of changes of that store (docs/adr/0070). */
  static final String CHANNEL = "zeal:tiered:" + Servers.STORE;

  /** The second byte of a frame says what it is. */
  private static final int KIND = 1;

  private static final byte HEARTBEAT = 3;

  private final AtomicInteger next = new AtomicInteger();
  private final AtomicLong lost = new AtomicLong();

  /** From now on that many are lost. */
  void loseNext(int invalidations) {
    next.set(invalidations);
  }

  /** Who hears a channel, but for what is lost on it. */
  Consumer<? super Message> lossy(String channel, Consumer<? super Message> handler) {
    if (!channel.equals(CHANNEL)) {
      return handler;
    }
    return message -> {
      if (!lose(message)) {
        handler.accept(message);
      }
    };
  }

  /** Whether a message of the channel is one that is lost now. */
  boolean lose(Message message) {
    if (!isInvalidation(message.payload()) || next.getAndUpdate(Losses::less) == 0) {
      return false;
    }
    lost.incrementAndGet();
    return true;
  }

  /** Heartbeats arrive, as they do on a network that loses one message and not the next. */
  private static boolean isInvalidation(byte[] frame) {
    return frame.length > KIND && frame[KIND] != HEARTBEAT;
  }

  private static int less(int left) {
    return Math.max(0, left - 1);
  }

  /** How many are still to be lost. */
  int next() {
    return next.get();
  }

  /** How many were lost since this process began. */
  long lost() {
    return lost.get();
  }
}
