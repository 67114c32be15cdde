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

  /** From now on questions are kept. */
  synchronized void hold() {
    holding = true;
  }

  /** Answers what was kept, and everything from now on at once. */
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
  public CompletionStage<Items> getAll(List<String> keys) {
    synchronized (this) {
      asked.add(keys);
    }
    return answer(() -> {
      List<@Nullable Item> found = new ArrayList<>();
      keys.forEach(key -> found.add(items.get(key)));
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
    return answer(Map::of);
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
    return new ClientException(Kind.UNREACHABLE, true, "broken", failure);
  }

  @Override
  public void close() {}
}
