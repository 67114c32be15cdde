package io.zeal.redis;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.ErrorCode;
import io.zeal.Finding;
import io.zeal.SchemaException;
import io.zeal.Scripts;
import io.zeal.Stats;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.ZealException;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkFactory;
import io.zeal.redis.spi.Reply;
import io.zeal.spi.Backend;
import io.zeal.spi.Counters;
import io.zeal.spi.Messaging;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stores, counters and messages on Redis or Valkey. */
final class RedisBackend implements Backend {

  private static final Map<String, Long> LIMITS =
      Map.of("payloadBytes", (long) RedisPubSub.PAYLOAD_BYTES);

  private final LinkFactory factory;
  private final Server server;
  private final Names names;
  private final int buckets;
  private final List<ServerFacts> facts;
  private final BackendInfo info;
  private final RedisCounters counters;
  private final RedisScripts scripts;
  private final RedisMessaging messaging;
  private final Janitor janitor;
  private final Map<String, RedisStore> stores = new ConcurrentHashMap<>();

  RedisBackend(
      LinkFactory factory,
      Server server,
      Names names,
      int buckets,
      int database,
      List<ServerFacts> facts,
      RedisMessaging messaging) {
    this.factory = factory;
    this.server = server;
    this.names = names;
    this.buckets = buckets;
    this.facts = facts;
    this.info =
        new BackendInfo("redis", BackendInfo.Scope.CLUSTER, capabilities(facts, messaging), LIMITS);
    this.counters = new RedisCounters(names, server);
    this.scripts = new RedisScripts(names, server, stores, database);
    this.messaging = messaging;
    this.janitor = new Janitor(stores::values, server);
  }

  private static Set<Capability> capabilities(List<ServerFacts> facts, RedisMessaging messaging) {
    Set<Capability> all =
        EnumSet.of(
            Capability.COUNT,
            Capability.PAGE,
            Capability.CLEAR,
            Capability.COUNTERS,
            Capability.NEGATIVE_COUNTERS,
            Capability.PUB_SUB,
            Capability.RELIABLE_PUB_SUB,
            Capability.DURABLE_MESSAGES,
            Capability.SCRIPTS);
    if (facts.stream().noneMatch(ServerFacts::mayEvict)) {
      all.add(Capability.EXACT_COUNT);
    }
    if (!messaging.isSharded()) {
      all.add(Capability.ANNOUNCE);
    }
    return all;
  }

  Janitor janitor() {
    return janitor;
  }

  @Override
  public BackendInfo info() {
    return info;
  }

  @Override
  public <R> Rows<R> rows(StoreSpec<R> spec) {
    String what = "Store '" + spec.name() + "'";
    if (spec.announcer() != null && messaging.isSharded()) {
      throw new UnsupportedCapabilityException(
          Capability.ANNOUNCE,
          what
              + " is to announce its writes, which sharded channels do not carry: a script that"
              + " changes rows reaches no channel of another slot. Set "
              + RedisSettings.SHARDED_CHANNELS.key()
              + "=false, in every process.");
    }
    Reply reply =
        server.execute(
            Request.write(
                ServerScript.ATTACH,
                List.of(names.store(spec.name())),
                List.of(
                    Names.bytes("0"), // for good
                    Names.bytes("schema"),
                    Names.bytes(spec.fingerprint()),
                    Names.bytes("buckets"),
                    Names.bytes(Integer.toString(buckets)))));
    if (!(Errors.answer(reply, what, true) instanceof Reply.Items(List<Reply> found)
        && found.size() == 2
        && found.getFirst() instanceof Reply.Bytes(byte[] schema)
        && found.getLast() instanceof Reply.Bytes(byte[] recorded))) {
      throw new SchemaException(
          ErrorCode.SCHEMA_MISMATCH,
          what + ": its record on the server is damaged. Choose another name or prefix.");
    }
    spec.requireSame(new String(schema, StandardCharsets.UTF_8));
    int parts = Integer.parseInt(new String(recorded, StandardCharsets.US_ASCII));
    RedisStore store =
        stores.compute(
            spec.name(),
            (name, known) -> {
              if (known != null && known.buckets().size() == parts) {
                return known;
              }
              RedisStore made = new RedisStore(names, name, parts);
              made.announceWith(known == null ? null : known.announcer());
              return made;
            });
    return new RedisRows<>(
        spec, store, server, janitor, messaging.isSharded() ? null : names.channels());
  }

