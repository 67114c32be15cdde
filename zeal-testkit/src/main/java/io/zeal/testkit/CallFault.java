package io.zeal.testkit;

import io.zeal.BackendUnavailableException;
import io.zeal.OperationTimeoutException;
import io.zeal.OperationTimeoutException.Stage;
import io.zeal.Outcome;
import io.zeal.ServerRefusedException;
import io.zeal.ServerRefusedException.Reason;
import io.zeal.ZealException;
import org.jspecify.annotations.Nullable;

/** How a call fails. What may have happened is as real backends say it. */
sealed interface CallFault {

  /** As what it is counted. */
  Fault fault();

  /** Whether the call may reach the backend; if not, it never does. */
  boolean maySend();

  /** The error; {@code outcome} is null unless the call is a change. */
  ZealException error(String message, @Nullable Outcome outcome);

  /** Words for the message, behind what was being done. */
  String found();

  /** The backend cannot be reached. */
  record Unavailable(Outcome outcome) implements CallFault {

    @Override
    public Fault fault() {
      return Fault.UNAVAILABLE;
    }

    @Override
    public boolean maySend() {
      return outcome == Outcome.UNKNOWN;
    }

    @Override
    public ZealException error(String message, @Nullable Outcome outcome) {
      return new BackendUnavailableException(message, outcome, null);
    }

    @Override
    public String found() {
      return maySend() ? "the connection was lost" : "the backend cannot be reached";
    }
  }

  /** The way is cut. */
  record Cut(Partition partition) implements CallFault {

    @Override
    public Fault fault() {
      return Fault.PARTITION;
    }

    @Override
    public boolean maySend() {
      return partition == Partition.ONE_WAY;
    }

    @Override
    public ZealException error(String message, @Nullable Outcome outcome) {
      return new BackendUnavailableException(message, outcome, null);
    }

    @Override
    public String found() {
      return maySend() ? "no answer comes back (one-way partition)" : "a partition is in between";
    }
  }

  /** The deadline passed. */
  record TimedOut(Stage stage) implements CallFault {

    @Override
    public Fault fault() {
      return Fault.TIMEOUT;
    }

    @Override
    public boolean maySend() {
      return stage == Stage.SERVER;
    }

    @Override
    public ZealException error(String message, @Nullable Outcome outcome) {
      return new OperationTimeoutException(stage, message, outcome, null);
    }

    @Override
    public String found() {
      return "the deadline passed at the stage " + stage;
    }
  }

  /** The server says no, and does nothing. */
  record Refused(Reason reason) implements CallFault {

    @Override
    public Fault fault() {
      return Fault.REFUSAL;
    }

    @Override
    public boolean maySend() {
      return false;
    }

    @Override
    public ZealException error(String message, @Nullable Outcome outcome) {
      return new ServerRefusedException(reason, message, outcome, null);
    }

    @Override
    public String found() {
      return "the server refused (" + reason + ")";
    }
  }
}
