package io.zeal.selftest;

import static io.zeal.selftest.Breakage.breaking;
import static io.zeal.selftest.BrokenRows.pause;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.Outcome;
import io.zeal.Script;
import io.zeal.Scripts.Reply;
import io.zeal.Scripts.Reply.Items;
import io.zeal.Scripts.Reply.LongValue;
import io.zeal.Scripts.Reply.Nothing;
import io.zeal.Scripts.Reply.TextValue;
import io.zeal.ServerRefusedException;
import io.zeal.ZealClosedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** A breakage for each test about scripts, in their order, in front of a real server. */
final class ScriptBreakages {

  private static final Script GET = Script.of("return redis.call('GET', KEYS[1])");
  private static final Script SET = Script.of("redis.call('SET', KEYS[1], ARGV[1])");
  private static final Script DELETE = Script.of("redis.call('DEL', KEYS[1])");

  private ScriptBreakages() {}

  static List<Breakage> all() {
    List<Breakage> all = new ArrayList<>();
    all.addAll(runs());
    all.addAll(inputs());
    all.addAll(answers());
    all.addAll(keys());
    all.forEach(Breakage::onServer);
    return all;
  }

  /** {@code breakage}, on a server that claims no scripts. */
  static Breakage claimingNone(Breakage breakage) {
    return breakage
        .onServer()
        .onCall(
            "Zeal.info",
            call -> {
              BackendInfo info = (BackendInfo) call.proceed();
              Set<Capability> claimed = EnumSet.copyOf(info.capabilities());
              claimed.remove(Capability.SCRIPTS);
              return new BackendInfo(info.name(), info.scope(), claimed, info.limits());
            });
  }

  private static List<Breakage> runs() {
    return List.of(
        breaking(
                "a script that reads and sets is run in two halves",
                "x1_1_nothingComesBetweenTheStepsOfAScript")
            .onCall(
                "Scripts.run",
                call -> {
                  if (call.args[0] == null || !source(call).contains("+ ARGV[1]")) {
                    return call.proceed();
                  }
                  long sum = Long.parseLong(arguments(call).getFirst());
                  if (call.proceed(GET, keys(call), List.of())
                      instanceof TextValue(String before)) {
                    sum += Long.parseLong(before);
                  }
                  pause();
                  return call.proceed(SET, keys(call), List.of(Long.toString(sum)));
                }),
        breaking("BUSY is a reason to run it again", "x1_3_anErrorOfTheScriptDoesNotRunItAgain")
            .onCall(
                "Scripts.run",
                call -> refused(call, words -> words.contains("BUSY says"), call::proceed)),
        claimingNone(
            breaking("scripts run unclaimed", "x1_4_withoutTheCapabilityScriptsAreRefused")),
        breaking("a call after close answers nothing", "x8_1_everyCallAfterCloseIsRefused")
            .onCall(
                "Scripts.run",
                call -> {
                  try {
                    return call.proceed();
                  } catch (ZealClosedException e) {
                    return new Nothing();
                  }
                }));
  }

  private static List<Breakage> inputs() {
    Map<String, Call.World> users = new ConcurrentHashMap<>();
    return List.of(
        breaking("arguments are sorted", "x2_1_keysAndArgumentsArriveAsTheyAre")
            .onCall(
                "Scripts.run",
                call ->
                    arguments(call) == null || arguments(call).stream().anyMatch(Objects::isNull)
                        ? call.proceed()
                        : call.proceed(
                            call.args[0], keys(call), arguments(call).stream().sorted().toList())),
        breaking(
                "a key is of the instance that used it first", "x2_2_everyInstanceMeansTheSameKeys")
            .onCall(
                "Scripts.run",
                call -> {
                  boolean own =
                      keys(call) == null
                          || keys(call).size() != 1
                          || users.computeIfAbsent(keys(call).getFirst(), key -> call.world)
                              == call.world;
                  return own
                      ? call.proceed()
                      : call.proceed(
                          call.args[0], List.of("other:" + keys(call).getFirst()), arguments(call));
                }),
        breaking("null is nothing", "x2_3_nullIsRefused")
            .onCall(
                "Scripts.run",
                call -> {
                  try {
                    return call.proceed();
                  } catch (NullPointerException e) {
                    return new Nothing();
                  }
                }),
        breaking("a lone surrogate becomes a '?'", "x2_4_textThatIsNotWellFormedIsRefused")
            .onCall(
                "Scripts.run",
                call -> {
                  try {
                    return call.proceed();
                  } catch (InvalidArgumentException e) {
                    return e.getMessage().contains("well-formed")
                        ? call.proceed(
                            Script.of(mended(source(call))),
                            keys(call).stream().map(ScriptBreakages::mended).toList(),
                            arguments(call).stream().map(ScriptBreakages::mended).toList())
                        : Breaking.orThrow(e, false, new Nothing());
                  }
                }));
  }

