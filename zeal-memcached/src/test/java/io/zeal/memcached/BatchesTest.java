package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Requests that go together, by a client that sends and answers when the test says so. */
class BatchesTest {

  private final List<Sent> requests = new ArrayList<>();
  private final AtomicLong merged = new AtomicLong();
  private final Batches reads = new Batches(new SlowClient(), merged);
  private boolean broken;

  /** A request on its way. */
  private record Sent(Client.Question question, CompletableFuture<Items> answer) {

    /** Each item's value is its key. */
    void answerAll(List<String> keys) {
      answer.complete(
          place -> new Item(keys.get(place).getBytes(StandardCharsets.US_ASCII), place, 0));
    }
  }

  private static String text(CompletableFuture<Items> read, int place) {
    Item item = read.join().at(place);
    return item == null ? "" : new String(item.value(), StandardCharsets.US_ASCII);
  }

  private static List<String> keys(String begin, int number) {
    return IntStream.range(0, number).mapToObj(i -> begin + i).toList();
  }

  @Test
  void thoseWhoComeBeforeARequestGoesOutGoWithItEachKeyOnce() {
    CompletableFuture<Items> first = reads.get(List.of("epoch", "a"));
    CompletableFuture<Items> second = reads.get(List.of("epoch", "b"));
    CompletableFuture<Items> third = reads.get(List.of("epoch", "a"));

    assertThat(requests).hasSize(1);
    List<String> asked = requests.getFirst().question().keys();
    assertThat(asked).containsExactly("epoch", "a", "b");
    requests.getFirst().answerAll(asked);
    assertThat(text(first, 1)).isEqualTo("a");
    assertThat(text(second, 0)).isEqualTo("epoch");
    assertThat(text(second, 1)).isEqualTo("b");
    assertThat(text(third, 1)).isEqualTo("a");
    assertThat(merged).hasValue(3);
  }

  /** S11.13: the server may have answered it already. */
  @Test
  void whoComesAfterARequestWentOutIsNotInIt() {
    CompletableFuture<Items> before = reads.get(List.of("a"));
    requests.getFirst().question().keys();
    CompletableFuture<Items> after = reads.get(List.of("a"));

    assertThat(requests).hasSize(2);
    requests.getFirst().answerAll(List.of("a"));
    assertThat(before).isDone();
    assertThat(after).isNotDone();
    assertThat(requests.getLast().question().keys()).containsExactly("a");
    assertThat(merged).hasValue(0);
  }

  @Test
  void whoeverComesWhileTwoAreUnderWayIsInTheNextOne() {
    List<List<String>> sent = new ArrayList<>();
    for (String key : List.of("a", "b")) {
      var _ = reads.get(List.of(key));
      sent.add(requests.getLast().question().keys());
    }
    CompletableFuture<Items> third = reads.get(List.of("epoch", "c"));
    CompletableFuture<Items> fourth = reads.get(List.of("epoch", "d"));
    assertThat(requests).as("two under way").hasSize(2);

    requests.get(1).answerAll(sent.get(1));
    assertThat(requests).as("one has its answer").hasSize(3);
    List<String> asked = requests.getLast().question().keys();
    assertThat(asked).containsExactly("epoch", "c", "d");
    requests.getLast().answerAll(asked);
    assertThat(text(third, 1)).isEqualTo("c");
    assertThat(text(fourth, 1)).isEqualTo("d");
  }

  /** What is handed to the client next has to be behind it. */
  @Test
  void aReadThatIsWantedNowWaitsForNoOtherAndNoOtherForIt() {
    for (String key : List.of("a", "b")) {
      var _ = reads.get(List.of(key));
      assertThat(requests.getLast().question().keys()).containsExactly(key);
    }
    var _ = reads.getNow(List.of("c"));
    assertThat(requests).hasSize(3);
    assertThat(requests.getLast().question().keys()).containsExactly("c");
    var _ = reads.get(List.of("d"));
    assertThat(requests).hasSize(3);
    requests.getFirst().answerAll(List.of("a"));
    assertThat(requests).hasSize(4);
  }

  @Test
  void rowsAreStoredBehindTheQuestionOfTheirRequest() {
    Batches.Put first = reads.put("epoch", "a", new byte[] {1}, 0);
    Batches.Put second = reads.put("epoch", "b", new byte[] {2}, 60);
    CompletableFuture<Items> read = reads.get(List.of("epoch", "c"));

    Client.Question question = requests.getFirst().question();
    List<String> asked = question.keys();
    assertThat(asked).containsExactly("epoch", "c");
    assertThat(question.parcels()).extracting(Client.Parcel::key).containsExactly("a", "b");
    assertThat(question.parcels().getLast().seconds()).isEqualTo(60);
    question.parcels().getFirst().answered(Answer.DONE);
    question.parcels().getLast().answered(Answer.OUT_OF_MEMORY);
    requests.getFirst().answerAll(asked);
    assertThat(text(first, 0)).isEqualTo("epoch");
    assertThat(first.answer()).isEqualTo(Answer.DONE);
    assertThat(second.answer()).isEqualTo(Answer.OUT_OF_MEMORY);
    assertThat(text(read, 1)).isEqualTo("c");
  }

