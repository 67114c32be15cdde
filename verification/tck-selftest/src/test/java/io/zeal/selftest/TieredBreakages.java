package io.zeal.selftest;

import static io.zeal.selftest.Breakage.breakingCopies;

import io.zeal.BackendInfo;
import io.zeal.BackendUnavailableException;
import io.zeal.BulkResult;
import io.zeal.Capability;
import io.zeal.ColumnType;
import io.zeal.Finding;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Script;
import io.zeal.Scripts;
import io.zeal.ZealException;
import io.zeal.selftest.BrokenTiered.Ear;
import io.zeal.selftest.BrokenTiered.OnAnnouncer;
import io.zeal.selftest.BrokenTiered.OnBackend;
import io.zeal.selftest.BrokenTiered.OnFar;
import io.zeal.selftest.BrokenTiered.OnFarRows;
import io.zeal.selftest.BrokenTiered.OnRows;
import io.zeal.selftest.BrokenTiered.OnSetting;
import io.zeal.selftest.BrokenTiered.OnSubscribe;
import io.zeal.spi.Announcement;
import io.zeal.spi.Backend;
import io.zeal.spi.ForwardingBackend;
import io.zeal.spi.ForwardingRows;
import io.zeal.spi.Rows;
import io.zeal.spi.Sequence;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/** A breakage for each test about copies, in their order, around the backend tiered. */
final class TieredBreakages {

  private static final Duration LATER_THAN_FRAMES = Duration.ofMillis(50);

  /** Longer than a lease of the kit that is to end. */
  private static final Duration LATE = Duration.ofMillis(600);

  private TieredBreakages() {}

  static List<Breakage> all() {
    List<Breakage> all = new ArrayList<>();
    all.addAll(promise());
    all.addAll(reads());
    all.addAll(races());
    all.addAll(numbers());
    all.addAll(leases());
    all.addAll(frames());
    all.addAll(levels());
    return all;
  }

  private static List<Breakage> promise() {
    return List.of(
        breakingCopies("a new time to live is not announced", "t1_1_aPeerSeesEachKindOfChange")
            .on(
                OnFarRows.class,
                (rows, far, instance) ->
                    new ByWrite(rows) {
                      @Override
                      public WriteResult write(Write<Object> write) {
                        return write instanceof Write.Touch
                            ? plain(rows, far).write(write)
                            : super.write(write);
                      }
                    }),
        setting(
            "detection takes a day",
            "zeal.tiered.detection",
            "PT0.4S",
            "24h",
            "t1_2_noReaderSeesWhatWasOverwrittenLongerThanTheBound",
            "t4_6_copiesComeBackByThemselves",
            "t5_2_aLateHeartbeatGivesNoMoreThanOneInTime"),
        setting(
            "a copy lives for a day",
            "zeal.tiered.near-ttl",
            "PT0.3S",
            "24h",
            "t1_3_noCopyIsServedBeyondItsAge",
            "t1_4_whatIsNotAnnouncedIsSeenWithinTheAge"));
  }

  private static Breakage setting(
      String what, String key, String value, String instead, String... tests) {
    return breakingCopies(what, tests)
        .on(
            OnSetting.class,
            (asked, found) -> asked.equals(key) && value.equals(found) ? instead : found);
  }

