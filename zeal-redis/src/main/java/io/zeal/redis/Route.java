package io.zeal.redis;

import io.zeal.Message;
import io.zeal.ZealException;
import io.zeal.pubsub.spi.Glob;
import io.zeal.pubsub.spi.Mailbox;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The way of messages from a topic into one subscription. */
final class Route {

  /** What a subscription has of its topic. */
  enum State {
    /** Never in force yet: somebody waits for that. */
    NEW,
    /** The server has confirmed it. */
    IN_FORCE,
    /** The connection was lost after it had been in force. */
    LOST
  }

  final Topic topic;
  final Mailbox mailbox;

  /** Completed once it is in force; exceptionally with why it never will be. */
  final CompletableFuture<@Nullable Void> inForce = new CompletableFuture<>();

  private final String prefix;
  private final @Nullable Glob filter;

  /** Read without the lock by the one thread that delivers, which alone makes it in force. */
  volatile State state = State.NEW; // written under the lock of the wishes

  /** What of this connection it waits for; null if nothing was asked since it came. */
  Wishes.@Nullable Ask ask; // guarded by the lock of the wishes

  /** Attempts to come back from this outage that failed. */
  int attempts; // guarded by the lock of the wishes

  /**
   * @param prefix what channels on the server have before the name that the application knows
   * @param filter what the application's pattern means; null for a channel
   */
  Route(Topic topic, Mailbox mailbox, String prefix, @Nullable Glob filter) {
    this.topic = topic;
    this.mailbox = mailbox;
    this.prefix = prefix;
    this.filter = filter;
  }

  /**
   * Whether a message on this channel is for the subscription: the server's pattern is wider, and
   * what comes before it is in force was published before it was made.
   */
  boolean takes(String channel) {
    return state == State.IN_FORCE
        && (filter == null
            || (channel.length() > prefix.length()
                && channel.startsWith(prefix)
                && filter.matches(channel.substring(prefix.length()))));
  }

  /** Waits as long as the queue is full and its policy is to block. */
  void deliver(String channel, byte[] payload) throws InterruptedException {
    var _ =
        mailbox.deliver(
            new Message(channel.substring(prefix.length()), payload), ChannelListener.FOR_EVER);
  }

  /** It will never be in force. */
  void fail(ZealException reason) {
    inForce.completeExceptionally(reason);
  }
}
