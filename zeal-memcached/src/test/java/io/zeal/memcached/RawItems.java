package io.zeal.memcached;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The items of one server by their names, for whoever looks at them or puts others there. */
final class RawItems implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int BATCH = 1_000;
  private static final int MOST = 90_000;

  private final Connector connector;
  private final Node node;
  private final Keys keys;

  /**
   * @param address of the server
   * @param prefix what its items begin with
   */
  RawItems(String address, String prefix) {
    var settings =
        new MemcachedSettings(
            Address.parseAll(address),
            Protocol.TEXT,
            prefix,
            LIMIT,
            1000,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    this.connector = new Connector(settings, new AtomicLong());
    this.keys = new Keys(prefix);
    this.node =
        new Node(
            settings.servers().getFirst(),
            connection -> connector.connect(settings.servers().getFirst(), connection),
            null,
            LIMIT,
            new AtomicLong());
    Await.until("a connection to " + address, () -> node.client().isConnected());
  }

  /** What the row of a key is called by now. */
  String row(String store, String key) {
    return Keys.named(epoch(store).rows(), key);
  }

  /** The store's epoch on this server. */
  Epoch epoch(String store) {
    return Epoch.decode(value(keys.epoch(store)), keys);
  }

  Keys keys() {
    return keys;
  }

  @Nullable Item find(String name) {
    return await(node.client().ask(() -> List.of(name))).first();
  }

  /** The value of an item that is there. */
  byte[] value(String name) {
    Item item = find(name);
    if (item == null) {
      throw new IllegalStateException("There is no item " + name);
    }
    return item.value();
  }

  void set(String name, byte[] value) {
    Answer answer = await(node.client().set(name, value, 0, 0));
    if (answer != Answer.DONE) {
      throw new IllegalStateException(name + " was not stored: " + answer);
    }
  }

  Answer trySet(String name, byte[] value) {
    return await(node.client().set(name, value, 0, 0));
  }

  /** How long the names of what {@link #fill} stores are. */
  int nameLength() {
    return "f-000-000000".length();
  }

  /** Stores values of a length, until the server takes no more of them. */
  void fill(int length) {
    int stored = 0;
    List<Answer> answers = List.of();
    while (!answers.contains(Answer.OUT_OF_MEMORY)) {
      int from = stored;
      answers =
          IntStream.range(from, from + BATCH)
              .mapToObj(i ->
                  node.client().set("f-%03d-%06d".formatted(length, i), new byte[length], 0, 0))
              .toList()
              .stream()
              .map(this::await)
              .toList();
      stored += BATCH;
      if (stored > MOST) {
        throw new IllegalStateException("The server is not full after " + MOST + " items");
      }
    }
  }

  void delete(String name) {
    var _ = await(node.client().delete(name));
  }

  Map<String, String> statistics(String group) {
    return await(node.client().statistics(group));
  }

  private <T> T await(CompletionStage<T> stage) {
    try {
      return Deadline.in(LIMIT).await(stage, node.client());
    } catch (ClientException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    node.close();
    connector.close();
  }
}
