package io.zeal.telemetry;

import static io.zeal.telemetry.Metric.counter;
import static io.zeal.telemetry.Metric.gauge;
import static io.zeal.telemetry.Metric.upDown;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is exported of the statistics: for each number of each part one metric, or the word that it
 * is not. A part is named by the path to it, with {@code *} for a name that an application gave.
 * {@code docs/telemetry.md} shows this as a table; tests compare the two, and look for numbers that
 * are not here.
 */
final class Catalog {

  /** A number that is not here, of a plugin that nobody of us knows. */
  static final Metric OTHER =
      gauge(
          "zeal.stats.number",
          "{number}",
          "A number of the statistics that has no metric of its own.");

  private static final Metric STORES = upDown("zeal.stores", "{store}", "Stores that are open.");

  private static final Metric TABLE_LIMIT =
      upDown("zeal.table.memory.limit", "By", "What stores and counters may take together.");
  private static final Metric TABLE_RESERVED =
      upDown("zeal.table.memory.reserved", "By", "What stores and counters take when full.");
  private static final Metric TABLE_COMMITTED =
      upDown("zeal.table.memory.committed", "By", "What stores and counters take now.");

  private static final Metric ROWS =
      upDown("zeal.store.rows", "{row}", "Rows that have not expired.");
  private static final Metric CAPACITY =
      upDown("zeal.store.capacity", "{row}", "Rows that there may be.");
  private static final Metric ROW_SIZE = gauge("zeal.store.row.size", "By", "What one row takes.");
  private static final Metric RESERVED =
      upDown("zeal.store.memory.reserved", "By", "What the store takes when full.");
  private static final Metric COMMITTED =
      upDown("zeal.store.memory.committed", "By", "What the store takes now.");
  private static final Metric SHARING =
      gauge("zeal.store.processes", "{process}", "Processes that share the store's table.");
  private static final Metric EVICTED =
      counter("zeal.store.rows.evicted", "{row}", "Rows that went because there was no room.");
  private static final Metric EXPIRED =
      counter("zeal.store.rows.expired", "{row}", "Rows that were removed after their time.");
  private static final Metric HOT =
      upDown("zeal.store.rows.hot", "{row}", "Rows that are kept as objects too.");
  private static final Metric HOT_LIMIT =
      upDown("zeal.store.rows.hot.limit", "{row}", "Rows that may be kept as objects too.");

  private static final Metric COUNTERS =
      upDown("zeal.counters", "{counter}", "Counters that there are.");
  private static final Metric COUNTERS_CAPACITY =
      upDown("zeal.counters.capacity", "{counter}", "Counters that there may be.");
  private static final Metric COUNTERS_RESERVED =
      upDown("zeal.counters.memory.reserved", "By", "What counters take when full.");
  private static final Metric COUNTERS_COMMITTED =
      upDown("zeal.counters.memory.committed", "By", "What counters take now.");

  private static final Metric CONNECTIONS =
      upDown("db.client.connection.count", "{connection}", "Connections, by what they do.");
  private static final Metric PENDING =
      upDown(
          "db.client.connection.pending_requests",
          "{request}",
          "Calls that wait for a connection.");
  private static final Metric IN_FLIGHT =
      upDown("zeal.requests.in_flight", "{request}", "Requests without an answer yet.");
  private static final Metric LISTENING =
      upDown("zeal.connections.listening", "{connection}", "Connections that take messages.");
  private static final Metric OPENED =
      counter("zeal.connections.opened", "{connection}", "Connections that were made.");
  private static final Metric REFUSED =
      counter("zeal.connections.refused", "{connection}", "Connections that could not be made.");

  private static final Metric GETS = counter("cache.gets", "{get}", "Looks, by what they found.");
  private static final Metric CACHE_SIZE =
      upDown("cache.size", "{entry}", "Entries, dead ones included until they are swept.");
  private static final Metric CACHE_EVICTIONS =
      counter("cache.evictions", "{entry}", "Entries that went because there was no room.");
  private static final Metric FLIGHTS =
      upDown("zeal.cache.flights.active", "{load}", "Loads that are under way.");
  private static final Metric JOINED =
      counter("zeal.cache.flights.joined", "{call}", "Calls that waited for the load of another.");
  private static final Metric FILE_SIZE =
      upDown("zeal.cache.files.size", "By", "What the files take.");
  private static final Metric FILE_LIVE =
      upDown("zeal.cache.files.live", "By", "What entries take in the files.");

