package io.zeal.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Schema;
import io.zeal.StoreOptions;
import io.zeal.redis.spi.Reply;
import io.zeal.spi.Condition;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import java.lang.invoke.MethodHandles;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the scripts are called with; {@code write.lua} and its neighbours say what it means. */
class WriteFormTest {

  private static final String GENERATION = "0123456789abcdef";
  private static final String ALL_ZEROS =
      "flag 0 tiny 0 small 0 medium 0 large 0 single \0\0\0\0 real \0\0\0\0\0\0\0\0 text  bytes ";

  private record Alone(long number) {}

  private final Bucket bucket = new Bucket("p:", 0);
  private final WriteForm<AllTypes> form = form(AllTypes.spec());

  WriteFormTest() {
    bucket.saw(Names.bytes(GENERATION));
  }

  @Test
  void aPutHasItsKeysThenTheWholeRow() {
    WriteForm.Prepared put = prepared(new Write.Put<>("k", AllTypes.ZERO, 5_000, always()));

    assertThat(script(put)).isEqualTo(ServerScript.WRITE);
    assertThat(keys(put))
        .containsExactly(
            "p:g", "p:" + GENERATION + ":r:k", "p:" + GENERATION + ":m", "p:" + GENERATION + ":x");
    assertThat(arguments(put)).isEqualTo(GENERATION + " 0 k 5000 always 0 put " + ALL_ZEROS);
    assertThat(put.request().write()).as("is sent at most once").isTrue();
  }

  @Test
  void aBucketWithoutAGenerationIsOfferedANewOneEachTime() {
    bucket.sawNone();
    Write<AllTypes> remove = new Write.Remove<>("k", always());

    WriteForm.Prepared first = prepared(remove);
    WriteForm.Prepared second = prepared(remove);

    assertThat(arguments(first)).matches("[0-9a-f]{16} 1 k -1 always 0 remove");
    assertThat(arguments(second)).isNotEqualTo(arguments(first));
    assertThat(bucket.seen()).as("nobody said that it was taken").isNull();
  }

