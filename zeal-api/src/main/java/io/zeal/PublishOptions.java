package io.zeal;

import io.zeal.spi.Texts;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How a reliable message is published. Immutable.
 *
 * <p>Defaults: no key, no publisher id, a duplicate window of 5 minutes, no trimming.
 */
public final class PublishOptions {

  /** Which messages a stream that is too long may lose. */
  public enum Trim {
    /**
     * The oldest that every group there is has acknowledged; the stream may stay longer than asked.
     * A stream without groups has nothing to wait for.
     */
    ACKNOWLEDGED,
    /** The oldest, whether or not they were handled. */
    ANY
  }

  /** Bytes of UTF-8 of a key or publisher id, which are kept and sent beside each message. */
  private static final int LONGEST_TEXT = 1_024;

  private static final PublishOptions DEFAULTS =
      new PublishOptions(null, null, Duration.ofMinutes(5), 0, Trim.ACKNOWLEDGED);

  private final @Nullable String key;
  private final @Nullable String publisherId;
  private final Duration duplicateWindow;
  private final long maxMessages;
  private final Trim trim;

  private PublishOptions(
      @Nullable String key,
      @Nullable String publisherId,
      Duration duplicateWindow,
      long maxMessages,
      Trim trim) {
    this.key = key;
    this.publisherId = publisherId;
    this.duplicateWindow = duplicateWindow;
    this.maxMessages = maxMessages;
    this.trim = trim;
  }

  /** The defaults. */
  public static PublishOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Gives the message a key: consumers with {@link ConsumeOptions.Order#BY_KEY} handle messages of
   * one key in order. Any well-formed text of 1 to 1,024 bytes of UTF-8.
   */
  public PublishOptions withKey(String key) {
    return new PublishOptions(text(key, "key"), publisherId, duplicateWindow, maxMessages, trim);
  }

  /**
   * Publishes only if {@code id} was not published to the stream within the duplicate window, so
   * that a publisher that does not know whether it succeeded may try again. Any well-formed text of
   * 1 to 1,024 bytes of UTF-8.
   */
  public PublishOptions withPublisherId(String id) {
    return new PublishOptions(key, text(id, "publisherId"), duplicateWindow, maxMessages, trim);
  }

  /**
   * Remembers the publisher id for {@code window} from the publication that made the entry; rounded
   * up to milliseconds, more than zero. Of no use without {@link #withPublisherId}.
   */
  public PublishOptions withDuplicateWindow(Duration window) {
    Duration normal = Ttl.normal(window, "duplicateWindow");
    if (normal == null) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT, "duplicateWindow is " + window + ". Use more than zero.");
    }
    return new PublishOptions(key, publisherId, normal, maxMessages, trim);
  }

  /**
   * Cuts the stream after this publication to about {@code messages} of the newest, at least 1; a
   * server may keep some more where that is cheaper.
   */
  public PublishOptions withMaxMessages(long messages, Trim trim) {
    if (messages < 1) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT, "maxMessages is " + messages + ". Use at least 1.");
    }
    return new PublishOptions(
        key, publisherId, duplicateWindow, messages, Objects.requireNonNull(trim, "trim"));
  }

  private static String text(String text, String what) {
    int length = Texts.utf8Length(Objects.requireNonNull(text, what));
    if (length < 1 || length > LONGEST_TEXT) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          what
              + " "
              + Texts.quote(text)
              + " is "
              + Texts.size(length)
              + ". Use 1 to 1,024 bytes of well-formed text.");
    }
    return text;
  }

  /** What orders the message among others. */
  public Optional<String> key() {
    return Optional.ofNullable(key);
  }

  /** What tells a second publication of the same from a new one. */
  public Optional<String> publisherId() {
    return Optional.ofNullable(publisherId);
  }

  /** How long a publisher id is remembered. */
  public Duration duplicateWindow() {
    return duplicateWindow;
  }

  /** To how many messages the stream is cut; empty for not at all. */
  public OptionalLong maxMessages() {
    return maxMessages == 0 ? OptionalLong.empty() : OptionalLong.of(maxMessages);
  }

  /** Which messages may be cut off. */
  public Trim trim() {
    return trim;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PublishOptions o
        && Objects.equals(key, o.key)
        && Objects.equals(publisherId, o.publisherId)
        && duplicateWindow.equals(o.duplicateWindow)
        && maxMessages == o.maxMessages
        && trim == o.trim;
  }

  @Override
  public int hashCode() {
    return Objects.hash(key, publisherId, duplicateWindow, maxMessages, trim);
  }

  /** Without key and publisher id, which may say whom a message is about. */
  @Override
  public String toString() {
    return "key="
        + (key == null ? "none" : "given")
        + ", publisherId="
        + (publisherId == null ? "none" : "given")
        + ", duplicateWindow="
        + duplicateWindow
        + ", maxMessages="
        + (maxMessages == 0 ? "unlimited" : maxMessages)
        + ", trim="
        + trim;
  }
}
