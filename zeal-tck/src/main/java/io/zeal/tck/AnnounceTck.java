package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zeal.Capability;
import io.zeal.CapacityException;
import io.zeal.InvalidArgumentException;
import io.zeal.Message;
import io.zeal.ReadOptions;
import io.zeal.Script;
import io.zeal.Scripts;
import io.zeal.Scripts.Reply.Items;
import io.zeal.Scripts.Reply.TextValue;
import io.zeal.ServerRefusedException;
import io.zeal.StoreOptions;
import io.zeal.SubscribeOptions;
import io.zeal.Subscription;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.spi.Announcer;
import io.zeal.spi.Announcer.Kind;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Condition;
import io.zeal.spi.Rows;
import io.zeal.spi.Sequence;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import io.zeal.tck.Crier.Cry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a backend announces ({@code docs/contract/announce.md}). It is opened alone, since no
 * application asks for announcements: near levels do.
 *
 * <p>A backend with {@code Capability.ANNOUNCE} has {@code Capability.PUB_SUB} as well; without the
 * first, the one test that is left is that it says so.
 */
@ExtendWith(RuleFirst.class)
public abstract class AnnounceTck {

  private static final Condition<Player> ALWAYS = new Condition.Always<>();
  private static final Condition<Player> ABSENT = new Condition.Absent<>();
  private static final Condition<Player> PRESENT = new Condition.Present<>();

  /** More calls than any cluster has nodes: one that may go anywhere comes to each of them. */
  private static final int NODES = 64;

  private static final int LISTENED = 300;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Backend> opened = new ArrayList<>();

  /** Subclasses open their backend. */
  protected AnnounceTck() {}

  /** Opens the backend under test. */
  protected abstract Backend open(BackendContext context);

  /** Texts of the backend's settings by key; those left out have their defaults. */
  protected Map<String, String> settings() {
    return Map.of();
  }

  /** How long a message may take; 20 seconds. */
  protected Duration patience() {
    return Duration.ofSeconds(20);
  }

  @BeforeEach
  final void openFirst() {
    openAnother();
  }

  @AfterEach
  final void closeAll() {
    opened.forEach(Backend::close);
    threads.shutdownNow();
  }

  private Backend openAnother() {
    Backend backend = open(new BackendAlone(settings(), threads));
    opened.add(backend);
    return backend;
  }

  private Backend backend() {
    return opened.getFirst();
  }

  /** A store of a backend, whoever announces it, and what is heard on its channel. */
  private static final class Told {
    final Crier crier;
    final Rows<Player> rows;
    final List<Heard> heard = new CopyOnWriteArrayList<>();

    Told(Backend backend, StoreSpec<Player> spec, Crier crier) {
      this.crier = crier;
      this.rows = backend.rows(spec.withAnnouncer(crier));
    }

    String name() {
      return rows.spec().name();
    }

    WriteResult put(String key, long score) {
      return rows.write(put(key, score, ALWAYS));
    }

    static Write<Player> put(String key, long score, Condition<Player> condition) {
      return new Write.Put<>(key, new Player("p", score), 0, condition);
    }

    /** What was heard of one announcement. */
    List<Heard> of(Cry cry) {
      return heard.stream().filter(each -> each.text.equals(cry.text())).toList();
    }
  }

  /** One message: what its frame says, and its trailer. */
  private record Heard(String text, List<Sequence> sequences) {

    static Heard of(Message message) {
      byte[] payload = message.payload();
      return new Heard(Cry.text(Sequence.frame(payload)), Sequence.read(payload));
    }
  }

  private static StoreSpec<Player> spec(Backend backend) {
    StoreOptions options = StoreOptions.defaults();
    return new StoreSpec<>(
        BackendTck.freshName(),
        Player.SCHEMA,
        backend.info().can(Capability.EXACT_COUNT)
            ? options
            : options.accepting(Capability.EXACT_COUNT),
        null);
  }

  /** A new store that is announced; its channel is listened to. */
  private Told told() {
    requires(Capability.ANNOUNCE);
    Told told = new Told(backend(), spec(backend()), new Crier(BackendTck.freshName()));
    listen(told, message -> {});
    return told;
  }

  private interface Also {
    void hear(Heard heard);
  }

  private void listen(Told told, Also also) {
    var _ =
        backend()
            .messaging()
            .pubSub()
            .subscribe(
                told.crier.current().channel(),
                SubscribeOptions.defaults(),
                message -> {
                  Heard heard = Heard.of(message);
                  told.heard.add(heard);
                  also.hear(heard);
                });
  }

  private void requires(Capability capability) {
    assumeTrue(backend().info().can(capability), "not claimed: " + capability);
  }

  /** Waits until as many messages were heard; asserts that these are all. */
  private void awaitHeard(String rule, Told told, int number) {
    Waiting.until(() -> told.heard.size() >= number, patience());
    assertThat(told.heard).as("%s messages on the channel", rule).hasSize(number);
  }

