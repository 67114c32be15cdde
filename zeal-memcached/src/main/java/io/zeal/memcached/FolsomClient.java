package io.zeal.memcached;

import com.spotify.folsom.AsciiMemcacheClient;
import com.spotify.folsom.BinaryMemcacheClient;
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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** One server through folsom, which connects again by itself after every loss. */
final class FolsomClient implements Client {

  /** How much is repeated of what a server said that is no server's answer. */
  private static final int LONGEST_WORDS = 200;

  /** What folsom puts before the host, behind all else, of a request that it did not take. */
  private static final String NOT_TAKEN = ", memcached=";

  /** What it says of a connection that it gave up since no answer came. */
  private static final String SILENT = "Timeout";

  /** And where there was no connection since the beginning. */
  private static final String NEVER_CONNECTED = "Not connected";

  private final Address address;
  private final MemcacheClient<byte[]> folsom;
  private final Dialect dialect;
  private final Attempts attempts;
  private final Timekeeper timekeeper;

  /** What each protocol has requests of ours for; folsom sends them. */
  private interface Dialect {

    RawMemcacheClient connections();

    CompletionStage<Items> ask(Question question);

    CompletionStage<Sum> increment(String key, long by);

    CompletionStage<Answer> delete(String key, long version);
  }

  private FolsomClient(
      Address address,
      MemcacheClient<byte[]> folsom,
      Dialect dialect,
      Attempts attempts,
      Timekeeper timekeeper) {
    this.address = address;
    this.folsom = folsom;
    this.dialect = dialect;
    this.attempts = attempts;
    this.timekeeper = timekeeper;
  }

  /**
   * A client.
   *
   * @param connections connects, again and again
   * @param attempts knows why not
   * @param timekeeper ends what takes too long
   */
  static FolsomClient of(
      Address address,
      Protocol protocol,
      RawMemcacheClient connections,
      Attempts attempts,
      Timekeeper timekeeper) {
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
        yield new FolsomClient(address, folsom, new Text(connections), attempts, timekeeper);
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
            address, folsom, new Binary(connections, folsom), attempts, timekeeper);
      }
    };
  }

  private record Text(RawMemcacheClient connections) implements Dialect {

    @Override
    public CompletionStage<Items> ask(Question question) {
      return connections.send(new TextQuestion(question));
    }

    @Override
    public CompletionStage<Sum> increment(String key, long by) {
      return connections.send(new TextIncrement(key, by));
    }

    @Override
    public CompletionStage<Answer> delete(String key, long version) {
      return connections.send(new TextRemoval(key, version));
    }
  }

  private record Binary(RawMemcacheClient connections, BinaryMemcacheClient<byte[]> folsom)
      implements Dialect {

    @Override
    public CompletionStage<Items> ask(Question question) {
      return connections.send(new BinaryQuestion(question));
    }

    @Override
    public CompletionStage<Sum> increment(String key, long by) {
      return connections.send(new BinaryIncrement(key, by));
    }

    @Override
    public CompletionStage<Answer> delete(String key, long version) {
      return folsom.delete(key, version).thenApply(FolsomClient::answer);
    }
  }

  @Override
  public CompletionStage<Items> ask(Question question) {
    return sent(() -> dialect.ask(question));
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
    return sent(() -> dialect.delete(key, version));
  }

  @Override
  public CompletionStage<Sum> increment(String key, long by) {
    return sent(() -> dialect.increment(key, by));
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
  public void limit(CompletableFuture<?> answer, long nanos) {
    timekeeper.limit(answer, nanos);
  }

  @Override
  public int inFlight() {
    return dialect.connections().numPendingRequests();
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
      case TimeoutException e -> late(e);
      case UnexpectedStatusException e ->
          new ClientException(Kind.REFUSED, true, address + " answers " + e.getMessage(), e);
      default -> new ClientException(Kind.UNREACHABLE, true, address + ": " + cause, cause);
    };
  }

  private ClientException lost(MemcacheClosedException e) {
    String said = String.valueOf(e.getMessage());
    if (said.equals(NEVER_CONNECTED) || said.endsWith(NOT_TAKEN + address.host())) {
      return attempts.noConnection(e);
    }
    if (said.equals(SILENT)) {
      return late(e);
    }
    String words = said.length() <= LONGEST_WORDS ? said : said.substring(0, LONGEST_WORDS) + "…";
    return new ClientException(
        Kind.UNREACHABLE, true, "the connection to " + address + " broke (" + words + ")", e);
  }

  private ClientException late(Exception e) {
    return new ClientException(Kind.TIMEOUT, true, "no answer in time from " + address, e);
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
