package io.zeal.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.SubscribeOptions;
import io.zeal.ZealException;
import io.zeal.pubsub.spi.Mailbox;
import io.zeal.redis.Route.State;
import io.zeal.redis.Wishes.Ask;
import io.zeal.redis.Wishes.Round;
import io.zeal.redis.spi.Command;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is asked of a server, and when a subscription is in force. */
class WishesTest {

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Mailbox> mailboxes = new ArrayList<>();
  private final Wishes wishes = new Wishes(3);
  private Round round = wishes.begin();

  @AfterEach
  void end() {
    mailboxes.forEach(Mailbox::close);
    executor.close();
  }

  private static Topic topic(String name) {
    return new Topic(Topic.Kind.CHANNEL, name);
  }

  private Route route(String name) {
    return route(name, SubscribeOptions.defaults());
  }

  private Route route(String name, SubscribeOptions options) {
    Mailbox mailbox = Mailbox.open(name, options, message -> {}, executor, closed -> {});
    mailboxes.add(mailbox);
    Route route = new Route(topic(name), mailbox, "", null);
    wishes.add(route);
    return route;
  }

  /** The commands that are due, as words. */
  private List<String> due() {
    try {
      List<Ask> asks = wishes.next(round, System.nanoTime(), 10);
      return asks == null
          ? List.of("over")
          : asks.stream().map(ask -> words(ask.command())).toList();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String words(Command command) {
    return command.parts().stream()
        .map(part -> new String(part, StandardCharsets.UTF_8))
        .collect(Collectors.joining(" "));
  }

  private boolean subscribed(String name) {
    return wishes.confirmed(round, true, topic(name));
  }

  private boolean unsubscribed(String name) {
    return wishes.confirmed(round, false, topic(name));
  }

  private static ZealException error(Topic topic) {
    return new InvalidArgumentException(ErrorCode.INVALID_ARGUMENT, "no " + topic.name());
  }

  @Test
  void severalChannelsAreOneCommandAndManyAreSeveral() {
    IntStream.range(0, 7).forEach(i -> route("c" + i));
    assertThat(due()).containsExactly("SUBSCRIBE c0 c1 c2", "SUBSCRIBE c3 c4 c5", "SUBSCRIBE c6");
    assertThat(due()).isEmpty();
  }

  @Test
  void aRouteIsInForceOnceItIsConfirmed() {
    Route route = route("c");
    assertThat(due()).containsExactly("SUBSCRIBE c");
    assertThat(route.takes("c")).isFalse();
    assertThat(subscribed("c")).isTrue();
    assertThat(route.inForce).isCompleted();
    assertThat(route.takes("c")).isTrue();
  }

  @Test
  void whoComesLaterIsAskedForAgainAndHearsNothingOfBefore() {
    Route first = route("c");
    due();
    Route second = route("c");
    assertThat(subscribed("c")).isTrue();
    assertThat(first.state).isEqualTo(State.IN_FORCE);
    assertThat(second.state).isEqualTo(State.NEW);
    assertThat(due()).containsExactly("SUBSCRIBE c");
    assertThat(subscribed("c")).isTrue();
    assertThat(second.state).isEqualTo(State.IN_FORCE);
  }

  @Test
  void aConfirmationOfBeforeSomebodyLeftIsNotForWhoCameSince() {
    Route first = route("c");
    due();
    wishes.remove(first);
    assertThat(due()).containsExactly("UNSUBSCRIBE c");
    Route second = route("c");
    assertThat(due()).containsExactly("SUBSCRIBE c");
    assertThat(subscribed("c")).isTrue();
    assertThat(second.inForce).isNotDone();
    assertThat(unsubscribed("c")).isTrue();
    assertThat(second.inForce).isNotDone();
    assertThat(subscribed("c")).isTrue();
    assertThat(second.inForce).isCompleted();
  }

  @Test
  void whoComesAndLeavesBeforeAnythingIsSentCostsNothing() {
    wishes.remove(route("c"));
    assertThat(due()).isEmpty();
    assertThat(wishes.topics()).isEmpty();
  }

  @Test
  void theLastOneWhoLeavesIsForgotten() {
    Route first = route("c");
    Route second = route("c");
    due();
    subscribed("c");
    wishes.remove(first);
    assertThat(due()).isEmpty();
    wishes.remove(second);
    assertThat(due()).containsExactly("UNSUBSCRIBE c");
    assertThat(unsubscribed("c")).isTrue();
    assertThat(wishes.topics()).isEmpty();
    assertThat(wishes.isIdle()).isTrue();
  }

  @Test
  void afterALossEverythingIsAskedForAgain() {
    Route kept = route("c");
    Route fresh = route("d");
    due();
    subscribed("c");
    assertThat(wishes.lost(round)).isTrue();
    assertThat(kept.mailbox.isActive()).isFalse();
    assertThat(due()).containsExactly("over");
    assertThat(wishes.confirmed(round, true, topic("d"))).isFalse();
    round = wishes.begin();
    assertThat(due()).singleElement().isIn("SUBSCRIBE c d", "SUBSCRIBE d c"); // in any order
    subscribed("c");
    subscribed("d");
    assertThat(kept.mailbox.isActive()).isTrue();
    assertThat(fresh.inForce).isCompleted();
  }

  @Test
  void ofSeveralThatAreRefusedEachIsAskedForAlone() {
    Route good = route("good");
    Route bad = route("bad");
    due();
    wishes.refused(round, WishesTest::error);
    assertThat(due()).containsExactly("SUBSCRIBE good", "SUBSCRIBE bad");
    subscribed("good");
    wishes.refused(round, WishesTest::error);
    assertThat(good.inForce).isCompleted();
    assertThatExceptionOfType(Exception.class)
        .isThrownBy(bad.inForce::get)
        .withMessageContaining("no bad");
    assertThat(due()).isEmpty();
    assertThat(wishes.topics()).containsExactly(topic("good"));
  }

  @Test
  void whatIsRefusedAfterALossIsAskedForAgainLater() {
    Route route = route("c");
    due();
    subscribed("c");
    wishes.lost(round);
    round = wishes.begin();
    due();
    wishes.refused(round, WishesTest::error);
    assertThat(due()).isEmpty();
    assertThat(wishes.lost()).isEqualTo(1);
    wishes.askAgain();
    assertThat(due()).containsExactly("SUBSCRIBE c");
    subscribed("c");
    assertThat(route.mailbox.isActive()).isTrue();
    assertThat(wishes.lost()).isZero();
  }

  @Test
  void attemptsAreCountedForEachOutage() {
    Route few = route("c", SubscribeOptions.defaults().withMaxAttempts(2));
    due();
    subscribed("c");
    for (int outage = 0; outage < 3; outage++) {
      wishes.lost(round);
      wishes.attemptFailed(null);
      assertThat(few.mailbox.isActive()).isFalse();
      round = wishes.begin();
      due();
      subscribed("c");
      assertThat(few.mailbox.isActive()).isTrue();
    }
    wishes.lost(round);
    wishes.attemptFailed(null);
    wishes.attemptFailed(null);
    round = wishes.begin();
    assertThat(due()).isEmpty();
    assertThat(few.mailbox.isActive()).isFalse();
  }

  @Test
  void aTopicThatTheServerTakesAwayIsAskedForAgain() {
    Route route = route("c");
    due();
    subscribed("c");
    assertThat(unsubscribed("c")).isFalse();
    wishes.takenAway(topic("c"));
    assertThat(route.mailbox.isActive()).isFalse();
    assertThat(due()).containsExactly("SUBSCRIBE c");
    subscribed("c");
    assertThat(route.mailbox.isActive()).isTrue();
  }

  @Test
  void oneSignOfLifeIsAskedForAtATime() {
    assertThat(wishes.ping(round)).hasSize(1);
    assertThat(wishes.ping(round)).isEmpty();
    wishes.pong(round);
    assertThat(wishes.ping(round)).hasSize(1);
  }
}