  private static final Metric SENT =
      counter("messaging.client.sent.messages", "{message}", "Messages that were published.");
  private static final Metric CONSUMED =
      counter("messaging.client.consumed.messages", "{message}", "Messages given to handlers.");
  private static final Metric SUBSCRIPTIONS =
      upDown("zeal.messages.subscriptions", "{subscription}", "Subscriptions that are open.");
  private static final Metric FAILED =
      counter("zeal.messages.failed", "{message}", "Handlers that threw.");
  private static final Metric DROPPED =
      counter("zeal.messages.dropped", "{message}", "Messages that found no room.");
  private static final Metric MESSAGE_GAPS =
      counter("zeal.messages.gaps", "{gap}", "Times when messages may have been missed.");
  private static final Metric LOST =
      counter("zeal.messages.claims.lost", "{message}", "Claims that ended without an answer.");
  private static final Metric RECONNECTIONS =
      counter("zeal.messages.reconnections", "{connection}", "Listening connections made anew.");
  private static final Metric STREAMS =
      upDown("zeal.messages.streams", "{stream}", "Streams in this process.");
  private static final Metric STREAM_BYTES =
      upDown("zeal.messages.memory", "By", "What streams in this process hold.");

  private static final Metric TIERED_READS =
      counter("zeal.tiered.reads", "{get}", "Reads, by whether a copy answered.");
  private static final Metric TIERED_COPIES =
      counter("zeal.tiered.copies", "{row}", "Rows that became copies, or did not.");
  private static final Metric TIERED_ENDED =
      counter("zeal.tiered.flushes", "{flush}", "Times when all copies of a part ended.");
  private static final Metric TIERED_GAPS = counter("zeal.tiered.gaps", "{gap}", "Why they ended.");
  private static final Metric TIERED_REFUSED =
      counter("zeal.tiered.frames.refused", "{frame}", "Announcements that were not believed.");
  private static final Metric TIERED_REPEATED =
      counter("zeal.tiered.frames.repeated", "{frame}", "Announcements that came twice.");
  private static final Metric TIERED_HEARTBEATS =
      counter("zeal.tiered.heartbeats", "{heartbeat}", "Heartbeats, by what became of them.");
  private static final Metric TIERED_LEASES =
      counter("zeal.tiered.leases", "{lease}", "Heartbeats that came back in time.");
  private static final Metric TIERED_LEASE_AGE =
      gauge("zeal.tiered.lease.age", "s", "The age of the oldest lease; absent without one.");
  private static final Metric TIERED_LISTEN_FAILURES =
      counter("zeal.tiered.listen.failures", "{attempt}", "Attempts to listen that failed.");

  private static final String STATE = "db.client.connection.state";
  private static final String POOL = "db.client.connection.pool.name";
  private static final String RESULT = "result";
  private static final String TIER = "zeal.cache.tier";
  private static final String REASON = "zeal.reason";

  private static final Map<String, Map<String, Export>> EXPORTS = new LinkedHashMap<>();
  private static final Map<String, Set<String>> LEFT_OUT =
      Map.of(
          "table/stores/*", Set.of("buckets"), // of the layout, and never another
          "resilience", Set.of("openSinceMillis", "lastChangeMillis")); // of a clock, for people

  static {
    table();
    redis();
    memcached();
    tiered();
    resilience();
    caches();
    messages("pubsub");
    messages("reliable");
  }

  private Catalog() {}

  private static void table() {
    part("table")
        .with("stores", STORES)
        .with("memoryLimitBytes", TABLE_LIMIT)
        .with("memoryBytes", TABLE_RESERVED)
        .with("committedBytes", TABLE_COMMITTED);
    part("table/stores/*")
        .with("rows", ROWS)
        .with("capacity", CAPACITY)
        .with("rowBytes", ROW_SIZE)
        .with("memoryBytes", RESERVED)
        .with("committedBytes", COMMITTED)
        .with("processes", SHARING)
        .with("evictions", EVICTED)
        .with("expired", EXPIRED)
        .with("hotRows", HOT)
        .with("hotRowsLimit", HOT_LIMIT);
    part("table/counters")
        .with("counters", COUNTERS)
        .with("capacity", COUNTERS_CAPACITY)
        .with("memoryBytes", COUNTERS_RESERVED)
        .with("committedBytes", COUNTERS_COMMITTED);
  }

