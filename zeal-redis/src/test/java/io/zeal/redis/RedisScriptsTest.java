package io.zeal.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.zeal.BackendUnavailableException;
import io.zeal.InvalidArgumentException;
import io.zeal.Outcome;
import io.zeal.Script;
import io.zeal.Scripts;
import io.zeal.ServerRefusedException;
import io.zeal.ZealException;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.Reply;
import io.zeal.spi.Sequence;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is sent for scripts that touch announced stores; what they do is tested on servers. */
class RedisScriptsTest {

  private static final Names NAMES = new Names("zeal");
  private static final String KEY = "zeal:s:{players:1}:any";
  private static final byte[] COUNT = ByteBuffer.allocate(16).putLong(9).putLong(4).array();

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final FakeLinks links = new FakeLinks();
  private final List<Integer> asked = new ArrayList<>();
  private final List<Object> reports = new ArrayList<>();

  @AfterEach
  void stop() {
    executor.close();
  }

  @Test
  void aServerIsAskedOnceWhetherATextIsAScript() {
    links.node("a:1", words -> isQuestion(words) ? whole(1) : counted(COUNT));
    RedisScripts scripts = single();

    run(scripts, "return 1");
    run(scripts, "return 1");
    assertThat(questions()).hasSize(1);
    run(scripts, "return 2");
    assertThat(questions()).hasSize(2);
    assertThat(reports).hasSize(3).containsOnly(new Sequence(1, 9, 4));
  }

  @Test
  void ofManyTextsThoseThatWereUsedLastAreRemembered() {
    links.node("a:1", words -> isQuestion(words) ? whole(1) : counted(COUNT));
    RedisScripts scripts = single();
    for (int i = 0; i < 300; i++) {
      run(scripts, "return 0");
      run(scripts, "return " + i);
    }
    assertThat(questions()).hasSize(300);
    run(scripts, "return 0");
    run(scripts, "return 299");
    assertThat(questions()).hasSize(300);
    run(scripts, "return 1");
    assertThat(questions()).hasSize(301);
  }

