package io.zeal.demo;

import static io.zeal.demo.TieredEndpointsTest.BOUND;
import static io.zeal.demo.TieredEndpointsTest.TIERED;
import static io.zeal.demo.TieredEndpointsTest.awaitWithinTheBound;
import static io.zeal.demo.TieredEndpointsTest.bothHaveCopies;
import static io.zeal.demo.TieredEndpointsTest.everyServerSees;
import static io.zeal.demo.TieredEndpointsTest.name;
import static io.zeal.demo.TieredEndpointsTest.names;
import static io.zeal.demo.TieredEndpointsTest.numberOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.demo.RunningDemo.Answer;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Demos on the backend "tiered" as processes of their own, begun as by hand. */
class TieredOverProcessesTest {

  @TempDir private Path directory;

  private RedisServer redis;

  @BeforeEach
  void startServer() {
    redis = ServerTests.startOrSkip(RedisServer::start);
  }

  @AfterEach
  void stopServer() {
    if (redis != null) {
      redis.close();
    }
  }

  private DemoProcess start() throws IOException {
    return DemoProcess.start(
        directory, "zeal.backend=tiered", "zeal.redis.url=redis://" + redis.address());
  }

  @Test
  void eachSeesWhatTheOtherWritesAndFindsOutWhatWasDropped() throws Exception {
    try (DemoProcess first = start();
        DemoProcess second = start();
        RunningDemo one = first.await();
        RunningDemo other = second.await()) {
      bothHaveCopies(one);
      one.post(TIERED + "/write", "{}");
      other.await(TIERED, it -> everyServerSees(it, "1"));
      other.post(TIERED + "/write", "{}");
      Answer before = one.await(TIERED, it -> everyServerSees(it, "2"));

      bothHaveCopies(one);
      String deaf = name(other);
      one.post(TIERED + "/lose", "{\"server\": \"" + deaf + "\"}");
      one.post(TIERED + "/write", "{}");
      Answer after = awaitWithinTheBound(one, 3);
      assertThat(numberOf(after, deaf, "lost")).isEqualTo(1);
      assertThat(numberOf(after, deaf, "gaps")).isGreaterThan(numberOf(before, deaf, "gaps"));
      assertThat(numberOf(after, deaf, "generation"))
          .isGreaterThan(numberOf(before, deaf, "generation"));

      second.kill();
      String left = name(one);
      one.await(TIERED, it -> names(it).size() == 1 && names(it).contains(left));
    }
  }

  @Test
  void oneThatWasStoppedDoesNotAnswerFromTheCopyItHad() throws Exception {
    try (DemoProcess first = start();
        DemoProcess second = start();
        RunningDemo one = first.await();
        RunningDemo other = second.await()) {
      bothHaveCopies(one);
      String stopped = name(other);
      second.pause();
      long paused = System.nanoTime();
      one.post(TIERED + "/write", "{}");
      one.await(
          TIERED, it -> names(it).size() == 1 && System.nanoTime() - paused > BOUND.toNanos());
      second.resume();

      Answer seen = one.await(TIERED, it -> names(it).contains(stopped));
      assertThat(numberOf(seen, stopped, "number")).isEqualTo(1);
    }
  }
}