  @Override
  public Counters counters() {
    return counters;
  }

  @Override
  public Messaging messaging() {
    return messaging;
  }

  @Override
  public Scripts scripts() {
    return scripts;
  }

  @Override
  public Stats stats() {
    Connections connections = server.topology().connections();
    return Stats.of(
        "redis",
        Map.of(
            "stores",
            (long) stores.size(),
            "connectionsOpened",
            connections.opened(),
            "connectionsRefused",
            connections.refused(),
            "connectionsUsed",
            connections.now().used(),
            "connectionsIdle",
            connections.now().idle(),
            "connectionsListening",
            connections.now().listening(),
            "callsWaiting",
            connections.now().waiting(),
            "rowsSwept",
            janitor.removed(),
            "sweepsFailed",
            janitor.failures()));
  }

  @Override
  public List<Finding> inspect() {
    List<Finding> findings = new ArrayList<>();
    for (ServerFacts fact : known(findings)) {
      findings.add(
          new Finding(
              "ZEAL-F301",
              Finding.Severity.INFO,
              fact.node() + " is " + fact.kind() + " " + fact.version(),
              "Nothing."));
      if (fact.inCluster() && !server.topology().redirects()) {
        findings.add(
            new Finding(
                "ZEAL-F303",
                Finding.Severity.WARNING,
                fact.node() + " is a node of a cluster, and zeal.redis.url is of a single server",
                "Write redis+cluster://…: calls for what other nodes hold fail."));
      }
      if (fact.mayEvict()) {
        findings.add(
            new Finding(
                "ZEAL-F302",
                Finding.Severity.WARNING,
                fact.policy().isEmpty()
                    ? fact.node() + " does not say whether it evicts keys"
                    : fact.node() + " evicts keys when its memory is full: " + fact.policy(),
                "Set maxmemory-policy noeviction, or know that rows may vanish and counts are not"
                    + " exact."));
      }
      if (messaging.usesStreams()) {
        findings.addAll(ofStreams(fact));
      }
    }
    return findings;
  }

  /** Of those that can be reached; each that cannot is a finding. */
  private List<ServerFacts> known(List<Finding> findings) {
    List<ServerFacts> known = new ArrayList<>();
    try {
      for (Node node : server.topology().primaries(server.deadline())) {
        try { // a deadline of its own: one that hangs would use up that of all behind it
          known.add(ServerFacts.of(node, "Asking " + node, server.deadline()));
        } catch (ZealException e) {
          findings.add(unreachable(e));
        }
      }
    } catch (LinkException e) {
      findings.add(unreachable(Errors.of(e, "Asking which servers there are")));
    }
    return known;
  }

  private static Finding unreachable(ZealException e) {
    return new Finding(
        "ZEAL-F305",
        Finding.Severity.WARNING,
        "nothing is known of a server: " + e.getMessage(),
        "See that it can be reached; what else is found does not speak of it.");
  }

  /** What is wrong with a server that reliable messages are on. */
  private static List<Finding> ofStreams(ServerFacts fact) {
    List<Finding> findings = new ArrayList<>();
    if (fact.mayEvict() && fact.policy().startsWith("allkeys")) {
      findings.add(
          new Finding(
              "ZEAL-F306",
              Finding.Severity.ERROR,
              fact.node() + " may evict streams, with messages that nobody has handled",
              "Set maxmemory-policy noeviction: a full server refuses publications then."));
    }
    if (fact.forgets()) {
      findings.add(
          new Finding(
              "ZEAL-F307",
              Finding.Severity.WARNING,
              fact.node() + " keeps reliable messages without an append-only file",
              "Set appendonly yes, and appendfsync always where no confirmed message may be lost;"
                  + " or know that a crash takes what came since the last snapshot."));
    }
    return findings;
  }

  List<ServerFacts> facts() {
    return facts;
  }

  /** From the last to the first, each whatever the others throw. */
  @Override
  public void close() {
    SocketThreads threads = messaging.threads();
    try (factory;
        threads;
        server;
        janitor;
        messaging) {
      // Nothing else.
    }
  }
}