  private static void redis() {
    part("redis")
        .with("stores", STORES)
        .with("connectionsUsed", CONNECTIONS, STATE, "used", POOL, "redis")
        .with("connectionsIdle", CONNECTIONS, STATE, "idle", POOL, "redis")
        .with("connectionsListening", LISTENING)
        .with("callsWaiting", PENDING, POOL, "redis")
        .with("connectionsOpened", OPENED)
        .with("connectionsRefused", REFUSED)
        .with("rowsSwept", counter("zeal.redis.rows.swept", "{row}", "Cleared rows removed."))
        .with(
            "sweepsFailed",
            counter("zeal.redis.sweeps.failed", "{sweep}", "Rounds of that which ended early."));
  }

  private static void memcached() {
    part("memcached")
        .with("connectionsUsed", CONNECTIONS, STATE, "used", POOL, "memcached")
        .with("connectionsIdle", CONNECTIONS, STATE, "idle", POOL, "memcached")
        .with("callsWaiting", PENDING, POOL, "memcached")
        .with("requestsInFlight", IN_FLIGHT)
        .with("connectionsOpened", OPENED)
        .with(
            "serversAway",
            upDown("zeal.memcached.servers.away", "{server}", "Servers without a connection."))
        .with(
            "itemsNotOurs",
            counter("zeal.memcached.items.foreign", "{item}", "Items of somebody else."))
        .with(
            "writesRepeated",
            counter("zeal.memcached.writes.repeated", "{write}", "Writes that another overtook."))
        .with(
            "readsMerged",
            counter("zeal.memcached.reads.merged", "{read}", "Reads that went with others."));
  }

  private static void tiered() {
    part("tiered").with("stores", STORES);
    part("tiered/stores/*")
        .with("hits", TIERED_READS, RESULT, "hit")
        .with("misses", TIERED_READS, RESULT, "miss")
        .with("fills", TIERED_COPIES, RESULT, "filled")
        .with("fillsRefused", TIERED_COPIES, RESULT, "fill_refused")
        .with("ownCopies", TIERED_COPIES, RESULT, "own")
        .with("ownCopiesRefused", TIERED_COPIES, RESULT, "own_refused")
        .with("tooLong", TIERED_COPIES, RESULT, "too_long")
        .with("nearFailures", TIERED_COPIES, RESULT, "near_failed")
        .with("generation", TIERED_ENDED)
        .with("gaps", TIERED_GAPS, REASON, "connection")
        .with("missedSteps", TIERED_GAPS, REASON, "missed")
        .with("otherEpochs", TIERED_GAPS, REASON, "epoch")
        .with("wentBack", TIERED_GAPS, REASON, "went_back")
        .with("repeats", TIERED_REPEATED)
        .with("refusedForm", TIERED_REFUSED, REASON, "form")
        .with("refusedSignature", TIERED_REFUSED, REASON, "signature")
        .with("heartbeats", TIERED_HEARTBEATS, RESULT, "sent")
        .with("heartbeatFailures", TIERED_HEARTBEATS, RESULT, "failed")
        .with("foreignHeartbeats", TIERED_HEARTBEATS, RESULT, "foreign")
        .with("leases", TIERED_LEASES)
        .with("leaseAgeMillis", TIERED_LEASE_AGE)
        .with("listenFailures", TIERED_LISTEN_FAILURES);
  }

  private static void resilience() {
    part("resilience")
        .with(
            "state",
            gauge("zeal.circuit.state", "{state}", "0 closed, 1 half-open with one probe, 2 open."))
        .with("opened", counter("zeal.circuit.opened", "{change}", "Times that it opened."))
        .with("rejected", counter("zeal.circuit.rejected", "{call}", "Calls refused unsent."))
        .with("probes", counter("zeal.circuit.probes", "{call}", "Probes that were begun."))
        .with("lostProbes", counter("zeal.circuit.probes.lost", "{call}", "Probes given up."))
        .with(
            "failures", counter("zeal.circuit.failures", "{call}", "Calls that count against it."))
        .with("windowCalls", upDown("zeal.circuit.window.calls", "{call}", "Calls it looks at."))
        .with(
            "windowFailures",
            upDown("zeal.circuit.window.failures", "{call}", "Those of them that failed."))
        .with("retries", counter("zeal.circuit.retries", "{call}", "Calls made once more."))
        .with("staleReads", counter("zeal.circuit.reads.stale", "{get}", "Reads from memory."))
        .with(
            "rememberedRows",
            upDown("zeal.circuit.remembered.rows", "{row}", "Rows kept for stale reads."))
        .with(
            "rememberedBytes",
            upDown("zeal.circuit.remembered.size", "By", "What those rows take."));
  }