  @Test
  void aRowIsNotStoredOnceItsCallerHasGivenUp() {
    Batches.Put first = reads.put("epoch", "a", new byte[] {1}, 0);
    var _ = reads.put("epoch", "b", new byte[] {1}, 0);
    first.cancel(false);

    Client.Question question = requests.getFirst().question();
    assertThat(question.keys()).containsExactly("epoch");
    assertThat(question.parcels()).extracting(Client.Parcel::key).containsExactly("b");
  }

  @Test
  void aRequestIsNoLongerThanTheServerReadsInOneGo() {
    byte[] row = new byte[8_000];
    assertThat(Batches.canPut("epoch", "a", row)).isTrue();
    assertThat(Batches.canPut("epoch", "a", new byte[16_000])).isFalse();
    var _ = reads.put("epoch", "a", row, 0);
    var _ = reads.put("epoch", "b", row, 0);
    var _ = reads.get(List.of("c"));

    assertThat(requests).hasSize(2);
    assertThat(requests.getFirst().question().parcels()).hasSize(1);
    assertThat(requests.getLast().question().keys()).containsExactly("epoch", "c");
  }

  @Test
  void aRequestIsNotJoinedBeforeItIsOnItsWay() {
    List<CompletableFuture<Items>> within = new ArrayList<>();
    Batches[] again = new Batches[1];
    again[0] =
        new Batches(
            new SlowClient() {
              @Override
              public CompletionStage<Items> ask(Question question) {
                if (requests.isEmpty()) {
                  requests.add(new Sent(question, new CompletableFuture<>()));
                  within.add(again[0].get(List.of("b")));
                  return requests.getFirst().answer();
                }
                return super.ask(question);
              }
            },
            merged);
    var _ = again[0].get(List.of("a"));

    assertThat(within).hasSize(1);
    assertThat(requests).hasSize(2);
    assertThat(requests.getFirst().question().keys()).containsExactly("a");
  }

  @Test
  void noRequestHasMoreThan255Keys() {
    var _ = reads.get(keys("a", 200));
    var _ = reads.get(keys("b", 56));
    var _ = reads.get(keys("c", 199));

    assertThat(requests).hasSize(2);
    assertThat(requests.getFirst().question().keys()).hasSize(200);
    assertThat(requests.getLast().question().keys()).hasSize(255);
  }

  @Test
  void aLongerReadIsSeveralRequests() {
    List<String> keys = keys("k", 600);
    CompletableFuture<Items> read = reads.get(keys);

    assertThat(requests).hasSize(3);
    for (Sent request : requests) {
      assertThat(read).isNotDone();
      request.answerAll(request.question().keys());
    }
    assertThat(IntStream.range(0, 600).mapToObj(i -> text(read, i))).isEqualTo(keys);
  }

  @Test
  void allOfARequestFailWithItAlsoIfItNeverWentOut() {
    CompletableFuture<Items> first = reads.get(List.of("a"));
    CompletableFuture<Items> second = reads.get(List.of("b"));
    requests.getFirst().answer().completeExceptionally(new IllegalStateException("broken"));

    assertThat(first).isCompletedExceptionally();
    assertThat(second).isCompletedExceptionally();
    assertThat(reads.get(List.of("c"))).isNotDone();
    assertThat(requests).as("one that failed is not joined").hasSize(2);
  }

  @Test
  void withoutAConnectionEveryReadFailsAtOnce() {
    broken = true;

    for (int i = 0; i < 50_000; i++) {
      assertThat(reads.get(List.of("a"))).isCompletedExceptionally();
    }
  }

  /** Each of them too wide to go with another. */
  @Test
  void anyNumberOfReadsThatWaitForABrokenConnectionFail() {
    MemoryClient client = new MemoryClient();
    Batches wideReads = new Batches(client, merged);
    List<String> wide = keys("key-", 200);
    client.hold();
    List<CompletableFuture<Items>> calls =
        IntStream.range(0, 50_000).mapToObj(_ -> wideReads.get(wide)).toList();
    client.breakDown();
    client.release();
    assertThat(calls.stream().filter(call -> !call.isDone()).count())
        .as("reads that nobody answers")
        .isZero();
    assertThat(wideReads.get(wide))
        .as("the next one, which waits for none of them")
        .isCompletedExceptionally();
  }

  /** Sends nothing; fails at once while the connection is broken. */
  private class SlowClient implements Client {

    @Override
    public CompletionStage<Items> ask(Question question) {
      if (broken) {
        return CompletableFuture.failedFuture(new IllegalStateException("broken"));
      }
      Sent request = new Sent(question, new CompletableFuture<>());
      requests.add(request);
      return request.answer();
    }

    @Override
    public CompletionStage<Answer> set(String key, byte[] value, int seconds, int flags) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Answer> add(String key, byte[] value, int seconds, int flags) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Answer> replace(
        String key, byte[] value, int seconds, int flags, long version) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Answer> delete(String key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Answer> delete(String key, long version) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Sum> increment(String key, long by) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Map<String, String>> statistics(String group) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void limit(CompletableFuture<?> answer, long nanos) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int inFlight() {
      return 0;
    }

    @Override
    public boolean isConnected() {
      return !broken;
    }

    @Override
    public boolean isRefused() {
      return false;
    }

    @Override
    public ClientException reason(Throwable failure) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}
