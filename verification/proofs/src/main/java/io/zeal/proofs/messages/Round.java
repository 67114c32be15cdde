package io.zeal.proofs.messages;

import io.zeal.DeadLetter;
import io.zeal.ReliablePubSub;
import io.zeal.Stats;
import io.zeal.Zeal;
import io.zeal.ZealException;
import io.zeal.proofs.BrokenPromiseException;
import io.zeal.proofs.Proof;
import io.zeal.proofs.SkippedException;
import io.zeal.proofs.messages.Evidence.Burial;
import io.zeal.proofs.messages.Plan.Role;
import io.zeal.proofs.process.Life;
import io.zeal.verification.servers.FaultProxy;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One round: processes publish and consume, things happen to them, then there is peace, everything
 * is handled, and what was said and seen is judged.
 */
final class Round implements AutoCloseable {

  private static final List<String> DRIVERS = List.of("jedis", "lettuce", "redisson");
  private static final String STREAM = "orders";
  private static final int CONSUMERS = 2;
  private static final int PAGE = 20;

  /** What is left when there is peace takes so long at most, on a busy machine too. */
  private static final Duration LONGEST_REST = Duration.ofSeconds(60);

  private static final int MOST_TOLD = 12;

  /** How much happens. */
  enum Length {
    SHORT(2),
    WHOLE(5);

    private final int troubles;

    Length(int troubles) {
      this.troubles = troubles;
    }
  }

  private final Scenario scenario;
  private final Length length;
  private final Random random;
  private final Plan consuming;
  private final Place place;
  private final Path directory;
  private final Map<Life, Plan> lives = new LinkedHashMap<>();
  private final List<Life> consumers = new ArrayList<>();
  private final List<Life> publishers = new ArrayList<>();
  private final Map<String, Long> figures = new LinkedHashMap<>();
  private @Nullable Observer observer;
  private boolean reachable = true;
  private boolean held;

  private Round(
      Scenario scenario,
      Length length,
      Random random,
      Plan consuming,
      Place place,
      Path directory) {
    this.scenario = scenario;
    this.length = length;
    this.random = random;
    this.consuming = consuming;
    this.place = place;
    this.directory = directory;
  }

  /** The seeds of six rounds in a row are of three drivers on a server and then on a cluster. */
  static Round open(Scenario scenario, long seed, Length length)
      throws IOException, SkippedException {
    int where = Math.floorMod(seed, 2 * DRIVERS.size());
    Random random = new Random(seed);
    boolean killers = scenario.hasKillers() && random.nextBoolean();
    Plan plan =
        new Plan(
            0,
            Role.CONSUME,
            DRIVERS.get(where % DRIVERS.size()),
            "",
            STREAM + random.nextInt(1_000), // on another node of a cluster each time
            random.nextLong(),
            0,
            Duration.ofMillis(900 + random.nextInt(600)),
            Duration.ofSeconds(3),
            killers ? 3 : 5,
            List.of(4, 32, 200).get(random.nextInt(3)),
            List.of(0, 8, 40).get(random.nextInt(3)),
            killers,
            scenario.atOnce(),
            scenario.trims() && random.nextInt(3) == 0 ? 150 : 0);
    Place place = Place.open(where >= DRIVERS.size(), scenario.hasLines());
    return new Round(
        scenario, length, random, plan, place, Files.createTempDirectory("zeal-messages"));
  }

  Proof.Tally run() throws Exception {
    try {
      begin();
      for (int i = 0; i < length.troubles; i++) {
        Trouble trouble = scenario.troubles().get(random.nextInt(scenario.troubles().size()));
        happen(trouble);
        pass(50, 500);
      }
      Judge.Verdict verdict = end();
      if (!verdict.wrong().isEmpty()) {
        throw broken(verdict.wrong());
      }
      held = true;
      Map<String, Long> all = new LinkedHashMap<>(verdict.figures());
      all.putAll(figures);
      long calls = all.getOrDefault(Judge.DELIVERIES, 0L) + all.getOrDefault(Judge.MESSAGES, 0L);
      return new Proof.Tally(calls, verdict.checks(), all);
    } catch (BrokenPromiseException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new BrokenPromiseException(where() + ": " + e, e);
    }
  }