  @Test
  void whatHappenedIsRememberedAndWhatTheServerNamesIsLearnt() {
    bucket.sawNone();
    WriteForm.Prepared write = prepared(new Write.Remove<>("k", always()));

    write.happened();
    assertThat(bucket.seen()).isSameAs(write.generation());

    write.learn(new Reply.Bytes(Names.bytes("other")));
    assertThat(arguments(prepared(new Write.Remove<>("k", always())))).startsWith("other 0 ");

    write.learn(new Reply.Bytes(new byte[0]));
    assertThat(bucket.seen()).as("the server has none").isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "0, 0",
    "-1, -1",
    "2251799813685248, 2251799813685248",
    "2251799813685249, 0",
    "9223372036854775807, 0",
  })
  void aTimeToLiveBeyondTheServersClockIsForEver(long given, String sent) {
    assertThat(arguments(prepared(new Write.Put<>("k", AllTypes.ZERO, given, always()))))
        .startsWith(GENERATION + " 0 k " + sent + " always");
    assertThat(arguments(prepared(new Write.Touch<>("k", given, new Condition.Present<>()))))
        .isEqualTo(GENERATION + " 0 k " + sent + " present 0 touch");
  }

  @Test
  void aPatchLeavesTheTimeToLiveAndNamesItsColumns() {
    Write<AllTypes> patch =
        new Write.Patch<>(
            "k",
            List.of(
                new Write.Change(AllTypes.LARGE, Long.MIN_VALUE),
                new Write.Change(AllTypes.FLAG, true)),
            new Condition.Present<>());

    assertThat(arguments(prepared(patch)))
        .isEqualTo(GENERATION + " 0 k -1 present 0 patch large -9223372036854775808 flag 1");
  }

  @Test
  void conditionsTravelAsTheBytesThatHaveToBeThere() {
    assertThat(condition(new Condition.Absent<>())).isEqualTo("absent 0");
    assertThat(condition(new Condition.RowEquals<>(AllTypes.ZERO)))
        .isEqualTo("equal 18 " + ALL_ZEROS);
    assertThat(condition(new Condition.ColumnEquals<>(AllTypes.SINGLE, 1.5f)))
        .isEqualTo("equal 2 single ?\u00c0\0\0");
    assertThat(condition(new Condition.ColumnEquals<>(AllTypes.TEXT, "\u20ac")))
        .isEqualTo("equal 2 text \u00e2\u0082\u00ac");
  }

  @Test
  void addingToALongWithoutAConditionHasAScriptOfItsOwn() {
    WriteForm.Prepared add =
        prepared(new Write.Add<>("k", AllTypes.LARGE, Long.MAX_VALUE, always()));

    assertThat(script(add)).isEqualTo(ServerScript.ADD);
    assertThat(arguments(add))
        .isEqualTo(GENERATION + " 0 k 60000 large 9223372036854775807 " + ALL_ZEROS);
  }

  @Test
  void addingToALongUnderAConditionHasNot() {
    WriteForm.Prepared add =
        prepared(new Write.Add<>("k", AllTypes.LARGE, 1, new Condition.Present<>()));

    assertThat(script(add)).isEqualTo(ServerScript.WRITE);
    assertThat(arguments(add))
        .startsWith(
            GENERATION
                + " 0 k 60000 present 0 add large 1 long -9223372036854775808 9223372036854775807 ");
  }

  @Test
  void aColumnAloneIsNotAddedToBlindly() {
    WriteForm<Alone> alone =
        form(
            new StoreSpec<>(
                "s",
                Schema.of(Alone.class, MethodHandles.lookup()),
                StoreOptions.defaults(),
                null));

    WriteForm.Prepared add =
        alone.prepare(
            new Write.Add<>("k", 0, 1, new Condition.Always<>()), Names.bytes("k"), bucket, null);

    assertThat(script(add)).isEqualTo(ServerScript.WRITE);
  }

  @Test
  void otherColumnsAreAddedToWithinTheirRange() {
    assertThat(arguments(prepared(new Write.Add<>("k", AllTypes.TINY, -1, always()))))
        .startsWith(GENERATION + " 0 k 60000 always 0 add tiny -1 integer -128 127 flag 0 ");
    assertThat(
            arguments(
                prepared(
                    new Write.Add<>("k", AllTypes.SINGLE, Float.floatToIntBits(1.5f), always()))))
        .startsWith(GENERATION + " 0 k 60000 always 0 add single ?\u00c0\0\0 >f   flag 0 ");
    assertThat(
            arguments(
                prepared(
                    new Write.Add<>("k", AllTypes.REAL, Double.doubleToLongBits(1.5), always()))))
        .startsWith(GENERATION + " 0 k 60000 always 0 add real ?\u00f8\0\0\0\0\0\0 >d   flag 0 ");
  }

  @Test
  void putsOfOneParcelShareTheirFieldsAndTheirTimeToLive() {
    List<Write<AllTypes>> puts =
        List.of(
            new Write.Put<>("a", AllTypes.ZERO, 7, always()),
            new Write.Put<>("b", AllTypes.LEAST, 7, always()));

    WriteForm.Prepared all =
        form.prepareAll(puts, List.of(Names.bytes("a"), Names.bytes("b")), bucket, null);

    assertThat(script(all)).isEqualTo(ServerScript.putAll(9));
    assertThat(keys(all))
        .containsExactly(
            "p:g",
            "p:" + GENERATION + ":m",
            "p:" + GENERATION + ":x",
            "p:" + GENERATION + ":r:a",
            "p:" + GENERATION + ":r:b");
    assertThat(arguments(all))
        .startsWith(
            GENERATION
                + " 0 7 "
                + ("p:" + GENERATION + ":r:a").length()
                + " flag tiny small medium large single real text bytes"
                + " 0 0 0 0 0 \0\0\0\0 \0\0\0\0\0\0\0\0   0 -128 -32768 ");
  }

  @Test
  void onlyPutsWithoutAConditionShareAParcel() {
    assertThat(form.isPlainPut(new Write.Put<>("k", AllTypes.ZERO, 0, always()))).isTrue();
    assertThat(form.isPlainPut(new Write.Put<>("k", AllTypes.ZERO, 0, new Condition.Absent<>())))
        .isFalse();
    assertThat(form.isPlainPut(new Write.Remove<>("k", always()))).isFalse();
  }

  private String condition(Condition<AllTypes> condition) {
    String before = GENERATION + " 0 k -1 ";
    String after = " remove";
    String all = arguments(prepared(new Write.Remove<>("k", condition)));
    assertThat(all).startsWith(before).endsWith(after);
    return all.substring(before.length(), all.length() - after.length());
  }

  private WriteForm.Prepared prepared(Write<AllTypes> write) {
    return form.prepare(write, Names.bytes(write.key()), bucket, null);
  }

  private static <R> WriteForm<R> form(StoreSpec<R> spec) {
    return new WriteForm<>(spec, new RowForm<>(spec));
  }

  private static Condition<AllTypes> always() {
    return new Condition.Always<>();
  }

  private static ServerScript script(WriteForm.Prepared prepared) {
    ServerScript script = prepared.request().script();
    assertThat(script).isNotNull();
    assertThat(words(prepared)).startsWith("EVALSHA", script.digest());
    return script;
  }

  private static List<String> keys(WriteForm.Prepared prepared) {
    List<String> words = words(prepared);
    return words.subList(3, 3 + Integer.parseInt(words.get(2)));
  }

  /** With a space between, each byte one character. */
  private static String arguments(WriteForm.Prepared prepared) {
    List<String> words = words(prepared);
    return String.join(" ", words.subList(3 + Integer.parseInt(words.get(2)), words.size()));
  }

  private static List<String> words(WriteForm.Prepared prepared) {
    return prepared.request().command().parts().stream()
        .map(part -> new String(part, ISO_8859_1))
        .toList();
  }
}
