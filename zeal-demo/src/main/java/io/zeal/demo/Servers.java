package io.zeal.demo;

import io.zeal.Counter;
import io.zeal.MaxBytes;
import io.zeal.Message;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Schema;
import io.zeal.Stats;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import io.zeal.ZealClosedException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All demos on one backend that keeps copies, and one row that they share. A question is published
 * to all of them, and each answers with what it sees by itself: so one page shows every server.
 */
final class Servers {

  /** The store of the one row; its name is part of a channel ({@link Losses#CHANNEL}). */
  static final String STORE = "demo/tiered";

  private static final String KEY = "shared";
  private static final String QUESTIONS = "demo/tiered/questions";
  private static final String ANSWERS = "demo/tiered/answers";
  private static final int MOST_SERVERS = 16;
  private static final int MOST_ID = 40;

  /** Who is slower is not on the page this time. */
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long TASK_NANOS = TimeUnit.SECONDS.toNanos(3);

  /** What says in {@code Stats} that messages were missed. */
  private static final List<String> GAPS =
      List.of("gaps", "missedSteps", "otherEpochs", "wentBack");

  /** The row. */
  record Shared(long number, @MaxBytes(64) String writer) {}

  /** What a server is asked to do before it looks. */
  enum Task {
    LOOK,
    WRITE,
    LOSE
  }

  /**
   * A question.
   *
   * @param server whom it is for; nobody's name for all
   * @param invalidations how many to lose
   */
  private record Question(String id, String server, Task task, int invalidations) {

    private static final String ALL = "all";
    private static final List<String> FIELDS = List.of("id", "server", "task", "invalidations");
    private static final List<String> TASKS = List.of("LOOK", "WRITE", "LOSE");

    static Question of(Message message) {
      Body body = Body.of(Json.readObject(message.payload()), FIELDS);
      return new Question(
          body.text("id", MOST_ID),
          body.text("server", MOST_ID),
          Task.valueOf(body.oneOf("task", TASKS)),
          (int) body.whole("invalidations", 0, TieredEndpoints.MOST_INVALIDATIONS));
    }
  }

  private final Zeal zeal;
  private final String server;
  private final Losses losses;
  private final Store<Shared> store;
  private final Counter newest;
  private final Map<String, BlockingQueue<Look>> asked = new ConcurrentHashMap<>();
  private final Joined questions;
  private final Joined answers;

  private Servers(Zeal zeal, Stores stores, Losses losses, String server) {
    this.zeal = zeal;
    this.server = server;
    this.losses = losses;
    this.store =
        zeal.store(
            STORE,
            Schema.of(Shared.class),
            stores.portable(StoreOptions.defaults().withCapacity(1)));
    this.newest = zeal.counter(STORE);
    this.answers = Joined.by(() -> zeal.pubSub().subscribe(ANSWERS, this::answered));
    this.questions = Joined.by(() -> zeal.pubSub().subscribe(QUESTIONS, this::answer));
  }

  /** Null if the backend keeps no copies: then there is nothing to show. */
  static @Nullable Servers find(Zeal zeal, Stores stores, Losses losses, String server) {
    return Need.COPIES.isMetBy(zeal.info()) ? new Servers(zeal, stores, losses, server) : null;
  }

  /** The name of this one. */
  String server() {
    return server;
  }

  /** The number of the newest value there is. */
  long newest() {
    return newest.get();
  }

  /** How every server that answers in time sees the row. */
  List<Look> look() {
    List<Look> looks = ask(Question.ALL, Task.LOOK, 0, MOST_SERVERS);
    return looks.stream().sorted(Comparator.comparing(Look::server)).toList();
  }

  /** Lets a server write the next number, and returns how it sees the row then. */
  Look write(String at) {
    return one(at, Task.WRITE, 0);
  }

  /** Lets that many invalidations be lost on their way to a server. */
  Look lose(String at, int invalidations) {
    return one(at, Task.LOSE, invalidations);
  }

