package io.zeal.redis;

import io.zeal.BackendUnavailableException;
import io.zeal.CapacityException;
import io.zeal.CodecException;
import io.zeal.ErrorCode;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.OperationTimeoutException.Stage;
import io.zeal.Outcome;
import io.zeal.ServerRefusedException;
import io.zeal.ServerRefusedException.Reason;
import io.zeal.ZealClosedException;
import io.zeal.ZealException;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.Reply;
import org.jspecify.annotations.Nullable;

/** Turns what a driver or a server reports into what callers are promised. */
final class Errors {

  private static final int LONGEST_SERVER_TEXT = 200;
  private static final String READ_FIRST = "read before you try again.";

  private Errors() {}

  /**
   * The error for a reply that is not an answer, or null if it is one.
   *
   * @param what what was being done, to what, for example {@code Store 'players'}
   * @param write whether the request was a write: only then the error has an outcome
   */
  static @Nullable ZealException of(Reply reply, String what, boolean write) {
    return switch (reply) {
      case Reply.Lost(Outcome outcome, LinkException cause) ->
          lost(what, write ? outcome : null, cause, READ_FIRST);
      case Reply.Failure(String message) -> refused(what, message, write);
      default -> null;
    };
  }

  /** The error for a write whose reply did not come. */
  static ZealException ofLost(Reply.Lost lost, String what) {
    return lost(what, lost.outcome(), lost.cause(), READ_FIRST);
  }

  /** The error of a script of the application, which may have failed midway. */
  static ZealException ofScript(String message) {
    if (ServerWords.areIn(message)) {
      return refused("Script", message, true);
    }
    return new ServerRefusedException(
        message.startsWith("WRONGTYPE ") ? Reason.WRONG_TYPE : Reason.OTHER,
        "Script: it failed: "
            + sentence(shown(message))
            + (message.contains("Error compiling script")
                ? " It does not compile, and nothing was run. Mend it."
                : " What it changed before that stays: read before you run it again."),
        Outcome.UNKNOWN,
        null);
  }

  /**
   * The error of a script of the application that was not begun, since what it changes could not be
   * announced.
   */
  static ZealException ofScriptNotBegun(String message) {
    return refused("Script", message, Outcome.NOT_SENT, Outcome.NOT_SENT);
  }

  /** The error for a connection that could not be had for a call that is no write. */
  static ZealException of(LinkException cause, String what) {
    return lost(what, null, cause, READ_FIRST);
  }

  /** The error for a channel or a pattern that a server does not let us have. */
  static ZealException ofChannel(String words, Topic topic) {
    String what = ChannelListener.what(topic);
    if (!words.startsWith("NOPERM ")) {
      return refused(what, words, false);
    }
    return new ServerRefusedException(
        Reason.PERMISSION,
        what
            + ": the server refused: "
            + sentence(shown(words))
            + " Let the user run the command, and give it a right to the channel (&…)"
            + (topic.kind() == Topic.Kind.PATTERN
                ? ": for a pattern that is the pattern itself, written the same, or allchannels."
                : "."),
        null,
        null);
  }

  /** The reply, if it is an answer. */
  static Reply answer(Reply reply, String what, boolean write) {
    ZealException error = of(reply, what, write);
    if (error != null) {
      throw error;
    }
    return reply;
  }

  /**
   * The reply to a publication of reliable messages, if it is an answer: what was published cannot
   * be read.
   *
   * @param named whether it has a publisher id
   */
  static Reply publication(Reply reply, String what, boolean named) {
    if (reply instanceof Reply.Lost(Outcome outcome, LinkException cause)) {
      throw lost(
          what,
          outcome,
          cause,
          named
              ? "publish again with the same publisherId, which makes no second message within its"
                  + " duplicateWindow."
              : "published again without a publisherId it may be there twice.");
    }
    return answer(reply, what, true);
  }

  /** The error for a row that is not one: somebody else wrote it, or a server was damaged. */
  static CodecException damaged(String what, String key, String found, @Nullable Exception cause) {
    return new CodecException(
        ErrorCode.CODEC,
        what + ", key '" + key + "' holds no row of its schema: " + found + ". Put the row again.",
        cause);
  }