  /**
   * Makes a change that is announced behind everything else, so that what was not heard by then
   * does not come.
   */
  private void awaitAll(String rule, Told told) {
    Cry mark = told.crier.current();
    told.rows.announce(mark);
    Waiting.until(() -> covered(told, mark).size() == told.rows.buckets(), patience());
    assertThat(covered(told, mark))
        .as("%s buckets in the messages that were to be the last", rule)
        .hasSize(told.rows.buckets());
    told.heard.removeIf(heard -> heard.text.equals(mark.text()));
  }

  private static List<Integer> covered(Told told, Cry cry) {
    return told.of(cry).stream()
        .flatMap(heard -> heard.sequences.stream())
        .map(Sequence::bucket)
        .toList();
  }

  /** What is reported of a step that changed something. */
  private static Sequence published(String rule, Cry cry) {
    assertThat(cry.reports()).as("%s reports of %s", rule, cry).hasSize(1);
    assertThat(cry.reports().getFirst())
        .as("%s the report of %s", rule, cry)
        .isInstanceOf(Sequence.class);
    return (Sequence) cry.reports().getFirst();
  }

  // N1: every change

  @Test
  final void n1_1_everyKindOfChangeIsAnnounced() {
    Told told = told();
    Map<Kind, Write<Player>> changes = new LinkedHashMap<>();
    changes.put(Kind.PUT, Told.put("k", 1, ALWAYS));
    changes.put(Kind.PATCH, new Write.Patch<>("k", List.of(new Write.Change(1, 2L)), PRESENT));
    changes.put(Kind.INCREMENT, new Write.Add<>("k", 1, 3, ALWAYS));
    changes.put(
        Kind.COMPARE_AND_SET,
        new Write.Patch<>(
            "k", List.of(new Write.Change(1, 6L)), new Condition.ColumnEquals<>(1, 5L)));
    changes.put(Kind.TOUCH, new Write.Touch<>("k", 60_000, PRESENT));
    changes.put(Kind.REMOVE, new Write.Remove<>("k", ALWAYS));
    changes.forEach((kind, write) -> assertAnnounced("N1.1", told, kind, write));
    assertAnnounced("N1.1", told, Kind.PUT, Told.put("k", 1, ABSENT));
    assertAnnounced(
        "N1.1", told, Kind.PUT, Told.put("k", 2, new Condition.RowEquals<>(new Player("p", 1))));
    assertAnnounced("N1.1", told, Kind.INCREMENT, new Write.Add<>("new", 1, 3, ALWAYS));
  }

  private void assertAnnounced(String rule, Told told, Kind kind, Write<Player> write) {
    int asked = told.crier.cries().size();
    told.rows.write(write);
    assertThat(told.crier.cries()).as("%s asked for a %s", rule, kind).hasSize(asked + 1);
    Cry cry = told.crier.last();
    assertThat(cry.kind).as("%s the kind that was asked for", rule).isEqualTo(kind);
    assertThat(cry.keys).as("%s the keys of a %s", rule, kind).containsExactly(write.key());
    Waiting.until(() -> !told.of(cry).isEmpty(), patience());
    assertThat(told.of(cry)).as("%s messages of a %s", rule, kind).hasSize(1);
    assertThat(told.of(cry).getFirst().sequences)
        .as("%s the trailer of a %s", rule, kind)
        .extracting(Sequence::bucket)
        .containsExactly(told.rows.bucketOf(write.key()));
  }

  @Test
  final void n1_2_clearIsAnnouncedForEachBucket() {
    Told told = told();
    requires(Capability.CLEAR);
    for (String key : keyOfEachBucket(told)) {
      told.put(key, 1);
    }
    int before = told.crier.cries().size();
    told.rows.clear();
    List<Cry> cries = told.crier.cries();
    List<Cry> cleared = cries.subList(before, cries.size());
    assertThat(cleared).as("N1.2 kinds of a clear").allMatch(cry -> cry.kind == Kind.CLEAR);
    assertThat(cleared).as("N1.2 keys of a clear").allMatch(cry -> cry.keys.isEmpty());
    assertThat(cleared)
        .as("N1.2 buckets of a clear")
        .extracting(cry -> cry.bucket)
        .containsExactlyInAnyOrderElementsOf(buckets(told));
    awaitHeard("N1.2", told, before + cleared.size());
  }

  private static List<Integer> buckets(Told told) {
    return IntStream.range(0, told.rows.buckets()).boxed().toList();
  }

  private static List<String> keyOfEachBucket(Told told) {
    Map<Integer, String> keys = new LinkedHashMap<>();
    for (int i = 0; keys.size() < told.rows.buckets(); i++) {
      keys.putIfAbsent(told.rows.bucketOf("key" + i), "key" + i);
    }
    return List.copyOf(keys.values());
  }

