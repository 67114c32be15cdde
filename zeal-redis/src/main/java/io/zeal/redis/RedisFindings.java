package io.zeal.redis;

import io.zeal.Finding;
import io.zeal.Finding.Severity;
import io.zeal.ZealException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What an inspection finds about servers and about what is kept on them. */
final class RedisFindings {

  private static final Set<Rights.Use> OF_MESSAGES =
      Set.of(Rights.Use.ANNOUNCEMENTS, Rights.Use.CHANNELS, Rights.Use.STREAMS);

  private RedisFindings() {}

  static Finding unreachable(ZealException e) {
    return new Finding(
        "ZEAL-F305",
        Severity.WARNING,
        "nothing is known of a server: " + e.getMessage(),
        "See that it can be reached; what else is found does not speak of it.");
  }

  /** It began to answer, and did not go on. */
  static Finding fellSilent(ZealException e) {
    return new Finding(
        "ZEAL-F305",
        Severity.WARNING,
        "not everything is known of a server: " + e.getMessage(),
        "See that it can be reached; what else is found says little of it.");
  }

  static Finding tooOld(ZealException e) {
    return new Finding(
        "ZEAL-F316",
        Severity.ERROR,
        "a server was replaced by one that is too old: " + e.getMessage(),
        "Go back to Redis 7.0, Valkey 7.2 or newer; a Zeal that is opened anew refuses this one.");
  }

  /** What the server is, and how long it takes to answer. */
  static Finding server(ServerFacts fact, Optional<ServerLook> look) {
    return new Finding(
        "ZEAL-F301",
        Severity.INFO,
        fact.node()
            + " is "
            + fact.kind()
            + " "
            + fact.version()
            + look.map(it -> ", and answers in " + it.took()).orElse(""),
        "Nothing.");
  }

  /** What is wrong with the way to it and with its clock. */
  static List<Finding> of(ServerFacts fact, ServerLook look) {
    List<Finding> findings = new ArrayList<>();
    if (look.isOtherTime()) {
      long ahead = look.aheadMillis().getAsLong();
      findings.add(
          new Finding(
              "ZEAL-F314",
              Severity.WARNING,
              "the clock of "
                  + fact.node()
                  + " is "
                  + Math.abs(ahead) / 1000.0
                  + " s "
                  + (ahead > 0 ? "ahead of" : "behind")
                  + " this host's",
              "Set both by NTP: rows end and messages are due by the server's clock, which is"
                  + " another one after a failover."));
    }
    if (look.isSlow()) {
      findings.add(
          new Finding(
              "ZEAL-F315",
              Severity.WARNING,
              "a question to " + fact.node() + " takes " + look.took() + ", the shortest of a few",
              "Use a server that is nearer, or see what keeps it or the network busy (SLOWLOG,"
                  + " INFO commandstats): every call takes at least that long."));
    }
    return findings;
  }

  /**
   * What is wrong with the server as it is set up, whatever is kept there.
   *
   * @param minded whether something is kept there that should not vanish, as far as that is known
   */
  static List<Finding> of(ServerFacts fact, boolean redirects, int database, boolean minded) {
    List<Finding> findings = new ArrayList<>();
    if (fact.inCluster() && !redirects) {
      findings.add(
          new Finding(
              "ZEAL-F303",
              Severity.WARNING,
              fact.node() + " is a node of a cluster, and zeal.redis.url is of a single server",
              "Write redis+cluster://…: calls for what other nodes hold fail."));
    }
    if (fact.isReplica()) {
      findings.add(
          new Finding(
              "ZEAL-F311",
              Severity.ERROR,
              fact.node()
                  + " is a replica of "
                  + fact.primary()
                  + (fact.takesWrites()
                      ? ", and what is written to it is lost"
                      : " and takes no writes"),
              "Name a primary in zeal.redis.url, or its sentinels: redis+sentinel://…."));
    }
    if (fact.mayEvict()) {
      findings.add(
          new Finding(
              "ZEAL-F302",
              minded || fact.policy().isEmpty() ? Severity.WARNING : Severity.INFO,
              fact.policy().isEmpty()
                  ? fact.node() + " does not say whether it evicts keys"
                  : fact.node() + " evicts keys when its memory is full: " + fact.policy(),
              "Nothing, if caches alone are kept there. Else set maxmemory-policy noeviction, or"
                  + " know that rows and counters may vanish and counts are not exact."));
    }
    Map<Integer, Long> keys = fact.keys();
    if (!fact.inCluster() && !keys.isEmpty() && !keys.containsKey(database)) {
      findings.add(
          new Finding(
              "ZEAL-F317",
              Severity.INFO,
              "database "
                  + database
                  + " of "
                  + fact.node()
                  + " is empty, and others are not: "
                  + keys.entrySet().stream()
                      .map(it -> "database " + it.getKey() + " has " + it.getValue() + " keys")
                      .toList(),
              "Nothing, if nothing was stored yet; else name the database that was meant in"
                  + " zeal.redis.url."));
    }
    return findings;
  }

