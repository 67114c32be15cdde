package io.zeal.memcached;

import com.spotify.folsom.AsciiMemcacheClient;
import com.spotify.folsom.BinaryMemcacheClient;
import com.spotify.folsom.GetResult;
import com.spotify.folsom.MemcacheAuthenticationException;
import com.spotify.folsom.MemcacheClient;
import com.spotify.folsom.MemcacheClosedException;
import com.spotify.folsom.MemcacheOverloadedException;
import com.spotify.folsom.MemcacheStatus;
import com.spotify.folsom.MemcachedStats;
import com.spotify.folsom.RawMemcacheClient;
import com.spotify.folsom.client.MemcacheEncoder;
import com.spotify.folsom.client.NoopMetrics;
import com.spotify.folsom.client.NoopTracer;
import com.spotify.folsom.client.ascii.DefaultAsciiMemcacheClient;
import com.spotify.folsom.client.binary.DefaultBinaryMemcacheClient;
import com.spotify.folsom.transcoder.ByteArrayTranscoder;
import io.zeal.memcached.ClientException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One server through folsom, which connects again by itself after every loss. */
final class FolsomClient implements Client {

  /** The end of what folsom says of a request that it did not take: the connection was gone. */
  private static final String NOT_TAKEN = ", memcached=";

  /** What it says of a connection that it gave up since no answer came. */
  private static final String SILENT = "Timeout";

  /** And where there was no connection since the beginning. */
  private static final String NEVER_CONNECTED = "Not connected";

  private final Address address;
  private final MemcacheClient<byte[]> folsom;
  private final Incrementing incrementing;
  private final Attempts attempts;

  /** An increment of a client's own protocol. */
  private interface Incrementing {
    CompletionStage<Sum> increment(String key, long by);
  }

  private FolsomClient(
      Address address,
      MemcacheClient<byte[]> folsom,
      Incrementing incrementing,
      Attempts attempts) {
    this.address = address;
    this.folsom = folsom;
    this.incrementing = incrementing;
    this.attempts = attempts;
  }

  /**
   * A client.
   *
   * @param connections connects, again and again
   * @param attempts knows why not
   */
  static FolsomClient of(
      Address address, Protocol protocol, RawMemcacheClient connections, Attempts attempts) {
    return switch (protocol) {
      case TEXT -> {
        AsciiMemcacheClient<byte[]> folsom =
            new DefaultAsciiMemcacheClient<>(
                connections,
                NoopMetrics.INSTANCE,
                NoopTracer.INSTANCE,
                ByteArrayTranscoder.INSTANCE,
                StandardCharsets.US_ASCII,
                MemcacheEncoder.MAX_KEY_LEN);
        yield new FolsomClient(
            address, folsom, (key, by) -> folsom.incr(key, by).handle(FolsomClient::sum), attempts);
      }
      case BINARY -> {
        BinaryMemcacheClient<byte[]> folsom =
            new DefaultBinaryMemcacheClient<>(
                connections,
                NoopMetrics.INSTANCE,
                NoopTracer.INSTANCE,
                ByteArrayTranscoder.INSTANCE,
                StandardCharsets.US_ASCII,
                MemcacheEncoder.MAX_KEY_LEN);
        yield new FolsomClient(
            address, folsom, (key, by) -> connections.send(new BinaryIncrement(key, by)), attempts);
      }
    };
  }

  /**
   * folsom takes every complaint of the server about a request in text for a missing login; of an
   * increment there is but one, about an item that is no number.
   */
  private static Sum sum(@Nullable Long value, @Nullable Throwable failure) {
    if (failure == null) {
      return value == null ? new Sum.Nothing() : new Sum.Value(value);
    }
    if (unwrapped(failure) instanceof MemcacheAuthenticationException) {
      return new Sum.NotDigits();
    }
    throw failure instanceof CompletionException e ? e : new CompletionException(failure);
  }

  @Override
  public CompletionStage<Items> getAll(List<String> keys) {
    return sent(() -> folsom.casGet(keys)).thenApply(results -> place -> item(results.get(place)));
  }