  private static List<Breakage> reads() {
    return List.of(
        rows(
            "the read behind an increment answers what the one before it did",
            (rows, instance) ->
                new Remembering(rows) {
                  @Override
                  public WriteResult write(Write<Object> write) {
                    WriteResult result = super.write(write);
                    if (write instanceof Write.Add) {
                      again(write.key());
                    }
                    return result;
                  }
                },
            "t2_1_whoWroteReadsWhatItWrote"),
        reading(
            "an age is half of what it is",
            reading -> reading.withAge(reading.age().dividedBy(2)),
            "t2_2_theAgeOfACopyCountsFromBeforeItWasRead"),
        rows(
            "a bound on the age is ignored, unless it is zero",
            (rows, instance) ->
                new ForwardingRows<>(rows) {
                  @Override
                  public Optional<Reading<Object>> read(String key, ReadOptions options) {
                    boolean zero = options.maxStaleness().filter(Duration::isZero).isPresent();
                    return super.read(key, zero ? options : ReadOptions.defaults());
                  }
                },
            "t2_3_aReadSaysHowOldACopyMayBe"),
        rows(
            "contains is answered by copies",
            (rows, instance) ->
                new ForwardingRows<>(rows) {
                  @Override
                  public boolean contains(String key) {
                    return get(key).isPresent();
                  }
                },
            "t2_4_containsAsksTheFarLevel"),
        rows(
            "what many keys did not find is not there from then on",
            (rows, instance) ->
                new ForwardingRows<>(rows) {
                  private final Set<String> absent = ConcurrentHashMap.newKeySet();

                  @Override
                  public BulkResult<Object> getAll(Collection<String> keys) {
                    BulkResult<Object> found = super.getAll(keys);
                    keys.stream()
                        .filter(key -> !found.values().containsKey(key))
                        .forEach(absent::add);
                    return found;
                  }

                  @Override
                  public Optional<Object> get(String key) {
                    return absent.contains(key) ? Optional.empty() : super.get(key);
                  }
                },
            "t2_5_absenceIsNotKept"),
        farReading(
            "what is left of a row is ten times as long",
            reading ->
                reading
                    .remaining()
                    .map(left -> Reading.fresh(reading.value(), left.multipliedBy(10)))
                    .orElse(reading),
            "t2_6_aCopyEndsWithItsRow"),
        rows(
            "a number is read at the far level",
            (rows, instance) ->
                new ForwardingRows<>(rows) {
                  @Override
                  public OptionalLong number(String key, int column) {
                    return plain(rows, instance.far()).number(key, column);
                  }
                },
            "t2_7_columnsAndManyKeysAreReadFromTheSameCopy"),
        rows(
            "containsCached asks the far level",
            (rows, instance) ->
                new ForwardingRows<>(rows) {
                  @Override
                  public boolean containsCached(String key) {
                    return contains(key);
                  }
                },
            "t2_7_columnsAndManyKeysAreReadFromTheSameCopy"),
        rows(
            "all readers of bytes get one object",
            (rows, instance) ->
                rows.spec().schema().columns().stream()
                        .noneMatch(column -> column.type() == ColumnType.BYTES)
                    ? rows
                    : new OneObject(rows),
            "t2_8_whatIsReadIsTheReadersOwn"));
  }

  private static List<Breakage> races() {
    return List.of(
        rows(
            "what a read brought answers the next, though a change was heard meanwhile",
            (rows, instance) ->
                new Remembering(rows) {
                  @Override
                  Optional<Object> fetch(String key) {
                    int before = instance.foreignFrames.get();
                    Optional<Object> found = super.fetch(key);
                    if (instance.foreignFrames.get() != before) {
                      again(key);
                    }
                    return found;
                  }
                },
            "t3_1_aReadThatWasUnderWayMakesNoOldCopy"),
        rows(
            "what was put answers the next read, though a change was heard meanwhile",
            (rows, instance) ->
                new Remembering(rows) {
                  @Override
                  public WriteResult write(Write<Object> write) {
                    int before = instance.foreignFrames.get();
                    WriteResult result = super.write(write);
                    if (instance.foreignFrames.get() != before
                        && write instanceof Write.Put<Object> put) {
                      again(put.key(), put.row());
                    }
                    return result;
                  }
                },
            "t3_2_anOwnPutThatAnotherOvertookMakesNoCopy"),
        rows(
            "an increment leaves a copy",
            (rows, instance) ->
                new ByWrite(rows) {
                  private final Set<String> copied = ConcurrentHashMap.newKeySet();

                  @Override
                  public WriteResult write(Write<Object> write) {
                    WriteResult result = super.write(write);
                    if (write instanceof Write.Add) {
                      copied.add(write.key());
                    }
                    return result;
                  }

                  @Override
                  public Optional<Reading<Object>> read(String key, ReadOptions options) {
                    return super.read(key, options)
                        .map(found ->
                            copied.remove(key) ? found.withAge(Duration.ofMillis(1)) : found);
                  }
                },
            "t3_3_aWriteOfSomeColumnsMakesNoCopy"),
        rows(
            "a write that failed leaves its copies",
            (rows, instance) ->
                new Remembering(rows) {
                  @Override
                  public Optional<Reading<Object>> read(String key, ReadOptions options) {
                    return noting(key, super.read(key, options));
                  }

                  @Override
                  public WriteResult write(Write<Object> write) {
                    try {
                      return super.write(write);
                    } catch (BackendUnavailableException e) {
                      again(write.key());
                      throw e;
                    }
                  }
                },
            "t3_4_aWriteThatMayHaveHappenedEndsItsCopies"),
        farReading(
            "what is old is taken for fresh",
            reading ->
                reading.stale()
                    ? Reading.fresh(reading.value(), reading.remaining().orElse(null))
                    : reading,
            "t3_5_whatMayBeOldIsNotCopied"));
  }