  private static void caches() {
    part("caches/*")
        .with("hitsMemory", GETS, RESULT, "hit", TIER, "memory")
        .with("hitsFile", GETS, RESULT, "hit", TIER, "file")
        .with("misses", GETS, RESULT, "miss")
        .with("entriesInMemory", CACHE_SIZE, TIER, "memory")
        .with("entriesInFiles", CACHE_SIZE, TIER, "file")
        .with("memoryEvictions", CACHE_EVICTIONS, TIER, "memory")
        .with("fileEvictions", CACHE_EVICTIONS, TIER, "file")
        .with("loads", counter("zeal.cache.loads", "{load}", "Loads that were begun."))
        .with(
            "loadFailures",
            counter("zeal.cache.loads.failed", "{load}", "Loads whose loader threw."))
        .with("flights", FLIGHTS)
        .with("flightsJoined", JOINED)
        .with("fileBytes", FILE_SIZE)
        .with("fileLiveBytes", FILE_LIVE)
        .with("staleServed", counter("zeal.cache.stale", "{get}", "Expired values served."))
        .with(
            "loadsThrottled",
            counter("zeal.cache.loads.throttled", "{call}", "Calls served stale after a failure."))
        .with(
            "refreshes",
            counter("zeal.cache.refreshes", "{load}", "Loads that were ahead of time."))
        .with("spills", counter("zeal.cache.spills", "{entry}", "Entries that files alone took."))
        .with(
            "storeFailures",
            counter("zeal.cache.store.failures", "{entry}", "Loaded values that were not kept."))
        .with(
            "decodeFailures",
            counter("zeal.cache.decode.failures", "{entry}", "Entries that could not be read."))
        .with(
            "backendFailures",
            counter("zeal.cache.backend.failures", "{get}", "Looks that the backend refused."))
        .with(
            "fileDamaged",
            counter("zeal.cache.files.damaged", "{record}", "Records that were not believed."))
        .with(
            "fileFailedWrites",
            counter("zeal.cache.files.failed_writes", "{write}", "Writes the disk refused."));
  }

  private static void messages(String kind) {
    part("messages/" + kind)
        .with("published", SENT, Names.MESSAGE_OPERATION.getKey(), "publish")
        .with("received", CONSUMED, Names.MESSAGE_OPERATION.getKey(), "process")
        .with("subscriptions", SUBSCRIPTIONS)
        .with("failed", FAILED)
        .with("dropped", DROPPED)
        .with("gaps", MESSAGE_GAPS)
        .with("lost", LOST)
        .with("reconnections", RECONNECTIONS)
        .with("streams", STREAMS)
        .with("bytes", STREAM_BYTES);
  }

  /** One part, while it is written. */
  private record Part(Map<String, Export> numbers) {

    Part with(String number, Metric metric, String... attributes) {
      Map<String, String> all = new LinkedHashMap<>();
      for (int i = 0; i < attributes.length; i += 2) {
        all.put(attributes[i], attributes[i + 1]);
      }
      numbers.put(number, new Export(metric, all));
      return this;
    }
  }

  private static Part part(String path) {
    return new Part(EXPORTS.computeIfAbsent(path, _ -> new LinkedHashMap<>()));
  }

  /** What becomes of a number; empty if it is unknown. */
  static Optional<Export> find(String part, String number) {
    return Optional.ofNullable(EXPORTS.getOrDefault(part, Map.of()).get(number));
  }

  /** Whether a number is known and says nothing that changes. */
  static boolean isLeftOut(String part, String number) {
    return LEFT_OUT.getOrDefault(part, Set.of()).contains(number);
  }

  /** All of them by part and number. */
  static Map<String, Map<String, Export>> all() {
    return EXPORTS;
  }

  /** Each metric once, that of unknown numbers among them. */
  static List<Metric> metrics() {
    Set<Metric> all = new LinkedHashSet<>();
    EXPORTS.values().forEach(part -> part.values().forEach(export -> all.add(export.metric())));
    all.add(OTHER);
    return List.copyOf(all);
  }
}
