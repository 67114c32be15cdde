package io.zeal.redisdrivers;

import static io.zeal.redisdrivers.Replies.command;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkFactory;
import io.zeal.redis.spi.RedisLink;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Closing and interrupting end a call at once and leave nothing behind. */
abstract class DriverClosingTck extends DriverTck {

  DriverClosingTck(DriverUnderTest driver) {
    super(driver);
  }

  @Test
  void closeBreaksAnExchange() throws Exception {
    RedisLink link = link();
    String key = freshKey();
    CompletableFuture<List<@Nullable Object>> replies =
        on(Thread.ofPlatform().factory(), () -> exchange(link, command("BLPOP", key, "0")));
    awaitBlocked();
    link.close();
    assertThat(replies.get(10, SECONDS)).containsExactly("lost UNKNOWN CLOSED");
    awaitNoneBlocked();
    link.close();
  }

  @Test
  void aClosedConnectionSendsNothing() throws LinkException {
    RedisLink link = link();
    String key = freshKey();
    link.close();
    assertThat(exchange(link, command("INCR", key))).containsExactly("lost NOT_SENT CLOSED");
    assertThat(server().command("GET", key)).isNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void interruptingTheCallerLosesWhatHasNoReply(boolean virtual) throws Exception {
    RedisLink link = link();
    String key = freshKey();
    AtomicBoolean flag = new AtomicBoolean();
    CompletableFuture<List<@Nullable Object>> replies = new CompletableFuture<>();
    Thread caller =
        (virtual ? Thread.ofVirtual() : Thread.ofPlatform())
            .start(() -> {
              List<@Nullable Object> found =
                  exchange(link, command("PING"), command("BLPOP", key, "0"));
              flag.set(Thread.interrupted());
              replies.complete(found);
            });
    awaitBlocked();
    caller.interrupt();
    List<@Nullable Object> found = replies.get(10, SECONDS);
    assertThat(found.getLast()).isEqualTo("lost UNKNOWN INTERRUPTED");
    assertThat(flag).as("the interrupt flag").isTrue();
    awaitNoneBlocked();
    assertEnded(link);
  }

  @Test
  void aThreadThatWasInterruptedBeforeSendsNothing() throws LinkException {
    String key = freshKey();
    RedisLink link = link();
    Thread.currentThread().interrupt();
    List<@Nullable Object> replies = exchange(link, command("INCR", key));
    assertThat(Thread.interrupted()).as("the interrupt flag").isTrue();
    assertThat(replies).containsExactly("lost NOT_SENT INTERRUPTED");
    assertThat(server().command("GET", key)).isNull();
  }

  @Test
  void closingTheFactoryLeavesNoThreadBehind() throws LinkException {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    LinkFactory another = driver().open(context());
    RedisLink link = another.connect(tcp(server().port()), plainOptions());
    assertThat(exchange(link, command("PING"))).containsExactly("PONG");
    link.close();
    another.close();
    await(
        "its threads to end",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .noneMatch(DriverClosingTck::isOfAClient));
  }

  private static boolean isOfAClient(Thread thread) {
    // The JDK's own pools keep their threads for a while.
    return !thread.getName().startsWith("ForkJoinPool")
        && !thread.getName().startsWith("CompletableFuture")
        && !thread.getName().startsWith("VirtualThread");
  }
}