  /** What is wrong with it for these stores: caches may lose everything, others nothing. */
  static List<Finding> of(ServerFacts fact, Collection<String> exact, Collection<String> caches) {
    List<Finding> findings = new ArrayList<>();
    if (fact.mayEvict() && !fact.policy().isEmpty() && !exact.isEmpty()) {
      findings.add(
          new Finding(
              "ZEAL-F310",
              Severity.ERROR,
              fact.node()
                  + " evicts keys when its memory is full ("
                  + fact.policy()
                  + "), which it did not when this backend was opened, and stores need all their"
                  + " rows: "
                  + exact,
              "Set maxmemory-policy noeviction again; rows may be gone. A Zeal that is opened anew"
                  + " refuses stores without StoreOptions.accepting(EXACT_COUNT)."));
    }
    if (fact.refusesWhenFull() && !caches.isEmpty()) {
      findings.add(
          new Finding(
              "ZEAL-F309",
              Severity.WARNING,
              fact.node()
                  + " refuses writes once its "
                  + fact.maxMemory()
                  + " bytes are full (noeviction), and caches are kept there: "
                  + caches,
              "Keep caches on a server of their own with maxmemory-policy allkeys-lru: entries are"
                  + " then given up for others. With stores beside them, see that the caches' ttl"
                  + " keeps the server from filling."));
    }
    return findings;
  }

  /** What is wrong with a server that reliable messages are on. */
  static List<Finding> ofStreams(ServerFacts fact) {
    List<Finding> findings = new ArrayList<>();
    if (fact.mayEvict() && fact.policy().startsWith("allkeys")) {
      findings.add(
          new Finding(
              "ZEAL-F306",
              Severity.ERROR,
              fact.node() + " may evict streams, with messages that nobody has handled",
              "Set maxmemory-policy noeviction: a full server refuses publications then."));
    }
    if (fact.forgets()) {
      findings.add(
          new Finding(
              "ZEAL-F307",
              Severity.WARNING,
              fact.node() + " keeps reliable messages without an append-only file",
              "Set appendonly yes, and appendfsync always where no confirmed message may be lost;"
                  + " or know that a crash takes what came since the last snapshot."));
    }
    return findings;
  }

  /** Rights without which stores and counters do not work. */
  static Optional<Finding> missingForStores(ServerFacts fact, Rights rights, Names names) {
    return rights.isComplete()
        ? Optional.empty()
        : Optional.of(
            new Finding(
                "ZEAL-F312",
                Severity.ERROR,
                "on "
                    + fact.node()
                    + " the user may not do what stores and counters need: "
                    + what(rights, names),
                give(rights, names) + " Their calls are refused, or end midway."));
  }

  /**
   * Rights without which messages and announcements do not work: those that are missing for what is
   * used here, else for what might be.
   */
  static Optional<Finding> missingForMessages(
      ServerFacts fact, Map<Rights.Use, Rights> rights, Set<Rights.Use> used, Names names) {
    Rights now = missing(rights, used);
    Rights ever = missing(rights, OF_MESSAGES);
    if (ever.isComplete()) {
      return Optional.empty();
    }
    Rights shown = now.isComplete() ? ever : now;
    return Optional.of(
        new Finding(
            "ZEAL-F313",
            now.isComplete() ? Severity.INFO : Severity.WARNING,
            "on "
                + fact.node()
                + " the user may not do what messages need"
                + (now.isComplete() ? ", of which none of that kind were used here yet: " : ": ")
                + what(shown, names),
            (now.isComplete() ? "Nothing, without such messages. Else: " : "")
                + give(shown, names)));
  }

  private static Rights missing(Map<Rights.Use, Rights> rights, Set<Rights.Use> uses) {
    return rights.entrySet().stream()
        .filter(it -> uses.contains(it.getKey()))
        .map(Map.Entry::getValue)
        .reduce(new Rights(Set.of(), false, Set.of()), Rights::and);
  }

  private static String what(Rights rights, Names names) {
    List<String> all = new ArrayList<>();
    if (!rights.commands().isEmpty()) {
      all.add("run " + String.join(", ", rights.commands()));
    }
    if (rights.keys()) {
      all.add("use keys " + names.keys());
    }
    if (!rights.channels().isEmpty()) {
      all.add("publish on channels " + String.join(", ", rights.channels()));
    }
    return String.join("; ", all);
  }

  private static String give(Rights rights, Names names) {
    StringBuilder rules = new StringBuilder("ACL SETUSER <user>");
    rights.commands().forEach(command -> rules.append(" +").append(command));
    if (rights.keys()) {
      rules.append(" ~").append(Names.pattern(names.keys()));
    }
    rights.channels().forEach(channel -> rules.append(" &").append(Names.pattern(channel)));
    return rules + " (docs/redis-layout.md lists all).";
  }
}