  @Test
  void aTextThatIsNoScriptIsNotSentAndNobodyIsAsked() {
    String words = "ERR Error compiling script (new function): user_script:1: no";
    links.node("a:1", any -> new Reply.Failure(words));
    RedisScripts scripts = single();
    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(ServerRefusedException.class)
          .isThrownBy(() -> run(scripts, "return 1 end"))
          .withMessageContainingAll("user_script:1: no", "nothing was run");
    }
    assertThat(links.asked).hasSize(2).allMatch(RedisScriptsTest::isQuestion);
    assertThat(asked).isEmpty();
  }

  @Test
  void aScriptWhoseQuestionIsLostWasNotSent() {
    links.node("a:1", words -> lost(Outcome.UNKNOWN));
    ZealException error = failing(single(), "return 1");
    assertThat(error.outcome()).contains(Outcome.NOT_SENT);
    assertThat(links.asked).allMatch(RedisScriptsTest::isQuestion);
    assertThat(asked).isEmpty();
  }

  @Test
  void theLineOfAScriptThatSaysSomethingOfItselfIsCounted() {
    links.node("a:1", words -> isQuestion(words) ? whole(1) : counted(COUNT));
    run(single(), "#!lua flags=allow-oom\nreturn 1");
    assertThat(questions().getFirst()).endsWith("0 \nreturn 1");
  }

  /** Lua around it would be no script of that language, so that it cannot run unannounced. */
  @Test
  void aScriptInAnotherLanguageIsNoTextOfLua() {
    links.node("a:1", words -> counted(COUNT));
    run(single(), "#!js\nserver.call()");
    assertThat(questions()).isEmpty();
    assertThat(reports).hasSize(1);
  }

  @Test
  void aScriptWithoutKeysOfAStoreMayHaveChangedAllOfIt() {
    links.node("a:1", words -> isQuestion(words) ? whole(1) : counted(COUNT));
    Script script = Script.of("return 1").touching("players");
    for (List<String> keys :
        List.of(List.<String>of(), List.of("own"), List.of("zeal:s:{players:7}:no bucket"))) {
      asked.clear();
      Scripts.Reply _ = single().run(script, keys, List.of());
      assertThat(asked).as("with %s", keys).containsExactly(0, 1, 2);
    }
  }

  /** A message that nobody sends is not told from a quiet store. */
  @Test
  void onAClusterAScriptWithoutKeysOfAStoreIsRefused() {
    links.node(
        "a:1",
        words ->
            words.equals("CLUSTER SLOTS")
                ? slots()
                : isQuestion(words) ? whole(1) : counted(COUNT));
    RedisScripts scripts = scripts(cluster());
    Script script = Script.of("return 1").touching("players");
    for (List<String> keys : List.of(List.<String>of(), List.of("own"))) {
      assertThatExceptionOfType(InvalidArgumentException.class)
          .isThrownBy(() -> scripts.run(script, keys, List.of()))
          .withMessageContainingAll("[players]", "Nothing was run", "Script.touching");
    }
    assertThat(links.asked).noneMatch(words -> words.contains("EVAL"));
    Scripts.Reply _ =
        scripts.run(
            Script.of("#!lua flags=no-writes\nreturn 1").touching("players"), List.of(), List.of());
    run(scripts, "return 1");
    assertThat(asked).containsExactly(1);
  }

  /** A store of one bucket says where a script without keys runs; two of them may not agree. */
  @Test
  void onAClusterAScriptWithoutKeysRunsWhereAllBucketsAre() {
    links.node(
        "a:1",
        words ->
            words.equals("CLUSTER SLOTS")
                ? slots()
                : isQuestion(words) ? whole(1) : counted(COUNT));
    RedisScripts scripts = scripts(cluster(), store("one", 1), store("other", 1));
    Scripts.Reply _ = scripts.run(Script.of("return 1").touching("one"), List.of(), List.of());
    assertThat(asked).containsExactly(0);
    assertThatExceptionOfType(InvalidArgumentException.class)
        .isThrownBy(
            () -> scripts.run(Script.of("return 1").touching("one", "other"), List.of(), List.of()))
        .withMessageContaining("[one, other]");
    assertThat(asked).hasSize(1);
  }

  private Topology cluster() {
    return new ClusterTopology(
        List.of(new Endpoint.Tcp("a", 1)),
        endpoint -> links.node(endpoint, executor),
        Duration.ofSeconds(30));
  }

  private static Reply slots() {
    Reply node = new Reply.Items(List.of(new Reply.Bytes(Names.bytes("a")), whole(1)));
    return new Reply.Items(List.of(new Reply.Items(List.of(whole(0), whole(16383), node))));
  }

  @Test
  void aScriptThatMayHaveRunIsReportedAsFailedAndUnknown() {
    links.node("a:1", words -> isQuestion(words) ? whole(1) : lost(Outcome.UNKNOWN));
    ZealException error = failing(single(), "return 1");
    assertThat(error.outcome()).contains(Outcome.UNKNOWN);
    assertThat(reports).containsExactly(error);
  }

  @Test
  void aScriptThatWasNotSentIsReportedAsFailedAndNotSent() {
    links.node("a:1", words -> isQuestion(words) ? whole(1) : lost(Outcome.NOT_SENT));
    ZealException error = failing(single(), "return 1");
    assertThat(error.outcome()).contains(Outcome.NOT_SENT);
    assertThat(reports).containsExactly(error);
  }

  @Test
  void aScriptThatCouldNotBeAnnouncedWasNotBegun() {
    Reply refusal = new Reply.Bytes(Names.bytes("WRONGTYPE Operation against a key"));
    links.node("a:1", words -> isQuestion(words) ? whole(1) : new Reply.Items(List.of(refusal)));
    ZealException error = failing(single(), "return 1");
    assertThat(error.outcome()).contains(Outcome.NOT_SENT);
    assertThat(reports).containsExactly(error);
  }

  @Test
  void aScriptWithAnAnswerThatCannotBeReadIsReportedAsUnknown() {
    links.node("a:1", words -> isQuestion(words) ? whole(1) : counted(new byte[3]));
    Throwable thrown = catchThrowable(() -> run(single(), "return 1"));
    assertThat(thrown).isNotNull();
    assertThat(reports).hasSize(1);
    assertThat(reports.getFirst())
        .isInstanceOfSatisfying(
            BackendUnavailableException.class,
            report -> {
              assertThat(report.outcome()).contains(Outcome.UNKNOWN);
              assertThat(report).hasMessageContaining("It may have happened").hasCause(thrown);
            });
  }

  private static boolean isQuestion(String asked) {
    return asked.contains("EVALSHA " + ServerScript.COMPILES.digest() + " ");
  }

  private List<String> questions() {
    return links.asked.stream().filter(RedisScriptsTest::isQuestion).toList();
  }

  private ZealException failing(RedisScripts scripts, String source) {
    Throwable thrown = catchThrowable(() -> run(scripts, source));
    assertThat(thrown).isInstanceOf(ZealException.class);
    return (ZealException) thrown;
  }

  private static void run(RedisScripts scripts, String source) {
    Scripts.Reply _ = scripts.run(Script.of(source).touching("players"), List.of(KEY), List.of());
  }

  private RedisScripts single() {
    return scripts(new SingleTopology(links.node(new Endpoint.Tcp("a", 1), executor)));
  }

  /** With the announced store {@code players} of three buckets. */
  private RedisScripts scripts(Topology topology) {
    return scripts(topology, store("players", 3));
  }

  private RedisScripts scripts(Topology topology, RedisStore... stores) {
    Server server = new Server(topology, executor, Duration.ofSeconds(30));
    Map<String, RedisStore> all =
        Arrays.stream(stores).collect(Collectors.toMap(store -> store.name, store -> store));
    return new RedisScripts(NAMES, server, all, 0);
  }

  private RedisStore store(String name, int buckets) {
    RedisStore store = new RedisStore(NAMES, name, buckets);
    store.announceWith(
        new StepAnnouncer(
            (bucket, kind, keys) -> {
              asked.add(bucket);
              return new NotedAnnouncement(reports);
            },
            "zeal:p:"));
    return store;
  }

  private static Reply whole(long value) {
    return new Reply.Whole(value);
  }

  private static Reply lost(Outcome outcome) {
    return new Reply.Lost(outcome, new LinkException(Kind.UNREACHABLE, "cut", null));
  }

  /** What a script answers that took such a count in each bucket, and nothing itself. */
  private Reply counted(byte[] count) {
    List<Reply> counts = Collections.nCopies(3, new Reply.Bytes(count));
    return new Reply.Items(List.of(new Reply.Items(counts), new Reply.Nil()));
  }
}
