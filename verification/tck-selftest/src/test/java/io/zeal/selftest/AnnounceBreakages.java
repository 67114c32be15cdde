package io.zeal.selftest;

import static io.zeal.selftest.Breakage.breakingAnnouncements;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.Finding;
import io.zeal.Message;
import io.zeal.PubSub;
import io.zeal.ReliablePubSub;
import io.zeal.Script;
import io.zeal.Scripts;
import io.zeal.Stats;
import io.zeal.Subscription;
import io.zeal.ZealException;
import io.zeal.redis.RedisBackendProvider;
import io.zeal.spi.Announcement;
import io.zeal.spi.Announcer;
import io.zeal.spi.Announcer.Kind;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Condition;
import io.zeal.spi.ForwardingBackend;
import io.zeal.spi.ForwardingRows;
import io.zeal.spi.Messaging;
import io.zeal.spi.Rows;
import io.zeal.spi.Sequence;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A breakage for each test about announcements, in their order, around a real server's backend. */
final class AnnounceBreakages {

  private static final Duration LONG_ENOUGH_TO_READ = Duration.ofMillis(3);

  private AnnounceBreakages() {}

  /** What can be broken around a backend. */
  interface OnBackend {
    Backend around(Backend real, BackendContext context, int instance);
  }

  /** What can be broken around a store that is announced. */
  interface OnRows {
    Rows<Object> around(Opened opened);
  }

  /** What can be broken in what an announcer is asked. */
  interface OnAsked {
    Announcement ask(Announcer announcer, int bucket, Kind kind, List<String> keys);
  }

  static List<Breakage> all() {
    List<Breakage> all = new ArrayList<>();
    all.addAll(changes());
    all.addAll(numbers());
    all.addAll(reports());
    all.addAll(currentSequences());
    all.addAll(scripts());
    all.addAll(listening());
    return all;
  }

  private static List<Breakage> changes() {
    return List.of(
        rows(
            "a new time to live is not announced",
            opened ->
                new ByWrite(opened.announced()) {
                  @Override
                  public WriteResult write(Write<Object> write) {
                    return write instanceof Write.Touch && get(write.key()).isPresent()
                        ? opened.plain().write(write)
                        : super.write(write);
                  }
                },
            "n1_1_everyKindOfChangeIsAnnounced"),
        asked(
            "a clear is told as a change of many",
            (announcer, bucket, kind, keys) ->
                announcer.announce(bucket, kind == Kind.CLEAR ? Kind.BULK : kind, keys),
            "n1_2_clearIsAnnouncedForEachBucket",
            "n6_1_aScriptAnnouncesTheBucketsOfItsKeys",
            "n6_1_aScriptWithoutKeysOfTheStoreAnnouncesEveryBucket"),
        asked(
            "of many keys only the first is told",
            (announcer, bucket, kind, keys) ->
                announcer.announce(
                    bucket, kind, kind == Kind.BULK ? List.of(keys.getFirst()) : keys),
            "n1_3_manyWritesAreAnnouncedStepByStep"),
        asked(
            "what was skipped is reported as published",
            (announcer, bucket, kind, keys) ->
                new Reported(announcer.announce(bucket, kind, keys)) {
                  @Override
                  public void skipped() {
                    published(new Sequence(bucket, 0, 1));
                  }
                },
            "n1_4_whatChangesNothingIsNotAnnounced"),
        asked(
            "the announcer is asked by another thread",
            (announcer, bucket, kind, keys) ->
                CompletableFuture.supplyAsync(() -> announcer.announce(bucket, kind, keys)).join(),
            "n1_5_theAnnouncerIsAskedOnceForEachStepByTheCaller"),
        breakingAnnouncements(
                "a store that was announced once is from then on",
                "n1_6_aStoreWithoutAnAnnouncerAnnouncesNothing")
            .on(OnBackend.class, (real, context, instance) -> new Forever(real)),
        breakingAnnouncements(
                "announcers are taken unclaimed", "n1_7_withoutTheCapabilityAnAnnouncerIsRefused")
            .on(OnBackend.class, (real, context, instance) -> withoutClaim(real)));
  }

  private static Backend withoutClaim(Backend real) {
    return new ForwardingBackend(real) {
      @Override
      public BackendInfo info() {
        BackendInfo info = delegate().info();
        Set<Capability> claimed = EnumSet.copyOf(info.capabilities());
        claimed.remove(Capability.ANNOUNCE);
        return new BackendInfo(info.name(), info.scope(), claimed, info.limits());
      }
    };
  }

