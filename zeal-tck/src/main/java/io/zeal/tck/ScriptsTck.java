package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Capability;
import io.zeal.Counter;
import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.Outcome;
import io.zeal.Script;
import io.zeal.Scripts;
import io.zeal.Scripts.Reply;
import io.zeal.Scripts.Reply.Items;
import io.zeal.Scripts.Reply.LongValue;
import io.zeal.Scripts.Reply.Nothing;
import io.zeal.Scripts.Reply.TextValue;
import io.zeal.ServerRefusedException;
import io.zeal.Store;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.Zeal;
import io.zeal.ZealClosedException;
import io.zeal.ZealException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * Scripts: {@code docs/contract/scripts.md}. For servers that run Lua as Redis does; on a backend
 * without scripts it proves that they are refused, and skips the rest.
 */
public abstract class ScriptsTck extends BackendTck {

  private static final String GET = "return redis.call('GET', KEYS[1])";
  private static final String SET = "redis.call('SET', KEYS[1], ARGV[1])";
  private static final String INCR = "return redis.call('INCR', KEYS[1])";

  /** A key decides which node of a cluster answers; this many, and every node was asked. */
  private static final int NODES = 64;

  /** For a subclass in the backend's tests. */
  protected ScriptsTck() {}

  private Scripts scripts() {
    requires(Capability.SCRIPTS);
    return zeal().scripts();
  }

  private Reply run(String source, List<String> keys, String... arguments) {
    return scripts().run(Script.of(source), keys, List.of(arguments));
  }

  private Reply answer(String source, String... arguments) {
    return run(source, List.of(freshName()), arguments);
  }

  // X1: in one piece, at most once

  @Test
  void x1_1_nothingComesBetweenTheStepsOfAScript() {
    Scripts scripts = scripts();
    Script add =
        Script.of(
            "local sum = (redis.call('GET', KEYS[1]) or 0) + ARGV[1] "
                + "redis.call('SET', KEYS[1], sum) return sum");
    List<String> key = List.of(freshName());
    new Race("X1.1")
        .run(
            8,
            number -> {
              for (int i = 0; i < 50; i++) {
                scripts.run(add, key, List.of("3"));
              }
            })
        .start();
    assertThat(run(GET, key))
        .as("X1.1 the sum of 400 times 3, read and then set by scripts of 8 threads")
        .isEqualTo(new TextValue("1200"));
  }

  @Test
  void x1_3_anErrorOfTheScriptDoesNotRunItAgain() {
    requires(Capability.SCRIPTS);
    for (String code :
        List.of(
            "ERR",
            "BUSY",
            "TRYAGAIN",
            "LOADING",
            "MASTERDOWN",
            "CLUSTERDOWN",
            "READONLY",
            "NOSCRIPT",
            "MOVED",
            "ASK")) {
      List<String> key = List.of(freshName());
      refused(
          "X1.3 a script that answers " + code,
          ZealException.class,
          () ->
              run(
                  "redis.call('INCR', KEYS[1]) return redis.error_reply(ARGV[1])",
                  key,
                  code + " says the script"));
      assertThat(run(GET, key))
          .as("X1.3 how many times a script ran that answered %s", code)
          .isEqualTo(new TextValue("1"));
    }
  }

  @Test
  void x1_4_withoutTheCapabilityScriptsAreRefused() {
    if (can(Capability.SCRIPTS)) {
      assertThat(answer("return 1")).as("X1.4 a script, claimed").isEqualTo(new LongValue(1));
    } else {
      assertThat(
              refused(
                      "X1.4 scripts(), not claimed",
                      UnsupportedCapabilityException.class,
                      () -> zeal().scripts())
                  .capability())
          .as("X1.4 capability() of that error")
          .isEqualTo(Capability.SCRIPTS);
    }
  }

  // X2: what goes in

