package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Reads that go together, by a client that answers when the test says so. */
class MultiGetsTest {

  private static final int WIDE = 200;

  private final List<List<String>> asked = new ArrayList<>();
  private final CompletableFuture<Items> first = new CompletableFuture<>();
  private final MultiGets reads = new MultiGets(new OneAnswerClient(), new AtomicLong());

  private List<String> keys(int call) {
    return IntStream.range(0, WIDE).mapToObj(i -> call + "/" + i).toList();
  }

  @Test
  void anyNumberOfReadsThatWaitForABrokenConnectionFail() {
    List<CompletionStage<Items>> calls = new ArrayList<>();
    IntStream.range(0, 50_000).forEach(call -> calls.add(reads.get(keys(call))));
    assertThat(asked).hasSize(1);
    first.completeExceptionally(new IllegalStateException("broken"));
    assertThat(calls.stream().filter(call -> !call.toCompletableFuture().isDone()).count())
        .as("reads that nobody answers")
        .isZero();
    assertThat(reads.get(keys(0)).toCompletableFuture())
        .as("the next read, which waits for none")
        .isCompletedExceptionally();
  }

  /** Answers the first question later, and fails all others at once. */
  private final class OneAnswerClient implements Client {

    @Override
    public CompletionStage<Items> getAll(List<String> keys) {
      asked.add(keys);
      return asked.size() == 1
          ? first
          : CompletableFuture.failedFuture(new IllegalStateException("broken"));
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
    public boolean isConnected() {
      return true;
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
