package io.zeal.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.BackendUnavailableException;
import io.zeal.CapacityException;
import io.zeal.ErrorCode;
import io.zeal.OperationTimeoutException;
import io.zeal.Outcome;
import io.zeal.ServerRefusedException;
import io.zeal.ServerRefusedException.Reason;
import io.zeal.ZealException;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.Reply;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorsTest {

  private static final String WHAT = "Store 'players'";

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "UNREACHABLE,     NOT_SENT, BackendUnavailableException,   ZEAL-401, -",
        "UNREACHABLE,     UNKNOWN,  BackendUnavailableException,   ZEAL-401, -",
        "TLS,             NOT_SENT, BackendUnavailableException,   ZEAL-401, -",
        "TLS,             UNKNOWN,  BackendUnavailableException,   ZEAL-401, -",
        "CONNECT_TIMEOUT, NOT_SENT, OperationTimeoutException,     ZEAL-402, CONNECT",
        "QUEUE_TIMEOUT,   NOT_SENT, OperationTimeoutException,     ZEAL-402, QUEUE",
        "REPLY_TIMEOUT,   NOT_SENT, OperationTimeoutException,     ZEAL-402, WRITE",
        "REPLY_TIMEOUT,   UNKNOWN,  OperationTimeoutException,     ZEAL-402, SERVER",
        "AUTHENTICATION,  NOT_SENT, ServerRefusedException,        ZEAL-405, AUTHENTICATION",
        "REFUSED,         NOT_SENT, ServerRefusedException,        ZEAL-405, OTHER",
        "INTERRUPTED,     NOT_SENT, OperationInterruptedException, ZEAL-403, -",
        "INTERRUPTED,     UNKNOWN,  OperationInterruptedException, ZEAL-403, -",
        "CLOSED,          UNKNOWN,  BackendUnavailableException,   ZEAL-401, -",
      })
  void aWriteWithoutAReplySaysWhyAndWhatIsKnownOfIt(
      Kind kind, Outcome outcome, String type, String code, @Nullable String detail) {
    ZealException error = lost(kind, outcome, true);

    assertThat(error.getClass().getSimpleName()).isEqualTo(type);
    assertThat(error.code()).isEqualTo(code);
    assertThat(error.outcome()).contains(outcome);
    assertThat(detail(error)).isEqualTo(detail);
    assertThat(error)
        .hasMessageStartingWith(WHAT + ": b:1 broke. ")
        .hasMessageContaining(advice(kind, outcome))
        .hasCauseInstanceOf(LinkException.class);
    assertThat(Thread.interrupted()).as("the interrupt flag").isEqualTo(kind == Kind.INTERRUPTED);
  }

  private static String advice(Kind kind, Outcome outcome) {
    if (outcome == Outcome.UNKNOWN) {
      return "read before you try again";
    }
    return switch (kind) {
      case AUTHENTICATION -> "Mend user and password in zeal.redis.url.";
      case TLS, REFUSED -> "trying again does not help";
      default -> "may be tried again";
    };
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"CLOSED", "INTERRUPTED", "TLS", "REFUSED", "AUTHENTICATION"},
      mode = EnumSource.Mode.EXCLUDE)
  void aReadWithoutAReplyHasNoOutcome(Kind kind) {
    ZealException error = lost(kind, Outcome.UNKNOWN, false);

    assertThat(error.outcome()).isEmpty();
    assertThat(error).hasMessageContaining("Try again");
    if (error instanceof OperationTimeoutException timeout && kind == Kind.REPLY_TIMEOUT) {
      assertThat(timeout.stage()).isEqualTo(OperationTimeoutException.Stage.SERVER);
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {"NOT_SENT, true", "NOT_SENT, false", "UNKNOWN, false"})
  void whatAClosedBackendDidNotDoSaysToOpenAnother(Outcome outcome, boolean write) {
    ZealException error = lost(Kind.CLOSED, outcome, write);

    assertThat(error.code()).isEqualTo(ErrorCode.CLOSED.id());
    assertThat(error).hasMessageContaining("Open a new Zeal instance");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NOPERM this user has no permissions to run the 'get' command | PERMISSION | NOT_SENT | Let the user",
        "NOAUTH Authentication required. | AUTHENTICATION | NOT_SENT | zeal.redis.url",
        "WRONGPASS invalid username-password pair | AUTHENTICATION | NOT_SENT | zeal.redis.url",
        "WRONGTYPE Operation against a key | WRONG_TYPE | UNKNOWN | zeal.redis.prefix",
        "READONLY You can't write against a read only replica. | READ_ONLY | NOT_SENT | at a primary",
        "NOREPLICAS Not enough good replicas to write. | READ_ONLY | NOT_SENT | at a primary",
        "MISCONF Redis is configured to save RDB snapshots | OTHER | NOT_SENT | MISCONF Redis",
        "ERR The user executing the script can't run this command | PERMISSION | UNKNOWN | redis-layout.md",
        "ERR whatever | OTHER | UNKNOWN | ERR whatever",
        "ALONE | OTHER | UNKNOWN | ALONE",
      })
  void aRefusalOfTheServerIsToldWithItsWordsAndWhatToDo(
      String text, Reason reason, Outcome outcome, String said) {
    ZealException error = of(new Reply.Failure(text), true);

    assertThat(error)
        .isInstanceOfSatisfying(
            ServerRefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageStartingWith(WHAT + ": the server refused: " + text)
        .hasMessageContaining(said)
        .hasMessageEndingWith("ZEAL-405");
    assertThat(error.getMessage()).doesNotContain("..");
    assertThat(error.outcome()).contains(outcome);
    assertThat(of(new Reply.Failure(text), false).outcome()).as("of a read").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NOPERM no permissions to see this order",
        "NOPERM this user has no permissions to publish on Sundays",
        "NOPERM this user has no permissions to run the 'evalsha' command of mine",
        "NOPERM this user has no permissions to run the 'get' command script: 5f, on @user_script:1.",
      })
  void whatAScriptSaysOfRightsIsItsOwnError(String text) {
    assertThat(Errors.ofScript(text))
        .isInstanceOfSatisfying(
            ServerRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.OTHER))
        .hasMessageStartingWith("Script: it failed: " + text)
        .hasMessageNotContaining("Nothing was changed")
        .extracting(e -> e.outcome().orElseThrow())
        .isEqualTo(Outcome.UNKNOWN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NOPERM this user has no permissions to run the 'evalsha' command",
        "NOPERM User app has no permissions to run the 'eval' command",
        "NOPERM this user has no permissions to access one of the keys used as arguments",
        "NOPERM No permissions to access a key",
      })
  void aScriptThatTheServerDoesNotLetUsRunIsNotRun(String text) {
    ZealException error = Errors.ofScript(text);
    assertThat(error)
        .isInstanceOfSatisfying(
            ServerRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.PERMISSION))
        .hasMessageContaining("the server refused: " + text);
    assertThat(error.outcome()).contains(Outcome.NOT_SENT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NOPERM this user has no permissions to publish on zeal:p:x | PERMISSION | Nothing was changed",
        "NOPERM this user has no permissions to set the count zeal:s:x | PERMISSION | Let the user",
        "WRONGTYPE Operation against a key holding the wrong kind of value | WRONG_TYPE | zeal.redis.prefix",
      })
  void aScriptThatCannotBeAnnouncedIsNotBegun(String text, Reason reason, String said) {
    ZealException error = Errors.ofScriptNotBegun(text);
    assertThat(error)
        .isInstanceOfSatisfying(
            ServerRefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(said);
    assertThat(error.outcome()).contains(Outcome.NOT_SENT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "LOADING Redis is loading the dataset in memory | Try again later",
        "BUSY Redis is busy running a script. | Try again later",
        "MASTERDOWN Link with MASTER is down | Try again later",
        "CLUSTERDOWN The cluster is down | Try again later",
        "TRYAGAIN Multiple keys request during rehashing of slot | Try again later",
        "MOVED 1 b:1 | redis+cluster://",
      })
  void aServerThatCannotServeIsUnavailableAndDidNothing(String text, String said) {
    ZealException error = of(new Reply.Failure(text), true);

    assertThat(error)
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining(said)
        .hasMessageEndingWith("ZEAL-401");
    assertThat(error.outcome()).contains(Outcome.NOT_SENT);
  }

  @Test
  void aServerWithoutMemoryIsSaidToHaveNone() {
    ZealException error =
        of(new Reply.Failure("OOM command not allowed when used memory > 'maxmemory'."), true);

    assertThat(error).isInstanceOf(CapacityException.class).hasMessageContaining("Give it more");
    assertThat(error.code()).isEqualTo(ErrorCode.SERVER_OUT_OF_MEMORY.id());
    assertThat(error.outcome()).isEmpty();
  }

  @Test
  void argumentsThatTheServerQuotesAreNotShown() {
    ZealException error =
        of(
            new Reply.Failure(
                "ERR unknown command 'AUTH2', with args beginning with: 'app' 's3cret'"),
            false);

    assertThat(error).hasMessageContaining("unknown command 'AUTH2'.");
    assertThat(error.getMessage()).doesNotContain("s3cret", "app");
  }

  @Test
  void longWordsOfTheServerAreCut() {
    ZealException error = of(new Reply.Failure("ERR " + "x".repeat(10_000)), false);

    assertThat(error.getMessage()).hasSizeLessThan(300).contains("xxx\u2026");
  }

  @Test
  void anAnswerIsNoError() {
    List<Reply> answers =
        List.of(
            new Reply.Nil(),
            new Reply.Whole(-1),
            new Reply.Bytes(Names.bytes("OOM")),
            new Reply.Items(List.of(new Reply.Failure("ERR within"))));

    assertThat(answers)
        .allSatisfy(answer -> {
          assertThat(Errors.of(answer, WHAT, true)).isNull();
          assertThat(Errors.answer(answer, WHAT, true)).isSameAs(answer);
        });
    assertThatThrownBy(() -> Errors.answer(new Reply.Failure("ERR no"), WHAT, true))
        .isInstanceOf(ServerRefusedException.class);
  }

  @Test
  void whatToDoAboutAPublicationThatMayHaveHappenedDependsOnItsPublisherId() {
    Reply lost =
        new Reply.Lost(Outcome.UNKNOWN, new LinkException(Kind.UNREACHABLE, "a:1 ended it", null));

    assertThatThrownBy(() -> Errors.publication(lost, "Stream 's'", true))
        .hasMessageContainingAll("Stream 's'", "publish again with the same publisherId")
        .hasMessageNotContaining("read before");
    assertThatThrownBy(() -> Errors.publication(lost, "Stream 's'", false))
        .hasMessageContaining("it may be there twice");
  }

  private static @Nullable String detail(ZealException error) {
    return switch (error) {
      case OperationTimeoutException timeout -> timeout.stage().name();
      case ServerRefusedException refused -> refused.reason().name();
      default -> null;
    };
  }

  private static ZealException lost(Kind kind, Outcome outcome, boolean write) {
    return of(new Reply.Lost(outcome, new LinkException(kind, "b:1 broke", null)), write);
  }

  private static ZealException of(Reply reply, boolean write) {
    return Objects.requireNonNull(Errors.of(reply, WHAT, write));
  }
}
