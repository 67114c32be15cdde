package io.zeal.memcached;

import io.zeal.ErrorCode;
import io.zeal.SchemaException;
import io.zeal.ZealException;
import io.zeal.spi.StoreSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The epochs of one store, one for each server.
 *
 * <p>What is known here may have been replaced meanwhile. So every read asks for the epoch in the
 * same trip, and what it found under names of another epoch does not count. A write under names of
 * an epoch that had ended before is made again; under one that ends during the write, it happened
 * just before that.
 *
 * <p>After an outage that was too long the epoch is replaced before anything is read: by one of
 * this process's threads, and not if it is younger than the outage, since somebody else has done it
 * then.
 */
final class Epochs {

  private static final int FOR_EVER = 0;
  private static final long BETWEEN_LOOKS_NANOS = Duration.ofMillis(1).toNanos();

  private final StoreSpec<?> spec;
  private final String fingerprintText;
  private final long fingerprint;
  private final Keys keys;
  private final String name;
  private final String schemaName;
  private final List<Node> nodes;
  private final KnownEpochs known;
  private final AtomicLong foreign;

  /**
   * @param known what all attachments of this store in this instance know
   */
  Epochs(StoreSpec<?> spec, Keys keys, List<Node> nodes, KnownEpochs known, AtomicLong foreign) {
    this.spec = spec;
    this.fingerprintText = spec.fingerprint();
    this.fingerprint = Epoch.fingerprint(fingerprintText);
    this.keys = keys;
    this.name = keys.epoch(spec.name());
    this.schemaName = keys.schema(spec.name());
    this.nodes = nodes;
    this.known = known;
    this.foreign = foreign;
  }

  /** What the item of the epoch is called: the first to be read in every trip. */
  String name() {
    return name;
  }

  /** The epoch if nobody has to be asked; null otherwise. */
  @Nullable Epoch known(int node) {
    Epoch epoch = known.get(node);
    return epoch != null && epoch.fingerprint() == fingerprint && !isOutdated(node) ? epoch : null;
  }

  private boolean isOutdated(int node) {
    return known.renewed(node) < nodes.get(node).outages();
  }

  /**
   * The epoch that is taken for the current one; null if the server has none.
   *
   * @throws SchemaException if the store is another one there
   */
  @Nullable Epoch at(int node, Deadline deadline) throws ClientException {
    Epoch epoch = known(node);
    return epoch != null ? epoch : seen(node, read(node, deadline), null, deadline);
  }

  private @Nullable Item read(int node, Deadline deadline) throws ClientException {
    return deadline.await(nodes.get(node).read(List.of(name)), client(node)).first();
  }

  private Client client(int node) {
    return nodes.get(node).client();
  }

  /**
   * The epoch in an item that was just read: {@code used} itself if it is that one, null if there
   * is none.
   *
   * @throws SchemaException if the store is another one there
   */
  @Nullable Epoch seen(int node, @Nullable Item item, @Nullable Epoch used, Deadline deadline)
      throws ClientException {
    if (isOutdated(node)) { // the server came back while it was asked
      return afterOutage(node, deadline);
    }
    if (item != null && used != null && used.isIn(item.value())) {
      return used;
    }
    Epoch epoch = decoded(node, item, deadline);
    known.set(node, epoch);
    return epoch;
  }

  private @Nullable Epoch decoded(int node, @Nullable Item item, Deadline deadline)
      throws ClientException {
    if (item == null) {
      return null;
    }
    Epoch epoch = Epoch.decode(item.value(), keys);
    if (epoch == null) {
      foreign.incrementAndGet();
    } else if (epoch.fingerprint() != fingerprint) {
      throw another(node, deadline);
    }
    return epoch;
  }

  private SchemaException another(int node, Deadline deadline) throws ClientException {
    Item text = deadline.await(nodes.get(node).read(List.of(schemaName)), client(node)).first();
    String existing = text == null ? "" : new String(text.value(), StandardCharsets.UTF_8);
    if (Epoch.fingerprint(existing) != fingerprint && !existing.isEmpty()) {
      try {
        spec.requireSame(existing);
      } catch (SchemaException e) {
        return e;
      }
    }
    return new SchemaException(
        ErrorCode.SCHEMA_MISMATCH,
        "Store '"
            + spec.name()
            + "' exists on "
            + nodes.get(node)
            + " with other columns or options, or as a later release of Zeal keeps it; their text"
            + " is lost. It was opened as "
            + fingerprintText
            + ". Open it with what it has, or use another name.");
  }

  /** Reads the epoch, and the text of schema and options. */
  CompletionStage<Items> askForBoth(int node) {
    return nodes.get(node).read(List.of(name, schemaName));
  }