  @Test
  void x2_1_keysAndArgumentsArriveAsTheyAre() {
    String tag = "{" + freshName() + "}";
    List<String> keys = Texts.VALUES.stream().map(text -> tag + text).toList();
    assertThat(
            run("return {KEYS, ARGV, '日本語 \"quoted\"'}", keys, Texts.VALUES.toArray(String[]::new)))
        .as("X2.1 keys, arguments and a text of the source, as the script sees them")
        .isEqualTo(
            new Items(List.of(texts(keys), texts(Texts.VALUES), new TextValue("日本語 \"quoted\""))));
  }

  private static Items texts(List<String> texts) {
    return new Items(texts.stream().map(text -> (Reply) new TextValue(text)).toList());
  }

  @Test
  void x2_2_everyInstanceMeansTheSameKeys() {
    List<String> key = List.of(freshName());
    run(SET, key, "here");
    assertThat(openAnother().scripts().run(Script.of(GET), key, List.of()))
        .as("X2.2 in another instance, the value under a key that was set in the first")
        .isEqualTo(new TextValue("here"));
  }

  @Test
  @SuppressWarnings("NullAway") // null is what this is about
  void x2_3_nullIsRefused() {
    Scripts scripts = scripts();
    Script script = Script.of(INCR);
    String key = freshName();
    List<String> none = Collections.singletonList(null);
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("no script", () -> scripts.run(null, List.of(key), List.of()));
    calls.put("no keys", () -> scripts.run(script, null, List.of()));
    calls.put("a null key", () -> scripts.run(script, Arrays.asList(key, null), List.of()));
    calls.put("no arguments", () -> scripts.run(script, List.of(key), null));
    calls.put("a null argument", () -> scripts.run(script, List.of(key), none));
    calls.forEach((call, action) -> refused("X2.3 " + call, NullPointerException.class, action));
    assertThat(run(GET, List.of(key)))
        .as("X2.3 what a script with null has changed")
        .isEqualTo(new Nothing());
  }

  @Test
  void x2_4_textThatIsNotWellFormedIsRefused() {
    Scripts scripts = scripts();
    Script script = Script.of(INCR);
    String key = freshName();
    String lone = "a\ud800";
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put(
        "a source", () -> scripts.run(Script.of(INCR + " --" + lone), List.of(key), List.of()));
    calls.put("a key", () -> scripts.run(script, List.of("{" + key + "}" + lone), List.of()));
    calls.put("an argument", () -> scripts.run(script, List.of(key), List.of("b", lone)));
    calls.forEach((call, action) ->
        refused(
            "X2.4 " + call + " with a lone surrogate",
            InvalidArgumentException.class,
            ErrorCode.INVALID_ARGUMENT,
            action));
    for (String name : List.of(key, "{" + key + "}a?")) {
      assertThat(run(GET, List.of(name)))
          .as("X2.4 what such a script has changed under %s", name)
          .isEqualTo(new Nothing());
    }
  }

  // X4: what comes out

  @Test
  void x4_1_nothingIsNothing() {
    for (String source : List.of("return nil", "return false", "", GET)) {
      assertThat(answer(source)).as("X4.1 the answer of '%s'", source).isEqualTo(new Nothing());
    }
  }