  private static @Nullable Item item(@Nullable GetResult<byte[]> result) {
    return result == null ? null : new Item(result.getValue(), result.getCas(), result.getFlags());
  }

  @Override
  public CompletionStage<Answer> set(String key, byte[] value, int seconds, int flags) {
    return sent(() -> folsom.set(key, value, seconds, flags)).thenApply(FolsomClient::answer);
  }

  @Override
  public CompletionStage<Answer> add(String key, byte[] value, int seconds, int flags) {
    return sent(() -> folsom.add(key, value, seconds, flags)).thenApply(FolsomClient::answer);
  }

  @Override
  public CompletionStage<Answer> replace(
      String key, byte[] value, int seconds, int flags, long version) {
    return sent(() -> folsom.set(key, value, seconds, version, flags))
        .thenApply(FolsomClient::answer);
  }

  @Override
  public CompletionStage<Answer> delete(String key) {
    return sent(() -> folsom.delete(key)).thenApply(FolsomClient::answer);
  }

  @Override
  public CompletionStage<Answer> delete(String key, long version) {
    return sent(() -> folsom.delete(key, version)).thenApply(FolsomClient::answer);
  }

  @Override
  public CompletionStage<Sum> increment(String key, long by) {
    return sent(() -> incrementing.increment(key, by));
  }

  /** While a client closes, its threads refuse what it has begun to send. */
  private static <T> CompletionStage<T> sent(Supplier<CompletionStage<T>> call) {
    try {
      return call.get();
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static Answer answer(MemcacheStatus status) {
    return switch (status) {
      case OK -> Answer.DONE;
      case KEY_NOT_FOUND -> Answer.ABSENT;
      case KEY_EXISTS, ITEM_NOT_STORED -> Answer.CONFLICT;
      case VALUE_TOO_LARGE -> Answer.TOO_LARGE;
      case OUT_OF_MEMORY -> Answer.OUT_OF_MEMORY;
      default -> throw new CompletionException(new UnexpectedStatusException(status.name()));
    };
  }

  /** A status that no write of ours has. */
  private static final class UnexpectedStatusException extends Exception {

    private static final long serialVersionUID = 1L;

    UnexpectedStatusException(String status) {
      super(status);
    }
  }

  @Override
  public CompletionStage<Map<String, String>> statistics(String group) {
    return sent(() -> folsom.getStats(group)).thenApply(FolsomClient::only);
  }

  private static Map<String, String> only(Map<String, MemcachedStats> byServer) {
    return byServer.values().stream().findFirst().map(MemcachedStats::getStats).orElse(Map.of());
  }

  @Override
  public boolean isConnected() {
    return folsom.isConnected();
  }

  @Override
  public boolean isRefused() {
    return attempts.areRefused();
  }

  @Override
  public ClientException reason(Throwable failure) {
    Throwable cause = unwrapped(failure);
    return switch (cause) {
      case ClientException e -> e;
      // Who we are was settled when the connection was made (Greeting).
      case MemcacheAuthenticationException e ->
          new ClientException(Kind.REFUSED, true, address + " answers CLIENT_ERROR", e);
      case MemcacheOverloadedException e ->
          new ClientException(
              Kind.OVERLOADED, false, address + ": too many calls wait for its answers", e);
      case MemcacheClosedException e -> lost(e);
      case UnexpectedStatusException e ->
          new ClientException(Kind.REFUSED, true, address + " answers " + e.getMessage(), e);
      default -> new ClientException(Kind.UNREACHABLE, true, address + ": " + cause, cause);
    };
  }

  private ClientException lost(MemcacheClosedException e) {
    String said = String.valueOf(e.getMessage());
    if (said.equals(NEVER_CONNECTED) || said.contains(NOT_TAKEN)) {
      return attempts.noConnection(e);
    }
    if (said.equals(SILENT)) {
      return new ClientException(Kind.TIMEOUT, true, "no answer in time from " + address, e);
    }
    return new ClientException(
        Kind.UNREACHABLE, true, "the connection to " + address + " broke (" + said + ")", e);
  }

  static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  @Override
  public void close() {
    folsom.shutdown();
  }
}
