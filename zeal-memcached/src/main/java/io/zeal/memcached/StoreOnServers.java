package io.zeal.memcached;

import io.zeal.spi.StoreSpec;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What reads and writes of one store have in common: where its rows are and what they look like.
 */
final class StoreOnServers<R> {

  /** From here on a time to live goes to the server as a time of day, by this host's clock. */
  private static final long RELATIVE_SECONDS = 30L * 24 * 60 * 60 - 1;

  /** By how much the server's clock may be ahead. */
  private static final long CLOCK_TOLERANCE_SECONDS = 60;

  /** The latest second that a server's clock of 32 bits can name. */
  private static final long LAST_SECOND = Integer.MAX_VALUE - 1L;

  private final StoreSpec<R> spec;
  private final Servers servers;
  private final Epochs epochs;
  private final RowForm<R> form;
  private final RowItems<R> items;
  private final String what;

  StoreOnServers(StoreSpec<R> spec, Servers servers) {
    this.spec = spec;
    this.servers = servers;
    this.epochs =
        new Epochs(
            spec,
            servers.keys(),
            servers.nodes(),
            servers.epochs(spec.name()),
            servers.counts().foreign());
    this.form = new RowForm<>(spec);
    this.items = new RowItems<>(form, servers.counts().foreign());
    this.what = "Store '" + spec.name() + "'";
  }

  /**
   * Finds the store on every server, or begins it there: first it is looked at everywhere, so that
   * one that is refused is begun nowhere. Servers that cannot be reached are left out as long as
   * one can.
   *
   * @throws io.zeal.SchemaException if it exists with other columns or options
   */
  void attach() {
    errors().requireOpen(what);
    Deadline deadline = Deadline.in(timeout());
    List<Look> looks = IntStream.range(0, nodes().size()).mapToObj(Look::new).toList();
    // One that is silent leaves the others time to begin the store.
    Deadline looking = looks.size() == 1 ? deadline : Deadline.in(timeout().dividedBy(2));
    looking.asTheyCome(looks, Look::answer, look -> look.take(looking));
    servers.epochs(spec.name()).openedBy(epochs);
    List<Look> reached = looks.stream().filter(look -> look.failure == null).toList();
    reached.forEach(look -> look.begin(deadline));
    if (looks.stream().allMatch(look -> look.failure != null)) {
      looks.stream()
          .map(look -> look.failure)
          .filter(Objects::nonNull)
          .reduce((first, last) -> last)
          .ifPresent(last -> {
            throw errors().beforeWrite(last, what);
          });
    }
  }

  /** The store as one of the servers has it. */
  private final class Look {

    private final int node;
    private final CompletionStage<Items> asked;
    @Nullable ClientException failure;

    Look(int node) {
      this.node = node;
      this.asked = epochs.askForBoth(node);
    }

    CompletableFuture<?> answer() {
      return asked.toCompletableFuture();
    }

    void take(Deadline deadline) {
      try {
        Deadline.requireNotInterrupted();
        epochs.look(node, asked, deadline);
      } catch (ClientException e) {
        failure = e;
      }
    }

    void begin(Deadline deadline) {
      try {
        Deadline.requireNotInterrupted();
        if (epochs.known(node) == null) {
          var _ = epochs.make(node, deadline);
        }
      } catch (ClientException e) {
        failure = e;
      }
    }
  }

  StoreSpec<R> spec() {
    return spec;
  }

  RowForm<R> form() {
    return form;
  }

  Epochs epochs() {
    return epochs;
  }

  Errors errors() {
    return servers.errors();
  }

  Counts counts() {
    return servers.counts();
  }

  Duration timeout() {
    return servers.timeout();
  }

  List<Node> nodes() {
    return servers.nodes();
  }

  Node node(int node) {
    return servers.nodes().get(node);
  }

  /** What messages begin with. */
  String what() {
    return what;
  }

  /** The server of a key: of the store's name too, so that small stores spread. */
  int owner(String key) {
    return servers.owner(spec.name(), key);
  }

  /** The time by which rows end; that of this host, as of all others that share them. */
  long nowMillis() {
    return System.currentTimeMillis();
  }

  /** The row in what was found under a key's name; null if there is none. */
  @Nullable StoredRow<R> decode(@Nullable Item item, Epoch epoch, String key, long nowMillis) {
    return item == null
        ? null
        : items.decode(item.value(), epoch, key, !Keys.isLiteral(epoch.rows(), key), nowMillis);
  }

  /** The value of a row's item. */
  byte[] encode(Epoch epoch, String key, long expiryMillis, byte[] columns) {
    return RowItems.encode(epoch, key, !Keys.isLiteral(epoch.rows(), key), expiryMillis, columns);
  }

  /** When a row with this time to live ends, 0 for never. */
  long expiryMillis(long ttlMillis) {
    return ttlMillis == 0 ? 0 : nowMillis() + ttlMillis;
  }

  /**
   * The time to live for the server, which drops what nobody reads any more: one second later than
   * the row ends, since its clock moves by whole seconds, and a minute from thirty days on. What it
   * cannot name never ends for it.
   */
  static int seconds(long expiryMillis, long nowMillis) {
    if (expiryMillis == 0) {
      return 0;
    }
    long whole = Math.max(0, expiryMillis - nowMillis + 999) / 1000;
    long seconds = whole + (whole < RELATIVE_SECONDS ? 1 : CLOCK_TOLERANCE_SECONDS);
    return nowMillis / 1000 + seconds > LAST_SECOND ? 0 : (int) seconds;
  }
}
