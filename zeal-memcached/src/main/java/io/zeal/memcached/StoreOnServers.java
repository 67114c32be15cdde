package io.zeal.memcached;

import io.zeal.spi.StoreSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    ClientException failure = null;
    List<Integer> reached = new ArrayList<>();
    for (int node = 0; node < nodes().size(); node++) {
      try {
        Deadline.requireNotInterrupted();
        epochs.look(node, Deadline.in(timeout()));
        reached.add(node);
      } catch (ClientException e) {
        failure = e;
      }
    }
    boolean found = false;
    for (int node : reached) {
      try {
        Deadline.requireNotInterrupted();
        var _ = epochs.make(node, Deadline.in(timeout()));
        found = true;
      } catch (ClientException e) {
        failure = e;
      }
    }
    if (!found && failure != null) {
      throw errors().beforeWrite(failure, what);
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
