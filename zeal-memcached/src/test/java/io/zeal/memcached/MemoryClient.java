package io.zeal.memcached;

import io.zeal.memcached.ClientException.Kind;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A server in this process, which answers at once, or when a test says so, or not any more. */
final class MemoryClient implements Client {

  private final Map<String, Item> items = new HashMap<>(); // guarded by this
  private final List<List<String>> asked = new ArrayList<>(); // guarded by this
  private final ArrayDeque<Runnable> held = new ArrayDeque<>(); // guarded by this
  private boolean holding; // guarded by this
  private boolean broken; // guarded by this
  private long versions; // guarded by this
  private final AtomicLong statisticsAsked = new AtomicLong();

  /** From now on nothing is sent. */
  synchronized void hold() {
    holding = true;
  }

  /** Sends and answers what was kept, and everything from now on at once. */
  void release() {
    List<Runnable> kept;
    synchronized (this) {
      holding = false;
      kept = List.copyOf(held);
      held.clear();
    }
    kept.forEach(Runnable::run);
  }

  /** From now on everything fails, what was kept too once it is released. */
  synchronized void breakDown() {
    broken = true;
  }

  /** How often it was asked about itself. */
  long statisticsAsked() {
    return statisticsAsked.get();
  }

  /** The keys of each read. */
  synchronized List<List<String>> asked() {
    return List.copyOf(asked);
  }

  private <T> CompletionStage<T> answer(Supplier<T> answer) {
    CompletableFuture<T> stage = new CompletableFuture<>();
    Runnable giving =
        () -> {
          T value;
          synchronized (this) {
            value = broken ? null : answer.get();
          }
          if (value == null) {
            stage.completeExceptionally(new IOException("broken"));
          } else {
            stage.complete(value);
          }
        };
    synchronized (this) {
      if (holding) {
        held.add(giving);
        return stage;
      }
    }
    giving.run();
    return stage;
  }

  @Override
  public CompletionStage<Items> ask(Question question) {
    return answer(() -> {
      List<String> keys = question.keys();
      asked.add(keys);
      List<@Nullable Item> found = new ArrayList<>();
      keys.forEach(key -> found.add(items.get(key)));
      question.parcels().forEach(one -> one.answered(store(one.key(), one.value(), 0)));
      return found::get;
    });
  }

  private Answer store(String key, byte[] value, int flags) {
    items.put(key, new Item(value, ++versions, flags));
    return Answer.DONE;
  }

  @Override
  public CompletionStage<Answer> set(String key, byte[] value, int seconds, int flags) {
    return answer(() -> store(key, value, flags));
  }

  @Override
  public CompletionStage<Answer> add(String key, byte[] value, int seconds, int flags) {
    return answer(() -> items.containsKey(key) ? Answer.CONFLICT : store(key, value, flags));
  }

  @Override
  public CompletionStage<Answer> replace(
      String key, byte[] value, int seconds, int flags, long version) {
    return answer(() -> {
      Item item = items.get(key);
      if (item == null) {
        return Answer.ABSENT;
      }
      return item.version() == version ? store(key, value, flags) : Answer.CONFLICT;
    });
  }

  @Override
  public CompletionStage<Answer> delete(String key) {
    return answer(() -> items.remove(key) == null ? Answer.ABSENT : Answer.DONE);
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
    statisticsAsked.incrementAndGet();
    return answer(Map::of);
  }

  @Override
  public void limit(CompletableFuture<?> answer, long nanos) {
    var _ = answer.orTimeout(nanos - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  @Override
  public int inFlight() {
    return 0;
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
    boolean late = FolsomClient.unwrapped(failure) instanceof TimeoutException;
    return new ClientException(
        late ? Kind.TIMEOUT : Kind.UNREACHABLE,
        true,
        late ? "no answer in time" : "broken",
        failure);
  }

  @Override
  public void close() {}
}