  private static List<Breakage> answers() {
    return List.of(
        breaking("false is 0", "x4_1_nothingIsNothing")
            .onCall(
                "Scripts.run",
                call -> {
                  Object answer = call.proceed();
                  return source(call).equals("return false") ? new LongValue(0) : answer;
                }),
        breaking(
                "numbers pass through a float",
                "x4_2_numbersAreExactAsFarAsTheServersAreAndLargerOnesAsText")
            .onCall(
                "Scripts.run",
                call -> {
                  Object answer = call.proceed();
                  return answer instanceof LongValue(long value)
                      ? new LongValue((long) (float) value)
                      : answer;
                }),
        breaking("texts are read as Latin-1", "x4_3_textIsText")
            .onCall(
                "Scripts.run",
                call -> {
                  Object answer = call.proceed();
                  return answer instanceof TextValue(String text)
                      ? new TextValue(
                          new String(
                              text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1))
                      : answer;
                }),
        breaking("a list ends before its first nothing", "x4_4_listsKeepTheirForm")
            .onCall(
                "Scripts.run",
                call -> {
                  Object answer = call.proceed();
                  return answer instanceof Items(List<Reply> items)
                      ? new Items(
                          items.stream().takeWhile(item -> !(item instanceof Nothing)).toList())
                      : answer;
                }),
        breaking(
                "an error among the items is nothing",
                "x4_5_anErrorAmongTheItemsIsAnErrorOfTheScript")
            .onCall(
                "Scripts.run",
                call ->
                    refused(
                        call,
                        words -> words.contains("ITEM spoilt"),
                        () -> new Items(List.of(new Nothing())))),
        breaking(
                "the words of error() are kept back",
                "x5_1_aScriptThatFailsIsRefusedInTheServersWords")
            .onCall(
                "Scripts.run",
                call ->
                    refused(
                        call,
                        words -> words.contains("stop here"),
                        () -> {
                          throw failed();
                        })),
        breaking(
                "a command that fails undoes what was done",
                "x5_2_whatItChangedBeforeItFailedStays")
            .onCall(
                "Scripts.run",
                call ->
                    refused(
                        call,
                        words -> words.contains("WRONGTYPE"),
                        () -> {
                          call.proceed(DELETE, keys(call), List.of());
                          throw failed();
                        })));
  }

  private static List<Breakage> keys() {
    return List.of(
        breaking(
                "a key of a store is passed over in silence",
                "x6_1_keysOfAStoreThatIsNotTouchedAreRefused")
            .onCall("Scripts.run", call -> passingOver(call, "-store")),
        breaking(
                "get answers from a copy that scripts do not know",
                "x6_2_whatAScriptDidToAStoreThatItTouchesIsReadNext")
            .onCall(
                "Store.get",
                call -> {
                  Object row = call.proceed();
                  Object first = call.world.notes.putIfAbsent("copy of " + call.text(0), row);
                  return first == null ? row : first;
                }),
        breaking("a key of a counter is passed over in silence", "x6_3_keysOfACounterAreRefused")
            .onCall("Scripts.run", call -> passingOver(call, "-counter")),
        breaking(
                "keys of several slots are refused afterwards",
                "x7_1_keysOfSeveralSlotsRunTogetherOrNotAtAll")
            .onCall(
                "Scripts.run",
                call -> {
                  Object answer = call.proceed();
                  return keys(call).size() == 8 ? otherSlots() : answer;
                }),
        breaking("two keys are always in two slots", "x7_2_keysOfOneHashTagRunTogether")
            .onCall(
                "Scripts.run",
                call ->
                    keys(call) != null
                            && keys(call).size() == 2
                            && keys(call).getLast() != null
                            && keys(call).getLast().contains("{")
                        ? otherSlots()
                        : call.proceed()));
  }

  private interface Answer {
    Object get() throws Throwable;
  }

  /** The answer, or another one if the server refused in such words. */
  private static Object refused(Call call, Predicate<String> words, Answer instead)
      throws Throwable {
    try {
      return call.proceed();
    } catch (ServerRefusedException e) {
      if (words.test(e.getMessage())) {
        return instead.get();
      }
      throw e;
    }
  }

  private static Object passingOver(Call call, String part) throws Throwable {
    try {
      return call.proceed();
    } catch (InvalidArgumentException e) {
      return Breaking.orThrow(e, keys(call).getFirst().contains(part), new LongValue(0));
    }
  }

  private static ServerRefusedException failed() {
    return new ServerRefusedException(
        ServerRefusedException.Reason.OTHER, "A script failed.", Outcome.UNKNOWN, null);
  }

  private static Object otherSlots() {
    throw new InvalidArgumentException(ErrorCode.INVALID_ARGUMENT, "Keys in different slots.");
  }

  private static String mended(String text) {
    return text.replace('\ud800', '?');
  }

  private static String source(Call call) {
    return ((Script) call.args[0]).source();
  }

  @SuppressWarnings("unchecked") // as declared by Scripts.run
  private static List<String> keys(Call call) {
    return (List<String>) call.args[1];
  }

  @SuppressWarnings("unchecked") // as declared by Scripts.run
  private static List<String> arguments(Call call) {
    return (List<String>) call.args[2];
  }
}