  private static List<Breakage> numbers() {
    return List.of(
        asked(
            "from the twentieth on the next number is reported",
            (announcer, bucket, kind, keys) ->
                told(
                    announcer.announce(bucket, kind, keys),
                    sequence ->
                        sequence.number() < 20
                            ? sequence
                            : new Sequence(bucket, sequence.epoch(), sequence.number() + 1)),
            "n2_1_numbersGoUpByOne"),
        breakingAnnouncements(
                "what a second instance writes is not announced",
                "n2_2_writersOfSeveralInstancesShareTheNumbers")
            .on(
                OnBackend.class,
                (real, context, instance) ->
                    instance == 1 ? real : new Around(real, Opened::plain)),
        rows(
            "a row is announced before it is changed",
            opened ->
                new ByWrite(opened.announced()) {
                  @Override
                  public WriteResult write(Write<Object> write) {
                    Object before = get(write.key()).orElse(null);
                    if (!(write instanceof Write.Put<Object> put
                        && write.condition() instanceof Condition.Always
                        && before != null)) {
                      return super.write(write);
                    }
                    var _ =
                        super.write(
                            new Write.Put<>(put.key(), before, put.ttlMillis(), put.condition()));
                    BrokenRows.pause(LONG_ENOUGH_TO_READ);
                    return opened.plain().write(write);
                  }
                },
            "n2_3_whoHearsOfAChangeSeesIt"),
        rows(
            "a clear begins a new epoch",
            opened -> {
              Set<String> cleared = ConcurrentHashMap.newKeySet();
              return new ForwardingRows<>(
                  opened.asked((announcer, bucket, kind, keys) ->
                      told(
                          announcer.announce(bucket, kind, keys),
                          sequence ->
                              cleared.isEmpty()
                                  ? sequence
                                  : new Sequence(bucket, ~sequence.epoch(), sequence.number())))) {
                @Override
                public void clear() {
                  super.clear();
                  cleared.add("once");
                }
              };
            },
            "n2_4_numbersGoOnAfterClear"),
        breakingAnnouncements(
                "a second instance has buckets of its own", "n5_1_bucketsAreTheSameForEveryone")
            .on(
                OnBackend.class,
                (real, context, instance) -> instance == 1 ? real : new OtherBuckets(real)));
  }

  private static List<Breakage> listening() {
    return List.of(
        listening(
            "every hundredth message is not listened to",
            "n7_1_whatIsListenedToIsHeardOnceInOrderAndOneAtATime",
            (real, channel, onGap, listener) -> {
              AtomicInteger count = new AtomicInteger();
              return real.listen(
                  channel,
                  onGap,
                  message -> {
                    if (count.incrementAndGet() % 100 != 0) {
                      listener.accept(message);
                    }
                  });
            }),
        listening(
            "a message is listened to after the next of its publisher",
            "n7_1_whatIsListenedToIsHeardOnceInOrderAndOneAtATime",
            (real, channel, onGap, listener) -> {
              AtomicReference<Message> kept = new AtomicReference<>();
              return real.listen(
                  channel,
                  onGap,
                  message -> {
                    if (message.text().equals("a10")) {
                      kept.set(message);
                      return;
                    }
                    listener.accept(message);
                    if (message.text().equals("a11")) {
                      listener.accept(kept.get());
                    }
                  });
            }),
        listening(
            "each message is listened to in a thread of its own",
            "n7_1_whatIsListenedToIsHeardOnceInOrderAndOneAtATime",
            (real, channel, onGap, listener) ->
                real.listen(
                    channel,
                    onGap,
                    message -> {
                      if (message.text().matches("[abc]\\d+")) {
                        var _ = Thread.startVirtualThread(() -> listener.accept(message));
                      } else {
                        listener.accept(message);
                      }
                    })),
        listening(
            "a listener that throws has ended",
            "n7_2_aListenerThatThrowsGoesOnHearing",
            (real, channel, onGap, listener) -> {
              AtomicBoolean failed = new AtomicBoolean();
              return real.listen(
                  channel,
                  onGap,
                  message -> {
                    if (!failed.get()) {
                      failed.set(true);
                      listener.accept(message);
                      failed.set(false);
                    }
                  });
            }),
        listening(
            "who is closed goes on listening",
            "n7_3_nothingIsHeardAfterTheEnd",
            (real, channel, onGap, listener) ->
                new OpenForEver(real.listen(channel, onGap, listener))));
  }

