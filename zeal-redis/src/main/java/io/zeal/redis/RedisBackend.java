package io.zeal.redis;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.Finding;
import io.zeal.OperationInterruptedException;
import io.zeal.SchemaException;
import io.zeal.Scripts;
import io.zeal.Stats;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.ZealClosedException;
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

  /** What the user may not do, of the nodes where that was tried. */
  private final Map<Node, Map<Rights.Use, Rights>> rights = new ConcurrentHashMap<>();

  /** Stores that did not say that rows of theirs may vanish, when they were opened last. */
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
    if (spec.options().accepted().contains(Capability.EXACT_COUNT)) {
      exact.remove(spec.name());
    } else {
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
    List<Node> nodes;
    try {
      nodes = server.topology().primaries(server.deadline());
    } catch (LinkException e) {
      ZealException error = Errors.of(e, "Asking which servers there are");
      return List.of(RedisFindings.unreachable(ofServer(error)));
    }
    rights.keySet().retainAll(nodes);
    return server.atOnce(nodes, this::look).stream().flatMap(List::stream).toList();
  }

  /**
   * What is found of one node, within one deadline: one that is silent keeps the look no longer,
   * and is not found healthy for what it said first.
   */
  private List<Finding> look(Node node) {
    long deadline = server.deadline();
    ServerFacts fact;
    try {
      fact = ServerFacts.of(node, "Asking " + node, deadline);
    } catch (ConfigurationException e) {
      return List.of(RedisFindings.tooOld(e));
    } catch (ZealException e) {
      return List.of(RedisFindings.unreachable(ofServer(e)));
    }
    List<Finding> findings = new ArrayList<>();
    try {
      ServerLook look = ServerLook.at(node, deadline);
      findings.add(RedisFindings.server(fact, Optional.of(look)));
      findings.addAll(ofSetUp(fact));
      findings.addAll(RedisFindings.of(fact, look));
      rights(node, fact, deadline).ifPresent(it -> findings.addAll(ofRights(fact, it)));
    } catch (ZealException e) {
      if (findings.isEmpty()) {
        findings.add(RedisFindings.server(fact, Optional.empty()));
        findings.addAll(ofSetUp(fact));
      }
      findings.add(RedisFindings.fellSilent(ofServer(e)));
    }
    return findings;
  }

  /** The same, if it says something of a server; not that this is closed, or the caller stops. */
  private static ZealException ofServer(ZealException error) {
    if (error instanceof ZealClosedException || error instanceof OperationInterruptedException) {
      throw error;
    }
    return error;
  }

  private List<Finding> ofSetUp(ServerFacts fact) {
    boolean minded =
        !exact().isEmpty() || (counters.areUsed() && fact.policy().startsWith("allkeys"));
    List<Finding> findings =
        new ArrayList<>(RedisFindings.of(fact, server.topology().redirects(), database, minded));
    findings.addAll(RedisFindings.of(fact, exact(), caches()));
    if (messaging.usesStreams()) {
      findings.addAll(RedisFindings.ofStreams(fact));
    }
    return findings;
  }

  /**
   * What the user may not do there. It is tried once: each try leaves refusals in the server's
   * {@code ACL LOG} and in its numbers.
   */
  private Optional<Map<Rights.Use, Rights>> rights(Node node, ServerFacts fact, long deadline) {
    Map<Rights.Use, Rights> known = rights.get(node);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<Map<Rights.Use, Rights>> tried =
        Rights.of(node, fact, names, messaging.isSharded(), deadline);
    tried.ifPresent(it -> rights.put(node, it));
    return tried;
  }

  private List<Finding> ofRights(ServerFacts fact, Map<Rights.Use, Rights> missing) {
    List<Finding> findings = new ArrayList<>();
    Optional.ofNullable(missing.get(Rights.Use.STORES))
        .flatMap(it -> RedisFindings.missingForStores(fact, it, names))
        .ifPresent(findings::add);
    RedisFindings.missingForMessages(fact, missing, used(), names).ifPresent(findings::add);
    return findings;
  }

  private Set<Rights.Use> used() {
    Set<Rights.Use> used = EnumSet.noneOf(Rights.Use.class);
    if (messaging.usesChannels()) {
      used.add(Rights.Use.CHANNELS);
    }
    if (messaging.usesStreams()) {
      used.add(Rights.Use.STREAMS);
    }
    if (stores.values().stream().anyMatch(store -> store.announcer() != null)) {
      used.add(Rights.Use.ANNOUNCEMENTS);
    }
    return used;
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
