package io.zeal.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a node is given up that a picture of the topology lacks. */
class NodesTest {

  private static final Endpoint A = new Endpoint.Tcp("a", 1);
  private static final Endpoint B = new Endpoint.Tcp("b", 1);
  private static final Command PING = Command.named("PING").build();
  private static final Reply OK = new Reply.Whole(1);

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final FakeLinks links = new FakeLinks().node("a:1", w -> OK).node("b:1", w -> OK);

  @AfterEach
  void stop() {
    executor.close();
  }

  private Nodes nodes(Duration grace) {
    return new Nodes(endpoint -> links.node(endpoint, executor), grace);
  }

  private static Reply ping(Node node) {
    return node.execute(List.of(PING), System.nanoTime() + Duration.ofSeconds(10).toNanos())
        .getFirst();
  }

  @Test
  void aNodeThatACallMayBeUnderWayAtStaysOpen() {
    Nodes nodes = nodes(Duration.ofHours(1));
    Node a = nodes.at(A);
    assertThat(ping(a)).isEqualTo(OK);

    nodes.keepOnly(Set.of(B));
    nodes.keepOnly(Set.of(B));

    assertThat(links.closed).isEmpty();
    assertThat(ping(a)).isEqualTo(OK);
    assertThat(nodes.at(A)).isSameAs(a);
  }

  @Test
  void aNodeThatNobodyNamesForTheTimeOfACallIsClosed() {
    Nodes nodes = nodes(Duration.ZERO);
    Node a = nodes.at(A);
    assertThat(ping(a)).isEqualTo(OK);

    nodes.keepOnly(Set.of(B));
    assertThat(links.closed).isEmpty();
    nodes.keepOnly(Set.of(B));

    assertThat(links.closed).containsExactly("a:1");
    assertThat(ping(a)).isInstanceOf(Reply.Lost.class);
    assertThat(nodes.at(A)).isNotSameAs(a);
  }

  @Test
  void whatAPictureNamesStaysOpen() {
    Nodes nodes = nodes(Duration.ZERO);
    Node a = nodes.at(A);
    assertThat(ping(a)).isEqualTo(OK);

    nodes.keepOnly(Set.of(A));
    nodes.keepOnly(Set.of(A));

    assertThat(links.closed).isEmpty();
    assertThat(ping(a)).isEqualTo(OK);
  }

  @Test
  void aNodeThatARedirectionNamesAgainStaysOpen() {
    Nodes nodes = nodes(Duration.ZERO);
    Node a = nodes.at(A);
    assertThat(ping(a)).isEqualTo(OK);

    for (int i = 0; i < 3; i++) {
      nodes.keepOnly(Set.of(B));
      assertThat(nodes.at(A)).isSameAs(a);
    }

    assertThat(links.closed).isEmpty();
  }

  @Test
  void connectionsOfNodesThatWereClosedStillCount() {
    Nodes nodes = nodes(Duration.ZERO);
    assertThat(ping(nodes.at(A))).isEqualTo(OK);
    assertThat(ping(nodes.at(new Endpoint.Tcp("nobody", 1)))).isInstanceOf(Reply.Lost.class);
    assertThat(nodes.connections())
        .isEqualTo(new Connections(1, 1, new Connections.Now(0, 1, 0, 0)));

    nodes.keepOnly(Set.of(B));
    nodes.keepOnly(Set.of(B));

    assertThat(nodes.all()).isEmpty();
    assertThat(nodes.connections()).isEqualTo(new Connections(1, 1));
    assertThat(ping(nodes.at(B))).isEqualTo(OK);
    assertThat(nodes.connections())
        .isEqualTo(new Connections(2, 1, new Connections.Now(0, 1, 0, 0)));
  }

  @Test
  void afterCloseNobodyGetsAConnection() {
    Nodes nodes = nodes(Duration.ofHours(1));
    Node a = nodes.at(A);
    assertThat(ping(a)).isEqualTo(OK);

    nodes.close();

    assertThat(links.closed).containsExactly("a:1");
    assertThat(ping(nodes.at(B))).isInstanceOf(Reply.Lost.class);
  }
}