  /** How a broken backend listens. */
  interface Listening {
    Subscription listen(
        Messaging real, String channel, Runnable onGap, Consumer<? super Message> listener);
  }

  private static Breakage listening(String what, String test, Listening listening) {
    return breakingAnnouncements(what, test)
        .on(
            OnBackend.class,
            (real, context, instance) ->
                new ForwardingBackend(real) {
                  @Override
                  public Messaging messaging() {
                    return new Listener(super.messaging(), listening);
                  }
                });
  }

  private record OpenForEver(Subscription real) implements Subscription {
    @Override
    public boolean isActive() {
      return real.isActive();
    }

    @Override
    public Map<String, Long> numbers() {
      return real.numbers();
    }

    @Override
    public void close() {}
  }

  private record Listener(Messaging real, Listening listening) implements Messaging {
    @Override
    public PubSub pubSub() {
      return real.pubSub();
    }

    @Override
    public Subscription listen(String channel, Runnable onGap, Consumer<? super Message> listener) {
      return listening.listen(real, channel, onGap, listener);
    }

    @Override
    public ReliablePubSub reliablePubSub() {
      return real.reliablePubSub();
    }

    @Override
    public Stats stats() {
      return real.stats();
    }

    @Override
    public List<Finding> inspect() {
      return real.inspect();
    }

    @Override
    public void close() {
      real.close();
    }
  }

  private static List<Breakage> reports() {
    return List.of(
        asked(
            "a step of many writes is reported twice",
            (announcer, bucket, kind, keys) ->
                new Reported(announcer.announce(bucket, kind, keys)) {
                  @Override
                  public void published(Sequence sequence) {
                    super.published(sequence);
                    if (kind == Kind.BULK) {
                      super.published(sequence);
                    }
                  }
                },
            "n3_1_eachStepIsReportedOnceBeforeTheCallReturns"),
        asked(
            "an increment that fails is reported as skipped",
            (announcer, bucket, kind, keys) ->
                new Reported(announcer.announce(bucket, kind, keys)) {
                  @Override
                  public void failed(ZealException error) {
                    if (kind == Kind.INCREMENT) {
                      skipped();
                    } else {
                      super.failed(error);
                    }
                  }
                },
            "n3_2_aStepThatFailsIsReportedWithItsError"));
  }

  private static List<Breakage> currentSequences() {
    return List.of(
        announcing(
            "the last bucket is left out once it has a number",
            (opened, announcement) ->
                opened
                    .announced()
                    .announce(
                        new Reported(announcement) {
                          @Override
                          public void published(Sequence sequence) {
                            if (sequence.bucket() < 2 || sequence.number() == 0) {
                              super.published(sequence);
                            }
                          }
                        }),
            "n4_1_theCurrentSequencesOfAllBucketsArePublished"),
        announcing(
            "an unused bucket begins at one",
            (opened, announcement) ->
                opened
                    .announced()
                    .announce(
                        told(
                            announcement,
                            sequence ->
                                new Sequence(
                                    sequence.bucket(),
                                    sequence.epoch(),
                                    Math.max(1, sequence.number())))),
            "n4_2_aBucketThatWasNeverAnnouncedBeginsAtZero"),
        announcing(
            "from the twentieth on the sequences are ahead of what was sent",
            AnnounceBreakages::announceAhead,
            "n4_3_whoHearsTheSequencesWasSentAllBefore"));
  }

  private static void announceAhead(Opened opened, Announcement announcement) {
    List<Sequence> sequences = new ArrayList<>();
    opened
        .announced()
        .announce(
            new Reported(announcement) {
              @Override
              public String channel() {
                return super.channel() + "-aside";
              }

              @Override
              public void published(Sequence sequence) {
                super.published(sequence);
                sequences.add(
                    new Sequence(
                        sequence.bucket(),
                        sequence.epoch(),
                        sequence.number() + (sequence.number() < 20 ? 0 : 1)));
              }
            });
    var _ =
        opened
            .real()
            .messaging()
            .pubSub()
            .publish(announcement.channel(), Sequence.append(announcement.frame(), sequences));
  }

