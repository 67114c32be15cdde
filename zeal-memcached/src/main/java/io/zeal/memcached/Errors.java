package io.zeal.memcached;

import io.zeal.BackendUnavailableException;
import io.zeal.CapacityException;
import io.zeal.ErrorCode;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.OperationTimeoutException.Stage;
import io.zeal.Outcome;
import io.zeal.ServerRefusedException;
import io.zeal.ServerRefusedException.Reason;
import io.zeal.ZealClosedException;
import io.zeal.ZealException;
import io.zeal.memcached.ClientException.Kind;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What callers are told of a server that gives no answer. */
final class Errors {

  private final BooleanSupplier closed;

  /**
   * @param closed whether the backend is closed, which ends connections
   */
  Errors(BooleanSupplier closed) {
    this.closed = closed;
  }

  /** Refuses a call on a closed backend. */
  void requireOpen(String what) {
    if (closed.getAsBoolean()) {
      throw closed(what, null);
    }
  }

  /** Of a read, which may simply be made again. */
  ZealException ofRead(ClientException e, String what) {
    return of(e, what, null);
  }

  /** Of a write; it did not happen unless this very request was sent. */
  ZealException ofWrite(ClientException e, String what) {
    return of(e, what, e.sent() ? Outcome.UNKNOWN : Outcome.NOT_SENT);
  }

  /** Of a write of which nothing but questions were sent so far. */
  ZealException beforeWrite(ClientException e, String what) {
    return of(e, what, Outcome.NOT_SENT);
  }

  private ZealException of(ClientException e, String what, @Nullable Outcome outcome) {
    if (closed.getAsBoolean() && outcome != Outcome.UNKNOWN) {
      return closed(what, e);
    }
    String message = what + ": " + e.getMessage() + "." + whatNow(e.kind(), outcome);
    return switch (e.kind()) {
      case UNREACHABLE, TLS -> new BackendUnavailableException(message, outcome, e);
      case OVERLOADED -> new OperationTimeoutException(Stage.QUEUE, message, outcome, e);
      case TIMEOUT -> new OperationTimeoutException(Stage.SERVER, message, outcome, e);
      case AUTHENTICATION -> new ServerRefusedException(Reason.AUTHENTICATION, message, outcome, e);
      case REFUSED -> new ServerRefusedException(Reason.OTHER, message, outcome, e);
      case INTERRUPTED -> new OperationInterruptedException(message, outcome, e);
    };
  }

  /** Trying again helps against an outage, and against nothing that was set up wrong. */
  private static String whatNow(Kind kind, @Nullable Outcome outcome) {
    if (outcome == Outcome.UNKNOWN) {
      return " It may have happened, or happen yet: read before you repeat it.";
    }
    return switch (kind) {
      case AUTHENTICATION -> " Mend zeal.memcached.user and zeal.memcached.password.";
      case TLS, REFUSED -> " Mend that; trying again does not help.";
      case TIMEOUT ->
          (outcome == null ? " Try again" : " It did not happen; try again")
              + ", with fewer keys in one call, or raise zeal.memcached.timeout.";
      case INTERRUPTED ->
          (outcome == null ? "" : " It did not happen.") + " Stop, or clear the flag.";
      case UNREACHABLE, OVERLOADED ->
          outcome == null
              ? " Try again, or see that the server can be reached."
              : " It did not happen; it may be tried again.";
    };
  }

  private static ZealClosedException closed(String what, @Nullable ClientException cause) {
    ZealClosedException error =
        new ZealClosedException(
            what + ": the backend 'memcached' is closed. Open a new Zeal instance.");
    if (cause != null) {
      error.addSuppressed(cause);
    }
    return error;
  }

  /**
   * A write that others of this process kept waiting.
   *
   * @param connected whether they can be waiting for anything but each other
   */
  static OperationTimeoutException noTurn(String what, boolean connected) {
    return new OperationTimeoutException(
        connected ? Stage.ROW : Stage.SERVER,
        what
            + ": its turn did not come until the deadline: others of this process "
            + (connected
                ? "change it, or wait for the server's answer. It did not happen; try again, or"
                    + " change it less often."
                : "wait for the server, to which there is no connection. It did not happen; it may"
                    + " be tried again."),
        Outcome.NOT_SENT,
        null);
  }

  /** A write that met others again and again. */
  static OperationTimeoutException contended(String what, int attempts) {
    return new OperationTimeoutException(
        Stage.ROW,
        what
            + ": others changed it between reading and writing, "
            + attempts
            + " times until the deadline. It did not happen; try again, or change it less often.",
        Outcome.NOT_SENT,
        null);
  }

  /** A clear that ended in the middle. */
  static BackendUnavailableException cleared(String what, int done, int all, ZealException e) {
    return new BackendUnavailableException(
        what
            + ": it is cleared on "
            + done
            + " of "
            + all
            + " servers, and not on those behind them: "
            + e.getMessage()
            + ". Clear it again.",
        Outcome.UNKNOWN,
        e);
  }

  static CapacityException tooLarge(String what, long bytes, long most, Node node) {
    return new CapacityException(
        ErrorCode.VALUE_TOO_LONG,
        what
            + ": the row takes "
            + bytes
            + " bytes as an item, and "
            + node
            + " takes "
            + most
            + " under this key (item_size_max="
            + node.itemBytes()
            + "). Nothing was changed. Store less, or start the server with a larger -I.");
  }

  /** The server said so itself: its limit is another than it told. */
  static CapacityException refusedAsTooLarge(String what, long bytes, Node node) {
    return new CapacityException(
        ErrorCode.VALUE_TOO_LONG,
        what
            + ": the row takes "
            + bytes
            + " bytes as an item, which "
            + node
            + " refuses, though it said item_size_max="
            + node.itemBytes()
            + ". What was under this key may be gone. Store less, or start the server with a"
            + " larger -I.");
  }

  static CapacityException noMemoryToAdd(String what, Node node) {
    return new CapacityException(
        ErrorCode.SERVER_OUT_OF_MEMORY,
        what
            + ": "
            + node
            + " is out of memory and may not evict (-M), and the sum has a digit more than what it"
            + " keeps. Nothing was changed. Give the server more (-m), or rows a ttl.");
  }

  /**
   * The server removes what was there before it says so, but of an {@code add} or, in text, a cas.
   */
  static CapacityException outOfMemory(String what, Node node) {
    return new CapacityException(
        ErrorCode.SERVER_OUT_OF_MEMORY,
        what
            + ": "
            + node
            + " is out of memory and may not evict (-M). It was not stored, and what was there"
            + " before may be gone. Give the server more (-m), or rows a ttl.");
  }
}