  private static List<Breakage> numbers() {
    return List.of(
        hearing(
            "a higher number is taken for the next",
            (message, known) ->
                known.remember(
                    Frames.isHeartbeat(message)
                        ? message
                        : Frames.numbered(message, known::notHigher)),
            "t4_1_theNextMessageTellsThatOneWasLost"),
        hearing(
            "a heartbeat is taken to say what was heard",
            (message, known) ->
                !Frames.isHeartbeat(message)
                    ? known.remember(message)
                    : known.isNew(message) ? Frames.numbered(message, known::heard) : message,
            "t4_2_theNextHeartbeatTellsThatAMessageWasLost"),
        hearing(
            "the first epoch is taken for every other",
            (message, known) -> known.remember(Frames.numbered(message, known::withFirstEpoch)),
            "t4_3_anotherEpochEndsEveryCopy"),
        hearing(
            "a lower number is taken for the next",
            (message, known) -> known.remember(Frames.numbered(message, known::notLower)),
            "t4_4_aNumberThatWentBackEndsEveryCopy"),
        breakingCopies("gaps are not told", "t4_5_aSubscriptionThatWasAwayEndsEveryCopy")
            .on(OnSubscribe.class, (ear, instance) -> new Ear(() -> {}, ear.handler())),
        breakingCopies("behind a gap nothing is heard", "t4_6_copiesComeBackByThemselves")
            .on(
                OnSubscribe.class,
                (ear, instance) -> {
                  Set<String> gaps = ConcurrentHashMap.newKeySet();
                  return new Ear(
                      () -> {
                        gaps.add("one");
                        ear.gap().run();
                      },
                      message -> {
                        if (gaps.isEmpty()) {
                          ear.handler().accept(message);
                        }
                      });
                }));
  }

  private static List<Breakage> leases() {
    return List.of(
        breakingCopies(
                "a heartbeat is taken for answered once it is sent",
                "t4_6_copiesComeBackByThemselves",
                "t5_1_withoutAnAnsweredHeartbeatNothingIsCopied")
            .on(OnSubscribe.class, (ear, instance) -> oneAtATime(ear))
            .on(
                OnFarRows.class,
                (rows, far, instance) ->
                    new ForwardingRows<>(rows) {
                      @Override
                      public void announce(Announcement announcement) {
                        List<Sequence> trailer = new ArrayList<>();
                        super.announce(new Noting(announcement, trailer));
                        if (!trailer.isEmpty()) {
                          BrokenRows.pause(LATER_THAN_FRAMES);
                          Objects.requireNonNull(instance.ear)
                              .handler()
                              .accept(Sequence.append(announcement.frame(), trailer));
                        }
                      }
                    }),
        lateHeartbeats());
  }

  private static Breakage lateHeartbeats() {
    return breakingCopies(
            "a late heartbeat brings back the copies of when it was sent",
            "t5_2_aLateHeartbeatGivesNoMoreThanOneInTime")
        .on(
            OnFarRows.class,
            (rows, far, instance) ->
                new ForwardingRows<>(rows) {
                  @Override
                  public void announce(Announcement announcement) {
                    instance.sent.put(Frames.text(announcement.frame()), System.nanoTime());
                    super.announce(announcement);
                  }
                })
        .on(
            OnSubscribe.class,
            (ear, instance) ->
                ear.hearing(message -> {
                  Long sent = instance.sent.get(Frames.text(Frames.frame(message)));
                  if (sent != null && System.nanoTime() - sent > LATE.toNanos()) {
                    instance.lateHeartbeats.incrementAndGet();
                  }
                  ear.handler().accept(message);
                }))
        .on(
            OnRows.class,
            (rows, instance) ->
                new Remembering(rows) {
                  private int seen;

                  @Override
                  public Optional<Reading<Object>> read(String key, ReadOptions options) {
                    return noting(key, super.read(key, options));
                  }

                  @Override
                  Optional<Object> fetch(String key) {
                    int late = instance.lateHeartbeats.get();
                    if (late != seen) {
                      seen = late;
                      again(key);
                      return get(key);
                    }
                    return super.fetch(key);
                  }
                });
  }