  /**
   * Takes in what was read, and leaves the text of schema and options where it was lost.
   *
   * @throws SchemaException if the store is another one there
   */
  void look(int node, CompletionStage<Items> asked, Deadline deadline) throws ClientException {
    Items items = deadline.await(asked, client(node));
    Epoch epoch = seen(node, items.first(), null, deadline);
    if (epoch != null && items.at(1) == null) {
      var _ = deadline.await(describe(node), client(node));
    }
  }

  private CompletionStage<Answer> describe(int node) {
    byte[] text = fingerprintText.getBytes(StandardCharsets.UTF_8);
    return client(node).set(schemaName, text, FOR_EVER, 0);
  }

  /** The current epoch; begins one if the server has none. */
  Epoch make(int node, Deadline deadline) throws ClientException {
    while (true) {
      Item item = read(node, deadline);
      Epoch epoch = seen(node, item, null, deadline);
      if (epoch != null) {
        return epoch;
      }
      Epoch mine = begun(node, item, deadline);
      if (mine != null) {
        return mine;
      }
    }
  }

  /**
   * The items of the epochs on all servers, which are ready for new ones.
   *
   * @throws SchemaException if the store is another one on one of them
   */
  List<@Nullable Item> lookAtAll(Deadline deadline) throws ClientException {
    deadline.requireTime();
    List<CompletionStage<Items>> asked = new ArrayList<>();
    for (Node node : nodes) {
      asked.add(node.read(List.of(name)));
      var _ = node.askForLimits();
    }
    List<@Nullable Item> found = new ArrayList<>();
    for (int node = 0; node < nodes.size(); node++) {
      Item item = deadline.await(asked.get(node), client(node)).first();
      nodes.get(node).requireLimits(deadline);
      var _ = decoded(node, item, deadline);
      found.add(item);
    }
    return found;
  }

  /**
   * Begins a new epoch: no row that is there now is found again.
   *
   * @param found what was there just before
   */
  void renew(int node, @Nullable Item found, Deadline deadline) throws ClientException {
    Item item = found;
    int attempts = 0;
    while (begun(node, item, deadline) == null) {
      Pause.after(++attempts);
      item = read(node, deadline);
      var _ = decoded(node, item, deadline); // not if the store is another one there
    }
  }

  /** Puts a new epoch in place of what was read; null if somebody else was faster. */
  private @Nullable Epoch begun(int node, @Nullable Item item, Deadline deadline)
      throws ClientException {
    nodes.get(node).requireLimits(deadline); // without versions two could begin one each
    deadline.requireTime();
    Epoch mine = Epoch.random(fingerprint, keys, System.currentTimeMillis());
    Client client = client(node);
    CompletionStage<Answer> answer =
        item == null
            ? client.add(name, mine.value(), FOR_EVER, 0)
            : client.replace(name, mine.value(), FOR_EVER, 0, item.version());
    return switch (deadline.await(answer, client)) {
      case DONE -> {
        known.set(node, mine);
        if (item != null) {
          yield mine; // the text is there already
        }
        var _ = deadline.await(describe(node), client);
        yield mine;
      }
      case CONFLICT, ABSENT -> null;
      case TOO_LARGE, OUT_OF_MEMORY ->
          throw Errors.outOfMemory("Store '" + spec.name() + "'", nodes.get(node));
    };
  }

  /**
   * Replaces the epoch if the server was away for too long. Where that fails, whoever touches the
   * store next does it.
   */
  void tryToRenew(int node, Deadline deadline) {
    Client client = client(node);
    try {
      while (!client.isConnected()) { // whoever tells of a connection does so before it is used
        deadline.requireTime();
        LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
      }
      if (isOutdated(node)) {
        var _ = afterOutage(node, deadline);
      }
    } catch (ClientException | ZealException e) {
      // It is outdated still.
    }
  }

  private @Nullable Epoch afterOutage(int node, Deadline deadline) throws ClientException {
    int outages = nodes.get(node).outages();
    if (!known.beginsToRenew(node, outages)) {
      while (known.renewed(node) < outages) {
        deadline.requireTime();
        LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
        if (known.beginsToRenew(node, outages)) { // whoever had begun has failed
          return renewedAfterOutage(node, outages, deadline);
        }
      }
      return known.get(node);
    }
    return renewedAfterOutage(node, outages, deadline);
  }

  private @Nullable Epoch renewedAfterOutage(int node, int outages, Deadline deadline)
      throws ClientException {
    boolean done = false;
    try {
      Item item = read(node, deadline);
      Epoch epoch = decoded(node, item, deadline);
      // By the clocks of two hosts: where they differ, rows may be given up that need not be.
      if (epoch != null && epoch.begunMillis() < nodes.get(node).backMillis()) {
        Epoch mine = begun(node, item, deadline);
        epoch = mine != null ? mine : decoded(node, read(node, deadline), deadline);
      }
      known.set(node, epoch);
      done = true;
      return epoch;
    } finally {
      known.endsRenewing(node, outages, done);
    }
  }
}
