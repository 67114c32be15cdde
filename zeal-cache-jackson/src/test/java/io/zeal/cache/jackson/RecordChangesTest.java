package io.zeal.cache.jackson;

import static io.zeal.cache.jackson.JacksonContext.codec;
import static io.zeal.cache.jackson.JacksonContext.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.zeal.CodecException;
import io.zeal.ValueType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What a record reads as that was cached by a release in which it was another. */
class RecordChangesTest {

  record Before(String name, int level) {}

  private static final Before BEFORE = new Before("alice", 3);

  record Added(String name, int level, @Nullable String mail) {}

  record AddedNumber(String name, int level, long score) {}

  record AddedOptional(String name, int level, Optional<String> mail) {}

  record AddedList(String name, int level, List<String> roles) {}

  record Renamed(String title, int level) {}

  record RenamedWithAlias(
      @com.fasterxml.jackson.annotation.JsonAlias("name") String title, int level) {}

  record Removed(String name) {}

  record Reordered(int level, String name) {}

  record Widened(String name, long level) {}

  record OfAnotherType(String name, boolean level) {}

  @Test
  void anAddedComponentIsAMiss() {
    undecodable(Added.class, "mail");
    undecodable(AddedNumber.class, "score");
    undecodable(AddedOptional.class, "mail");
    undecodable(AddedList.class, "roles");
  }

  @Test
  void aRenamedComponentIsAMissUnlessItsOldNameIsAnAlias() {
    undecodable(Renamed.class, "title");
    assertThat(changed(BEFORE, RenamedWithAlias.class)).isEqualTo(new RenamedWithAlias("alice", 3));
  }

  @Test
  void aRemovedComponentIsIgnored() {
    assertThat(changed(BEFORE, Removed.class)).isEqualTo(new Removed("alice"));
  }

  @Test
  void orderAndWidthDoNotMatter() {
    assertThat(changed(BEFORE, Reordered.class)).isEqualTo(new Reordered(3, "alice"));
    assertThat(changed(BEFORE, Widened.class)).isEqualTo(new Widened("alice", 3));
  }

  @Test
  void aComponentOfAnotherTypeIsAMiss() {
    undecodable(OfAnotherType.class, "level");
    undecodable(OtherWay.class, "name");
    undecodable(new Before("3", 3), OtherWay.class, "name");
    undecodable(new Before("", 3), OtherWay.class, "name");
    undecodable(TextNow.class, "level");
    assertThatThrownBy(() -> changed(new Real(3.7), Whole.class)).hasMessageContaining("number");
    assertThatThrownBy(() -> changed(new Real(3), Whole.class)).hasMessageContaining("number");
    assertThatThrownBy(() -> changed(new Flag(true), Whole.class)).hasMessageContaining("number");
  }

  record OtherWay(int name, int level) {}

  record TextNow(String name, String level) {}

  record Real(double number) {}

  record Whole(long number) {}

  record Flag(boolean number) {}

  @Test
  void aNullThatWasWrittenIsNull() {
    assertThat(changed(new Added("alice", 3, null), Added.class).mail()).isNull();
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Sparse(@Nullable String name, @Nullable String mail) {}

  record SparseComponent(
      String name, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String mail) {}

  record Hidden(String name, @JsonIgnore @Nullable String secret) {}

  record WriteOnly(
      String name,
      @JsonProperty(access = JsonProperty.Access.WRITE_ONLY) @Nullable String secret) {}

  /** What is left out on purpose is not missing. */
  @Test
  void whatAnnotationsKeepFromBeingWrittenIsNotMissed() {
    assertThat(changed(new Sparse("alice", null), Sparse.class))
        .isEqualTo(new Sparse("alice", null));
    assertThat(changed(new SparseComponent("alice", null), SparseComponent.class))
        .isEqualTo(new SparseComponent("alice", null));
    assertThat(changed(new Hidden("alice", "x"), Hidden.class))
        .isEqualTo(new Hidden("alice", null));
    assertThat(changed(new WriteOnly("alice", "x"), WriteOnly.class))
        .isEqualTo(new WriteOnly("alice", null));
  }

  record Titled(@JsonProperty("the-title") String title) {}

  @Test
  void aNamedComponentIsMissedToo() {
    assertThat(changed(new Titled("x"), Titled.class)).isEqualTo(new Titled("x"));
    undecodable(Titled.class, "the-title");
  }

  @Test
  void aMapperThatWasHandedInKeepsItsWays() {
    var codec = new JacksonCodecProvider().open(new JacksonContext(JsonMapper.builder().build()));
    byte[] bytes = codec.encode(BEFORE, ValueType.of(Before.class));
    ValueType<Added> type = ValueType.of(Added.class);
    assertThat(codec.decode(stored(JacksonContext.json(bytes), type), type))
        .isEqualTo(new Added("alice", 3, null));
  }

  private static void undecodable(Class<?> after, String component) {
    undecodable(BEFORE, after, component);
  }

  private static void undecodable(Before before, Class<?> after, String component) {
    assertThatThrownBy(() -> changed(before, after))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining(component);
  }

  /** As if the class had been the other one when the value was cached. */
  @SuppressWarnings("unchecked") // the class of a value
  private static <B, A> A changed(B before, Class<A> after) {
    byte[] bytes = codec().encode(before, ValueType.of((Class<B>) before.getClass()));
    ValueType<A> type = ValueType.of(after);
    return codec().decode(stored(JacksonContext.json(bytes), type), type);
  }
}