  private static Ear oneAtATime(Ear ear) {
    ReentrantLock lock = new ReentrantLock();
    return ear.hearing(message -> {
      lock.lock();
      try {
        ear.handler().accept(message);
      } finally {
        lock.unlock();
      }
    });
  }

  private static List<Breakage> frames() {
    Set<String> announced = ConcurrentHashMap.newKeySet();
    return List.of(
        breakingCopies("a frame has its key behind it", "t6_2_framesShowNeitherKeysNorValues")
            .on(
                OnAnnouncer.class,
                (announcer, instance) ->
                    (bucket, kind, keys) -> {
                      Announcement announcement = announcer.announce(bucket, kind, keys);
                      return keys.contains("hidden-key")
                          ? new Showing(announcement, "hidden-key")
                          : announcement;
                    }),
        findings(
            "refused frames are no finding",
            "ZEAL-F502",
            "t6_3_whoSignsWithAnotherSecretIsRefusedAndReported"),
        breakingCopies(
                "the previous secret is forgotten", "t6_4_aSecretIsExchangedWhileInstancesRun")
            .on(
                OnSetting.class,
                (key, value) ->
                    key.equals("zeal.tiered.previous-secret")
                            && value != null
                            && value.length() > 15
                        ? null
                        : value),
        breakingCopies("a short secret is made longer", "t6_5_secretsThatCannotBeRightAreRefused")
            .on(
                OnSetting.class,
                (key, value) -> key.endsWith("secret") && value != null ? value + "0" : value),
        findings("not to sign is no finding", "ZEAL-F501", "t6_6_notToSignIsAFinding"),
        breakingCopies("what nobody sent ends every copy", "t6_7_aForgedMessageEndsNothing")
            .on(
                OnAnnouncer.class,
                (announcer, instance) ->
                    (bucket, kind, keys) -> {
                      Announcement announcement = announcer.announce(bucket, kind, keys);
                      announced.add(Frames.text(announcement.frame()));
                      return announcement;
                    })
            .on(
                OnSubscribe.class,
                (ear, instance) ->
                    ear.hearing(message -> {
                      boolean known = announced.contains(Frames.text(Frames.frame(message)));
                      if (!known && !Frames.isHeartbeat(message)) {
                        ear.gap().run();
                      }
                      ear.handler().accept(message);
                    })),
        breakingCopies("what comes again ends every copy", "t6_8_aRepeatedMessageEndsNothing")
            .on(
                OnSubscribe.class,
                (ear, instance) -> {
                  Set<String> heard = ConcurrentHashMap.newKeySet();
                  return ear.hearing(message -> {
                    if (Frames.isChange(message)
                        && !heard.add(Frames.text(Frames.frame(message)))) {
                      ear.gap().run();
                    }
                    ear.handler().accept(message);
                  });
                }),
        breakingCopies(
                "a heartbeat that comes again is not looked at",
                "t6_9_aRepeatedHeartbeatWithOtherNumbersEndsCopies")
            .on(
                OnSubscribe.class,
                (ear, instance) -> {
                  Set<String> heard = ConcurrentHashMap.newKeySet();
                  return ear.hearing(message -> {
                    if (!Frames.isHeartbeat(message)
                        || heard.add(Frames.text(Frames.frame(message)))) {
                      ear.handler().accept(message);
                    }
                  });
                }));
  }

  private static Breakage findings(String what, String code, String... tests) {
    return breakingCopies(what, tests)
        .on(
            OnBackend.class,
            (tiered, instance) ->
                new ForwardingBackend(tiered) {
                  @Override
                  public List<Finding> inspect() {
                    return super.inspect().stream()
                        .filter(finding -> !finding.code().equals(code))
                        .toList();
                  }
                });
  }