  private String where() {
    return consuming.driver() + " on a " + place + ", " + consuming + ", said in " + directory;
  }

  private BrokenPromiseException broken(List<String> wrong) {
    return new BrokenPromiseException(
        wrong.stream()
            .limit(MOST_TOLD)
            .collect(
                Collectors.joining(
                    "\n    ",
                    wrong.size() + " wrong, with " + where() + ", " + figures + "\n    ",
                    wrong.size() > MOST_TOLD ? "\n    ..." : "")));
  }

  // --- Processes ---

  private void begin() throws IOException {
    for (int i = 0; i < CONSUMERS; i++) {
      consumers.add(live(consuming));
    }
    for (Life consumer : consumers) {
      consumer.awaitReady();
    }
    observer = Observer.begin(place.nodes());
    for (Role role : scenario.publishers()) {
      int number = publishers.size() + 1;
      publishers.add(live(consuming.as(role, random.nextLong(), number * Member.NUMBERS)));
    }
    for (Life publisher : publishers) {
      publisher.awaitReady();
    }
    pass(100, 600);
  }

  private Life live(Plan plan) throws IOException {
    Plan reaching = plan.reaching(place.url(), lives.size() + 1);
    String name = reaching.process() + "-" + reaching.role();
    Life life = Life.begin(name, Member.class, reaching.toArguments(), directory);
    lives.put(life, reaching);
    return life;
  }

  private Plan plan(Life life) {
    return Objects.requireNonNull(lives.get(life), "a process of this round");
  }