  private Look one(String at, Task task, int invalidations) {
    List<Look> looks = ask(at, task, invalidations, 1);
    if (looks.isEmpty()) {
      throw new Problem(
          504,
          "DEMO-504",
          "The server did not answer within three seconds, and may still do what it was asked. GET"
              + " /demo/tiered names those that answer.");
    }
    return looks.getFirst();
  }

  private List<Look> ask(String whom, Task task, int invalidations, int most) {
    questions.require();
    answers.require();
    String id = UUID.randomUUID().toString();
    BlockingQueue<Look> looks = new LinkedBlockingQueue<>(MOST_SERVERS);
    asked.put(id, looks);
    try {
      long deadline = System.nanoTime() + (task == Task.LOOK ? LOOK_NANOS : TASK_NANOS);
      byte[] question = Json.write(new Question(id, whom, task, invalidations));
      long receivers = zeal.pubSub().publish(QUESTIONS, question);
      return collect(looks, (int) Math.min(receivers, most), deadline);
    } finally {
      asked.remove(id);
    }
  }

  private static List<Look> collect(BlockingQueue<Look> looks, int most, long deadline) {
    Map<String, Look> found = new HashMap<>();
    try {
      while (found.size() < most) {
        Look look = looks.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (look == null) {
          break;
        }
        found.put(look.server(), look);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the server stops
    }
    return List.copyOf(found.values());
  }

  private void answered(Message message) {
    Look look = Look.of(message);
    BlockingQueue<Look> looks = asked.get(look.id());
    if (looks != null) {
      var _ = looks.offer(look);
    }
  }

  private void answer(Message message) {
    Question question = Question.of(message);
    if (!question.server().equals(Question.ALL) && !question.server().equals(server)) {
      return;
    }
    try {
      perform(question);
      zeal.pubSub().publish(ANSWERS, Json.write(look(question.id())));
    } catch (ZealClosedException e) {
      // The demo ends, which is an answer too.
    }
  }

  private void perform(Question question) {
    switch (question.task()) {
      case LOOK -> {}
      case WRITE -> store.put(KEY, new Shared(newest.add(1), server));
      case LOSE -> losses.loseNext(question.invalidations());
    }
  }

  private Look look(String id) {
    long start = System.nanoTime();
    Reading<Shared> reading = read();
    long tookNanos = System.nanoTime() - start;
    long ageNanos = reading.age().toNanos();
    Map<String, Long> numbers = numbers(zeal.stats());
    return new Look(
        id,
        server,
        String.valueOf(reading.value().number()),
        reading.value().writer(),
        ageNanos == 0 ? "L2" : "L1",
        micros(ageNanos),
        micros(tookNanos),
        number(numbers, "generation"::equals),
        number(numbers, GAPS::contains),
        number(numbers, "hits"::equals),
        String.valueOf(losses.next()),
        String.valueOf(losses.lost()));
  }

  private Reading<Shared> read() {
    return store
        .read(KEY, ReadOptions.defaults())
        .or(() -> {
          var _ = store.putIfAbsent(KEY, new Shared(0, server)); // the first look there ever was
          return store.read(KEY, ReadOptions.defaults());
        })
        .orElseThrow(() -> new Problem(404, "DEMO-404", "The row was removed."));
  }

  private static String micros(long nanos) {
    return String.valueOf(TimeUnit.NANOSECONDS.toMicros(nanos));
  }

  private static String number(Map<String, Long> numbers, Predicate<String> which) {
    long sum =
        numbers.entrySet().stream()
            .filter(number -> which.test(number.getKey()))
            .mapToLong(Map.Entry::getValue)
            .sum();
    return String.valueOf(sum);
  }

  /** What the backend counts of the copies of the store; nothing if it does not tell. */
  private static Map<String, Long> numbers(Stats stats) {
    if (stats.name().equals(STORE) && stats.numbers().containsKey("generation")) {
      return stats.numbers();
    }
    for (Stats part : stats.parts().values()) {
      Map<String, Long> found = numbers(part);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return Map.of();
  }
}