  private static List<Breakage> levels() {
    return List.of(
        breakingCopies(
                "every far level is taken for one that announces",
                "t7_2_aFarLevelThatCannotAnnounceIsRefused")
            .on(
                OnFar.class,
                (far, instance) -> claiming(far, Capability.ANNOUNCE, Capability.PUB_SUB)),
        breakingCopies("it claims to announce", "t7_3_itSaysThatItKeepsCopies")
            .on(OnBackend.class, (tiered, instance) -> claiming(tiered, Capability.ANNOUNCE)),
        breakingCopies(
                "a script on a store that is not open is passed over",
                "t8_1_aScriptOnAStoreThatIsNotOpenIsRefused")
            .on(
                OnBackend.class,
                (tiered, instance) ->
                    BrokenTiered.running(
                        tiered,
                        scripts ->
                            (script, keys, arguments) ->
                                instance.opened.containsAll(script.touchedStores())
                                    ? scripts.run(script, keys, arguments)
                                    : new Scripts.Reply.Nothing())),
        breakingCopies(
                "a script on an open store goes past the copies",
                "t8_2_aScriptEndsTheCopiesOfWhatItTouches",
                "t8_2_aScriptWithoutKeysEndsTheCopiesOfOthers")
            .on(
                OnBackend.class,
                (tiered, instance) ->
                    BrokenTiered.running(
                        tiered,
                        scripts ->
                            (script, keys, arguments) ->
                                instance.opened.containsAll(script.touchedStores())
                                    // Where it is announced, this instance hears of it as well.
                                    ? instance.far().scripts().run(untold(script), keys, arguments)
                                    : scripts.run(script, keys, arguments))),
        breakingCopies(
                "others are not told of what a script changed",
                "t8_2_aScriptWithoutKeysEndsTheCopiesOfOthers")
            .on(
                OnBackend.class,
                (tiered, instance) ->
                    BrokenTiered.running(
                        tiered,
                        scripts ->
                            (script, keys, arguments) ->
                                scripts.run(untold(script), keys, arguments))));
  }

  private static Script untold(Script script) {
    return new Script("#!lua flags=no-writes\n" + script.source(), script.touchedStores());
  }

  private static Backend claiming(Backend backend, Capability... more) {
    return new ForwardingBackend(backend) {
      @Override
      public BackendInfo info() {
        BackendInfo info = super.info();
        Set<Capability> claimed = EnumSet.copyOf(info.capabilities());
        claimed.addAll(List.of(more));
        return new BackendInfo(info.name(), info.scope(), claimed, info.limits());
      }
    };
  }

  private static Breakage rows(String what, OnRows hook, String... tests) {
    return breakingCopies(what, tests).on(OnRows.class, hook);
  }

  private static Breakage reading(
      String what, UnaryOperator<Reading<Object>> change, String... tests) {
    return rows(what, (rows, instance) -> changing(rows, change), tests);
  }

  private static Breakage farReading(
      String what, UnaryOperator<Reading<Object>> change, String... tests) {
    return breakingCopies(what, tests)
        .on(OnFarRows.class, (rows, far, instance) -> changing(rows, change));
  }

  private static Rows<Object> changing(Rows<Object> rows, UnaryOperator<Reading<Object>> change) {
    return new ForwardingRows<>(rows) {
      @Override
      public Optional<Reading<Object>> read(String key, ReadOptions options) {
        return super.read(key, options).map(change);
      }
    };
  }

  /** What is made of a message, by what was heard before. */
  private interface OnMessage {
    byte[] instead(byte[] message, Known known);
  }

  private static Breakage hearing(String what, OnMessage hook, String... tests) {
    return breakingCopies(what, tests)
        .on(
            OnSubscribe.class,
            (ear, instance) -> {
              Known known = new Known();
              return ear.hearing(message ->
                  ear.handler()
                      .accept(
                          Frames.frame(message).length == 0
                              ? message
                              : hook.instead(message, known)));
            });
  }

  /** A store as somebody has it who announces nothing. */
  private static Rows<Object> plain(Rows<Object> rows, Backend far) {
    var spec = rows.spec();
    return far.rows(new StoreSpec<>(spec.name(), spec.schema(), spec.options(), null));
  }

  /** The place in each bucket's numbers. */
  private static final class Known {

