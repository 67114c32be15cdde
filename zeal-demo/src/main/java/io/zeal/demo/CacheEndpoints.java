package io.zeal.demo;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code /demo/cache}: a slow loader, many callers at once, tags, and what a restart left. */
final class CacheEndpoints {

  private static final int MOST_CALLERS = 1000;

  private final DemoCache cache;

  CacheEndpoints(DemoCache cache) {
    this.cache = cache;
  }

  void addTo(Routes routes) {
    routes.add("GET", "/demo/cache", this::show);
    routes.add("POST", "/demo/cache/get", this::get);
    routes.add("POST", "/demo/cache/expire", this::expire);
    routes.add("POST", "/demo/cache/remove", this::remove);
    routes.add("POST", "/demo/cache/stampede", this::stampede);
    routes.add("POST", "/demo/cache/tags/fill", this::fill);
    routes.add("POST", "/demo/cache/tags/remove", this::removeTag);
  }

  /**
   * The cache as it is.
   *
   * @param keptIn what keeps the entries: MEMORY, FILES, TABLE or SERVER
   * @param warm how many of the {@code known} keys had a value when this process began
   * @param stats what this process counted since it began
   */
  record CacheAnswer(
      String keptIn,
      int warm,
      int known,
      Map<String, String> stats,
      List<ReportAnswer> reports,
      List<TaggedAnswer> tagged,
      List<String> tags) {}

  /** A report's key, and whether a fresh value is there. */
  record ReportAnswer(String key, boolean there) {}

  /** An entry's key and tags, and whether it is there. */
  record TaggedAnswer(String key, List<String> tags, boolean there) {}

  private void show(Exchange exchange) throws IOException {
    var _ = exchange.query();
    exchange.json(
        200,
        new CacheAnswer(
            cache.keeper().name(),
            cache.warm(),
            DemoCache.known(),
            stats(),
            DemoCache.REPORTS.stream()
                .map(key -> new ReportAnswer(key, cache.contains(key)))
                .toList(),
            tagged(),
            DemoCache.TAGS));
  }

  private Map<String, String> stats() {
    Map<String, String> stats = new TreeMap<>();
    cache.numbers().forEach((name, number) -> stats.put(name, String.valueOf(number)));
    return stats;
  }

  private List<TaggedAnswer> tagged() {
    return DemoCache.TAGGED.stream()
        .map(it -> new TaggedAnswer(it.key(), it.tags(), cache.contains(it.key())))
        .toList();
  }

  /**
   * A report.
   *
   * @param source LOADED, JOINED, CACHED or STALE
   * @param tried whether this call asked the loader
   * @param micros how long the call took
   * @param loadedBy the demo that loaded it
   * @param loadedHere whether that is this process
   * @param loadedBefore whether that was before this process began
   * @param ageMillis how long ago that was
   * @param explain what the cache says of the entry now: tier, age, expiry and more
   */
  record ValueAnswer(
      String key,
      String visitors,
      String source,
      boolean tried,
      long micros,
      String loadedBy,
      boolean loadedHere,
      boolean loadedBefore,
      long ageMillis,
      String explain,
      Map<String, String> stats) {}

  private void get(Exchange exchange) throws IOException {
    Body body = exchange.body("key", "loaderFails");
    String key = body.oneOf("key", DemoCache.REPORTS);
    boolean fails = body.has("loaderFails") && body.flag("loaderFails");
    DemoCache.Served served = cache.get(key, fails);
    Report report = served.report();
    exchange.json(
        200,
        new ValueAnswer(
            key,
            String.valueOf(report.visitors()),
            served.source().name(),
            served.tried(),
            served.micros(),
            report.loadedBy(),
            report.loadedBy().equals(cache.process()),
            report.loadedAtMillis() < cache.startedMillis(),
            Math.max(0, System.currentTimeMillis() - report.loadedAtMillis()),
            cache.explain(key),
            stats()));
  }

  record ChangeAnswer(String key, boolean done, String explain) {}

  private void expire(Exchange exchange) throws IOException {
    String key = exchange.body("key").oneOf("key", DemoCache.REPORTS);
    boolean done = cache.expire(key);
    exchange.json(200, new ChangeAnswer(key, done, cache.explain(key)));
  }

  private void remove(Exchange exchange) throws IOException {
    String key = exchange.body("key").oneOf("key", DemoCache.REPORTS);
    boolean done = cache.remove(key);
    exchange.json(200, new ChangeAnswer(key, done, cache.explain(key)));
  }

  /**
   * How a stampede went.
   *
   * @param served how many callers had a value
   * @param loads how many loads ran for them
   * @param values how many different values they had
   */
  record StampedeAnswer(int callers, int served, int loads, long values, long millis) {}

  private void stampede(Exchange exchange) throws IOException {
    int callers = (int) exchange.body("callers").whole("callers", 1, MOST_CALLERS);
    DemoCache.Stampede run = cache.stampede(callers);
    exchange.json(
        200, new StampedeAnswer(callers, run.served(), run.loads(), run.values(), run.millis()));
  }

  record TagsAnswer(List<TaggedAnswer> tagged) {}

  private void fill(Exchange exchange) throws IOException {
    var _ = exchange.body();
    cache.fillTagged();
    exchange.json(200, new TagsAnswer(tagged()));
  }

  private void removeTag(Exchange exchange) throws IOException {
    cache.removeTag(exchange.body("tag").oneOf("tag", DemoCache.TAGS));
    exchange.json(200, new TagsAnswer(tagged()));
  }
}
