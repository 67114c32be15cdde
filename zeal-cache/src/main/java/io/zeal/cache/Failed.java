package io.zeal.cache;

import io.zeal.BackendUnavailableException;
import io.zeal.CapacityException;
import io.zeal.ErrorCode;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.Outcome;
import io.zeal.ServerRefusedException;
import io.zeal.ZealException;
import java.util.Arrays;

/** Errors of changes that take several calls of the backend, so that they tell of the whole. */
final class Failed {

  private Failed() {}

  /** An error without an outcome is of a read: the change that needed it was not begun. */
  static ZealException before(ZealException error) {
    return error.outcome().isPresent()
        ? error
        : with(error, text(error) + " Nothing was changed.", Outcome.NOT_SENT);
  }

  /** The change has happened as far as anybody can see; what failed came behind it. */
  static ZealException behind(ZealException error, String whatHappened) {
    return with(error, whatHappened + " " + text(error), Outcome.UNKNOWN);
  }

  /** A value that the backend refused, whose words are of its own store and of the value alone. */
  static CapacityException notTaken(CapacityException error, String whatHappened) {
    return new CapacityException(
        code(error),
        whatHappened + " It said: " + text(error).replace(" Nothing was changed.", ""),
        error);
  }

  private static ErrorCode code(ZealException error) {
    return Arrays.stream(ErrorCode.values())
        .filter(code -> code.id().equals(error.code()))
        .findFirst()
        .orElseThrow();
  }

  /** The code is the last word of a message, and each error adds its own. */
  static String text(ZealException error) {
    String message = String.valueOf(error.getMessage());
    return message.endsWith(error.code())
        ? message.substring(0, message.length() - error.code().length()).strip()
        : message;
  }

  private static ZealException with(ZealException error, String message, Outcome outcome) {
    return switch (error) {
      case BackendUnavailableException e -> new BackendUnavailableException(message, outcome, e);
      case OperationTimeoutException e ->
          new OperationTimeoutException(e.stage(), message, outcome, e);
      case OperationInterruptedException e ->
          new OperationInterruptedException(message, outcome, e);
      case ServerRefusedException e -> new ServerRefusedException(e.reason(), message, outcome, e);
      default -> error;
    };
  }
}