    private final Map<Integer, Sequence> last = new ConcurrentHashMap<>();
    private final Set<String> frames = ConcurrentHashMap.newKeySet();

    byte[] remember(byte[] message) {
      Sequence.read(message).forEach(sequence -> last.put(sequence.bucket(), sequence));
      return message;
    }

    /** Whether its frame comes for the first time. */
    boolean isNew(byte[] message) {
      return frames.add(Frames.text(Frames.frame(message)));
    }

    private Sequence last(Sequence sequence) {
      return last.getOrDefault(sequence.bucket(), sequence);
    }

    /** What is heard first is the place, since nothing is known of the time before. */
    Sequence heard(Sequence sequence) {
      return last.computeIfAbsent(sequence.bucket(), bucket -> sequence);
    }

    Sequence next(Sequence sequence) {
      Sequence before = last.get(sequence.bucket());
      return before == null || before.epoch() != sequence.epoch()
          ? sequence
          : new Sequence(sequence.bucket(), sequence.epoch(), before.number() + 1);
    }

    Sequence notHigher(Sequence sequence) {
      return last(sequence).number() < sequence.number() ? next(sequence) : sequence;
    }

    Sequence notLower(Sequence sequence) {
      return last(sequence).number() > sequence.number() ? next(sequence) : sequence;
    }

    Sequence withFirstEpoch(Sequence sequence) {
      return new Sequence(sequence.bucket(), last(sequence).epoch(), sequence.number());
    }
  }

  /** Rows whose {@code get} can answer once more what it answered last. */
  private static class Remembering extends ByWrite {

    private final Map<String, Object> last = new ConcurrentHashMap<>();
    private final Map<String, Object> again = new ConcurrentHashMap<>();

    Remembering(Rows<Object> rows) {
      super(rows);
    }

    final Optional<Reading<Object>> noting(String key, Optional<Reading<Object>> found) {
      found.ifPresent(reading -> last.put(key, reading.value()));
      return found;
    }

    final void again(String key) {
      Object row = last.get(key);
      if (row != null) {
        again(key, row);
      }
    }

    final void again(String key, Object row) {
      again.put(key, row);
    }

    Optional<Object> fetch(String key) {
      Optional<Object> found = super.get(key);
      found.ifPresent(row -> last.put(key, row));
      return found;
    }

    @Override
    public final Optional<Object> get(String key) {
      Object row = again.remove(key);
      return row == null ? fetch(key) : Optional.of(row);
    }
  }

  /** Copies that are one object for all. */
  private static final class OneObject extends ForwardingRows<Object> {

    private final Map<String, Object> objects = new ConcurrentHashMap<>();

    OneObject(Rows<Object> rows) {
      super(rows);
    }

    @Override
    public Optional<Reading<Object>> read(String key, ReadOptions options) {
      return super.read(key, options)
          .map(found ->
              Reading.fresh(objects.computeIfAbsent(key, k -> found.value()), null)
                  .withAge(found.age()));
    }

    @Override
    public Optional<Object> get(String key) {
      return read(key, ReadOptions.defaults()).map(Reading::value);
    }
  }

  /** An announcement that notes what it is told. */
  private record Noting(Announcement real, List<Sequence> trailer) implements Announcement {

    @Override
    public String channel() {
      return real.channel();
    }

    @Override
    public byte[] frame() {
      return real.frame();
    }

    @Override
    public void published(Sequence sequence) {
      trailer.add(sequence);
      real.published(sequence);
    }

    @Override
    public void skipped() {
      real.skipped();
    }

    @Override
    public void failed(ZealException error) {
      real.failed(error);
    }
  }

  /** An announcement whose frame has a text behind it. */
  private record Showing(Announcement real, String text) implements Announcement {

    @Override
    public String channel() {
      return real.channel();
    }

    @Override
    public byte[] frame() {
      byte[] frame = real.frame();
      byte[] shown = text.getBytes(StandardCharsets.UTF_8);
      byte[] both = Arrays.copyOf(frame, frame.length + shown.length);
      System.arraycopy(shown, 0, both, frame.length, shown.length);
      return both;
    }

    @Override
    public void published(Sequence sequence) {
      real.published(sequence);
    }

    @Override
    public void skipped() {
      real.skipped();
    }

    @Override
    public void failed(ZealException error) {
      real.failed(error);
    }
  }
}