  @Test
  final void n1_3_manyWritesAreAnnouncedStepByStep() {
    Told told = told();
    told.put("there", 1);
    List<Write<Player>> writes = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      writes.add(Told.put("k" + i, i, ALWAYS));
    }
    writes.add(new Write.Remove<>("nobody", ALWAYS));
    writes.add(new Write.Remove<>("there", ALWAYS));
    writes.add(new Write.Add<>("sum", 1, 5, ALWAYS));
    List<WriteResult> results = told.rows.writeAll(writes);
    assertThat(results).as("N1.3 results").hasSize(writes.size());
    List<Cry> steps = told.crier.cries().subList(1, told.crier.cries().size());
    for (Cry step : steps) {
      assertThat(step.keys)
          .as("N1.3 the keys of a step of bucket %s", step.bucket)
          .allMatch(key -> told.rows.bucketOf(key) == step.bucket);
      if (step.keys.size() > 1) {
        assertThat(step.kind).as("N1.3 the kind of several writes").isEqualTo(Kind.BULK);
      }
    }
    assertThat(steps.stream().flatMap(step -> step.keys.stream()))
        .as("N1.3 the keys of all steps")
        .containsExactlyInAnyOrderElementsOf(writes.stream().map(Write::key).toList());
    // Messages of several buckets come in any order.
    List<String> changed =
        told.crier.cries().stream()
            .filter(step -> !step.keys.contains("nobody"))
            .map(Cry::text)
            .toList();
    awaitHeard("N1.3", told, changed.size());
    assertThat(told.heard.stream().map(Heard::text))
        .as("N1.3 messages of the steps that changed something")
        .containsExactlyInAnyOrderElementsOf(changed);
  }

  @Test
  final void n1_4_whatChangesNothingIsNotAnnounced() {
    Told told = told();
    told.put("k", 1);
    List<Write<Player>> nothing =
        List.of(
            Told.put("k", 2, ABSENT),
            Told.put("none", 2, PRESENT),
            Told.put("k", 2, new Condition.RowEquals<>(new Player("p", 9))),
            new Write.Patch<>("none", List.of(new Write.Change(1, 2L)), PRESENT),
            new Write.Patch<>(
                "k", List.of(new Write.Change(1, 6L)), new Condition.ColumnEquals<>(1, 5L)),
            new Write.Touch<>("none", 60_000, PRESENT),
            new Write.Remove<>("none", ALWAYS));
    for (Write<Player> write : nothing) {
      assertThat(told.rows.write(write))
          .as("N1.4 the result of %s", Kind.of(write))
          .isInstanceOf(WriteResult.Skipped.class);
      assertThat(told.crier.last().reports())
          .as("N1.4 reports of a %s that changes nothing", Kind.of(write))
          .containsExactly(Crier.SKIPPED);
    }
    awaitAll("N1.4", told);
    assertThat(told.heard).as("N1.4 messages").hasSize(1);
    told.put("k", 3);
    assertThat(published("N1.4", told.crier.last()).number())
        .as("N1.4 the next number")
        .isEqualTo(2);
  }

  @Test
  final void n1_5_theAnnouncerIsAskedOnceForEachStepByTheCaller() {
    requires(Capability.ANNOUNCE);
    StoreSpec<Player> spec = spec(backend());
    Rows<Player> plain = backend().rows(spec);
    List<String> found = new CopyOnWriteArrayList<>();
    Crier crier = new Crier(BackendTck.freshName());
    Announcer looking =
        (bucket, kind, keys) -> {
          found.add(plain.get("k").map(Player::score).orElse(0L).toString());
          return crier.announce(bucket, kind, keys);
        };
    Rows<Player> rows = backend().rows(spec.withAnnouncer(looking));
    for (long i = 1; i <= 3; i++) {
      rows.write(Told.put("k", i, ALWAYS));
    }
    assertThat(crier.cries()).as("N1.5 how often the announcer was asked").hasSize(3);
    assertThat(found)
        .as("N1.5 what the announcer found when it was asked")
        .containsExactly("0", "1", "2");
    assertThat(crier.cries())
        .as("N1.5 who asked")
        .allMatch(cry -> cry.asker.equals(Thread.currentThread()));
    assertThat(crier.cries())
        .as("N1.5 the bucket that was asked for")
        .allMatch(cry -> cry.bucket == rows.bucketOf("k"));
  }

  @Test
  final void n1_6_aStoreWithoutAnAnnouncerAnnouncesNothing() {
    Told told = told();
    told.put("k", 1);
    Rows<Player> plain = backend().rows(plain(told));
    plain.write(Told.put("k", 2, ALWAYS));
    plain.writeAll(List.of(Told.put("a", 1, ALWAYS), Told.put("b", 2, ALWAYS)));
    told.put("k", 3);
    assertThat(published("N1.6", told.crier.last()).number())
        .as("N1.6 the next number")
        .isEqualTo(2);
    awaitAll("N1.6", told);
    assertThat(told.heard).as("N1.6 messages").hasSize(2);
  }

  @Test
  final void n1_7_withoutTheCapabilityAnAnnouncerIsRefused() {
    assumeTrue(!backend().info().can(Capability.ANNOUNCE), "claimed: " + Capability.ANNOUNCE);
    StoreSpec<Player> spec = spec(backend());
    Crier crier = new Crier(BackendTck.freshName());
    assertThat(catchThrowable(() -> backend().rows(spec.withAnnouncer(crier))))
        .as("N1.7 a store with an announcer: expected to be refused")
        .isInstanceOf(UnsupportedCapabilityException.class);
    Rows<Player> rows = backend().rows(spec);
    assertThat(catchThrowable(() -> rows.announce(crier.current())))
        .as("N1.7 current sequences: expected to be refused")
        .isInstanceOf(UnsupportedCapabilityException.class);
  }

  // N2: numbers

  @Test
  final void n2_1_numbersGoUpByOne() {
    Told told = told();
    for (int i = 1; i <= 30; i++) {
      told.put("k", i);
      Sequence sequence = published("N2.1", told.crier.last());
      assertThat(sequence.number()).as("N2.1 the number that was reported").isEqualTo(i);
      assertThat(sequence.bucket())
          .as("N2.1 the bucket that was reported")
          .isEqualTo(told.rows.bucketOf("k"));
    }
    awaitHeard("N2.1", told, 30);
    assertThat(told.heard.stream().flatMap(heard -> heard.sequences.stream()))
        .as("N2.1 the sequences that were heard, and those that were reported")
        .isEqualTo(told.crier.cries().stream().map(cry -> cry.reports().getFirst()).toList());
    assertThat(told.heard.stream().map(heard -> heard.sequences.getFirst().epoch()).distinct())
        .as("N2.1 epochs")
        .hasSize(1);
  }

  @Test
  final void n2_2_writersOfSeveralInstancesShareTheNumbers() {
    Told told = told();
    Told other = new Told(openAnother(), plain(told), told.crier);
    int writes = 40;
    new Race("N2.2")
        .run(
            4,
            thread -> {
              Told mine = thread % 2 == 0 ? told : other;
              for (int i = 0; i < writes; i++) {
                mine.put("k" + i % 7, i);
              }
            })
        .start();
    awaitHeard("N2.2", told, 4 * writes);
    assertThat(told.crier.cries().stream().flatMap(cry -> cry.reports().stream()).distinct())
        .as("N2.2 different sequences among those reported")
        .hasSize(4 * writes);
    for (int bucket : buckets(told)) {
      List<Sequence> sequences = sequences(told.heard, bucket);
      assertThat(sequences)
          .as("N2.2 the numbers of bucket %s in the order heard", bucket)
          .extracting(Sequence::number)
          .isEqualTo(IntStream.rangeClosed(1, sequences.size()).mapToObj(i -> (long) i).toList());
      assertThat(sequences.stream().map(Sequence::epoch).distinct().count())
          .as("N2.2 epochs of bucket %s", bucket)
          .isLessThanOrEqualTo(1);
    }
  }

  private static StoreSpec<Player> plain(Told told) {
    return new StoreSpec<>(told.name(), Player.SCHEMA, told.rows.spec().options(), null);
  }

  private static List<Sequence> sequences(List<Heard> heard, int bucket) {
    return heard.stream()
        .flatMap(each -> each.sequences.stream())
        .filter(sequence -> sequence.bucket() == bucket)
        .toList();
  }

  @Test
  final void n2_3_whoHearsOfAChangeSeesIt() {
    requires(Capability.ANNOUNCE);
    Told told = new Told(backend(), spec(backend()), new Crier(BackendTck.freshName()));
    Rows<Player> reader = openAnother().rows(plain(told));
    List<String> old = new CopyOnWriteArrayList<>();
    listen(
        told,
        heard -> {
          long number = heard.sequences.getFirst().number();
          long seen =
              reader
                  .read("k", ReadOptions.maxStaleness(Duration.ZERO))
                  .map(reading -> reading.value().score())
                  .orElse(0L);
          if (seen < number) {
            old.add("score " + seen + " after message " + number);
          }
        });
    for (int i = 1; i <= 100; i++) {
      told.put("k", i);
    }
    awaitHeard("N2.3", told, 100);
    assertThat(old).as("N2.3 reads that did not see what was announced").isEmpty();
  }

  @Test
  final void n2_4_numbersGoOnAfterClear() {
    Told told = told();
    requires(Capability.CLEAR);
    told.put("k", 1);
    Sequence first = published("N2.4", told.crier.last());
    told.rows.clear();
    told.put("k", 2);
    Sequence last = published("N2.4", told.crier.last());
    assertThat(last)
        .as("N2.4 the sequence of a put, a clear and a put later")
        .isEqualTo(new Sequence(first.bucket(), first.epoch(), first.number() + 2));
  }

  // N3: reports

  @Test
  final void n3_1_eachStepIsReportedOnceBeforeTheCallReturns() {
    Told told = told();
    told.put("k", 1);
    assertReportedOnce(told, 1);
    told.rows.writeAll(List.of(Told.put("a", 1, ALWAYS), Told.put("b", 2, ALWAYS)));
    assertReportedOnce(told, 2);
    told.rows.write(new Write.Remove<>("none", ALWAYS));
    assertReportedOnce(told, 3);
    if (backend().info().can(Capability.CLEAR)) {
      told.rows.clear();
      assertReportedOnce(told, 4);
    }
    awaitAll("N3.1", told);
    assertReportedOnce(told, 3);
  }

  private static void assertReportedOnce(Told told, int least) {
    assertThat(told.crier.cries()).as("N3.1 steps").hasSizeGreaterThanOrEqualTo(least);
    for (Cry cry : told.crier.cries()) {
      assertThat(cry.reports()).as("N3.1 reports of %s", cry).hasSize(1);
    }
  }

  @Test
  final void n3_2_aStepThatFailsIsReportedWithItsError() {
    Told told = told();
    told.put("k", Long.MAX_VALUE);
    Write<Player> tooMuch = new Write.Add<>("k", 1, 1, ALWAYS);
    Throwable thrown = catchThrowable(() -> told.rows.write(tooMuch));
    assertThat(thrown).as("N3.2 a sum out of range").isInstanceOf(CapacityException.class);
    assertThat(told.crier.last().reports())
        .as("N3.2 reports of a write that fails")
        .containsExactly(thrown);
    List<WriteResult> results = told.rows.writeAll(List.of(tooMuch, Told.put("b", 1, ALWAYS)));
    assertThat(results.getFirst())
        .as("N3.2 the result of one of many that fails")
        .isInstanceOf(WriteResult.Failed.class);
    Cry failed =
        told.crier.cries().stream().filter(cry -> cry.keys.contains("k")).toList().getLast();
    assertThat(failed.reports())
        .as("N3.2 reports of one of many that fails")
        .containsExactly(((WriteResult.Failed) results.getFirst()).error());
    awaitAll("N3.2", told);
    assertThat(told.of(failed)).as("N3.2 messages of one that fails").isEmpty();
    assertThat(told.heard).as("N3.2 messages of those that do not").hasSize(2);
  }

  // N4: the current sequences

  @Test
  final void n4_1_theCurrentSequencesOfAllBucketsArePublished() {
    Told told = told();
    Map<Integer, Sequence> expected = new LinkedHashMap<>();
    for (String key : keyOfEachBucket(told)) {
      told.put(key, 1);
      told.put(key, 2);
      Sequence last = published("N4.1", told.crier.last());
      expected.put(last.bucket(), last);
    }
    Cry current = told.crier.current();
    told.rows.announce(current);
    assertThat(current.reports())
        .as("N4.1 reports of current sequences")
        .containsExactlyInAnyOrderElementsOf(expected.values());
    Waiting.until(() -> covered(told, current).size() >= expected.size(), patience());
    assertThat(told.of(current).stream().flatMap(heard -> heard.sequences.stream()))
        .as("N4.1 current sequences that were heard")
        .containsExactlyInAnyOrderElementsOf(expected.values());
    String key = keyOfEachBucket(told).getFirst();
    told.put(key, 3);
    assertThat(published("N4.1", told.crier.last()).number())
        .as("N4.1 the next number of a change")
        .isEqualTo(3);
  }

  @Test
  final void n4_2_aBucketThatWasNeverAnnouncedBeginsAtZero() {
    Told told = told();
    Cry current = told.crier.current();
    told.rows.announce(current);
    assertThat(current.reports())
        .as("N4.2 reports of current sequences")
        .hasSize(told.rows.buckets())
        .allMatch(report -> report instanceof Sequence sequence && sequence.number() == 0);
    told.put("k", 1);
    Sequence first = published("N4.2", told.crier.last());
    assertThat(current.reports())
        .as("N4.2 the sequence before the first change %s", first)
        .contains(new Sequence(first.bucket(), first.epoch(), 0));
    assertThat(first.number()).as("N4.2 the number of the first change").isEqualTo(1);
  }

  @Test
  final void n4_3_whoHearsTheSequencesWasSentAllBefore() {
    Told told = told();
    List<Cry> currents = new ArrayList<>();
    for (int round = 0; round < 20; round++) {
      for (int i = 0; i < 5; i++) {
        told.put("k" + i, round);
      }
      Cry current = told.crier.current();
      currents.add(current);
      told.rows.announce(current);
    }
    Waiting.until(
        () -> covered(told, currents.getLast()).size() == told.rows.buckets(), patience());
    List<String> texts = currents.stream().map(Cry::text).toList();
    for (int bucket : buckets(told)) {
      long sent = 0;
      for (Heard heard : told.heard) {
        for (Sequence sequence : heard.sequences) {
          if (sequence.bucket() == bucket && texts.contains(heard.text)) {
            assertThat(sequence.number())
                .as("N4.3 the current number of bucket %s, of what was heard before", bucket)
                .isEqualTo(sent);
          } else if (sequence.bucket() == bucket) {
            sent = sequence.number();
          }
        }
      }
    }
    assertThat(covered(told, currents.getLast()))
        .as("N4.3 buckets of the last message")
        .hasSize(told.rows.buckets());
  }

  // N5: buckets

  @Test
  final void n5_1_bucketsAreTheSameForEveryone() {
    Told told = told();
    Rows<Player> other = openAnother().rows(plain(told));
    assertThat(other.buckets())
        .as("N5.1 how many buckets another instance sees")
        .isEqualTo(told.rows.buckets());
    for (int i = 0; i < 200; i++) {
      String key = "key" + i;
      assertThat(told.rows.bucketOf(key))
          .as("N5.1 the bucket of '%s'", key)
          .isBetween(0, told.rows.buckets() - 1)
          .isEqualTo(other.bucketOf(key));
    }
  }

  // N6: scripts of the application

  @Test
  final void n6_1_aScriptAnnouncesTheBucketsOfItsKeys() {
    Told told = toldToScripts();
    String row = BackendTck.freshName() + "-row";
    told.put(row, 1);
    Script remove = Script.of("return redis.call('DEL', KEYS[1])").touching(told.name());
    Scripts.Reply answer = backend().scripts().run(remove, List.of(keyWith(row)), List.of());
    assertThat(answer)
        .as("N6.1 the answer of a script that removes a row")
        .isEqualTo(new Scripts.Reply.LongValue(1));
    assertThat(told.crier.cries()).as("N6.1 announcements, of a put and a script").hasSize(2);
    Cry cry = told.crier.last();
    assertThat(cry.kind).as("N6.1 the kind of a script").isEqualTo(Kind.CLEAR);
    assertThat(cry.bucket).as("N6.1 the bucket").isEqualTo(told.rows.bucketOf(row));
    assertThat(published("N6.1", cry).number()).as("N6.1 the number").isEqualTo(2);
    awaitHeard("N6.1", told, 2);
    assertThat(told.heard.getLast().sequences)
        .as("N6.1 the sequence that was heard, and the one that was reported")
        .isEqualTo(cry.reports());
  }

  @Test
  final void n6_1_aScriptWithKeysOfTwoBucketsCountsInEach() {
    Told told = toldToScripts();
    String prefix = BackendTck.freshName();
    String some = prefix + "-some";
    String other =
        IntStream.range(0, 1000)
            .mapToObj(i -> prefix + "-other" + i)
            .filter(row -> told.rows.bucketOf(row) != told.rows.bucketOf(some))
            .findFirst()
            .orElse(some);
    assumeTrue(!other.equals(some), "one bucket");
    told.put(some, 1);
    told.put(some, 2);
    told.put(some, 3);
    told.put(other, 1);
    Map<Integer, Sequence> before = new LinkedHashMap<>();
    told.crier.cries().forEach(cry -> before.put(cry.bucket, published("N6.1", cry)));
    List<String> keys = List.of(keyWith(some), keyWith(other));
    Script both = Script.of("return redis.call('DEL', KEYS[1], KEYS[2])").touching(told.name());
    Scripts.Reply answer;
    try {
      answer = backend().scripts().run(both, keys, List.of());
    } catch (InvalidArgumentException e) {
      assumeTrue(false, "keys of two buckets go into no script: " + e.getMessage());
      return;
    }
    assertThat(answer)
        .as("N6.1 the answer of a script that removes rows of two buckets")
        .isEqualTo(new Scripts.Reply.LongValue(2));
    List<Cry> steps = told.crier.cries().subList(4, told.crier.cries().size());
    assertThat(steps)
        .as("N6.1 the buckets of a script with keys of two")
        .extracting(cry -> cry.bucket)
        .containsExactlyInAnyOrderElementsOf(before.keySet());
    awaitHeard("N6.1", told, 6);
    for (Cry step : steps) {
      Sequence last = Objects.requireNonNull(before.get(step.bucket));
      assertThat(published("N6.1", step))
          .as("N6.1 what is reported of bucket %s, behind %s", step.bucket, last)
          .isEqualTo(new Sequence(step.bucket, last.epoch(), last.number() + 1));
      assertThat(told.of(step).stream().flatMap(heard -> heard.sequences.stream()).toList())
          .as("N6.1 what is heard of bucket %s, as it is reported", step.bucket)
          .isEqualTo(step.reports());
    }
  }

  @Test
  final void n6_1_aScriptWithoutKeysOfTheStoreAnnouncesEveryBucket() {
    Told told = toldToScripts();
    String own = BackendTck.freshName();
    Script script = Script.of("return redis.call('INCR', KEYS[1])").touching(told.name());
    Scripts.Reply answer;
    try {
      answer = backend().scripts().run(script, List.of(own), List.of());
    } catch (InvalidArgumentException e) {
      assertThat(
              backend()
                  .scripts()
                  .run(Script.of("return redis.call('GET', KEYS[1])"), List.of(own), List.of()))
          .as("N6.1 what is left of a script that was refused: %s", e.getMessage())
          .isEqualTo(new Scripts.Reply.Nothing());
      assertThat(told.crier.cries())
          .as("N6.1 announcements of a script that was refused")
          .isEmpty();
      return;
    }
    assertThat(answer)
        .as("N6.1 the answer of a script without keys of the store")
        .isEqualTo(new Scripts.Reply.LongValue(1));
    List<Cry> cries = told.crier.cries();
    assertThat(cries)
        .as("N6.1 the buckets of a script without keys of the store")
        .extracting(cry -> cry.bucket)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, told.rows.buckets()).boxed().toList());
    awaitHeard("N6.1", told, cries.size());
    for (Cry cry : cries) {
      assertThat(cry.kind).as("N6.1 the kind of a script").isEqualTo(Kind.CLEAR);
      assertThat(told.of(cry).stream().flatMap(heard -> heard.sequences.stream()).toList())
          .as("N6.1 what is heard of bucket %s", cry.bucket)
          .containsExactly(published("N6.1", cry));
    }
  }

  @Test
  final void n6_1_aScriptThatCannotWriteAnnouncesNothing() {
    Told told = toldToScripts();
    String row = BackendTck.freshName() + "-row";
    told.put(row, 1);
    Script reads =
        Script.of("#!lua flags=no-writes\nreturn redis.call('EXISTS', KEYS[1])")
            .touching(told.name());
    assertThat(backend().scripts().run(reads, List.of(keyWith(row)), List.of()))
        .as("N6.1 the answer of a script that cannot write")
        .isEqualTo(new Scripts.Reply.LongValue(1));
    assertThat(told.crier.cries())
        .as("N6.1 announcements of a put, and of a script that cannot write")
        .hasSize(1);
    told.put(row, 2);
    assertThat(published("N6.1", told.crier.last()).number())
        .as("N6.1 the number behind a script that cannot write")
        .isEqualTo(2);
    awaitAll("N6.1", told);
    assertThat(told.heard).as("N6.1 messages of two puts").hasSize(2);
  }

  @Test
  final void n6_2_aScriptThatFailsMidwayAnnounces() {
    Told told = toldToScripts();
    String row = BackendTck.freshName() + "-row";
    told.put(row, 1);
    Script fails =
        Script.of("redis.call('DEL', KEYS[1])\nerror('as the kit says')").touching(told.name());
    String key = keyWith(row);
    Throwable thrown =
        catchThrowable(() -> backend().scripts().run(fails, List.of(key), List.of()));
    assertThat(thrown)
        .as("N6.2 a script that fails midway")
        .isInstanceOf(ServerRefusedException.class)
        .hasMessageContaining("as the kit says");
    assertThat(told.rows.get(row)).as("N6.2 the row that it removed before").isEmpty();
    assertThat(told.crier.last().reports())
        .as("N6.2 reports of a script that fails")
        .containsExactly(thrown);
    awaitHeard("N6.2", told, 2);
    assertThat(told.heard.getLast().sequences)
        .as("N6.2 the number of what a script did before it failed")
        .extracting(Sequence::number)
        .containsExactly(2L);
  }

  @Test
  final void n6_3_aScriptAnswersAsWithoutAnAnnouncer() {
    Told told = toldToScripts();
    String row = BackendTck.freshName() + "-row";
    told.put(row, 1);
    String key = keyWith(row);
    String own = BackendTck.freshName();
    for (String source :
        List.of(
            "return {#KEYS, #ARGV, ARGV[1], ARGV[2]}",
            "return {1, {'two', false}, redis.status_reply('three')}",
            "return false",
            "local nothing = 1",
            "return 'text'",
            "return redis.error_reply('BUSY as the kit says')",
            "return {1, redis.error_reply('LOADING as the kit says')}",
            "local a = 1\n\nerror('as the kit says')",
            "local a = 1\nlocal b = a.c.d\nreturn b",
            "-- a call\nreturn redis.call('INCR', KEYS[1], 'x')",
            "return return",
            "#!lua flags=no-writes\nreturn #ARGV",
            "#!lua\nlocal a = 1\nerror('line three')")) {
      assertThat(outcome(Script.of(source).touching(told.name()), key))
          .as("N6.3 what comes of the script %s", source)
          .isEqualTo(outcome(Script.of(source), own));
    }
    assertErrorInAnAnswerIsReported(told, key);
  }

  @Test
  final void n6_3_aTextThatIsNoScriptByItselfIsRefusedInItsOwnWords() {
    Told told = toldToScripts();
    String row = BackendTck.freshName() + "-row";
    told.put(row, 1);
    String key = keyWith(row);
    String own = BackendTck.freshName();
    for (String source :
        List.of(
            "return 1 end do local x = 1",
            "return 1 end local function other() return 2",
            "redis.call('DEL', KEYS[1]) end redis.call('DEL', KEYS[1]) do",
            "end",
            "if true then\n\nreturn 1",
            "local a = 'x\nreturn a",
            "local a = [[x\nreturn a",
            "return 1 --[[",
            "#!lua\nreturn 1 end do local x = 1",
            "#!lua",
            "return arg",
            "return script",
            "script = 1",
            "return select('#', ...)")) {
      assertThat(outcome(Script.of(source).touching(told.name()), key))
          .as("N6.3 what comes of the text %s", source)
          .isEqualTo(outcome(Script.of(source), own));
      assertThat(told.rows.get(row)).as("N6.3 the row behind the text %s", source).isPresent();
    }
  }

  /** What was changed before is announced, and the report is the caller's error. */
  private void assertErrorInAnAnswerIsReported(Told told, String key) {
    for (String source :
        List.of(
            "return redis.error_reply('BUSY as the kit says')",
            "return {1, redis.error_reply('LOADING as the kit says')}",
            "return {1, {2, redis.error_reply('as the kit says')}}")) {
      Script script = Script.of(source).touching(told.name());
      Throwable thrown =
          catchThrowable(() -> backend().scripts().run(script, List.of(key), List.of()));
      Cry cry = told.crier.last();
      assertThat(cry.reports()).as("N6.3 reports of the script %s", source).containsExactly(thrown);
      Waiting.until(() -> !told.of(cry).isEmpty(), patience());
      assertThat(told.of(cry)).as("N6.3 messages of the script %s", source).hasSize(1);
    }
  }

  /** What a script answers, or the words of its error, without the digest it is known by. */
  private Object outcome(Script script, String key) {
    try {
      return backend().scripts().run(script, List.of(key), List.of("first", "second"));
    } catch (ServerRefusedException e) {
      return String.valueOf(e.getMessage()).replaceAll("[0-9a-f]{40}", "(digest)");
    }
  }

  private Told toldToScripts() {
    Told told = told();
    requires(Capability.SCRIPTS);
    return told;
  }

  /** The key on the server of a row whose key nobody else uses. */
  private String keyWith(String row) {
    Script keys = Script.of("return redis.call('KEYS', '*' .. ARGV[1] .. '*')");
    for (int i = 0; i < NODES; i++) {
      if (backend().scripts().run(keys, List.of(), List.of(row))
              instanceof Items(List<Scripts.Reply> found)
          && !found.isEmpty()
          && found.getFirst() instanceof TextValue(String key)) {
        return key;
      }
    }
    throw new AssertionError("N6 expected to find a key on the server that has " + row);
  }

  /** What a backend hears by listening, and how often it was called while it was being called. */
  private static final class Listened {
    final List<String> texts = new CopyOnWriteArrayList<>();
    final AtomicInteger within = new AtomicInteger();
    final AtomicInteger overlaps = new AtomicInteger();

    void hear(Message message) {
      if (within.incrementAndGet() > 1) {
        overlaps.incrementAndGet();
      }
      texts.add(message.text());
      LockSupport.parkNanos(1_000); // whoever would come at the same time gets the chance to
      within.decrementAndGet();
    }

    List<String> of(String publisher) {
      return texts.stream().filter(text -> text.startsWith(publisher)).toList();
    }
  }

  private void publish(String channel, String text) {
    backend().messaging().pubSub().publish(channel, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  final void n7_1_whatIsListenedToIsHeardOnceInOrderAndOneAtATime() throws Exception {
    requires(Capability.ANNOUNCE);
    String channel = BackendTck.freshName();
    Listened listened = new Listened();
    Subscription subscription = backend().messaging().listen(channel, () -> {}, listened::hear);
    List<Future<?>> publishers = new ArrayList<>();
    for (String publisher : List.of("a", "b", "c")) {
      publishers.add(
          threads.submit(() -> {
            for (int i = 0; i < LISTENED; i++) {
              publish(channel, publisher + i);
            }
          }));
    }
    for (Future<?> publisher : publishers) {
      publisher.get();
    }

    Waiting.until(() -> listened.texts.size() >= 3 * LISTENED, patience());

    for (String publisher : List.of("a", "b", "c")) {
      assertThat(listened.of(publisher))
          .as("N7.1 what was heard of publisher %s", publisher)
          .isEqualTo(IntStream.range(0, LISTENED).mapToObj(i -> publisher + i).toList());
    }
    assertThat(listened.overlaps).as("N7.1 calls while another ran").hasValue(0);
    subscription.close();
  }

  @Test
  final void n7_2_aListenerThatThrowsGoesOnHearing() {
    requires(Capability.ANNOUNCE);
    String channel = BackendTck.freshName();
    Listened listened = new Listened();
    Subscription subscription =
        backend()
            .messaging()
            .listen(
                channel,
                () -> {},
                message -> {
                  listened.hear(message);
                  if (message.text().equals("first")) {
                    throw new AssertionError("a listener that fails; this is meant to be here");
                  }
                });

    publish(channel, "first");
    publish(channel, "second");

    Waiting.until(() -> listened.texts.size() >= 2, patience());
    assertThat(listened.texts).as("N7.2 what was heard").containsExactly("first", "second");
    assertThat(subscription.isActive()).as("N7.2 active").isTrue();
    subscription.close();
  }

  @Test
  final void n7_3_nothingIsHeardAfterTheEnd() {
    requires(Capability.ANNOUNCE);
    String channel = BackendTck.freshName();
    Listened ended = new Listened();
    Listened other = new Listened();
    Subscription subscription = backend().messaging().listen(channel, () -> {}, ended::hear);
    Subscription another = backend().messaging().listen(channel, () -> {}, other::hear);
    publish(channel, "before");
    Waiting.until(() -> !ended.texts.isEmpty(), patience());

    subscription.close();
    publish(channel, "after");

    Waiting.until(() -> other.texts.size() >= 2, patience());
    assertThat(ended.texts).as("N7.3 what was heard").containsExactly("before");
    assertThat(subscription.isActive()).as("N7.3 active").isFalse();
    another.close();
  }
}
