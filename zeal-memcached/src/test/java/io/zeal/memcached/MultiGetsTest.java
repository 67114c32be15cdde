package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Reads of one server that go together. */
class MultiGetsTest {

  private final MemoryClient client = new MemoryClient();
  private final AtomicLong merged = new AtomicLong();
  private final MultiGets reads = new MultiGets(client, merged);

  @Test
  void whoFindsNoOtherGoesAtOnceAndThoseWhoComeMeanwhileGoTogetherEachKeyOnce() {
    client.set("b", new byte[] {7}, 0, 0);
    client.hold();
    var first = reads.get(List.of("a"));
    var second = reads.get(List.of("b", "c"));
    var third = reads.get(List.of("c", "b"));
    client.release();
    assertThat(client.asked()).containsExactly(List.of("a"), List.of("b", "c"));
    assertThat(first.toCompletableFuture().join().first()).isNull();
    assertThat(second.toCompletableFuture().join().at(0).value()).containsExactly(7);
    assertThat(second.toCompletableFuture().join().at(1)).isNull();
    assertThat(third.toCompletableFuture().join().at(0)).isNull();
    assertThat(third.toCompletableFuture().join().at(1).value()).containsExactly(7);
    assertThat(merged).hasValue(2);
  }

  /** Each of them too wide to go with another: one batch after the other fails at once. */
  @Test
  void anyNumberOfReadsThatWaitForABrokenConnectionFail() {
    client.hold();
    List<CompletionStage<Items>> calls = new ArrayList<>();
    List<String> wide = IntStream.range(0, 200).mapToObj(i -> "key-" + i).toList();
    IntStream.range(0, 50_000).forEach(call -> calls.add(reads.get(wide)));
    client.breakDown();
    client.release();
    assertThat(calls.stream().filter(call -> !call.toCompletableFuture().isDone()).count())
        .as("reads that nobody answers")
        .isZero();
    assertThat(reads.get(wide).toCompletableFuture())
        .as("the next one, which waits for none of them")
        .isCompletedExceptionally();
  }
}