  private static List<Breakage> scripts() {
    return List.of(
        aside(
            "a script that comes to its end is not announced",
            script -> !script.source().contains("error"),
            "n6_1_aScriptAnnouncesTheBucketsOfItsKeys",
            "n6_1_aScriptWithKeysOfTwoBucketsCountsInEach",
            "n6_1_aScriptWithoutKeysOfTheStoreAnnouncesEveryBucket"),
        breakingAnnouncements(
                "a script without keys of a store is taken for one that does not touch it",
                "n6_1_aScriptWithoutKeysOfTheStoreAnnouncesEveryBucket")
            .on(
                OnBackend.class,
                (real, context, instance) ->
                    new ForwardingBackend(real) {
                      @Override
                      public Scripts scripts() {
                        return (script, keys, arguments) ->
                            delegate().scripts().run(ofItsKeys(script, keys), keys, arguments);
                      }
                    }),
        rows(
            "of the buckets of a script the second is told with the number of the first",
            opened -> {
              AtomicReference<Sequence> first = new AtomicReference<>();
              return opened.asked((announcer, bucket, kind, keys) ->
                  told(
                      announcer.announce(bucket, kind, keys),
                      sequence -> {
                        Sequence before = kind == Kind.CLEAR ? first.getAndSet(sequence) : null;
                        return before == null
                            ? sequence
                            : new Sequence(bucket, sequence.epoch(), before.number());
                      }));
            },
            "n6_1_aScriptWithKeysOfTwoBucketsCountsInEach"),
        breakingAnnouncements(
                "what a script says of itself is not read",
                "n6_1_aScriptThatCannotWriteAnnouncesNothing")
            .on(
                OnBackend.class,
                (real, context, instance) ->
                    new ForwardingBackend(real) {
                      @Override
                      public Scripts scripts() {
                        return (script, keys, arguments) ->
                            delegate().scripts().run(writing(script), keys, arguments);
                      }
                    }),
        aside(
            "a script that fails midway is not announced",
            script -> script.source().contains("error") && script.source().contains("DEL"),
            "n6_2_aScriptThatFailsMidwayAnnounces"),
        asked(
            "an error within the answer of a script is reported as published",
            (announcer, bucket, kind, keys) ->
                new Reported(announcer.announce(bucket, kind, keys)) {
                  @Override
                  public void failed(ZealException error) {
                    if (String.valueOf(error.getMessage()).contains("LOADING as the kit says")) {
                      published(new Sequence(bucket, 0, 1));
                    } else {
                      super.failed(error);
                    }
                  }
                },
            "n6_3_aScriptAnswersAsWithoutAnAnnouncer"),
        breakingAnnouncements(
                "a text may end the function that it stands in",
                "n6_3_aTextThatIsNoScriptByItselfIsRefusedInItsOwnWords")
            .on(
                OnBackend.class,
                (real, context, instance) ->
                    new ForwardingBackend(real) {
                      @Override
                      public Scripts scripts() {
                        return (script, keys, arguments) ->
                            delegate().scripts().run(standingIn(script), keys, arguments);
                      }
                    }),
        breakingAnnouncements(
                "a script that touches a store answers nothing as text",
                "n6_3_aScriptAnswersAsWithoutAnAnnouncer")
            .on(
                OnBackend.class,
                (real, context, instance) ->
                    new ForwardingBackend(real) {
                      @Override
                      public Scripts scripts() {
                        return (script, keys, arguments) -> {
                          Scripts.Reply reply = delegate().scripts().run(script, keys, arguments);
                          return reply instanceof Scripts.Reply.Nothing
                                  && !script.touchedStores().isEmpty()
                              ? new Scripts.Reply.TextValue("")
                              : reply;
                        };
                      }
                    }));
  }

  private static Script writing(Script script) {
    if (script.touchedStores().isEmpty()) {
      return script;
    }
    return Script.of(script.source().replace("#!lua flags=no-writes\n", ""))
        .touching(script.touchedStores().toArray(String[]::new));
  }

  private static Script ofItsKeys(Script script, List<String> keys) {
    return new Script(
        script.source(),
        script.touchedStores().stream()
            .filter(store -> keys.stream().anyMatch(key -> key.contains(store)))
            .collect(Collectors.toSet()));
  }

  private static Script standingIn(Script script) {
    return script.touchedStores().isEmpty() || !script.source().startsWith("return 1 end ")
        ? script
        : Script.of("local function stands() " + script.source() + "\nend")
            .touching(script.touchedStores().toArray(String[]::new));
  }