  /** Lets time pass, and puts others in the place of consumers that a message took with it. */
  private void pass(int leastMillis, int mostMillis) throws IOException {
    long until =
        System.nanoTime()
            + TimeUnit.MILLISECONDS.toNanos(leastMillis + random.nextInt(mostMillis - leastMillis));
    while (System.nanoTime() < until) {
      tend();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  private void tend() throws IOException {
    for (int i = 0; i < consumers.size(); i++) {
      Life consumer = consumers.get(i);
      if (!consumer.isAlive()) {
        if (!Consumer.wasTakenByAMessage(consumer)) {
          throw new BrokenPromiseException(
              "Process " + plan(consumer).process() + " ended by itself: " + consumer.errors());
        }
        count("taken along");
        consumers.set(i, live(consuming));
      }
    }
  }

  private void count(String what) {
    count(what, 1);
  }

  private void count(String what, long times) {
    figures.merge(what, times, Long::sum);
  }

  // --- What happens ---

  private void happen(Trouble trouble) throws IOException, InterruptedException {
    reachable &= !trouble.cutsOff();
    count(trouble.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '));
    switch (trouble) {
      case CONSUMER_KILLED -> {
        int who = random.nextInt(consumers.size());
        consumers.get(who).kill();
        consumers.set(who, live(consuming));
      }
      case CONSUMER_LEAVES -> {
        // In time for what its handlers do, or not.
        int who = random.nextInt(consumers.size());
        Life leaving = consumers.get(who);
        consumers.set(who, live(consuming.closingWithin(Duration.ofMillis(random.nextInt(2_000)))));
        if (leaving.isReady() && leaving.isAlive()) {
          leaving.askToEnd();
        } else {
          leaving.kill();
        }
      }
      case CONSUMER_STANDS_STILL -> {
        long most = 2 * consuming.claimAfter().toMillis();
        consumers
            .get(random.nextInt(consumers.size()))
            .standStill(Duration.ofMillis(100 + random.nextInt((int) most)));
      }
      case PUBLISHER_KILLED -> {
        int who = random.nextInt(publishers.size());
        Life publisher = publishers.get(who);
        publisher.kill();
        // With publisher ids nobody notices that it begins from the beginning.
        Plan before = plan(publisher);
        long first =
            before.role() == Role.REPEAT ? before.first() : (lives.size() + 1) * Member.NUMBERS;
        publishers.set(who, live(consuming.as(before.role(), random.nextLong(), first)));
      }
      case SERVER_KILLED -> {
        RedisServer server = observing().home();
        server.kill();
        pass(10, 700);
        server.restart();
        place.awaitServing();
      }
      case SERVER_STANDS_STILL -> {
        RedisServer server = observing().home();
        server.pause();
        pass(50, 2_000);
        server.resume();
        place.awaitServing();
      }
      case REFUSE, BLACK_HOLE, LATE, CUTS, EXECUTED_BUT_CUT, GIVEN_BACK_BUT_CUT, NOT_SENT ->
          breakLines(trouble);
    }
  }

  private Observer observing() {
    if (observer == null) {
      throw new IllegalStateException("Nobody observes yet.");
    }
    return observer;
  }

  /** Breaks all lines, or one. */
  private void breakLines(Trouble trouble) throws IOException {
    List<FaultProxy> all = place.lines();
    List<FaultProxy> hit =
        random.nextBoolean() ? all : List.of(all.get(random.nextInt(all.size())));
    hit.forEach(FaultProxy::forget);
    switch (trouble) {
      case REFUSE -> {
        hit.forEach(FaultProxy::refuse);
        hit.forEach(FaultProxy::cut);
        pass(50, 1_000);
      }
      case BLACK_HOLE -> {
        hit.forEach(FaultProxy::blackHole);
        pass(50, 3_000);
      }
      case LATE -> {
        long millis = consuming.claimAfter().toMillis();
        Duration delay = Duration.ofMillis(millis + random.nextInt((int) millis / 2));
        hit.forEach(line -> line.delay(delay));
        pass(500, 3_000);
      }
      case CUTS -> {
        for (int i = 0; i < 10; i++) {
          hit.forEach(FaultProxy::cut);
          pass(1, 80);
        }
      }
      case EXECUTED_BUT_CUT -> {
        Random lot = new Random(random.nextLong());
        hit.forEach(line -> line.executeThenCut(10, request -> isOneOf(lot)));
        pass(200, 800);
      }
      case GIVEN_BACK_BUT_CUT -> {
        int most = 10;
        hit.forEach(line -> line.executeThenCut(most, Round::givesBack));
        pass(300, 1_200);
        hit.forEach(line -> count("answers cut", most - line.pendingCuts()));
      }
      case NOT_SENT -> {
        Random lot = new Random(random.nextLong());
        hit.forEach(line -> line.cutBeforeSending(10, request -> isOneOf(lot)));
        pass(200, 800);
      }
      case CONSUMER_KILLED,
          CONSUMER_LEAVES,
          CONSUMER_STANDS_STILL,
          PUBLISHER_KILLED,
          SERVER_KILLED,
          SERVER_STANDS_STILL ->
          throw new IllegalArgumentException("Not of lines: " + trouble);
    }
    hit.forEach(FaultProxy::pass);
  }

  /**
   * Whether it is a script of four keys that names messages and, for each, how long it waits: that
   * is back.lua alone.
   */
  private static boolean givesBack(Request request) {
    List<String> words = request.words();
    return request.name().startsWith("EVAL")
        && words.size() >= 13
        && words.get(2).equals("4")
        && words.get(9).indexOf('-') > 0
        && words.get(10).indexOf('-') < 0;
  }

  private static boolean isOneOf(Random lot) {
    synchronized (lot) {
      return lot.nextInt(15) == 0;
    }
  }

  // --- Peace ---

  private Judge.Verdict end() throws Exception {
    for (Life publisher : publishers) {
      publisher.awaitReady();
      publisher.askToEnd();
    }
    for (Life publisher : publishers) {
      publisher.awaitPeace();
    }
    List<String> wrong = new ArrayList<>();
    try (Zeal zeal = Member.open(consuming.driver(), place.directUrl())) {
      ReliablePubSub messages = zeal.reliablePubSub();
      awaitRest(messages, wrong);
      endConsumers();
      return judge(messages, wrong);
    }
  }

  /** Waits until every group is through with everything. */
  private void awaitRest(ReliablePubSub messages, List<String> wrong) throws IOException {
    long deadline = System.nanoTime() + LONGEST_REST.toNanos();
    while (!isAtRest(messages)) {
      if (System.nanoTime() > deadline) {
        for (Group group : Group.values()) {
          wrong.add(
              "Not at rest after %d s: group %s, %s, open %s"
                  .formatted(
                      LONGEST_REST.toSeconds(),
                      group.title(),
                      stats(messages, group),
                      observing().open(group)));
        }
        return;
      }
      tend();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  private boolean isAtRest(ReliablePubSub messages) {
    for (Group group : Group.values()) {
      Optional<Stats> stats = stats(messages, group);
      if (stats.isEmpty()
          || stats.get().numbers().getOrDefault("lag", 1L) > 0
          || stats.get().numbers().getOrDefault("pending", 1L) > 0) {
        return false;
      }
    }
    return true;
  }

  private Optional<Stats> stats(ReliablePubSub messages, Group group) {
    try {
      return Optional.of(messages.stats(consuming.stream(), group.title()));
    } catch (ZealException e) {
      return Optional.empty();
    }
  }

  private void endConsumers() throws IOException, InterruptedException {
    Set<Life> asked = new HashSet<>();
    for (Life consumer : consumers) {
      if (consumer.isAlive()) { // nothing is left that could take it along
        consumer.awaitReady();
        consumer.askToEnd();
        asked.add(consumer);
      }
    }
    for (Life life : lives.keySet()) {
      if (asked.contains(life)) {
        life.awaitPeace();
      } else {
        life.awaitEnd("that left, or was killed"); // whoever left was given time
      }
    }
  }

  private Judge.Verdict judge(ReliablePubSub messages, List<String> wrong)
      throws IOException, InterruptedException {
    observing().awaitLook();
    observing().close();
    wrong.addAll(observing().wrong());
    Map<Group, List<Burial>> burials = new EnumMap<>(Group.class);
    for (Group group : Group.values()) {
      burials.put(group, burials(messages, group));
    }
    Journal journal = new Journal();
    for (Life life : lives.keySet()) {
      journal.read(plan(life).process(), life.lines(), life.endedNanos());
    }
    Evidence evidence =
        new Evidence(
            consuming,
            journal,
            observing().entries(),
            observing().settledNanos(),
            burials,
            reachable);
    Judge.Verdict verdict = Judge.of(evidence);
    wrong.addAll(verdict.wrong());
    for (Group group : Group.values()) {
      numbers(messages, group, journal, burials.getOrDefault(group, List.of()), wrong);
    }
    if (observing().looks() < 10 || journal.handouts.isEmpty()) {
      wrong.add("Hardly anything happened or was seen: " + verdict.figures());
    }
    return new Judge.Verdict(wrong, verdict.checks(), verdict.figures());
  }

  private List<Burial> burials(ReliablePubSub messages, Group group) {
    List<Burial> burials = new ArrayList<>();
    String after = "";
    while (true) {
      List<DeadLetter> page = messages.deadLetters(consuming.stream(), group.title(), after, PAGE);
      page.forEach(letter -> burials.add(Burial.of(letter)));
      if (page.size() < PAGE) {
        return burials;
      }
      after = page.getLast().id();
    }
  }

  /** R8.6: the numbers of a group are those of what happened. */
  private void numbers(
      ReliablePubSub messages,
      Group group,
      Journal journal,
      List<Burial> burials,
      List<String> wrong) {
    Map<String, Long> numbers = messages.stats(consuming.stream(), group.title()).numbers();
    if (numbers.getOrDefault("deadLetters", -1L) != burials.size()) {
      wrong.add(numbers + " of " + group.title() + ", and " + burials.size() + " dead letters");
    }
    long deliveries = journal.handouts.stream().filter(it -> it.group == group).count();
    long messagesDelivered =
        journal.handouts.stream()
            .filter(it -> it.group == group)
            .map(it -> it.id)
            .distinct()
            .count();
    if (numbers.getOrDefault("retries", -1L) < deliveries - messagesDelivered) {
      wrong.add(
          "%s of %s, and %d deliveries of %d messages"
              .formatted(numbers, group.title(), deliveries, messagesDelivered));
    }
  }

  @Override
  public void close() throws IOException {
    lives.keySet().forEach(Life::abandon);
    if (observer != null) {
      observer.close();
    }
    place.close();
    if (held) {
      List<Path> all;
      try (Stream<Path> paths = Files.walk(directory)) {
        all = paths.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path each : all) {
        Files.deleteIfExists(each);
      }
    }
  }
}