  @Test
  void x4_2_numbersAreExactAsFarAsTheServersAreAndLargerOnesAsText() {
    long limit = 1L << 53;
    for (long number : new long[] {0, 1, -1, limit - 1, limit, -limit}) {
      assertThat(answer("return tonumber(ARGV[1])", Long.toString(number)))
          .as("X4.2 %s as a number", number)
          .isEqualTo(new LongValue(number));
    }
    for (long number : new long[] {limit + 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertThat(answer(SET + " " + GET, Long.toString(number)))
          .as("X4.2 %s as text", number)
          .isEqualTo(new TextValue(Long.toString(number)));
    }
  }

  @Test
  void x4_3_textIsText() {
    for (String text : Texts.VALUES) {
      assertThat(answer("return ARGV[1]", text))
          .as("X4.3 the text %s", Texts.show(text))
          .isEqualTo(new TextValue(text));
    }
    assertThat(answer("return redis.status_reply('FINE')"))
        .as("X4.3 a status")
        .isEqualTo(new TextValue("FINE"));
    assertThat(answer("return 'a\\255b'"))
        .as("X4.3 a byte that is no UTF-8")
        .isEqualTo(new TextValue("a\ufffdb"));
  }

  @Test
  void x4_4_listsKeepTheirForm() {
    assertThat(answer("return {1, 'a', false, {}, {{'b'}, 2}, 3}"))
        .as("X4.4 a list of lists")
        .isEqualTo(
            new Items(
                List.of(
                    new LongValue(1),
                    new TextValue("a"),
                    new Nothing(),
                    new Items(List.of()),
                    new Items(List.of(new Items(List.of(new TextValue("b"))), new LongValue(2))),
                    new LongValue(3))));
  }

  @Test
  void x4_5_anErrorAmongTheItemsIsAnErrorOfTheScript() {
    requires(Capability.SCRIPTS);
    for (String source :
        List.of("return {1, redis.error_reply(ARGV[1])}", "return {{{err = ARGV[1]}}}")) {
      assertThat(
              refused(
                  "X4.5 the answer of '" + source + "'",
                  ServerRefusedException.class,
                  () -> answer(source, "ITEM spoilt")))
          .as("X4.5 the error of '%s'", source)
          .hasMessageContaining("ITEM spoilt");
    }
  }

  // X5: a script that fails

  @Test
  void x5_1_aScriptThatFailsIsRefusedInTheServersWords() {
    requires(Capability.SCRIPTS);
    Map<String, String> words = new LinkedHashMap<>();
    words.put("this is no Lua", "compiling script");
    words.put("return 1 + {}", "arithmetic");
    words.put("error('stop here')", "stop here");
    words.put("return redis.error_reply('MINE not today')", "MINE not today");
    words.put(
        "return redis.error_reply('NOPERM no permissions to publish on Sundays')", "on Sundays");
    words.put("return redis.call('NOSUCHCOMMAND')", "Unknown");
    words.forEach((source, expected) -> {
      ServerRefusedException error =
          refused("X5.1 '" + source + "'", ServerRefusedException.class, () -> answer(source));
      assertThat(error.getMessage())
          .as("X5.1 the message of '%s'", source)
          .containsIgnoringCase(expected);
      assertThat(error.outcome()).as("X5.1 the outcome of '%s'", source).contains(Outcome.UNKNOWN);
    });
  }

  @Test
  void x5_2_whatItChangedBeforeItFailedStays() {
    requires(Capability.SCRIPTS);
    List<String> key = List.of(freshName());
    refused(
        "X5.2 a list command on a text",
        ServerRefusedException.class,
        () -> run(SET + " return redis.call('LPUSH', KEYS[1], 'b')", key, "a"));
    assertThat(run(GET, key))
        .as("X5.2 what the script had set before it failed")
        .isEqualTo(new TextValue("a"));
  }

  // X6: keys of Zeal's own

  @Test
  void x6_1_keysOfAStoreThatIsNotTouchedAreRefused() {
    Scripts scripts = scripts();
    Store<Player> store = zeal().store(freshName() + "-store", Player.SCHEMA, options());
    Player alice = new Player("alice", 1);
    store.put("k", alice);
    Script remove = Script.of("return redis.call('DEL', KEYS[1])");
    for (String key : keysWith(store.name())) {
      for (Script script : List.of(remove, remove.touching("k", store.name() + "2"))) {
        refused(
            "X6.1 the key " + key + " for a script that touches " + script.touchedStores(),
            InvalidArgumentException.class,
            ErrorCode.INVALID_ARGUMENT,
            () -> scripts.run(script, List.of(key), List.of()));
      }
    }
    assertThat(store.get("k")).as("X6.1 the row after refusals").contains(alice);
  }

  @Test
  void x6_2_whatAScriptDidToAStoreThatItTouchesIsReadNext() {
    requires(Capability.SCRIPTS);
    Store<Player> store = players();
    String row = freshName() + "-row";
    store.put(row, new Player("alice", 1));
    assertThat(store.get(row)).as("X6.2 the row before the script").isPresent();
    String other = players().name();
    Script remove = Script.of("return redis.call('DEL', KEYS[1])");
    for (String key : keysWith(row)) {
      assertThat(runTouching(store.name(), other, remove, key))
          .as("X6.2 the answer of a script that removes the row's key %s", key)
          .isEqualTo(new LongValue(1));
    }
    assertThat(store.get(row)).as("X6.2 the row after the script").isEmpty();
  }

  /** With the other store, unless that is refused because no key of it is given. */
  private Reply runTouching(String store, String other, Script script, String key) {
    try {
      return scripts().run(script.touching(other, store), List.of(key), List.of());
    } catch (InvalidArgumentException e) {
      return scripts().run(script.touching(store), List.of(key), List.of());
    }
  }

  @Test
  void x6_3_keysOfACounterAreRefused() {
    requires(Capability.COUNTERS);
    Scripts scripts = scripts();
    Counter counter = zeal().counter(freshName() + "-counter");
    counter.set(7);
    for (String key : keysWith(counter.name())) {
      for (Script script : List.of(Script.of(INCR), Script.of(INCR).touching(counter.name()))) {
        refused(
            "X6.3 the key " + key + " for a script that touches " + script.touchedStores(),
            InvalidArgumentException.class,
            ErrorCode.INVALID_ARGUMENT,
            () -> scripts.run(script, List.of(key), List.of()));
      }
    }
    assertThat(counter.get()).as("X6.3 the counter after refusals").isEqualTo(7);
  }

  /** Keys on one of the server's nodes that have {@code name}, as it is, in their names. */
  private List<String> keysWith(String name) {
    String source = "return redis.call('KEYS', '*' .. ARGV[1] .. '*')";
    for (int i = 0; i < NODES; i++) {
      if (answer(source, name) instanceof Items(List<Reply> keys) && !keys.isEmpty()) {
        return keys.stream().map(key -> ((TextValue) key).value()).toList();
      }
    }
    throw new AssertionError("X6 expected to find a key on the server that has " + name);
  }

  // X7: many servers

  @Test
  void x7_1_keysOfSeveralSlotsRunTogetherOrNotAtAll() {
    List<String> keys = IntStream.range(0, 8).mapToObj(i -> freshName()).toList();
    Reply each = new TextValue("set");
    try {
      run("for _, key in ipairs(KEYS) do redis.call('SET', key, ARGV[1]) end", keys, "set");
    } catch (InvalidArgumentException e) {
      each = new Nothing();
    }
    for (String key : keys) {
      assertThat(run(GET, List.of(key)))
          .as("X7.1 the value of one of eight keys, by whether the script was refused")
          .isEqualTo(each);
    }
  }

  @Test
  void x7_2_keysOfOneHashTagRunTogether() {
    String tag = "{" + freshName() + "}";
    assertThat(
            run(
                "redis.call('MSET', KEYS[1], ARGV[1], KEYS[2], ARGV[2]) "
                    + "return redis.call('MGET', KEYS[2], KEYS[1])",
                List.of(tag + "a", "b" + tag),
                "1",
                "2"))
        .as("X7.2 two keys with one hash tag")
        .isEqualTo(texts(List.of("2", "1")));
  }

  // X8: closing

  @Test
  void x8_1_everyCallAfterCloseIsRefused() {
    Scripts scripts = scripts();
    Zeal zeal = zeal();
    zeal.close();
    List<ThrowingCallable> calls =
        new ArrayList<>(
            List.of(
                zeal::scripts,
                () -> scripts.run(Script.of("return 1"), List.of(), List.of()),
                () -> scripts.run(Script.of("return 1"), List.of("a", "b"), List.of("c")),
                () -> scripts.run(Script.of("\ud800"), List.of("\ud800"), List.of())));
    for (int i = 0; i < calls.size(); i++) {
      refused(
          "X8.1 call " + i + " after close",
          ZealClosedException.class,
          ErrorCode.CLOSED,
          calls.get(i));
    }
  }
}