  private static ZealException lost(
      String what, @Nullable Outcome outcome, LinkException cause, String perhaps) {
    String message =
        what
            + ": "
            + sentence(String.valueOf(cause.getMessage()))
            + whatNow(cause.kind(), outcome, perhaps);
    return switch (cause.kind()) {
      case UNREACHABLE, TLS -> new BackendUnavailableException(message, outcome, cause);
      case CONNECT_TIMEOUT -> new OperationTimeoutException(Stage.CONNECT, message, outcome, cause);
      case QUEUE_TIMEOUT -> new OperationTimeoutException(Stage.QUEUE, message, outcome, cause);
      case REPLY_TIMEOUT ->
          new OperationTimeoutException(
              outcome == Outcome.NOT_SENT ? Stage.WRITE : Stage.SERVER, message, outcome, cause);
      case AUTHENTICATION ->
          new ServerRefusedException(Reason.AUTHENTICATION, message, outcome, cause);
      case REFUSED -> new ServerRefusedException(Reason.OTHER, message, outcome, cause);
      case INTERRUPTED -> {
        Thread.currentThread().interrupt();
        yield new OperationInterruptedException(message, outcome, cause);
      }
      case CLOSED ->
          outcome == Outcome.UNKNOWN
              ? new BackendUnavailableException(message, outcome, cause)
              : new ZealClosedException(
                  what + ": the backend 'redis' is closed. Open a new Zeal instance.");
    };
  }

  /** Servers and libraries end their words with a point or do not. */
  private static String sentence(String words) {
    return words.endsWith(".") || words.endsWith("?") ? words : words + ".";
  }

  /** Trying again helps against an outage, and against nothing that was set up wrong. */
  private static String whatNow(
      LinkException.Kind kind, @Nullable Outcome outcome, String perhaps) {
    if (outcome == Outcome.UNKNOWN) {
      return " It may have happened: " + perhaps;
    }
    return switch (kind) {
      case AUTHENTICATION -> " Mend user and password in zeal.redis.url.";
      case TLS, REFUSED -> " Mend that; trying again does not help.";
      default ->
          outcome == null
              ? " Try again, or see that the server can be reached."
              : " Nothing was sent; it may be tried again.";
    };
  }

  /** What a server says in place of an answer. Most of it comes before anything was executed. */
  private static ZealException refused(String what, String text, boolean write) {
    return write
        ? refused(what, text, Outcome.NOT_SENT, Outcome.UNKNOWN)
        : refused(what, text, null, null);
  }

  /**
   * The same.
   *
   * @param before the outcome of what is refused before anything is executed
   * @param perhaps the outcome of what may be refused later
   */
  private static ZealException refused(
      String what, String text, @Nullable Outcome before, @Nullable Outcome perhaps) {
    int space = text.indexOf(' ');
    String code = space < 0 ? text : text.substring(0, space);
    String words = what + ": the server refused: " + sentence(shown(text));
    return switch (code) {
      case "OOM" ->
          new CapacityException(
              ErrorCode.SERVER_OUT_OF_MEMORY,
              what + ": the server is out of memory. Give it more, or rows a ttl.");
      case "NOPERM" ->
          new ServerRefusedException(
              Reason.PERMISSION,
              words
                  + (text.contains(" to publish on ")
                      ? " Nothing was changed, since it could not be announced: give the user"
                          + " +publish and the right to the prefix's channels"
                          + " (docs/redis-layout.md)."
                      : " Let the user run it on these keys."),
              before,
              null);
      case "NOAUTH", "WRONGPASS" ->
          new ServerRefusedException(
              Reason.AUTHENTICATION,
              words + " Put user and password into zeal.redis.url.",
              before,
              null);
      case "WRONGTYPE" ->
          new ServerRefusedException(
              Reason.WRONG_TYPE,
              words + " Somebody else uses this key: choose another zeal.redis.prefix.",
              perhaps,
              null);
      case "READONLY", "NOREPLICAS" ->
          new ServerRefusedException(
              Reason.READ_ONLY, words + " Point zeal.redis.url at a primary.", before, null);
      case "MOVED", "ASK" ->
          new BackendUnavailableException(
              words
                  + " This is a node of a cluster that serves other keys: write redis+cluster://…"
                  + " in zeal.redis.url; if it says so already, its slots did not settle in time.",
              before,
              null);
      case "LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN" ->
          new BackendUnavailableException(words + " Try again later.", before, null);
      case "MISCONF", "CROSSSLOT", "NOSCRIPT" ->
          new ServerRefusedException(Reason.OTHER, words, before, null);
      default ->
          mayNotInScript(text)
              ? new ServerRefusedException(
                  Reason.PERMISSION,
                  words
                      + " Let the user run what docs/redis-layout.md lists. What the script changed"
                      + " before that stays: write the row again.",
                  perhaps,
                  null)
              : new ServerRefusedException(Reason.OTHER, words, perhaps, null);
    };
  }

  /** A script of ours ran into a command that the user may not run. */
  private static boolean mayNotInScript(String text) {
    return text.contains("ACL failure in script") // from 7.2 on
        || text.contains("user executing the script can't run this command")
        || text.contains("user executing the script can't access");
  }

  /** The server quotes arguments of commands it does not know: they may be anything. */
  private static String shown(String text) {
    int quoted = text.indexOf(", with args");
    String shown = quoted < 0 ? text : text.substring(0, quoted);
    return shown.length() <= LONGEST_SERVER_TEXT
        ? shown
        : shown.substring(0, LONGEST_SERVER_TEXT) + "…";
  }
}