  /** Some scripts are run by a backend that knows of no announcer. */
  private static Breakage aside(String what, Predicate<Script> which, String... tests) {
    return breakingAnnouncements(what, tests)
        .on(
            OnBackend.class,
            (real, context, instance) -> {
              Backend aside = new RedisBackendProvider().open(context);
              return new ForwardingBackend(real) {
                @Override
                public Scripts scripts() {
                  return (script, keys, arguments) ->
                      (which.test(script) ? aside : delegate())
                          .scripts()
                          .run(script, keys, arguments);
                }

                @Override
                public void close() {
                  aside.close();
                  super.close();
                }
              };
            });
  }

  private static Breakage rows(String what, OnRows hook, String... tests) {
    return breakingAnnouncements(what, tests)
        .on(OnBackend.class, (real, context, instance) -> new Around(real, hook));
  }

  private static Breakage asked(String what, OnAsked hook, String... tests) {
    return rows(what, opened -> opened.asked(hook), tests);
  }

  /** What can be broken in {@code Rows.announce}. */
  interface OnAnnounce {
    void announce(Opened opened, Announcement announcement);
  }

  private static Breakage announcing(String what, OnAnnounce hook, String... tests) {
    return rows(
        what,
        opened ->
            new ForwardingRows<>(opened.announced()) {
              @Override
              public void announce(Announcement announcement) {
                hook.announce(opened, announcement);
              }
            },
        tests);
  }

  private static Announcement told(
      Announcement announcement, Function<Sequence, Sequence> instead) {
    return new Reported(announcement) {
      @Override
      public void published(Sequence sequence) {
        super.published(instead.apply(sequence));
      }
    };
  }

  /** A store that is being opened with an announcer. */
  record Opened(Backend real, StoreSpec<Object> spec) {

    Rows<Object> announced() {
      return real.rows(spec);
    }

    Rows<Object> plain() {
      return real.rows(new StoreSpec<>(spec.name(), spec.schema(), spec.options(), null));
    }

    /** Announced, by way of {@code hook}. */
    Rows<Object> asked(OnAsked hook) {
      Announcer announcer = Objects.requireNonNull(spec.announcer());
      return real.rows(
          spec.withAnnouncer((bucket, kind, keys) -> hook.ask(announcer, bucket, kind, keys)));
    }
  }

  /** A backend whose announced stores pass a hook. */
  private static final class Around extends ForwardingBackend {

    private final OnRows hook;

    Around(Backend real, OnRows hook) {
      super(real);
      this.hook = hook;
    }

    @Override
    @SuppressWarnings("unchecked") // a row is only handed on
    public <R> Rows<R> rows(StoreSpec<R> spec) {
      return spec.announcer() == null
          ? delegate().rows(spec)
          : (Rows<R>) hook.around(new Opened(delegate(), (StoreSpec<Object>) spec));
    }
  }

  /** A backend that keeps the announcer of each store. */
  private static final class Forever extends ForwardingBackend {

    private final Map<String, Announcer> announcers = new ConcurrentHashMap<>();

    Forever(Backend real) {
      super(real);
    }

    @Override
    public <R> Rows<R> rows(StoreSpec<R> spec) {
      if (spec.announcer() != null) {
        announcers.put(spec.name(), spec.announcer());
      }
      Announcer announcer = announcers.get(spec.name());
      return delegate().rows(announcer == null ? spec : spec.withAnnouncer(announcer));
    }
  }

  private static final class OtherBuckets extends ForwardingBackend {

    OtherBuckets(Backend real) {
      super(real);
    }

    @Override
    public <R> Rows<R> rows(StoreSpec<R> spec) {
      return new ForwardingRows<>(delegate().rows(spec)) {
        @Override
        public int bucketOf(String key) {
          return (delegate().bucketOf(key) + 1) % buckets();
        }
      };
    }
  }

  /** Passes everything on; breakages override a report. */
  private static class Reported implements Announcement {

    private final Announcement announcement;

    Reported(Announcement announcement) {
      this.announcement = announcement;
    }

    @Override
    public String channel() {
      return announcement.channel();
    }

    @Override
    public byte[] frame() {
      return announcement.frame();
    }

    @Override
    public void published(Sequence sequence) {
      announcement.published(sequence);
    }

    @Override
    public void skipped() {
      announcement.skipped();
    }

    @Override
    public void failed(ZealException error) {
      announcement.failed(error);
    }
  }
}
