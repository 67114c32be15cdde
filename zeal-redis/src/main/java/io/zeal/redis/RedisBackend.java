package io.zeal.redis;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.ConfigurationException;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Stores, counters and messages on Redis or Valkey. */
final class RedisBackend implements Backend {

  private static final Map<String, Long> LIMITS =
      Map.of("payloadBytes", (long) RedisPubSub.PAYLOAD_BYTES);

  /** How the stores of caches are named, whose users know them by what is behind it. */
  private static final String CACHES = "zeal:cache:";

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
  private final int database;
  private final Map<String, RedisStore> stores = new ConcurrentHashMap<>();

  /** Stores that did not say that rows of theirs may vanish. */
  private final Set<String> exact = ConcurrentHashMap.newKeySet();

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
    this.database = database;
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
    if (!spec.options().accepted().contains(Capability.EXACT_COUNT)) {
      exact.add(spec.name());
    }
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
    for (Known known : known(findings)) {
      ServerFacts fact = known.fact;
      Optional<ServerLook> look = ServerLook.at(known.node, server::deadline);
      findings.add(RedisFindings.server(fact, look));
      findings.addAll(RedisFindings.of(fact, server.topology().redirects(), database));
      findings.addAll(RedisFindings.of(fact, exact(), caches()));
      if (messaging.usesStreams()) {
        findings.addAll(RedisFindings.ofStreams(fact));
      }
      look.ifPresent(it -> findings.addAll(RedisFindings.of(fact, it)));
      Rights.ofStores(known.node, names, server.deadline())
          .flatMap(rights -> RedisFindings.missingForStores(fact, rights, names))
          .ifPresent(findings::add);
      Rights.ofMessages(known.node, names, messaging.isSharded(), server.deadline())
          .flatMap(rights -> RedisFindings.missingForMessages(fact, rights, names))
          .ifPresent(findings::add);
    }
    return findings;
  }

  /** Names of stores that were promised that no row vanishes. */
  private Set<String> exact() {
    return info.can(Capability.EXACT_COUNT) ? new TreeSet<>(exact) : Set.of();
  }

  private Set<String> caches() {
    return stores.keySet().stream()
        .filter(name -> name.startsWith(CACHES))
        .map(name -> name.substring(CACHES.length()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** A node that answers, and what it says of itself. */
  private record Known(Node node, ServerFacts fact) {}

  /** Of those that can be reached; each that cannot is a finding. */
  private List<Known> known(List<Finding> findings) {
    List<Known> known = new ArrayList<>();
    try {
      for (Node node : server.topology().primaries(server.deadline())) {
        try { // a deadline of its own: one that hangs would use up that of all behind it
          known.add(new Known(node, ServerFacts.of(node, "Asking " + node, server.deadline())));
        } catch (ConfigurationException e) {
          findings.add(RedisFindings.tooOld(e));
        } catch (ZealException e) {
          findings.add(RedisFindings.unreachable(e));
        }
      }
    } catch (LinkException e) {
      findings.add(RedisFindings.unreachable(Errors.of(e, "Asking which servers there are")));
    }
    return known;
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
